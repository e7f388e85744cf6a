/** What the local AWS remembers while it runs. Everything is a plain Map: tests and the playground look at it, and may change it. */
import type { Job } from '@aws-sdk/client-glue';
import type {
  Account,
  AccountGroup,
  AccountJob,
  AccountRole,
  AccountUser,
  InlinePolicy,
  ManagedPolicy,
  Organization,
} from '../../account/account.ts';
import { awsManagedPolicies } from '../../account/aws-managed.ts';
import type { LocalBucket } from './bucket.ts';
import type { Caller } from './caller.ts';

type Changing<Entity extends { readonly inline: unknown }> = Omit<Entity, 'inline'> & {
  readonly inline: Map<string, InlinePolicy>;
};

export type LocalUser = Changing<AccountUser>;
export type LocalGroup = Changing<AccountGroup>;
export type LocalRole = Changing<AccountRole>;

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
}

export interface LocalState {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  organization: Organization | null;
  /** By name. */
  readonly users: Map<string, LocalUser>;
  readonly groups: Map<string, LocalGroup>;
  readonly roles: Map<string, LocalRole>;
  /** Managed policies by ARN, AWS's own included. */
  readonly policies: Map<string, ManagedPolicy>;
  /** Glue jobs of the account's region, by name. */
  readonly jobs: Map<string, Job>;
  readonly secrets: readonly Secret[];
  /** By name. */
  readonly buckets: Map<string, LocalBucket>;
  /** By access key id. */
  readonly callers: Map<string, Caller>;
}

function changing<Entity extends { readonly name: string; readonly inline: readonly InlinePolicy[] }>(
  entities: readonly Entity[],
): Map<string, Changing<Entity>> {
  return new Map(
    entities.map((entity) => [
      entity.name,
      { ...entity, inline: new Map(entity.inline.map((policy) => [policy.name, policy])) },
    ]),
  );
}

function glueJob({ name, definition, lastModifiedAt }: AccountJob): Job {
  const at = new Date(lastModifiedAt);
  return { ...definition, Name: name, CreatedOn: at, LastModifiedOn: at };
}

const longTermKeys = (account: Account): [string, Caller][] =>
  account.users.flatMap(({ name, accessKeyIds }) =>
    accessKeyIds.map((accessKeyId): [string, Caller] => [
      accessKeyId,
      { kind: 'user', name, accessKeyId, session: null, sourceIp: null },
    ]),
  );

export function createState(
  account: Account,
  secrets: readonly Secret[],
  buckets: Map<string, LocalBucket>,
): LocalState {
  const policies = [...awsManagedPolicies(account.partition), ...account.policies];
  return {
    accountId: account.accountId,
    partition: account.partition,
    region: account.region,
    organization: account.organization,
    users: changing(account.users),
    groups: changing(account.groups),
    roles: changing(account.roles),
    policies: new Map(policies.map((policy) => [policy.arn, policy])),
    jobs: new Map(account.jobs.map((job) => [job.name, glueJob(job)])),
    secrets,
    buckets,
    callers: new Map(longTermKeys(account)),
  };
}

function refill<Value>(map: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

/** Another account of the same place, as if it had been there from the start: objects are gone, handed out access keys stay. */
export function startOver(state: LocalState, account: Account): void {
  const { accountId, region, partition } = state;
  if (account.accountId !== accountId || account.region !== region || account.partition !== partition) {
    throw new Error(
      `Account ${account.accountId} in ${account.region} is no other state of ${accountId} in ${region}.`,
    );
  }
  const fresh = createState(account, [], new Map());
  state.organization = fresh.organization;
  refill(state.users, fresh.users);
  refill(state.groups, fresh.groups);
  refill(state.roles, fresh.roles);
  refill(state.policies, fresh.policies);
  refill(state.jobs, fresh.jobs);
  for (const { objects } of state.buckets.values()) objects.clear();
}
