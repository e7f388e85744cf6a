/** The account of a case file behind the reader's port, without a network: what the core is shown in the case files' first run. */

import { nearestRoles } from '../../lambda/adapters/nearest-roles.ts';
import { parseRoleArn, pathAndName } from '../../lambda/core/arn.ts';
import type { SimulationRequest } from '../../lambda/core/diagnosis.ts';
import type { Found, Group, Holder, Principal, Simulation, SourcedPolicy } from '../../lambda/core/evidence.ts';
import { evaluate } from '../../lambda/core/policy.ts';
import { parsePolicyDocument, policySize } from '../../lambda/core/policy-parse.ts';
import type { AccountReader } from '../../lambda/ports.ts';
import type { Account, AccountRole, AccountUser, InlinePolicy } from '../../local/account/account.ts';

type Entity = { readonly name: string; readonly attached: readonly string[]; readonly inline: readonly InlinePolicy[] };

const found = <T>(value: T): Found<T> => ({ kind: 'found', value });
const missing = (what: string): { kind: 'missing'; why: string } => ({
  kind: 'missing',
  why: `AWS does not know ${what}: it may have been deleted or renamed.`,
});

function managed(account: Account, arn: string, attachedTo: Holder): SourcedPolicy {
  const policy = account.policies.find((candidate) => candidate.arn === arn);
  if (policy === undefined) throw new Error(`${arn} is not in the account`);
  const kind = policy.scope === 'AWS' ? ('aws-managed' as const) : ('customer-managed' as const);
  return {
    source: { kind, name: policy.name, arn, attachedTo },
    document: policy.document,
    size: policySize(policy.text),
  };
}

function policiesOf(account: Account, kind: Holder['kind'], entity: Entity): SourcedPolicy[] {
  const attachedTo = { kind, name: entity.name };
  return [
    ...entity.inline.map(({ name, document, text }) => ({
      source: { kind: 'inline' as const, name, arn: null, attachedTo },
      document,
      size: policySize(text),
    })),
    ...entity.attached.map((arn) => managed(account, arn, attachedTo)),
  ];
}

const boundaryOf = (account: Account, holder: Holder, arn: string | null): Found<SourcedPolicy> | null =>
  arn === null ? null : found(managed(account, arn, holder));

function documentOf(text: string): SourcedPolicy['document'] {
  const parsed = parsePolicyDocument(text);
  if (parsed.kind !== 'policy') throw new Error(parsed.why);
  return parsed.document;
}

function userPrincipal(account: Account, user: AccountUser): Principal {
  const held = account.groups.filter(({ name }) => user.groups.includes(name));
  const groups: Group[] = user.groups.flatMap((name) => {
    const group = held.find((candidate) => candidate.name === name);
    const members = account.users.filter((other) => other.groups.includes(name)).map((other) => other.name);
    return group === undefined ? [] : [{ name, arn: group.arn, members: members.sort() }];
  });
  const policies = [
    ...policiesOf(account, 'user', user),
    ...groups.flatMap(({ name }) =>
      held.filter((g) => g.name === name).flatMap((g) => policiesOf(account, 'group', g)),
    ),
  ];
  const { name, arn, path, tags, boundaryArn } = user;
  const boundary = boundaryOf(account, { kind: 'user', name }, boundaryArn);
  return { kind: 'user', name, arn, path, tags, boundaryArn, boundary, groups, policies, unreadable: [] };
}

function rolePrincipal(account: Account, role: AccountRole): Principal {
  const { name, arn, path, tags, boundaryArn } = role;
  const policies = policiesOf(account, 'role', role);
  const boundary = boundaryOf(account, { kind: 'role', name }, boundaryArn);
  return { kind: 'role', name, arn, path, tags, boundaryArn, boundary, groups: [], policies, unreadable: [] };
}

function principalBehind(account: Account, arn: string): Principal | null {
  const user = account.users.find((candidate) => candidate.arn === arn);
  if (user !== undefined) return userPrincipal(account, user);
  const role = account.roles.find((candidate) => candidate.arn === arn);
  return role === undefined ? null : rolePrincipal(account, role);
}

