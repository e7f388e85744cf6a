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
  type User,
} from '@aws-sdk/client-iam';
import type { Found, Group, Principal, TargetRole } from '../../core/account/evidence.ts';
import type { PrincipalRef } from '../../core/account/principal.ts';
import { parseRoleArn } from '../../core/iam/arn.ts';
import { parsePolicyDocument } from '../../core/policy/parse.ts';
import type { Holder } from '../../core/policy/sourced-policy.ts';
import type { Identity, RoleItself } from '../../ports/account-reader.ts';
import { ask, askInPassing } from '../aws/answer.ts';
import { nearestRoles } from './nearest-roles.ts';
import {
  type PolicyReader,
  type PolicyText,
  type PolicyTexts,
  policyReader,
  readBoundary,
  sorted,
} from './policies.ts';
import type { IamReading } from './reading.ts';

/** Hears who the principal is as soon as that is known. */
type OnKnown = (known: Identity) => void;

const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

async function groupNames({ client, limit }: IamReading, userName: string): Promise<{ name: string; arn: string }[]> {
  const found: { name: string; arn: string }[] = [];
  await limit(async () => {
    for await (const page of paginateListGroupsForUser({ client }, { UserName: userName })) {
      for (const { GroupName, Arn } of page.Groups ?? []) found.push({ name: GroupName ?? '', arn: Arn ?? '' });
    }
  });
  return found;
}

async function membersOf({ client, limit }: IamReading, GroupName: string): Promise<string[]> {
  const members: string[] = [];
  await limit(async () => {
    for await (const page of paginateGetGroup({ client }, { GroupName })) {
      members.push(...(page.Users ?? []).map(({ UserName }) => UserName ?? ''));
    }
  });
  return members.sort();
}

interface HeldGroup {
  readonly group: Group;
  readonly texts: readonly PolicyText[];
}

/** Each group's members beside its policies. */
async function groupsOf(reading: IamReading, policies: PolicyReader, userName: string): Promise<HeldGroup[]> {
  const named = await groupNames(reading, userName);
  return Promise.all(
    named.map(async (group) => {
      const [texts, members] = await Promise.all([
        policies.of({ kind: 'group', name: group.name }),
        membersOf(reading, group.name),
      ]);
      return { group: { ...group, members }, texts };
    }),
  );
}

async function boundaryOf(
  reading: IamReading,
  holder: Holder,
  attached: AttachedPermissionsBoundary | undefined,
): Promise<Pick<Principal, 'boundaryArn' | 'boundary'>> {
  const boundaryArn = attached?.PermissionsBoundaryArn ?? null;
  const boundary = boundaryArn === null ? null : await readBoundary(reading, holder, boundaryArn);
  return { boundaryArn, boundary };
}

const identityOf = (kind: Principal['kind'], name: string, itself: User | Role | undefined): Identity => ({
  kind,
  arn: itself?.Arn ?? '',
  name,
  path: itself?.Path ?? '/',
  tags: tagsOf(itself?.Tags),
});

async function readUser(reading: IamReading, name: string, onKnown: OnKnown): Promise<Principal> {
  const { client, limit } = reading;
  const holder = { kind: 'user' as const, name };
  const policies = policyReader(reading);
  const reads = limit(() => client.send(new GetUserCommand({ UserName: name }))).then(async ({ User }) => {
    const identity = identityOf('user', name, User);
    onKnown(identity);
    return { ...identity, ...(await boundaryOf(reading, holder, User?.PermissionsBoundary)) };
  });
  const [itself, held, own] = await Promise.all([reads, groupsOf(reading, policies, name), policies.of(holder)]);
  const texts = sorted([...own, ...held.flatMap((group) => group.texts)]);
  return { ...itself, groups: held.map(({ group }) => group), ...texts };
}

async function readRolePrincipal(reading: IamReading, name: string, onKnown: OnKnown): Promise<Principal> {
  const { client, limit } = reading;
  const holder = { kind: 'role' as const, name };
  const reads = limit(() => client.send(new GetRoleCommand({ RoleName: name }))).then(async ({ Role }) => {
    const identity = identityOf('role', name, Role);
    onKnown(identity);
    return { ...identity, ...(await boundaryOf(reading, holder, Role?.PermissionsBoundary)) };
  });
  const [itself, own] = await Promise.all([reads, policyReader(reading).of(holder)]);
  return { ...itself, groups: [], ...sorted(own) };
}

/** `missing` means the principal itself: what else vanishes between two reads is thrown, so that the reading starts again. */
export async function readPrincipal(
  reading: IamReading,
  ref: Exclude<PrincipalRef, { kind: 'none' }>,
  onKnown: OnKnown,
): Promise<Found<Principal>> {
  const { client } = reading;
  const what = `the ${ref.kind} ${ref.name}`;
  const isUser = ref.kind === 'user';
  const whole = await ask(`${what} and its policies`, () =>
    isUser ? readUser(reading, ref.name, onKnown) : readRolePrincipal(reading, ref.name, onKnown),
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
async function policiesOfRole(reading: IamReading, name: string): Promise<TargetRole['policies']> {
  const texts = await ask<PolicyTexts>(`the policies of the role ${name}`, async () =>
    sorted(await policyReader(reading).of({ kind: 'role', name })),
  );
  if (texts.kind !== 'found') return texts;
  const [broken] = texts.value.unreadable;
  return broken === undefined
    ? { kind: 'found', value: texts.value.policies }
    : { kind: 'refused', why: `The role's policy ${broken.source.name} cannot be understood: ${broken.why}` };
}

/** The role with exactly this ARN. `onKnown` hears of it before its boundary is read. */
async function roleItself(
  reading: IamReading,
  name: string,
  arn: string,
  onKnown: (known: RoleItself) => void,
): Promise<Found<RoleItself & Pick<TargetRole, 'boundary'>>> {
  const { client, limit } = reading;
  const answer = await ask(`the role ${name}`, () => limit(() => client.send(new GetRoleCommand({ RoleName: name }))));
  if (answer.kind !== 'found') return answer;
  const role = answer.value.Role;
  if (role?.Arn !== arn) {
    return {
      kind: 'missing',
      why: `There is a role of that name, but it is ${role?.Arn}: a role's path is part of its ARN.`,
    };
  }
  const trust = parsePolicyDocument(decodeURIComponent(role.AssumeRolePolicyDocument ?? ''));
  if (trust.kind === 'unreadable') {
    return { kind: 'refused', why: `The trust policy of ${role.Arn} cannot be understood: ${trust.why}` };
  }
  const itself = {
    arn,
    name: role.RoleName ?? '',
    path: role.Path ?? '/',
    tags: tagsOf(role.Tags),
    trust: trust.document,
  };
  onKnown(itself);
  const { boundary } = await boundaryOf(reading, { kind: 'role', name }, role.PermissionsBoundary);
  return { kind: 'found', value: { ...itself, boundary } };
}

export async function readTargetRole(
  reading: IamReading,
  arn: string,
  onKnown: (known: RoleItself) => void,
): Promise<Found<TargetRole>> {
  const name = parseRoleArn(arn)?.name ?? arn;
  const [itself, policies] = await Promise.all([
    roleItself(reading, name, arn, onKnown),
    policiesOfRole(reading, name),
  ]);
  return itself.kind === 'found' ? { kind: 'found', value: { ...itself.value, policies } } : itself;
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
