import { describe, expect, test } from '@jest/globals';
import type { SourcedPolicy } from '../../lambda/core/evidence.ts';
import { assessRisk, type RiskEvidence } from '../../lambda/core/risk.ts';
import { isBroad, isOfService } from '../../lambda/core/risk-reach.ts';
import { allow, awsManaged, deny, inline, type Written } from '../support/account.ts';
import { found } from '../support/question.ts';

const role = { kind: 'role', name: 'glue-runtime-role' } as const;
const evidence = (changes: Partial<RiskEvidence> = {}): RiskEvidence => ({
  policies: found([]),
  roleMay: found([]),
  requester: null,
  ownRole: null,
  ...changes,
});
const riskOf = (...policies: SourcedPolicy[]) => assessRisk(evidence({ policies: found(policies) }));
const riskIn = (...statements: Written[]) => riskOf(inline('Job', role, ...statements));
const low = { level: 'low', reasons: [] };
const elevated = (...reasons: string[]) => ({ level: 'elevated', reasons });
const administrator = (...reasons: string[]) => ({ level: 'administrator', reasons });

describe('a role hands over little', () => {
  test.each(['AWSGlueServiceRole', 'IAMUserChangePassword'])('with %s alone', (name) => {
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
    ['PassRole on one role', allow('iam:PassRole', 'arn:aws:iam::*:role/etl-worker')],
    ['PassRole on roles under a path', allow('iam:PassRole', 'arn:aws:iam::111122223333:role/etl/*')],
    ['secrets of one name', allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:etl-*')],
    ['reads of stacks', allow(['cloudformation:Describe*', 'cloudformation:List*'], '*')],
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
    ['s3:*', '*', 's3:GetObject, s3:PutObject'],
    ['s3:GetObject', 'arn:aws:s3:::*', 's3:GetObject'],
    ['s3:GetObject', 'arn:aws:s3:::*/*', 's3:GetObject'],
    ['kms:Decrypt', 'arn:aws:kms:eu-west-1:111122223333:key/*', 'kms:Decrypt'],
    ['lambda:*', 'arn:aws:lambda:*:*:function:*', 'lambda:UpdateFunctionCode'],
    [
      'cloudformation:*',
      'arn:aws:cloudformation:*:*:stack/*/*',
      'cloudformation:CreateStack, cloudformation:UpdateStack, cloudformation:CreateChangeSet and 4 more',
    ],
    ['secretsmanager:*', 'arn:aws:secretsmanager:*:*:secret:*', 'secretsmanager:GetSecretValue'],
    ['ssm:SendCommand', 'arn:*', 'ssm:SendCommand'],
    [
      'sso:*',
      '*',
      'sso:CreateAccountAssignment, sso:PutInlinePolicyToPermissionSet, sso:AttachManagedPolicyToPermissionSet and 2 more',
    ],
  ])('with %s on %s', (action, resource, actions) => {
    expect(riskIn(allow(action, resource))).toEqual(elevated(`The inline policy Job allows ${actions} on everything.`));
  });

  test('with many such rights, of which three are named', () => {
    const actions = ['kms:Decrypt', 's3:GetObject', 's3:PutObject', 'sts:AssumeRole', 'ssm:SendCommand'];
    expect(riskIn({ Sid: 'Wide', ...allow(actions, '*') })).toEqual(
      elevated(
        'The inline policy Job, statement Wide, allows sts:AssumeRole, kms:Decrypt, s3:GetObject and 2 more on everything.',
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
        'The managed policy PowerUserAccess allows sts:AssumeRole, secretsmanager:GetSecretValue, kms:Decrypt and 17 more on everything.',
      ),
    );
  });

  test('with all of S3', () => {
    expect(riskOf(awsManaged('AmazonS3FullAccess', role))).toEqual(
      elevated('The managed policy AmazonS3FullAccess allows s3:GetObject, s3:PutObject on everything.'),
    );
  });

  test('and conditions do not count in its favour', () => {
    expect(riskIn(allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })).level).toBe('elevated');
  });

  test('nor does a Deny', () => {
    expect(riskIn(allow('s3:*', '*'), deny('No')).level).toBe('elevated');
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
        'The inline policy Job allows iam:PassRole on everything.',
      ),
    );
  });

  test('if one policy of many says so, and every reason is told once', () => {
    const twice = awsManaged('AmazonS3FullAccess', role);
    expect(riskOf(twice, awsManaged('AdministratorAccess', role), twice)).toEqual(
      administrator(
        'The role has the managed policy AdministratorAccess.',
        'The managed policy AmazonS3FullAccess allows s3:GetObject, s3:PutObject on everything.',
      ),
    );
  });

  test("but not for a policy of one's own that is only called so", () => {
    const own = inline('AdministratorAccess', role, allow('glue:GetJob', '*'));
    const managed = { ...own, source: { ...own.source, kind: 'customer-managed' as const } };
    expect(riskOf(own, managed)).toEqual(low);
  });
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
    'iam:*',
  ])('%s on everything makes an administrator', (action) => {
    expect(riskIn(allow(action, '*')).level).toBe('administrator');
  });

  test.each([
    'iam:PassRole',
    'sts:AssumeRole',
    'lambda:UpdateFunctionCode',
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:CreateStackSet',
    'ssm:SendCommand',
    'organizations:AttachPolicy',
    'organizations:DetachPolicy',
    'organizations:*',
    'sso:CreateAccountAssignment',
    'sso:*',
    'secretsmanager:GetSecretValue',
    'kms:Decrypt',
    's3:*',
  ])('%s on everything is more than a job needs', (action) => {
    expect(riskIn(allow(action, '*')).level).toBe('elevated');
  });

  test.each([
    ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-1:111122223333:function:orders'],
    ['cloudformation:UpdateStack', 'arn:aws:cloudformation:*:*:stack/etl-*/*'],
    ['ssm:SendCommand', 'arn:aws:ssm:*:*:document/AWS-RunShellScript'],
    ['organizations:AttachPolicy', 'arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1'],
    ['sso:CreateAccountAssignment', 'arn:aws:sso:::instance/ssoins-1'],
  ])('%s is one on a single thing too', (action, resource) => {
    expect(riskIn(allow(action, ['arn:aws:s3:::x', resource]))).toEqual(
      elevated(`The inline policy Job allows ${action}, by which a holder can act with other rights than its own.`),
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
  const s3Sentence = 'The managed policy AmazonS3FullAccess allows s3:GetObject, s3:PutObject on everything.';

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
    expect(assessRisk(evidence({ policies: wide, roleMay }))).toEqual(administrator(sentence, s3Sentence));
  });

  test('another far-reaching right is more than low, and not more than is known without it', () => {
    const sentence = "AWS's simulator says that the role may do s3:GetObject on everything.";
    const roleMay = found(['s3:GetObject']);
    expect(assessRisk(evidence({ policies: glue, roleMay }))).toEqual(elevated(sentence));
    expect(assessRisk(evidence({ policies: wide, roleMay }))).toEqual(elevated(s3Sentence));
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

    test('says nothing of a role that reaches nowhere', () => {
      const requester = { name: 'maria', may: found(['s3:GetObject']) };
      expect(assessRisk(evidence({ policies: glue, requester }))).toEqual(low);
    });
  });
});

test("a role of the remediator's own is worth an administrator's", () => {
  expect(assessRisk(evidence({ ownRole: 'PassRoleRemediator-Apply' }))).toEqual(
    administrator("The role PassRoleRemediator-Apply is one of passrole-remediator's own."),
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
    ['*', 'iam', true],
    ['arn:aws:iam', 'iam', true],
    ['arn:aws:i*::*:role/*', 'iam', true],
    ['arn:aws-cn:iam::*:role/*', 'iam', true],
    ['arn:aws:iam::1111????2222:rol*', 'iam', true],
    ['arn:aws:iam::*:role/a*', 'iam', false],
    ['arn:aws:s3:::*', 'iam', false],
    ['arn:aws:iam::*:role/*', 's3', false],
    ['arn:aws:lambda:eu-*:*:function:*', 'lambda', true],
    ['arn:aws:organizations::*:account/o-1/*', 'organizations', false],
    ['arn:aws:organizations::*:account/*', 'organizations', true],
    ['anything', 'glue', false],
  ])('%s is everything of %s: %s', (pattern, service, is) => {
    expect(isBroad(pattern, service)).toBe(is);
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
});
