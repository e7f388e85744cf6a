/** Draft to account: names become ARNs, texts become policies. Complains of everything that is wrong, not only of the first. */
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import type { Account, AccountUser, InlinePolicy, ManagedPolicy, Organization, StoredDocument } from './account.ts';
import { awsManagedPolicies, documentText } from './aws-managed.ts';
import type { Draft, DraftDocument, DraftEntity, DraftOrganization, DraftPolicy, Reference } from './draft.ts';
import { type IdPrefix, iamId, organizationsPolicyId } from './iam-id.ts';
import { type Complain, suggestion } from './problem.ts';

const CREATED_AT = '2026-01-15T09:00:00Z';

/** The CLI prints documents as objects, the API returns them URL-encoded; both are accepted, and plain JSON text. */
function textOf(source: unknown): string {
  if (typeof source !== 'string') return documentText(source);
  return source.trimStart().startsWith('%7B') ? decodeURIComponent(source) : source;
}

function stored({ source, at }: DraftDocument, complain: Complain): StoredDocument | null {
  if (source === undefined) {
    complain(
      at,
      'a policy document is missing. Write it out, or for a trust policy the name of a service such as "glue.amazonaws.com".',
    );
    return null;
  }
  const text = textOf(source);
  const parsed = parsePolicyDocument(text);
  if (parsed.kind === 'unreadable') complain(at, parsed.why);
  return parsed.kind === 'policy' ? { text, document: parsed.document } : null;
}

function inlinePolicies(entity: DraftEntity, complain: Complain): InlinePolicy[] {
  return entity.inline.flatMap((policy) => {
    const found = stored(policy, complain);
    return found === null ? [] : { name: policy.name, ...found };
  });
}

function ownPolicy(draft: Draft, policy: DraftPolicy, complain: Complain): ManagedPolicy[] {
  const found = stored(policy, complain);
  if (found === null) return [];
  const arn = policy.arn ?? `arn:${draft.partition}:iam::${draft.accountId}:policy${policy.path}${policy.name}`;
  const createdAt = policy.createdAt ?? CREATED_AT;
  return [
    {
      ...found,
      name: policy.name,
      path: policy.path,
      arn,
      id: policy.id ?? iamId('ANPA', arn),
      scope: arn.includes(':iam::aws:') ? 'AWS' : 'Local',
      version: policy.version,
      description: null,
      createdAt,
      updatedAt: createdAt,
    },
  ];
}

/** By ARN, or by name; the file's own policies before AWS's. */
function findPolicy(known: readonly ManagedPolicy[], { to, at }: Reference, complain: Complain): ManagedPolicy | null {
  const found = known.find(({ arn, name }) => arn === to || name === to);
  if (found !== undefined) return found;
  const names = known.map(({ arn, name }) => (to.startsWith('arn:') ? arn : name));
  complain(
    at,
    `"${to}" is neither in this file nor built in. ${suggestion(to, names)} Or add its document under "policies".`,
  );
  return null;
}

export function linkAccount(draft: Draft, complain: Complain): Account {
  const { accountId, partition, region } = draft;
  const own = draft.policies.flatMap((policy) => ownPolicy(draft, policy, complain));
  const known = [
    ...own,
    ...awsManagedPolicies(partition).filter(({ arn }) => !own.some((policy) => policy.arn === arn)),
  ];
  const used = new Set(own);

  const use = (reference: Reference): string[] => {
    const found = findPolicy(known, reference, complain);
    if (found !== null) used.add(found);
    return found === null ? [] : [found.arn];
  };
  const entity = (kind: 'user' | 'group' | 'role', prefix: IdPrefix, found: DraftEntity) => {
    const arn = `arn:${partition}:iam::${accountId}:${kind}${found.path}${found.name}`;
    return {
      name: found.name,
      path: found.path,
      arn,
      id: found.id ?? iamId(prefix, arn),
      createdAt: found.createdAt ?? CREATED_AT,
      attached: found.managed.flatMap(use),
      inline: inlinePolicies(found, complain),
    };
  };
  const groupNames = draft.groups.map(({ name }) => name);
  const member = ({ to, at }: Reference): string[] => {
    if (groupNames.includes(to)) return [to];
    complain(at, `there is no group "${to}" in this file. ${suggestion(to, groupNames)}`);
    return [];
  };
  const boundaryArn = (found: Reference | null): string | null => (found === null ? null : (use(found)[0] ?? null));

  const users = draft.users.map(
    (user): AccountUser => ({
      ...entity('user', 'AIDA', user),
      groups: user.groups.flatMap(member),
      boundaryArn: boundaryArn(user.boundary),
      tags: user.tags,
      accessKeyIds: user.accessKeyIds,
    }),
  );
  const groups = draft.groups.map((group) => entity('group', 'AGPA', group));
  const roles = draft.roles.flatMap((role) => {
    const trust = stored(role.trust, complain);
    const linked = { ...entity('role', 'AROA', role), boundaryArn: boundaryArn(role.boundary), tags: role.tags };
    return trust === null ? [] : { ...linked, trust };
  });
  const organization = draft.organization === null ? null : linkOrganization(draft.organization, partition, complain);
  return { accountId, partition, region, users, groups, roles, policies: [...used], jobs: draft.jobs, organization };
}

/** AWS attaches this one to everything when service control policies are switched on; without it nothing would be allowed. */
const FULL_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

function linkOrganization(draft: DraftOrganization, partition: string, complain: Complain): Organization {
  const arn = (id: string) =>
    `arn:${partition}:organizations::${draft.managementAccountId}:policy/${draft.id}/service_control_policy/${id}`;
  const own = draft.serviceControlPolicies.flatMap((policy) => {
    const found = stored(policy, complain);
    return found === null ? [] : { ...found, name: policy.name, arn: arn(organizationsPolicyId(policy.name)) };
  });
  const full = stored({ at: 'organization', source: FULL_ACCESS }, complain);
  const standard = full === null ? [] : [{ ...full, name: 'FullAWSAccess', arn: arn('p-FullAWSAccess') }];
  const replaced = own.some(({ name }) => name === 'FullAWSAccess');
  return { id: draft.id, serviceControlPolicies: [...(replaced ? [] : standard), ...own] };
}