function addedPolicies(request: SimulationRequest): SourcedPolicy[] {
  return request.added.map((text) => {
    const attachedTo = { kind: 'user' as const, name: 'simulated' };
    return {
      source: { kind: 'inline', name: 'added', arn: null, attachedTo },
      document: documentOf(text),
      size: policySize(text),
    };
  });
}

function simulate(account: Account, request: SimulationRequest): Found<Simulation> {
  const principal = principalBehind(account, request.principalArn);
  if (principal === null) return missing(request.principalArn);
  const asked = { action: 'iam:PassRole', resource: request.roleArn, context: request.context };
  const decide = (policies: readonly SourcedPolicy[]) => evaluate(policies, asked).decision;
  const own = decide([...principal.policies, ...addedPolicies(request)]);
  const layer = (name: string, document: SourcedPolicy['document']) =>
    decide([
      { source: { kind: 'customer-managed', name, arn: null, attachedTo: { kind: 'user', name } }, document, size: 0 },
    ]);
  const attached = principal.boundary?.kind === 'found' ? principal.boundary.value.document : null;
  const bounding = request.boundary === null ? attached : documentOf(request.boundary);
  const boundary = bounding === null ? null : layer('boundary', bounding);
  const scps = account.organization?.serviceControlPolicies.map(({ name, document }) => layer(name, document)) ?? null;
  const scp =
    scps === null
      ? null
      : scps.includes('explicitDeny')
        ? 'explicitDeny'
        : scps.every((d) => d === 'allowed')
          ? 'allowed'
          : 'implicitDeny';
  const nothing = { matched: [], missingContext: [], context: request.context };
  // "If an Organizations SCP included in the evaluation denies access, the simulation ends": no word of the boundary then.
  if (scp !== null && scp !== 'allowed') {
    return found({ ...nothing, decision: 'implicitDeny', allowedByOrganizations: false, allowedByBoundary: null });
  }
  const layers = [own, ...(boundary === null ? [] : [boundary])];
  return found({
    decision: layers.includes('explicitDeny')
      ? 'explicitDeny'
      : layers.every((d) => d === 'allowed')
        ? 'allowed'
        : 'implicitDeny',
    ...nothing,
    allowedByOrganizations: scp === null ? null : true,
    allowedByBoundary: boundary === null ? null : boundary === 'allowed',
  });
}

export function memoryAccount(account: Account): AccountReader {
  const role = (arn: string) => account.roles.find((candidate) => candidate.name === parseRoleArn(arn)?.name);
  return {
    callerAccount: async () => found(account.accountId),
    async principal(ref) {
      const user = ref.kind === 'user' ? account.users.find(({ name }) => name === ref.name) : undefined;
      const behind = ref.kind === 'role' ? account.roles.find(({ name }) => name === ref.name) : undefined;
      if (user !== undefined) return found(userPrincipal(account, user));
      if (behind !== undefined) return found(rolePrincipal(account, behind));
      return missing(`the ${ref.kind} ${ref.name} and its policies`);
    },
    async role(arn) {
      const known = role(arn);
      if (known === undefined) return missing(`the role ${parseRoleArn(arn)?.name}`);
      if (known.arn !== arn) return missing(`that ARN, only ${known.arn}`);
      const policies = found(policiesOf(account, 'role', known));
      return found({
        arn,
        name: known.name,
        path: known.path,
        tags: known.tags,
        trust: known.trust.document,
        policies,
      });
    },
    nearestRoles: async (arn, most) =>
      nearestRoles(
        account.roles.map((known) => known.arn),
        arn,
        most,
      ),
    async job(name) {
      const job = account.jobs.find((candidate) => candidate.name === name);
      return job === undefined
        ? missing(`the Glue job ${name}`)
        : found({ name, role: job.definition.Role, lastModified: new Date(job.lastModifiedAt).toISOString() });
    },
    async jobsWithRole(roleArn) {
      const known = parseRoleArn(roleArn);
      const spellings = known === null ? [roleArn] : [roleArn, known.name, pathAndName(known)];
      const jobs = account.jobs
        .filter(({ definition }) => spellings.includes(definition.Role))
        .map(({ name, definition, lastModifiedAt }) => ({
          name,
          role: definition.Role,
          lastModified: new Date(lastModifiedAt).toISOString(),
        }));
      return found({ jobs, scanned: account.jobs.length, complete: true });
    },
    simulate: async (request) => simulate(account, request),
  };
}
