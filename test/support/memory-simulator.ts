/** What AWS's simulator answers for an account in memory: identity-based policies, boundary and service control policies. */
import type { SimulationRequest } from '../../lambda/core/diagnosis.ts';
import type { Holder, Principal, Simulation, SourcedPolicy } from '../../lambda/core/evidence.ts';
import { type AccessRequest, evaluate } from '../../lambda/core/policy.ts';
import { parsePolicyDocument, policySize } from '../../lambda/core/policy-parse.ts';
import type { Account } from '../../local/account/account.ts';

export function managed(account: Account, arn: string, attachedTo: Holder): SourcedPolicy {
  const policy = account.policies.find((candidate) => candidate.arn === arn);
  if (policy === undefined) throw new Error(`${arn} is not in the account`);
  const kind = policy.scope === 'AWS' ? ('aws-managed' as const) : ('customer-managed' as const);
  return {
    source: { kind, name: policy.name, arn, attachedTo },
    document: policy.document,
    size: policySize(policy.text),
  };
}

function addedPolicies(added: readonly string[]): SourcedPolicy[] {
  return added.map((text) => {
    const parsed = parsePolicyDocument(text);
    if (parsed.kind !== 'policy') throw new Error(parsed.why);
    const attachedTo = { kind: 'user' as const, name: 'simulated' };
    return {
      source: { kind: 'inline', name: 'added', arn: null, attachedTo },
      document: parsed.document,
      size: policySize(text),
    };
  });
}

type Decision = Simulation['decision'];

const loose = (name: string, document: SourcedPolicy['document']): SourcedPolicy => ({
  source: { kind: 'customer-managed', name, arn: null, attachedTo: { kind: 'user', name } },
  document,
  size: 0,
});

/** Every layer has to allow; a Deny in any of them decides. */
function together(layers: readonly Decision[]): Decision {
  if (layers.includes('explicitDeny')) return 'explicitDeny';
  return layers.every((decision) => decision === 'allowed') ? 'allowed' : 'implicitDeny';
}

interface Decided {
  readonly decision: Decision;
  /** Null: there is no such layer. */
  readonly boundary: Decision | null;
  readonly organization: Decision | null;
}

export function decided(
  account: Account,
  { policies, boundaryArn }: Principal,
  asked: AccessRequest,
  added: readonly string[] = [],
): Decided {
  const decide = (of: readonly SourcedPolicy[]) => evaluate(of, asked).decision;
  const boundary =
    boundaryArn === null ? null : decide([managed(account, boundaryArn, { kind: 'user', name: 'boundary' })]);
  const scps = account.organization?.serviceControlPolicies ?? null;
  const organization = scps && together(scps.map(({ name, document }) => decide([loose(name, document)])));
  const layers = [decide([...policies, ...addedPolicies(added)]), boundary, organization];
  return { decision: together(layers.filter((layer) => layer !== null)), boundary, organization };
}

export function simulate(account: Account, principal: Principal, request: SimulationRequest): Simulation {
  const { roleArn: resource, context, added } = request;
  const asked = { action: 'iam:PassRole', resource, context };
  const { decision, boundary, organization } = decided(account, principal, asked, added);
  return {
    decision,
    matched: [],
    missingContext: [],
    allowedByOrganizations: organization && organization === 'allowed',
    allowedByBoundary: boundary && boundary === 'allowed',
    context,
  };
}
