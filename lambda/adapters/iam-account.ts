/** Reads users, roles and groups, and asks AWS's policy simulator. */
import {
  type AttachedPermissionsBoundary,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  paginateGetGroup,
  paginateListGroupsForUser,
  paginateListRoles,
  type Role,
  type Tag,
} from '@aws-sdk/client-iam';
import { parseRoleArn } from '../core/arn.ts';
import type { Found, Group, Holder, Principal, TargetRole } from '../core/evidence.ts';
import { parsePolicyDocument } from '../core/policy-parse.ts';
import type { PrincipalRef } from '../core/principal.ts';
import { ask, askInPassing } from './aws-answer.ts';
import { type Limit, type PolicyTexts, readBoundary, readPolicies } from './iam-policies.ts';
import { nearestRoles } from './nearest-roles.ts';

const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

async function groupsOf(client: IAMClient, limit: Limit, userName: string): Promise<Group[]> {
  const found: { name: string; arn: string }[] = [];
  for await (const page of paginateListGroupsForUser({ client }, { UserName: userName })) {
    for (const { GroupName, Arn } of page.Groups ?? []) found.push({ name: GroupName ?? '', arn: Arn ?? '' });
  }
  return Promise.all(
    found.map((group) => limit(async () => ({ ...group, members: await membersOf(client, group.name) }))),
  );
}

async function membersOf(client: IAMClient, GroupName: string): Promise<string[]> {
  const members: string[] = [];
  for await (const page of paginateGetGroup({ client }, { GroupName })) {
    members.push(...(page.Users ?? []).map(({ UserName }) => UserName ?? ''));
  }
  return members.sort();
}

async function boundaryOf(
  client: IAMClient,
  limit: Limit,
  holder: Holder,
  attached: AttachedPermissionsBoundary | undefined,
): Promise<Pick<Principal, 'boundaryArn' | 'boundary'>> {
  const boundaryArn = attached?.PermissionsBoundaryArn ?? null;
  const boundary = boundaryArn === null ? null : await readBoundary(client, limit, holder, boundaryArn);
  return { boundaryArn, boundary };
}

async function readUser(client: IAMClient, limit: Limit, name: string): Promise<Principal> {
  const [{ User }, groups] = await Promise.all([
    limit(() => client.send(new GetUserCommand({ UserName: name }))),
    limit(() => groupsOf(client, (call) => call(), name)),
  ]);
  const holders = [
    { kind: 'user' as const, name },
    ...groups.map((group) => ({ kind: 'group' as const, name: group.name })),
  ];
  const texts = await readPolicies(client, limit, holders);
  const bounds = await boundaryOf(client, limit, { kind: 'user', name }, User?.PermissionsBoundary);
  return {
    kind: 'user',
    arn: User?.Arn ?? '',
    name,
    path: User?.Path ?? '/',
    tags: tagsOf(User?.Tags),
    ...bounds,
    groups,
    ...texts,
  };
}

async function readRolePrincipal(client: IAMClient, limit: Limit, name: string): Promise<Principal> {
  const [{ Role }, texts] = await Promise.all([
    limit(() => client.send(new GetRoleCommand({ RoleName: name }))),
    readPolicies(client, limit, [{ kind: 'role', name }]),
  ]);
  const bounds = await boundaryOf(client, limit, { kind: 'role', name }, Role?.PermissionsBoundary);
  return {
    kind: 'role',
    arn: Role?.Arn ?? '',
    name,
    path: Role?.Path ?? '/',
    tags: tagsOf(Role?.Tags),
    ...bounds,
    groups: [],
    ...texts,
  };
}

/** `missing` means the principal itself: what else vanishes between two reads is thrown, so that the reading starts again. */
export async function readPrincipal(
  client: IAMClient,
  limit: Limit,
  ref: Exclude<PrincipalRef, { kind: 'none' }>,
): Promise<Found<Principal>> {
  const what = `the ${ref.kind} ${ref.name}`;
  const isUser = ref.kind === 'user';
  const whole = await ask(`${what} and its policies`, () =>
    isUser ? readUser(client, limit, ref.name) : readRolePrincipal(client, limit, ref.name),
  );
  if (whole.kind !== 'missing') return whole;
  const itself = await ask<unknown>(what, () =>
    isUser
      ? client.send(new GetUserCommand({ UserName: ref.name }))
      : client.send(new GetRoleCommand({ RoleName: ref.name })),
  );
  if (itself.kind !== 'found') return itself;
  throw new Error(`A group or policy of ${what} vanished while it was read, as when someone is changing it.`);
}

/** What the role may do is for the risk alone: a refusal there must not stop the diagnosis. */
async function policiesOfRole(client: IAMClient, limit: Limit, name: string): Promise<TargetRole['policies']> {
  const texts = await ask<PolicyTexts>(`the policies of the role ${name}`, () =>
    readPolicies(client, limit, [{ kind: 'role', name }]),
  );
  if (texts.kind !== 'found') return texts;
  const [broken] = texts.value.unreadable;
  return broken === undefined
    ? { kind: 'found', value: texts.value.policies }
    : { kind: 'refused', why: `The role's policy ${broken.source.name} cannot be understood: ${broken.why}` };
}

function targetRole(role: Role, policies: TargetRole['policies'], boundary: TargetRole['boundary']): Found<TargetRole> {
  const trust = parsePolicyDocument(decodeURIComponent(role.AssumeRolePolicyDocument ?? ''));
  if (trust.kind === 'unreadable') {
    return { kind: 'refused', why: `The trust policy of ${role.Arn} cannot be understood: ${trust.why}` };
  }
  const value = {
    arn: role.Arn ?? '',
    name: role.RoleName ?? '',
    path: role.Path ?? '/',
    tags: tagsOf(role.Tags),
    trust: trust.document,
    policies,
    boundary,
  };
  return { kind: 'found', value };
}

export async function readTargetRole(client: IAMClient, limit: Limit, arn: string): Promise<Found<TargetRole>> {
  const name = parseRoleArn(arn)?.name ?? arn;
  const [answer, policies] = await Promise.all([
    ask(`the role ${name}`, () => limit(() => client.send(new GetRoleCommand({ RoleName: name })))),
    policiesOfRole(client, limit, name),
  ]);
  if (answer.kind !== 'found') return answer;
  const role = answer.value.Role;
  if (role?.Arn !== arn) {
    return {
      kind: 'missing',
      why: `There is a role of that name, but it is ${role?.Arn}: a role's path is part of its ARN.`,
    };
  }
  const { boundary } = await boundaryOf(client, limit, { kind: 'role', name }, role.PermissionsBoundary);
  return targetRole(role, policies, boundary);
}

/** Ten thousand roles: twice the highest quota an account can have. */
const MOST_PAGES = 10;

/** Nearest first: same name under another path, then by edit distance. Empty when the list may not be read: it is a courtesy only. */
export async function readNearestRoles(client: IAMClient, arn: string, most: number): Promise<readonly string[]> {
  const answer = await askInPassing('the list of roles', async () => {
    const arns: string[] = [];
    let pages = 0;
    for await (const page of paginateListRoles({ client }, { MaxItems: 1000 })) {
      arns.push(...(page.Roles ?? []).map(({ Arn }) => Arn ?? ''));
      pages += 1;
      if (pages === MOST_PAGES) break;
    }
    return arns;
  });
  return answer.kind === 'found' ? nearestRoles(answer.value, arn, most) : [];
}
