/** Accounts of every kind, with one call that was refused in each: users and sessions, groups, paths, odd names, boundaries, Denies. */
import fc from 'fast-check';
import { ACCOUNT_ROLES, policyWith, roleArns } from './any-policy.ts';
import { ACCOUNT } from './denial.ts';
import type { RawPolicy } from './reference-evaluator.ts';

export interface RawEntity {
  readonly path?: string;
  readonly managed?: readonly string[];
  readonly inline?: Readonly<Record<string, RawPolicy>>;
  readonly boundary?: string;
}

/** An account file's content, as far as these tests fill it. */
export interface RawAccount {
  readonly accountId: string;
  readonly region: string;
  readonly users: Readonly<Record<string, RawEntity & { groups: readonly string[]; tags: Record<string, string> }>>;
  readonly groups: Readonly<Record<string, RawEntity>>;
  readonly roles: Readonly<Record<string, RawEntity & { trust: string | object; tags?: Record<string, string> }>>;
  readonly policies: Readonly<Record<string, RawPolicy>>;
  readonly organization?: { id: string; serviceControlPolicies: Readonly<Record<string, RawPolicy>> };
}

/** What the message gives as the reason: `truth` is what AWS would have said. */
export type Stated = 'truth' | 'nothing' | 'implicit' | 'explicit' | 'permissions-boundary' | 'scp' | 'session';

export interface AccountWithCall {
  readonly account: RawAccount;
  readonly caller: { readonly kind: 'user' | 'role'; readonly name: string };
  readonly roleArn: string;
  readonly stated: Stated;
  readonly mfa: boolean | null;
  readonly longTermKey: boolean;
  readonly sourceIp: string | null;
}

