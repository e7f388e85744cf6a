/** What AWS's simulator answers for an account in memory: identity-based policies, boundary and service control policies. */

import type { Principal, Simulation } from '../../lambda/core/account/evidence.ts';
import type { SimulationRequest } from '../../lambda/core/diagnosis/diagnosis.ts';
import type { ContextEntry } from '../../lambda/core/policy/context-entry.ts';
import { type AccessRequest, evaluate } from '../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument, policySize } from '../../lambda/core/policy/parse.ts';
import type { Holder, SourcedPolicy } from '../../lambda/core/policy/sourced-policy.ts';
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

function documentOf(text: string): SourcedPolicy['document'] {
  const parsed = parsePolicyDocument(text);
  if (parsed.kind !== 'policy') throw new Error(parsed.why);
  return parsed.document;
}

function addedPolicies(added: readonly string[]): SourcedPolicy[] {
  return added.map((text) => {
    const attachedTo = { kind: 'user' as const, name: 'simulated' };
    return {
      source: { kind: 'inline', name: 'added', arn: null, attachedTo },
      document: documentOf(text),
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

/** What is simulated beside what the account has. */
interface Input {
  readonly added: readonly string[];
  /** In place of the principal's boundary; null: with its own. */
  readonly boundary: string | null;
}

export function decided(
  account: Account,
  { policies, boundary: attached }: Principal,
  asked: AccessRequest,
  input: Input = { added: [], boundary: null },
): Decided {
  const decide = (of: readonly SourcedPolicy[]) => evaluate(of, asked).decision;
  const own = attached?.kind === 'found' ? attached.value.document : null;
  const bounding = input.boundary === null ? own : documentOf(input.boundary);
  const boundary = bounding === null ? null : decide([loose('boundary', bounding)]);
  const scps = account.organization?.serviceControlPolicies ?? null;
  const organization = scps && together(scps.map(({ name, document }) => decide([loose(name, document)])));
  const layers = [decide([...policies, ...addedPolicies(input.added)]), boundary, organization];
  return { decision: together(layers.filter((layer) => layer !== null)), boundary, organization };
}

/** What AWS fills in by itself; what is sent along comes before it. */
const filledIn = ({ organization }: Account): ContextEntry[] =>
  organization === null ? [] : [{ key: 'aws:PrincipalOrgID', type: 'string', values: [organization.id] }];

export function simulate(account: Account, principal: Principal, request: SimulationRequest): Simulation {
  const { roleArn: resource, context } = request;
  const asked = { action: 'iam:PassRole', resource, context: [...filledIn(account), ...context] };
  const { decision, boundary, organization } = decided(account, principal, asked, request);
  const missingContext = account.organization === null ? ['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths'] : [];
  const nothing = { matched: [], missingContext, context };
  // "If an Organizations SCP included in the evaluation denies access, the simulation ends": no word of the boundary then.
  if (organization !== null && organization !== 'allowed')
    return { ...nothing, decision: 'implicitDeny', allowedByOrganizations: false, allowedByBoundary: null };
  return {
    ...nothing,
    decision,
    allowedByOrganizations: organization === null ? null : true,
    allowedByBoundary: boundary === null ? null : boundary === 'allowed',
  };
}
