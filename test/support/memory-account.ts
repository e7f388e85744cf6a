/** The account of a case file behind the reader's port, without a network: what the core is shown in the case files' first run. */

import { nearestRoles } from '../../lambda/adapters/iam/nearest-roles.ts';
import type { Found, Group, Principal } from '../../lambda/core/account/evidence.ts';
import { parseRoleArn, pathAndName } from '../../lambda/core/iam/arn.ts';
import { policySize } from '../../lambda/core/policy/parse.ts';
import type { Holder, SourcedPolicy } from '../../lambda/core/policy/sourced-policy.ts';
import type { AccountReader } from '../../lambda/ports/account-reader.ts';
import type { Account, AccountRole, AccountUser, InlinePolicy } from '../../local/account/account.ts';
import { decided, managed, simulate } from './memory-simulator.ts';

type Entity = { readonly name: string; readonly attached: readonly string[]; readonly inline: readonly InlinePolicy[] };

const found = <T>(value: T): Found<T> => ({ kind: 'found', value });
const missing = (what: string): { kind: 'missing'; why: string } => ({
  kind: 'missing',
  why: `AWS does not know ${what}: it may have been deleted or renamed.`,
});

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
        boundary: boundaryOf(account, { kind: 'role', name: known.name }, known.boundaryArn),
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
    async simulate(request) {
      const principal = principalBehind(account, request.principalArn);
      return principal === null ? missing(request.principalArn) : found(simulate(account, principal, request));
    },
    async allowedOnEverything(arn, actions, context) {
      const principal = principalBehind(account, arn);
      if (principal === null) return missing(arn);
      const isAllowed = (action: string) =>
        decided(account, principal, { action, resource: '*', context }).decision === 'allowed';
      return found(actions.filter(isAllowed));
    },
  };
}