const open: RawPolicy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const onlyS3: RawPolicy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } };
const noPassing: RawPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Sid: 'NoPassing', Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' },
  ],
};
const mfaFence: RawPolicy = {
  Version: '2012-10-17',
  Statement: {
    Sid: 'Mfa',
    Effect: 'Deny',
    NotAction: 'iam:GetUser',
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  },
};
const updatesJobs: RawPolicy = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: ['glue:UpdateJob'], Resource: '*' },
};
/** Leaves hardly any of the quota of a group or a user. */
const big: RawPolicy = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${'b'.repeat(4950)}` },
};

const theirs = policyWith(1);
const mostly = <T>(weight: number, likely: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: likely }, ...others);

const inline = fc.dictionary(
  fc.constantFrom('Own', 'Extra', 'odd=name,x@1', 'AllowPassGlueToGlue', 'allowpassawsglueservicerolextoglue'),
  mostly(16, theirs, fc.constant(big)),
  { maxKeys: 1 },
);
const managed = fc.subarray(['P1', 'P2', 'MfaFence', 'UpdatesJobs', 'AWSGlueConsoleFullAccess'], { maxLength: 2 });
const path = fc.constantFrom('/', '/', '/team/', '/eng/data.x/');
const entity = fc.record({ path, managed, inline });

const boundary = mostly<string | undefined>(
  5,
  fc.constant(undefined),
  fc.constantFrom('Open', 'OnlyS3', 'NoPassing', 'P1'),
);
const organization = mostly<RawPolicy | undefined>(6, fc.constant(undefined), fc.constantFrom(open, onlyS3, noPassing));

const bounded = <T extends object>(of: T, limit: string | undefined) =>
  limit === undefined ? of : { ...of, boundary: limit };

const trust = mostly<string | object>(
  9,
  fc.constant('glue.amazonaws.com'),
  fc.constant('ec2.amazonaws.com'),
  fc.constant({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' },
      { Effect: 'Deny', Principal: { Service: ['glue.amazonaws.com', 'ec2.amazonaws.com'] }, Action: 'sts:*' },
    ],
  }),
);

const GROUPS = ['GlueAccess', 'Developers', 'g.3'] as const;

/** `path/name` of a role ARN, as an account file has it. */
function splitRole(arn: string): { readonly name: string; readonly path: string } {
  const inside = arn.slice(ACCOUNT_ROLES.length);
  const at = inside.lastIndexOf('/');
  return { name: inside.slice(at + 1), path: inside.slice(0, at + 1) };
}

const parts = fc.record({
  user: fc.record({
    name: fc.constantFrom('mika', 'mika', 'ana+x@example.com'),
    entity,
    boundary,
    groups: fc.subarray([...GROUPS]),
    team: fc.constantFrom<string | undefined>('orders', 'mika', undefined),
  }),
  session: fc.record({ entity, boundary, isReserved: fc.integer({ max: 9 }).map((at) => at === 0) }),
  isSession: fc.integer({ min: 0, max: 3 }).map((at) => at === 0),
  groups: fc.tuple(entity, entity, entity),
  others: fc.array(fc.subarray([...GROUPS]), { maxLength: 3 }),
  policies: fc.tuple(theirs, theirs),
  organization,
  roleArn: fc.constantFrom(...roleArns),
  target: fc.record({ trust, managed: fc.subarray(['AWSGlueServiceRole', 'AdministratorAccess']) }),
  stated: mostly<Stated>(
    12,
    fc.constant('truth'),
    fc.constantFrom<Stated>('nothing', 'implicit', 'explicit', 'permissions-boundary', 'scp', 'session'),
  ),
  mfa: fc.constantFrom(true, true, false, false, null),
  longTermKey: fc.integer({ max: 4 }).map((at) => at === 0),
  sourceIp: fc.constantFrom('198.51.100.7', '10.1.2.3', null),
});

type Parts = typeof parts extends fc.Arbitrary<infer Value> ? Value : never;

const RESERVED = 'AWSReservedSSO_Data_0123456789abcdef';

function usersOf({ user, others }: Parts): RawAccount['users'] {
  const colleagues = others.map((groups, at) => [`colleague${at}`, { groups, tags: {} }] as const);
  const tags: Record<string, string> = user.team === undefined ? {} : { team: user.team };
  const own = bounded({ ...user.entity, groups: user.groups, tags }, user.boundary);
  return { ...Object.fromEntries(colleagues), [user.name]: own };
}

function rolesOf({ roleArn, target, session }: Parts): RawAccount['roles'] {
  const { name, path } = splitRole(roleArn);
  const reserved = { ...session.entity, path: '/aws-reserved/sso.amazonaws.com/' };
  const behind = bounded(session.isReserved ? reserved : session.entity, session.boundary);
  return {
    [session.isReserved ? RESERVED : 'etl-developer']: { trust: 'ec2.amazonaws.com', ...behind },
    [name]: { path, ...target },
  };
}

export const anyAccountWithCall: fc.Arbitrary<AccountWithCall> = parts.map((of) => {
  const [P1, P2] = of.policies;
  const account: RawAccount = {
    accountId: ACCOUNT,
    region: 'ap-northeast-1',
    users: usersOf(of),
    groups: Object.fromEntries(GROUPS.map((name, at) => [name, of.groups[at] ?? {}])),
    roles: rolesOf(of),
    policies: {
      P1,
      P2,
      MfaFence: mfaFence,
      UpdatesJobs: updatesJobs,
      Open: open,
      OnlyS3: onlyS3,
      NoPassing: noPassing,
    },
    ...(of.organization === undefined
      ? {}
      : { organization: { id: 'o-abcdefghij', serviceControlPolicies: { FullAWSAccess: of.organization } } }),
  };
  const session = { kind: 'role' as const, name: of.session.isReserved ? RESERVED : 'etl-developer' };
  const caller = of.isSession ? session : { kind: 'user' as const, name: of.user.name };
  const { roleArn, stated, mfa, sourceIp } = of;
  return { account, caller, roleArn, stated, mfa, sourceIp, longTermKey: of.longTermKey && !of.isSession };
});
