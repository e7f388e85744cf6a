import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Found } from '../../../../lambda/core/account/evidence.ts';
import { evaluate } from '../../../../lambda/core/policy/evaluate.ts';
import { coversResource } from '../../../../lambda/core/policy/resource-pattern.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import { isBroad, isOfKind, isOfService, meet } from '../../../../lambda/core/risk/resource-reach.ts';
import { assessRisk, type RiskEvidence } from '../../../../lambda/core/risk/risk.ts';
import { sentinels } from '../../../../lambda/core/risk/sentinel-actions.ts';
import { allow, awsManaged, deny, inline, type Written } from '../../../support/account.ts';
import { ROLE } from '../../../support/denial.ts';
import { found } from '../../../support/question.ts';

const role = { kind: 'role', name: 'glue-runtime-role' } as const;
const evidence = (changes: Partial<RiskEvidence> = {}): RiskEvidence => ({
  roleArn: ROLE,
  boundary: null,
  policies: found([]),
  roleMay: found([]),
  requester: null,
  ownRole: null,
  ...changes,
});
/** What AWS's simulator says of the sentinel actions on `*`, for these policies under this boundary. */
const simulated = (policies: readonly SourcedPolicy[], boundary: SourcedPolicy | null) =>
  sentinels.filter((action) =>
    [policies, ...(boundary === null ? [] : [[boundary]])].every(
      (layer) => evaluate(layer, { action, resource: '*', context: [] }).decision === 'allowed',
    ),
  );
const riskWithin = (boundary: SourcedPolicy | null, ...policies: SourcedPolicy[]) => {
  const bounds: Found<SourcedPolicy> | null = boundary === null ? null : found(boundary);
  const roleMay = found(simulated(policies, boundary));
  return assessRisk(evidence({ policies: found(policies), boundary: bounds, roleMay }));
};
const riskOf = (...policies: SourcedPolicy[]) => riskWithin(null, ...policies);
const riskIn = (...statements: Written[]) => riskOf(inline('Job', role, ...statements));
const low = { level: 'low', reasons: [] };
const elevated = (...reasons: string[]) => ({ level: 'elevated', reasons });
const administrator = (...reasons: string[]) => ({ level: 'administrator', reasons });

describe('a role hands over little', () => {
  test.each(['AWSGlueServiceRole', 'AWSLambdaBasicExecutionRole', 'IAMUserChangePassword'])('with %s alone', (name) => {
    expect(riskOf(awsManaged(name, role))).toEqual(low);
  });

  test('with no policy', () => {
    expect(riskOf()).toEqual(low);
  });

  test.each<[string, Written]>([
    [
      's3:GetObject on some buckets',
      allow(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::aws-glue-*', 'arn:aws:s3:::data/*']),
    ],
    ['reads of IAM on everything', allow(['iam:Get*', 'iam:List*'], '*')],
    ['the right to pass itself, as notebooks need it', allow('iam:PassRole', ROLE)],
    ['the right to assume itself', allow('sts:AssumeRole', ROLE)],
    [
      'keys for the user of its own name, which a role has none of',
      allow('iam:CreateAccessKey', 'arn:aws:iam::*:user/${aws:username}'),
    ],
    [
      'secrets of its own team',
      allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}/*'),
    ],
    ['rights over roles on things that are none', allow('iam:PutRolePolicy', 'arn:aws:iam::*:user/*')],
    ['rights over users on things that are none', allow('iam:CreateAccessKey', ROLE)],
    ['everything but nothing to do it on', { Effect: 'Allow', Action: '*', NotResource: '*' }],
    ['the policy of one bucket, and its deletion', allow(['s3:PutBucketPolicy', 's3:Delete*'], 'arn:aws:s3:::data')],
    ['grants on one key', allow(['kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ReEncrypt*'], 'arn:aws:kms:*:*:key/1')],
    ['secrets of one name', allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:etl-*')],
    ['reads of stacks', allow(['cloudformation:Describe*', 'cloudformation:List*'], '*')],
    [
      'parameters of one path, and one table',
      allow(
        ['ssm:GetParameter*', 'dynamodb:*', 'rds:*', 'redshift:GetClusterCredentials'],
        ['arn:aws:ssm:*:*:parameter/etl/*', 'arn:aws:dynamodb:*:*:table/etl', 'arn:aws:redshift:*:*:dbuser:etl/reader'],
      ),
    ],
    ['all of Glue, which every role of a job may have', allow('glue:*', '*')],
    ['everything on one bucket', allow('*', ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'])],
    ['a Deny of everything', deny('No')],
  ])('with %s', (_, statement) => {
    expect(riskIn(statement)).toEqual(low);
  });
});

describe('a role reaches further than its job', () => {
  test.each<[string, unknown, string]>([
    ['iam:PassRole', 'arn:aws:iam::111122223333:role/*', 'iam:PassRole'],
    ['iam:Pass*', '*', 'iam:PassRole'],
    ['sts:AssumeRole', 'arn:aws:iam::*:role/*', 'sts:AssumeRole'],
    ['s3:*', '*', 's3:GetObject, s3:PutObject, s3:DeleteObject and 5 more'],
    ['s3:GetObject', 'arn:aws:s3:::*', 's3:GetObject'],
    ['s3:GetObject', 'arn:aws:s3:::*/*', 's3:GetObject'],
    ['kms:Decrypt', 'arn:aws:kms:eu-west-1:111122223333:key/*', 'kms:Decrypt'],
    ['lambda:*', 'arn:aws:lambda:*:*:function:*', 'lambda:UpdateFunctionCode, lambda:UpdateFunctionConfiguration'],
    [
      'cloudformation:*',
      'arn:aws:cloudformation:*:*:stack/*/*',
      'cloudformation:CreateStack, cloudformation:UpdateStack, cloudformation:CreateChangeSet and 1 more',
    ],
    [
      'secretsmanager:*',
      'arn:aws:secretsmanager:*:*:secret:*',
      'secretsmanager:GetSecretValue, secretsmanager:PutResourcePolicy',
    ],
    ['ssm:SendCommand', 'arn:*', 'ssm:SendCommand'],
    ['sso:*', '*', 'sso:CreateAccountAssignment, sso:CreatePermissionSet, sso:UpdatePermissionSet and 5 more'],
  ])('with %s on %s', (action, resource, actions) => {
    expect(riskIn(allow(action, resource))).toEqual(elevated(`The inline policy Job allows ${actions} on everything.`));
  });

  test('with many such rights, of which three are named', () => {
    const actions = ['kms:Decrypt', 's3:GetObject', 's3:PutObject', 'sts:AssumeRole', 'ssm:SendCommand'];
    expect(riskIn({ Sid: 'Wide', ...allow(actions, '*') })).toEqual(
      elevated(
        'The inline policy Job, statement Wide, allows sts:AssumeRole, ssm:SendCommand, kms:Decrypt and 2 more on everything.',
      ),
    );
  });

  test('with one wide resource among narrow ones', () => {
    expect(riskIn(allow('kms:Decrypt', ['arn:aws:kms:*:*:key/1', '*']))).toEqual(
      elevated('The inline policy Job allows kms:Decrypt on everything.'),
    );
  });

  test('with a right to change one other role, among things of other kinds', () => {
    expect(riskIn(allow('iam:PutRolePolicy', ['arn:aws:s3:::x', 'arn:aws:iam::*:role/etl-worker'])).level).toBe(
      'elevated',
    );
  });

  test('with a right to change one other role', () => {
    expect(riskIn(allow('iam:PutRolePolicy', 'arn:aws:iam::*:role/etl-worker'))).toEqual(
      elevated('The inline policy Job allows iam:PutRolePolicy, by which a holder can give itself any right.'),
    );
  });

  test('as a power user, who may do everything but IAM', () => {
    expect(riskOf(awsManaged('PowerUserAccess', role))).toEqual(
      elevated(
        'The role has the managed policy PowerUserAccess.',
        'The managed policy PowerUserAccess allows sts:AssumeRole, lambda:UpdateFunctionCode, lambda:UpdateFunctionConfiguration and 71 more on everything.',
      ),
    );
  });

  test('with all of S3', () => {
    expect(riskOf(awsManaged('AmazonS3FullAccess', role))).toEqual(
      elevated(
        'The managed policy AmazonS3FullAccess allows s3:GetObject, s3:PutObject, s3:DeleteObject and 5 more on everything.',
      ),
    );
  });

  test('with all reads of S3', () => {
    expect(riskOf(awsManaged('AmazonS3ReadOnlyAccess', role))).toEqual(
      elevated('The managed policy AmazonS3ReadOnlyAccess allows s3:GetObject on everything.'),
    );
  });

  test('with all secrets', () => {
    expect(riskOf(awsManaged('SecretsManagerReadWrite', role)).level).toBe('elevated');
  });

  test('with nearly every action on everything, though none of them is known to be a sign', () => {
    const NotAction = [...new Set(sentinels.map((action) => action.replace(/:.*/, ':*')))];
    expect(riskIn({ Effect: 'Allow', NotAction, Resource: '*' })).toEqual(
      elevated('The inline policy Job allows every action but some on everything.'),
    );
    expect(riskIn({ Effect: 'Allow', NotAction, Resource: 'arn:aws:s3:::data/*' })).toEqual(low);
  });
});

describe('a role is an administrator', () => {
  test.each(['AdministratorAccess', 'IAMFullAccess'])('with %s', (name) => {
    expect(riskOf(awsManaged(name, role))).toEqual(administrator(`The role has the managed policy ${name}.`));
  });

  test.each(['*', '**', 'arn:*', 'arn:aws:*'])('with every action on %s', (resource) => {
    expect(riskIn(allow('*', resource))).toEqual(administrator('The inline policy Job allows every action.'));
  });

  test('with every action but some', () => {
    expect(riskIn({ Effect: 'Allow', NotAction: ['s3:DeleteBucket'], Resource: '*' })).toEqual(
      administrator('The inline policy Job allows every action but some.'),
    );
  });

  test.each(['arn:aws:iam::*:role/*-*', 'arn:aws:iam::*:role/*/*', 'arn:aws:iam::*:role/app-*'])(
    'with a policy for every role but %s',
    (NotResource) => {
      expect(riskIn({ Effect: 'Allow', Action: 'iam:PutRolePolicy', NotResource }).level).toBe('administrator');
    },
  );

  test('but not with one for every role but all of them', () => {
    const none = { Effect: 'Allow', Action: 'iam:PutRolePolicy', NotResource: 'arn:aws:iam::*:role/*' };
    expect(assessRisk(evidence({ policies: found([inline('Job', role, none)]) }))).toEqual(low);
  });

  test('with every action on everything but some', () => {
    expect(riskIn({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::secret' })).toEqual(
      administrator('The inline policy Job allows every action.'),
    );
  });

  test.each(['*', 'arn:aws:iam::*', 'arn:aws:iam::*:*', 'arn:aws:iam::111122223333:user/*'])(
    'with access keys for everyone, by %s',
    (resource) => {
      expect(riskIn(allow('iam:CreateAccessKey', resource))).toEqual(
        administrator('The inline policy Job allows iam:CreateAccessKey, by which a holder can give itself any right.'),
      );
    },
  );

  test('with all of IAM, which is not every action', () => {
    expect(riskIn(allow('iam:*', '*'))).toEqual(
      administrator(
        'The inline policy Job allows iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion, iam:AttachUserPolicy and 15 more, by which a holder can give itself any right.',
        'The inline policy Job allows iam:PassRole, iam:AddRoleToInstanceProfile, iam:CreateSAMLProvider and 7 more on everything.',
      ),
    );
  });

  test('if one policy of many says so, and every reason is told once', () => {
    const twice = awsManaged('AmazonS3FullAccess', role);
    expect(riskOf(twice, awsManaged('AdministratorAccess', role), twice)).toEqual(
      administrator(
        'The role has the managed policy AdministratorAccess.',
        'The managed policy AmazonS3FullAccess allows s3:GetObject, s3:PutObject, s3:DeleteObject and 5 more on everything.',
      ),
    );
  });

  test("but not for a policy of one's own that is only called so", () => {
    const own = inline('AdministratorAccess', role, allow('glue:GetJob', '*'));
    const managed = { ...own, source: { ...own.source, kind: 'customer-managed' as const } };
    expect(riskOf(own, managed)).toEqual(low);
  });
});

const app = 'arn:aws:iam::*:role/app-*';
const ownPolicy = 'arn:aws:iam::111122223333:policy/etl/Limits';
const attached = (arn: string, ...statements: Written[]): SourcedPolicy => {
  const policy = inline(arn.slice(arn.lastIndexOf('/') + 1), role, ...statements);
  return { ...policy, source: { ...policy.source, kind: 'customer-managed', arn } };
};
const denyAll = (action: unknown, condition?: Written) => ({ ...allow(action, '*', condition), Effect: 'Deny' });
const everything = allow('*', '*');

describe('rights over itself', () => {
  const actions = [
    'iam:PutRolePolicy',
    'iam:AttachRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:DeleteRolePermissionsBoundary',
    'iam:PutRolePermissionsBoundary',
  ];
  test.each(actions)('with %s on itself, a role is an administrator', (action) => {
    for (const resource of [ROLE, 'arn:aws:iam::*:role/glue-*']) {
      expect(riskIn(allow(action, resource))).toEqual(
        administrator(
          `The inline policy Job allows ${action} on the role itself, by which a holder can make it an administrator or hand it to anyone.`,
        ),
      );
    }
  });

  test.each(actions)('with %s on a role whose name is its own under a path, it is not', (action) => {
    expect(riskIn(allow(action, ROLE.replace(':role/', ':role/etl/'))).level).toBe('elevated');
  });

  test.each(['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'])(
    'with %s on a policy that is attached to it, a role is an administrator',
    (action) => {
      const job = inline('Job', role, allow(action, 'arn:aws:iam::111122223333:policy/etl/*'));
      expect(riskOf(job, attached(ownPolicy, allow('glue:GetJob', '*'))).level).toBe('administrator');
      expect(riskOf(job, attached('arn:aws:iam::111122223333:policy/Limits')).level).toBe('elevated');
      expect(riskOf(job).level).toBe('elevated');
    },
  );

  test('and on its boundary as well', () => {
    const boundary = attached(ownPolicy, allow('iam:*', '*'));
    const job = inline('Job', role, allow('iam:CreatePolicyVersion', ownPolicy));
    expect(riskWithin(boundary, job).level).toBe('administrator');
  });

  test('taking its own policies away is a sign, as that lifts a Deny', () => {
    expect(riskIn(allow('iam:DeleteRolePolicy', ROLE))).toEqual(
      elevated(
        'The inline policy Job allows iam:DeleteRolePolicy on the role itself, by which a holder can lift a Deny.',
      ),
    );
    expect(riskIn(allow('iam:DeleteRolePolicy', 'arn:aws:iam::*:role/other'))).toEqual(low);
  });

  test('a variable could name the role itself, where the rest of the name fits', () => {
    const tagged = 'arn:aws:iam::111122223333:role/${aws:PrincipalTag/app}-runtime-role';
    const other = 'arn:aws:iam::111122223333:role/${aws:PrincipalTag/app}-reader';
    expect(riskIn(allow('iam:PutRolePolicy', tagged))).toEqual(
      administrator(
        'The inline policy Job allows iam:PutRolePolicy on what a variable may make the role itself, by which a holder can make it an administrator or hand it to anyone.',
      ),
    );
    expect(riskIn(allow('iam:PutRolePolicy', other)).level).toBe('elevated');
    expect(riskIn(allow('iam:DetachRolePolicy', tagged))).toEqual(
      elevated(
        'The inline policy Job allows iam:DetachRolePolicy on what a variable may make the role itself, by which a holder can lift a Deny.',
      ),
    );
    expect(riskIn(allow('iam:DetachRolePolicy', other))).toEqual(low);
    const job = inline(
      'Job',
      role,
      allow('iam:CreatePolicyVersion', `${ownPolicy.slice(0, -6)}\${aws:PrincipalTag/p}`),
    );
    expect(riskOf(job, attached(ownPolicy)).level).toBe('administrator');
    expect(riskOf(job).level).toBe('elevated');
  });

  test('and a NotResource with a variable may leave it in', () => {
    const NotResource = [
      'arn:aws:iam::111122223333:role/${aws:PrincipalTag/app}-runtime-role',
      'arn:aws:iam::*:role/a*',
    ];
    expect(riskIn({ Effect: 'Allow', Action: 'iam:PutRolePolicy', NotResource }).level).toBe('administrator');
  });
});

describe('what takes a right back', () => {
  const noIam = denyAll(['iam:*', 'organizations:*', 'account:*']);

  test('a Deny without a condition, on everything, counts', () => {
    expect(riskIn(allow('s3:*', '*'), denyAll('s3:*'))).toEqual(low);
    expect(riskIn(everything, noIam).level).toBe('elevated');
    expect(riskOf(awsManaged('AdministratorAccess', role), inline('Fence', role, noIam)).level).toBe('elevated');
    expect(riskOf(awsManaged('IAMFullAccess', role), inline('Fence', role, noIam))).toEqual(low);
  });

  test('not one under a condition, nor one on some things; what the simulator says instead is told', () => {
    const withoutMfa = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };
    expect(riskIn(everything, denyAll('iam:*', withoutMfa))).toEqual(
      administrator(
        'The inline policy Job allows every action.',
        "By the text of its policies the role may do iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion, iam:AttachUserPolicy and 15 more on everything; AWS's simulator says that it may not. A Deny, the boundary, an organization's policy or a condition is in the way; what lifts it is not known, so it is not counted.",
      ),
    );
    expect(riskIn(everything, { ...noIam, Resource: 'arn:aws:iam::*:role/break-glass' }).level).toBe('administrator');
    expect(riskIn(everything, { Effect: 'Deny', Action: 'iam:*', NotResource: ROLE }).level).toBe('administrator');
  });

  test.each(['iam:DetachRolePolicy', 'iam:DeleteRolePolicy'])('nor one that the role can lift by %s', (action) => {
    const lifts = allow(action, ROLE);
    expect(riskIn(lifts, everything, denyAll(['iam:Put*', 'iam:Attach*'])).level).toBe('administrator');
    expect(riskIn(lifts, allow('s3:*', '*'), denyAll('s3:*')).level).toBe('elevated');
  });

  test('nor one that it can lift if a variable names it', () => {
    const guard = denyAll([
      'iam:Attach*',
      'iam:Put*',
      'iam:Create*',
      'iam:Set*',
      'iam:Update*',
      'iam:Add*',
      'iam:Delete*',
    ]);
    const attach = allow('iam:Attach*', '*');
    const detach = (name: string) => allow('iam:DetachRolePolicy', `arn:aws:iam::111122223333:role/${name}`);
    expect(riskIn(guard, attach)).toEqual(low);
    expect(riskIn(guard, attach, detach('${aws:PrincipalTag/app}-runtime-role')).level).toBe('administrator');
    expect(riskIn(guard, attach, detach('${aws:PrincipalTag/app}-reader'))).toEqual(low);
  });

  test('a Deny with NotAction counts for what it denies', () => {
    expect(riskIn(everything, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' })).toEqual(
      elevated('The inline policy Job allows s3:GetObject, s3:PutObject, s3:DeleteObject and 5 more on everything.'),
    );
  });

  test('a boundary counts for what it nowhere allows', () => {
    const s3Only = attached('arn:aws:iam::111122223333:policy/Fence', allow('s3:*', 'arn:aws:s3:::data/*'));
    expect(riskWithin(s3Only, awsManaged('AdministratorAccess', role)).level).toBe('elevated');
    expect(riskWithin(s3Only, inline('Job', role, allow('iam:*', '*')))).toEqual(low);
    const noIamFence = attached('arn:aws:iam::111122223333:policy/Fence', everything, noIam);
    expect(riskWithin(noIamFence, awsManaged('AdministratorAccess', role)).level).toBe('elevated');
  });

  test('not for what it allows somewhere, and not one that could not be read', () => {
    const some = attached('arn:aws:iam::111122223333:policy/Fence', allow('iam:PutRolePolicy', app));
    expect(riskWithin(some, inline('Job', role, allow('iam:PutRolePolicy', '*'))).level).toBe('administrator');
    const refused = { kind: 'refused', why: 'Reading the boundary was refused.' } as const;
    const policies = found([awsManaged('AdministratorAccess', role)]);
    expect(assessRisk(evidence({ policies, boundary: refused, roleMay: found([]) })).level).toBe('administrator');
  });

  test('a condition on an Allow does not, and is told', () => {
    for (const condition of [
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    ]) {
      const [first] = riskIn(allow('iam:PutRolePolicy', '*', condition)).reasons;
      expect(riskIn(allow('iam:PutRolePolicy', '*', condition)).level).toBe('administrator');
      expect(first).toBe(
        'The inline policy Job allows iam:PutRolePolicy, by which a holder can give itself any right, under a condition that is not counted.',
      );
    }
  });
});

describe('rights that are harmless apart and together are as good as all', () => {
  const users = 'arn:aws:iam::*:user/app-*';
  const groups = 'arn:aws:iam::*:group/app-*';
  const policies = 'arn:aws:iam::*:policy/app-*';
  test.each<[string, Written[]]>([
    ['all of IAM on some roles', [allow('iam:*', app)]],
    ['a policy for a role, and its trust', [allow(['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'], app)]],
    ['a policy for a role, and a new role', [allow('iam:AttachRolePolicy', app), allow('iam:CreateRole', '*')]],
    ['a policy for a role, and passing it', [allow('iam:PutRolePolicy', app), allow('iam:PassRole', `${app}-etl`)]],
    ['a policy for a role, and assuming it', [allow('iam:PutRolePolicy', app), allow('sts:AssumeRole', app)]],
    ['a policy for a user, and its keys', [allow('iam:PutUserPolicy', users), allow('iam:CreateAccessKey', users)]],
    ['a policy for a user, and its password', [allow(['iam:AttachUserPolicy', 'iam:UpdateLoginProfile'], users)]],
    [
      'for roles of two patterns that some name fits',
      [allow('iam:PutRolePolicy', app), allow('iam:UpdateAssumeRolePolicy', 'arn:aws:iam::*:role/*-prod')],
    ],
    [
      'for roles of two patterns of which one has a variable',
      [
        allow('iam:PutRolePolicy', 'arn:aws:iam::*:role/${aws:PrincipalTag/team}-*'),
        allow('sts:AssumeRole', 'arn:aws:iam::*:role/data-*'),
      ],
    ],
    [
      'a policy for a role, and assuming all roles but some',
      [
        allow('iam:PutRolePolicy', app),
        { Effect: 'Allow', Action: 'sts:AssumeRole', NotResource: ['arn:aws:iam::*:role/*-prod'] },
      ],
    ],
    [
      "a policy for a group, and a user's keys",
      [allow(['iam:PutGroupPolicy', 'iam:AddUserToGroup'], groups), allow('iam:CreateAccessKey', users)],
    ],
    [
      'a new version of a policy, and a role',
      [allow('iam:CreatePolicyVersion', policies), allow('sts:AssumeRole', app)],
    ],
    [
      'another version of a policy, and a user',
      [allow('iam:SetDefaultPolicyVersion', policies), allow('iam:CreateLoginProfile', users)],
    ],
  ])('%s', (_, statements) => {
    expect(riskIn(...statements).level).toBe('administrator');
  });

  test('the sentence names both', () => {
    const { reasons } = riskIn(allow('iam:AttachRolePolicy', app), { Sid: 'New', ...allow('iam:CreateRole', app) });
    expect(reasons[0]).toBe(
      `iam:AttachRolePolicy on ${app} (inline policy Job) and iam:CreateRole on ${app} (inline policy Job, statement New) together let a holder make an administrator and act as it.`,
    );
  });

  test('and what is not read of them', () => {
    const { reasons } = riskIn(allow('iam:CreatePolicyVersion', policies), allow('sts:AssumeRole', app));
    expect(reasons[0]).toBe(
      `iam:CreatePolicyVersion on ${policies} (inline policy Job) and sts:AssumeRole on ${app} (inline policy Job) together let a holder make an administrator and act as it, where the policy is attached to the role.`,
    );
  });

  test.each<[string, Written[]]>([
    ['a policy and the role itself', [allow('iam:CreatePolicyVersion', policies), allow('iam:PassRole', ROLE)]],
    ['a policy for a group, and a role', [allow('iam:PutGroupPolicy', groups), allow('sts:AssumeRole', app)]],
    [
      'a policy for a role, and assuming all but that',
      [allow('iam:PutRolePolicy', app), { Effect: 'Allow', Action: 'sts:AssumeRole', NotResource: app }],
    ],
    ['one of the two', [allow('iam:PutRolePolicy', app)]],
    ['for different roles', [allow('iam:PutRolePolicy', app), allow('iam:PassRole', 'arn:aws:iam::*:role/etl-*')]],
    ['for a role and for a user', [allow('iam:PutRolePolicy', app), allow('iam:CreateAccessKey', users)]],
    ['one of them taken back', [allow('iam:*', app), denyAll(['iam:Put*', 'iam:Attach*'])]],
  ])('not %s', (_, statements) => {
    expect(riskIn(...statements).level).toBe('elevated');
  });
});

test('AWS is asked for each sign once', () => {
  expect(new Set(sentinels).size).toBe(sentinels.length);
});

describe('every warning sign of a role is seen, alone', () => {
  test.each([
    'iam:CreatePolicyVersion',
    'iam:SetDefaultPolicyVersion',
    'iam:AttachUserPolicy',
    'iam:AttachGroupPolicy',
    'iam:AttachRolePolicy',
    'iam:PutUserPolicy',
    'iam:PutGroupPolicy',
    'iam:PutRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:UpdateLoginProfile',
    'iam:AddUserToGroup',
    'iam:DeleteRolePermissionsBoundary',
    'iam:PutRolePermissionsBoundary',
    'iam:DeleteUserPermissionsBoundary',
    'iam:PutUserPermissionsBoundary',
    'iam:UpdateSAMLProvider',
    'iam:*',
  ])('%s on everything makes an administrator', (action) => {
    expect(riskIn(allow(action, '*')).level).toBe('administrator');
  });

  test.each([
    'iam:PassRole',
    'iam:AddRoleToInstanceProfile',
    'iam:CreateSAMLProvider',
    'iam:CreateOpenIDConnectProvider',
    'iam:UpdateOpenIDConnectProviderThumbprint',
    'iam:AddClientIDToOpenIDConnectProvider',
    'iam:DetachRolePolicy',
    'iam:DeleteRolePolicy',
    'sts:AssumeRole',
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:CreateStackSet',
    'ssm:SendCommand',
    'organizations:AttachPolicy',
    'organizations:DetachPolicy',
    'organizations:DisablePolicyType',
    'organizations:LeaveOrganization',
    'organizations:CreateAccount',
    'organizations:*',
    'sso:CreateAccountAssignment',
    'sso:CreatePermissionSet',
    'sso:UpdatePermissionSet',
    'sso:ProvisionPermissionSet',
    'sso:*',
    'identitystore:CreateGroupMembership',
    'secretsmanager:GetSecretValue',
    'kms:Decrypt',
    'kms:CreateGrant',
    'kms:PutKeyPolicy',
    'kms:ReEncryptFrom',
    'kms:ReEncrypt*',
    's3:PutBucketPolicy',
    's3:DeleteObject',
    's3:DeleteBucket',
    's3:Delete*',
    's3:*',
    'cloudformation:UpdateStackInstances',
    'ssm:CreateAssociation',
    'ssm:ResumeSession',
    'ssm:StartAutomationExecution',
    'ssm:GetParameter',
    'ssm:GetParameter*',
    'ec2:*',
    'ec2:ModifyInstanceAttribute',
    'ec2:CreateLaunchTemplateVersion',
    'ec2-instance-connect:SendSSHPublicKey',
    'codebuild:StartBuild',
    'codebuild:StartBuildBatch',
    'codebuild:UpdateProject',
    'codedeploy:CreateDeployment',
    'ecs:*',
    'ecs:ExecuteCommand',
    'batch:SubmitJob',
    'elasticmapreduce:AddJobFlowSteps',
    'apprunner:UpdateService',
    'states:UpdateStateMachine',
    'sagemaker:*',
    'bedrock-agentcore:*',
    'eks:CreateAccessEntry',
    'eks:AssociateAccessPolicy',
    'sts:AssumeRoot',
    'rolesanywhere:*',
    'iam:CreateServiceSpecificCredential',
    'organizations:EnableAWSServiceAccess',
    'sso-directory:*',
    'secretsmanager:PutResourcePolicy',
    'kms:ScheduleKeyDeletion',
    's3:PutBucketAcl',
    'dynamodb:*',
    'dynamodb:Scan',
    'rds:*',
    'rds-db:connect',
    'redshift:GetClusterCredentials',
  ])('%s on everything is more than a job needs', (action) => {
    expect(riskIn(allow(action, '*')).level).toBe('elevated');
  });

  test.each([
    ['sts:AssumeRole', 'arn:aws:iam::444455556666:role/warehouse'],
    ['iam:PassRole', 'arn:aws:iam::*:role/etl/*'],
    ['iam:AddRoleToInstanceProfile', 'arn:aws:iam::*:instance-profile/web'],
    ['iam:UpdateOpenIDConnectProviderThumbprint', 'arn:aws:iam::*:oidc-provider/token.example.com'],
    ['lambda:UpdateFunctionConfiguration', 'arn:aws:lambda:eu-west-1:111122223333:function:orders'],
    ['cloudformation:UpdateStackSet', 'arn:aws:cloudformation:*:*:stackset/base:*'],
    ['identitystore:CreateGroupMembership', 'arn:aws:identitystore:::group/admins'],
    ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-1:111122223333:function:orders'],
    ['cloudformation:UpdateStack', 'arn:aws:cloudformation:*:*:stack/etl-*/*'],
    ['ssm:SendCommand', 'arn:aws:ssm:*:*:document/AWS-RunShellScript'],
    ['organizations:AttachPolicy', 'arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1'],
    ['sso:CreateAccountAssignment', 'arn:aws:sso:::instance/ssoins-1'],
    ['codebuild:StartBuild', 'arn:aws:codebuild:*:*:project/release'],
    ['codedeploy:CreateDeployment', 'arn:aws:codedeploy:*:*:deploymentgroup:web/all'],
    ['ecs:ExecuteCommand', 'arn:aws:ecs:*:*:task/orders/*'],
    ['ec2:ModifyInstanceAttribute', 'arn:aws:ec2:*:*:instance/i-1'],
    ['ec2-instance-connect:SendSSHPublicKey', 'arn:aws:ec2:*:*:instance/i-*'],
    ['batch:SubmitJob', 'arn:aws:batch:*:*:job-definition/etl:1'],
    ['elasticmapreduce:AddJobFlowSteps', 'arn:aws:elasticmapreduce:*:*:cluster/j-1'],
    ['apprunner:UpdateService', 'arn:aws:apprunner:*:*:service/web/*'],
    ['states:UpdateStateMachine', 'arn:aws:states:*:*:stateMachine:nightly'],
    ['sagemaker:CreatePresignedNotebookInstanceUrl', 'arn:aws:sagemaker:*:*:notebook-instance/lab'],
    ['bedrock-agentcore:InvokeCodeInterpreter', 'arn:aws:bedrock-agentcore:*:*:code-interpreter-custom/x'],
    ['eks:AssociateAccessPolicy', 'arn:aws:eks:*:*:access-entry/main/*'],
    ['rolesanywhere:UpdateTrustAnchor', 'arn:aws:rolesanywhere:*:*:trust-anchor/x'],
    ['ssm:StartAutomationExecution', 'arn:aws:ssm:*:*:automation-definition/Restart:*'],
    ['ssm:ResumeSession', 'arn:aws:ssm:*:*:session/maria-*'],
    ['iam:CreateServiceSpecificCredential', 'arn:aws:iam::*:user/deploy'],
  ])('%s is one on a single thing too', (action, resource) => {
    expect(riskIn(allow(action, ['arn:aws:s3:::x', resource]))).toEqual(
      elevated(`The inline policy Job allows ${action}, by which a holder can act with other rights than its own.`),
    );
  });

  test('the root of one account is all there is of it', () => {
    expect(riskIn(allow('sts:AssumeRoot', 'arn:aws:iam::444455556666:root'))).toEqual(
      elevated('The inline policy Job allows sts:AssumeRoot on everything.'),
    );
  });

  test('but not on a thing of another service', () => {
    expect(riskIn(allow('lambda:UpdateFunctionCode', 'arn:aws:s3:::x'))).toEqual(low);
  });
});

describe("what AWS's simulator says of the role", () => {
  const refused = { kind: 'refused', why: 'The simulation was refused.' } as const;
  const glue = found([awsManaged('AWSGlueServiceRole', role)]);
  const wide = found([awsManaged('AmazonS3FullAccess', role)]);
  const unreadable = { kind: 'refused', why: 'The policy X cannot be understood.' } as const;
  const s3Actions = sentinels.filter((action) => action.startsWith('s3:'));
  const s3Sentence =
    'The managed policy AmazonS3FullAccess allows s3:GetObject, s3:PutObject, s3:DeleteObject and 5 more on everything.';

  test('a simulation that was refused leaves the risk unknown, not low', () => {
    const unknown = { level: 'unknown', reasons: [refused.why] };
    expect(assessRisk(evidence({ policies: glue, roleMay: refused }))).toEqual(unknown);
  });

  test('nor does one whose role is gone', () => {
    const gone = { kind: 'missing', why: 'AWS does not know it.' } as const;
    expect(assessRisk(evidence({ policies: glue, roleMay: gone })).level).toBe('unknown');
  });

  test('where the text of the policies is reason enough, it says that more is not known', () => {
    expect(assessRisk(evidence({ policies: wide, roleMay: refused }))).toEqual(elevated(s3Sentence, refused.why));
  });

  test('an administrator stays one', () => {
    const policies = found([awsManaged('AdministratorAccess', role)]);
    expect(assessRisk(evidence({ policies, roleMay: refused }))).toEqual(
      administrator('The role has the managed policy AdministratorAccess.'),
    );
  });

  test('a right to change rights makes an administrator, whatever the text seems to say', () => {
    const sentence =
      "AWS's simulator says that the role may do iam:PutRolePolicy on everything, by which a holder can give itself any right.";
    const roleMay = found(['iam:PutRolePolicy', 's3:GetObject']);
    expect(assessRisk(evidence({ policies: glue, roleMay }))).toEqual(administrator(sentence));
    expect(assessRisk(evidence({ policies: unreadable, roleMay }))).toEqual(administrator(sentence));
    const all = found(['iam:PutRolePolicy', ...s3Actions]);
    expect(assessRisk(evidence({ policies: wide, roleMay: all }))).toEqual(administrator(sentence, s3Sentence));
  });

  test('another far-reaching right is more than low, and not more than is known without it', () => {
    const sentence = "AWS's simulator says that the role may do s3:GetObject on everything.";
    const roleMay = found(['s3:GetObject']);
    expect(assessRisk(evidence({ policies: glue, roleMay }))).toEqual(elevated(sentence));
    expect(assessRisk(evidence({ policies: wide, roleMay: found(s3Actions) }))).toEqual(elevated(s3Sentence));
    expect(assessRisk(evidence({ policies: unreadable, roleMay }))).toEqual({
      level: 'unknown',
      reasons: [sentence, unreadable.why],
    });
  });

  describe('next to what the requester may do', () => {
    const roleMay = found(['iam:PutRolePolicy', 'kms:Decrypt', 's3:GetObject', 's3:PutObject', 'sts:AssumeRole']);
    const compared = (may: RiskEvidence['roleMay']) =>
      assessRisk(evidence({ policies: wide, roleMay, requester: { name: 'maria', may } })).reasons[1];

    test('names what is gained', () => {
      expect(compared(found(['s3:GetObject']))).toBe(
        'As this role one may do on everything what maria may not: iam:PutRolePolicy, kms:Decrypt, s3:PutObject and 1 more.',
      );
    });

    test('says when nothing is', () => {
      expect(compared(roleMay)).toBe(
        'On everything, maria may do without the role what it may do: iam:PutRolePolicy, kms:Decrypt, s3:GetObject and 2 more.',
      );
    });

    test('says when it is not known', () => {
      expect(compared(refused)).toBe(
        'It is not known whether maria may do iam:PutRolePolicy, kms:Decrypt, s3:GetObject and 2 more without the role: The simulation was refused.',
      );
    });

    test('and tells what is gained on some things, where nothing is on everything', () => {
      const own = found([inline('Job', role, allow('iam:PutRolePolicy', ROLE))]);
      const of = (may: RiskEvidence['roleMay']) =>
        assessRisk(evidence({ policies: own, requester: { name: 'maria', may } })).reasons[1];
      expect(of(found([]))).toBe(
        'As this role one may do, on some things, what maria may not do on everything: iam:PutRolePolicy.',
      );
      expect(of(found(['iam:PutRolePolicy']))).toBe(
        'maria may do on everything, without the role, what it may do on some things: iam:PutRolePolicy.',
      );
      expect(of(refused)).toBe(
        'It is not known whether maria may do iam:PutRolePolicy without the role: The simulation was refused.',
      );
    });

    test('says nothing of a role that reaches nowhere', () => {
      const requester = { name: 'maria', may: found(['s3:GetObject']) };
      expect(assessRisk(evidence({ policies: glue, requester }))).toEqual(low);
    });
  });
});

test("a role of the remediator's own is worth an administrator's", () => {
  expect(assessRisk(evidence({ ownRole: 'PassRoleRemediator-Apply' }))).toEqual(
    administrator(
      "The role PassRoleRemediator-Apply counts as one of passrole-remediator's own, by its name, its path or its tag.",
    ),
  );
});

test('a role whose policies may not be read is not taken for harmless', () => {
  const policies = { kind: 'refused', why: 'Reading its policies was refused.' } as const;
  expect(assessRisk(evidence({ policies }))).toEqual({
    level: 'unknown',
    reasons: ['Reading its policies was refused.'],
  });
});

describe('how far a pattern reaches', () => {
  test.each([
    ['*', 'iam:role/?', true],
    ['arn:aws:iam', 'iam:role/?', true],
    ['arn:aws:i*::*:role/*', 'iam:role/?', true],
    ['arn:aws-cn:iam::*:role/*', 'iam:role/?', true],
    ['arn:aws:iam::1111????2222:rol*', 'iam:role/?', true],
    ['arn:aws:iam::*:role/*/*', 'iam:role/?', true],
    ['arn:aws:iam::*:role/a*', 'iam:role/?', false],
    ['arn:aws:iam::*:role/*', 'iam:user/?', false],
    ['arn:aws:s3:::*', 'iam:role/?', false],
    ['arn:aws:s3:::*', 's3:?', true],
    ['arn:aws:s3:::*/*', 's3:?', false],
    ['arn:aws:iam::*:role/*', 's3:?/?', false],
    ['arn:aws:lambda:eu-*:*:function:*', 'lambda:function:?', true],
    ['arn:aws:organizations::*:account/o-1/*', 'organizations:account/?/?', false],
    ['arn:aws:organizations::*:account/*', 'organizations:account/?/?', true],
    ['*', '*', true],
    ['arn:aws:organizations::*:*', '*', false],
    ['anything', 'glue:job/?', false],
  ])('%s is everything of %s: %s', (pattern, thing, is) => {
    expect(isBroad(pattern, thing)).toBe(is);
  });

  test.each([
    ['arn:aws:iam::*:role/x', 'iam:role/?', true],
    ['arn:aws:iam::*:role/x', 'iam:user/?', false],
    ['arn:aws:iam::*:r*', 'iam:role/?', true],
    ['arn:aws:iam::*:*/x', 'iam:user/?', true],
    ['arn:aws:iam::*:${aws:PrincipalTag/kind}/x', 'iam:user/?', true],
    ['arn:aws:ec2:*:*:instance/*', 'ec2:instance/?', true],
    ['*', 'iam:role/?', true],
    ['arn:*', 'iam:role/?', true],
    ['arn:aws:iam', 'iam:role/?', true],
    ['arn:aws:s3:::x', 'iam:role/?', false],
    ['arn:aws:organizations::*:*', '*', false],
  ])('%s could be of %s: %s', (pattern, thing, is) => {
    expect(isOfKind(pattern, thing)).toBe(is);
  });

  test.each([
    ['arn:aws:iam::*:role/x', true],
    ['*', true],
    ['arn:*', true],
    ['arn:aws:iam::*', true],
    ['arn:aws:s3:::x', false],
    ['data/*', false],
  ])('%s could be of IAM: %s', (pattern, is) => {
    expect(isOfService(pattern, 'iam')).toBe(is);
  });

  const named = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  test.each([
    ['app-*', '*-prod', true],
    ['app-*', 'app-etl', true],
    ['app-?', '?pp-x', true],
    ['app-*', 'etl-*', false],
    ['*-prod', '*-test', false],
    ['app-x', 'app-?x', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['*b?d*', 'abcde', true],
    ['*b?d*', 'abce', false],
    ['*a?*', '?b?', true],
    ['a*', '*', true],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    ['${aws:PrincipalTag/team}-a*', 'data-*', true],
    ['${aws:PrincipalTag/team}-a', 'data-b', false],
  ])('%s and %s meet: %s', (one, other, is) => {
    expect(meet(named(one), named(other))).toBe(is);
    expect(meet(named(other), named(one))).toBe(is);
  });

  test('nothing is of two accounts, and what is cut short is open', () => {
    expect(meet(named('app-*'), named('app-*').replace('1111', '4444'))).toBe(false);
    expect(meet(named('app-*'), 'arn:aws:iam')).toBe(true);
    expect(meet('arn:aws:iam::*:role/app-*', 'arn:aws:iam::*:role/etl-*')).toBe(false);
  });

  const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 });
  const words = ['', 'a', 'b'].concat(
    ...[2, 3, 4, 5, 6, 7, 8].map((length) =>
      Array.from({ length: 2 ** length }, (_, bits) =>
        bits.toString(2).padStart(length, '0').replace(/0/g, 'a').replace(/1/g, 'b'),
      ),
    ),
  );
  test('two patterns meet where there is a name that both cover', () => {
    fc.assert(
      fc.property(short, short, (one, other) => {
        const both = words.some((word) => [one, other].every((each) => coversResource(named(each), named(word), null)));
        expect(meet(named(one), named(other))).toBe(both);
      }),
    );
  });
});
