import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replayOf } from '../../../../lambda/core/account/replay.ts';
import { findNearMisses } from '../../../../lambda/core/explanation/find-near-misses.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import {
  allow,
  aUser,
  awsManaged,
  deny,
  documentOf,
  glueAccess,
  inline,
  user,
  userWith,
  type Written,
} from '../../../support/account.ts';
import { ACCOUNT, aDenial, GLUE, OTHER_ACCOUNT, ROLE } from '../../../support/denial.ts';

const entries = replayOf(aDenial(), aUser({ tags: { team: 'data' } }), ACCOUNT, GLUE, { tags: {} }).entries;
const roleArn = (pathAndName: string): string => `arn:aws:iam::${ACCOUNT}:role/${pathAndName}`;
const missesOf = (policies: readonly SourcedPolicy[], role = ROLE) =>
  findNearMisses(userWith(...policies), role, entries);

/** The sentences, without the policy they begin with. */
const said = (statement: Written, role = ROLE): string[] =>
  missesOf([inline('P', user, statement)], role).map(({ sentence }) => sentence.replace('P (user maria) ', ''));

const pass = (resource: unknown, condition?: Written): Written => allow('iam:PassRole', resource, condition);
const toService = (service: unknown, operator = 'StringEquals'): Written => ({
  [operator]: { 'iam:PassedToService': service },
});

describe('AWSGlueConsoleFullAccess and a role with a name of its own', () => {
  const policy = awsManaged('AWSGlueConsoleFullAccess', glueAccess);
  const misses = missesOf([policy]);

  test('allows to pass roles, but only those of the naming convention', () => {
    expect(misses.map(({ sentence }) => sentence)).toEqual([
      'AWSGlueConsoleFullAccess (group GlueAccess) allows PassRole only on role names that begin with AWSGlueServiceRole.',
      'AWSGlueConsoleFullAccess (group GlueAccess) allows PassRole only on role names that begin with AWSGlueServiceRole under the path service-role/.',
      'AWSGlueConsoleFullAccess (group GlueAccess) allows PassRole only on role names that begin with AWSGlueServiceNotebookRole; and allows passing to ec2.amazonaws.com, asked glue.amazonaws.com.',
    ]);
  });

  test('is told with the place and the part that missed', () => {
    const { sentence, ...rest } = misses[2] ?? { sentence: '' };
    expect(rest).toEqual({
      policy: policy.source,
      sid: null,
      statement: 9,
      missed: [
        { part: 'resource', not: false, patterns: ['arn:aws:iam::*:role/AWSGlueServiceNotebookRole*'] },
        {
          part: 'condition',
          operator: 'StringLike',
          key: 'iam:PassedToService',
          values: ['ec2.amazonaws.com'],
          actual: ['glue.amazonaws.com'],
        },
      ],
    });
  });

  test('does not cover a role of the convention that has a path, and says that it is the path', () => {
    const [first] = missesOf([policy], roleArn('etl/AWSGlueServiceRole-x'));
    expect(first?.sentence).toBe(
      'AWSGlueConsoleFullAccess (group GlueAccess) allows PassRole only on role names that begin with AWSGlueServiceRole; the name fits, but the path etl/ of etl/AWSGlueServiceRole-x is not matched by role/AWSGlueServiceRole*.',
    );
  });

  test('is no near miss for a role that it covers', () => {
    const covering = missesOf([policy], roleArn('AWSGlueServiceRole-x')).map(({ statement }) => statement);
    expect(covering).not.toContain(8);
  });
});

describe('the roles that a statement names', () => {
  test.each<[string, unknown, string]>([
    ['by a prefix', roleArn('team-*').replace(ACCOUNT, '*'), 'role names that begin with team-'],
    ['by a prefix, in this account', roleArn('team-*'), 'role names that begin with team-'],
    ['by a wildcard in the middle', roleArn('glue-*-prod'), 'roles that match glue-*-prod'],
    ['by a question mark', roleArn('glue-runtime-rol?s'), 'roles that match glue-runtime-rol?s'],
    ['by a path', roleArn('etl/*'), 'roles under the path etl/'],
    ['by a path and a prefix', roleArn('etl/glue-*'), 'role names that begin with glue- under the path etl/'],
    ['by a wildcard path', roleArn('*/glue-runtime-role'), 'roles that match */glue-runtime-role'],
    ['one by one', [roleArn('a'), roleArn('b')], 'the role a or the role b'],
    ['one, in other case', roleArn('Glue-Runtime-Role'), 'the role Glue-Runtime-Role'],
    [
      'in another account',
      roleArn('glue-runtime-role').replace(ACCOUNT, OTHER_ACCOUNT),
      `the role glue-runtime-role in account ${OTHER_ACCOUNT}`,
    ],
    ['all of another account', `arn:aws:iam::${OTHER_ACCOUNT}:role/*`, `roles in account ${OTHER_ACCOUNT}`],
    ['with no account at all', 'arn:aws:iam:::role/glue-runtime-role', 'arn:aws:iam:::role/glue-runtime-role'],
    ['in another partition', ROLE.replace('arn:aws:', 'arn:aws-cn:'), ROLE.replace('arn:aws:', 'arn:aws-cn:')],
    [
      'in a region, which roles have none of',
      ROLE.replace('iam::', 'iam:eu-west-1:'),
      ROLE.replace('iam::', 'iam:eu-west-1:'),
    ],
    [
      'with a variable for the account, which IAM reads as text',
      'arn:aws:iam::${aws:PrincipalAccount}:role/glue-runtime-role',
      'arn:aws:iam::${aws:PrincipalAccount}:role/glue-runtime-role',
    ],
    ['with a variable in the name', roleArn('${aws:username}-*'), 'roles that match ${aws:username}-*'],
    [
      'with a variable that has a slash in it',
      roleArn('${aws:PrincipalTag/team}-*'),
      'roles that match ${aws:PrincipalTag/team}-*',
    ],
    [
      'as a session, which is no role',
      `arn:aws:sts::${ACCOUNT}:assumed-role/glue-runtime-role/x`,
      `arn:aws:sts::${ACCOUNT}:assumed-role/glue-runtime-role/x`,
    ],
    [
      'eight of them',
      'abcdefgh'.split('').map(roleArn),
      'the role a, the role b, the role c, the role d, the role e, the role f or 2 more',
    ],
    ['among things of other kinds', ['arn:aws:s3:::bucket/*', roleArn('team-*')], 'role names that begin with team-'],
  ])('%s', (_, resource, words) => {
    expect(said(pass(resource))).toEqual([`allows PassRole only on ${words}.`]);
  });

  test('among things of other kinds, to do anything with', () => {
    expect(said(allow('*', ['arn:aws:s3:::bucket/*', roleArn('team-*')]))).toEqual([
      'allows PassRole only on role names that begin with team-.',
    ]);
  });

  test('but one, by NotResource', () => {
    expect(said({ Effect: 'Allow', Action: 'iam:*', NotResource: [roleArn('glue-*'), roleArn('x')] })).toEqual([
      `allows PassRole on every resource except ${roleArn('glue-*')} or ${roleArn('x')}.`,
    ]);
  });

  test('do not fit by name where the name only begins like the exact one in the policy', () => {
    expect(said(pass(roleArn('glue')), roleArn('etl/glue-runtime'))).toEqual([
      'allows PassRole only on the role glue.',
    ]);
  });
});

describe('a condition that keeps an Allow from applying', () => {
  test.each<[string, Written, string]>([
    [
      'another service',
      toService('ec2.amazonaws.com'),
      'allows passing to ec2.amazonaws.com, asked glue.amazonaws.com',
    ],
    [
      'two other services, by pattern',
      toService(['ec2.*', 'ecs-tasks.amazonaws.com'], 'ForAnyValue:StringLikeIfExists'),
      'allows passing to ec2.* or ecs-tasks.amazonaws.com, asked glue.amazonaws.com',
    ],
    [
      'any service but this one',
      toService('glue.amazonaws.com', 'StringNotEquals'),
      'allows passing to any service but glue.amazonaws.com, asked glue.amazonaws.com',
    ],
    [
      'no service at all',
      toService('true', 'Null'),
      'applies only if iam:PassedToService satisfies Null true; it was glue.amazonaws.com',
    ],
    [
      'another region',
      { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
      'applies only if aws:RequestedRegion satisfies StringEquals eu-west-1 or us-east-1; it was ap-northeast-1',
    ],
    [
      'a tag that nobody has',
      { StringEquals: { 'aws:PrincipalTag/cost': '1' } },
      'applies only if aws:PrincipalTag/cost satisfies StringEquals 1; the request did not carry it or it is not known',
    ],
  ])('%s', (_, condition, words) => {
    expect(said(pass(ROLE, condition))).toEqual([`${words}.`]);
  });
});

describe('an Allow of other things on the same role', () => {
  test('is near', () => {
    expect(said(allow(['iam:GetRole', 'iam:ListRolePolicies'], ROLE))).toEqual([
      'allows iam:GetRole or iam:ListRolePolicies on this role, not iam:PassRole.',
    ]);
  });

  test('is near where it names this role among others', () => {
    expect(said(allow('iam:GetRole', [roleArn('other'), ROLE]))).toEqual([
      'allows iam:GetRole on this role, not iam:PassRole.',
    ]);
  });

  test('is near where it covers all but IAM, as for a power user', () => {
    const [miss] = missesOf([awsManaged('PowerUserAccess', { kind: 'group', name: 'Developers' })]);
    expect(miss?.sentence).toBe(
      'PowerUserAccess (group Developers) allows every action except iam:*, organizations:* or account:*, which leaves out iam:PassRole.',
    );
  });

  test.each<[string, Written, string]>([
    ['on all roles', allow('iam:GetRole', '*'), ROLE],
    ['on a role whose name is the beginning of this one', allow('iam:GetRole', roleArn('glue')), ROLE],
    ['on all roles by ARN, if this one is called role', allow('iam:GetRole', 'arn:aws:iam::*:role/*'), roleArn('role')],
  ])('is not near %s', (_, statement, role) => {
    expect(said(statement, role)).toEqual([]);
  });
});

describe('what has nothing to do with it', () => {
  test.each<[string, Written]>([
    ['everything on S3 buckets', allow('*', ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'])],
    ['everything of IAM on users', allow('iam:*', `arn:aws:iam::${ACCOUNT}:user/*`)],
    ['all of Glue', allow('glue:*', '*')],
    ['a Deny of passing', { ...deny('No'), Action: 'iam:PassRole', Resource: roleArn('other') }],
    ['an Allow that matches', pass(ROLE)],
  ])('%s', (_, statement) => {
    expect(said(statement)).toEqual([]);
  });
});

test('in a policy of 2008 a variable is plain text, so the statement did not match', () => {
  const written = inline('P', user, pass(roleArn('${aws:username}')));
  const document = { ...documentOf(pass(roleArn('${aws:username}'))), version: '2008-10-17' as const };
  const role = roleArn('maria');
  expect(missesOf([written], role)).toEqual([]);
  expect(missesOf([{ ...written, document }], role)).toHaveLength(1);
});

describe('what somebody meant and did not write', () => {
  test.each([
    ['*.amazonaws.com', 'StringEquals', 'StringEquals'],
    [['ec2.amazonaws.com', 'glue*'], 'StringEquals', 'StringEquals'],
    ['glue.amazonaws.co?', 'ForAnyValue:StringEqualsIfExists', 'StringEquals'],
  ])('a service as %j under %s: that operator takes wildcards for themselves', (service, operator, bare) => {
    const [sentence] = said(pass(ROLE, toService(service, operator)));
    expect(sentence).toMatch(/, asked glue\.amazonaws\.com; /);
    expect(sentence).toContain(`; ${bare} compares * and ? literally, StringLike was probably meant.`);
  });

  test.each([
    ['ec2*', 'StringEquals'],
    ['ec2.amazonaws.com', 'StringEquals'],
    ['ec2.*', 'StringLike'],
  ])('a service as %s under %s is another service, wildcard or not', (service, operator) => {
    expect(said(pass(ROLE, toService(service, operator)))).toEqual([
      `allows passing to ${service}, asked glue.amazonaws.com.`,
    ]);
  });

  test('any other key, compared so, too', () => {
    expect(said(pass(ROLE, { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/maria' } }))).toEqual([
      'applies only if aws:PrincipalArn satisfies StringEquals arn:aws:iam::*:user/maria; it was arn:aws:iam::111122223333:user/maria; StringEquals compares * and ? literally, StringLike was probably meant.',
    ]);
  });

  test.each(['iam:PassRol', 'iam:PassRoles', 'iam:passrole ', 'iam:PasRole', 'iam:PassRoel', 'glue:PassRole'])(
    'the action %j',
    (action) => {
      const words = `allows ${JSON.stringify(action)}, which is not iam:PassRole but was probably meant to be`;
      expect(said(allow(['iam:GetRole', action], ROLE))).toEqual([`${words}.`]);
      expect(said(allow(action, '*'))).toEqual([`${words}.`]);
      expect(said(allow(action, roleArn('other')))).toEqual([`${words}; and allows PassRole only on the role other.`]);
      expect(said(allow(action, 'arn:aws:s3:::bucket/*'))).toEqual([]);
      expect(said({ ...deny('No'), Action: action })).toEqual([]);
    },
  );

  test.each(['iam:GetRole', 'iam:TagRole', 'iam:ListRoles', 'iam:P*Rule', 'sts:AssumeRole'])(
    'not the action %s',
    (action) => {
      expect(said(allow(action, '*'))).toEqual([]);
    },
  );

  test('a tag of the role: no reliable way to say who may pass it', () => {
    expect(said(pass(ROLE, { StringEquals: { 'iam:ResourceTag/team': 'data' } }))).toEqual([
      'applies only if iam:ResourceTag/team satisfies StringEquals data; the request did not carry it or it is not known; AWS documents that tags of a role have no reliable effect on iam:PassRole.',
    ]);
  });
});

test('more than twenty-five are not told', () => {
  const statements = Array.from({ length: 30 }, (_, index) => pass(roleArn(`other${index}`)));
  const misses = missesOf([inline('A', user, ...statements.slice(0, 10)), inline('B', user, ...statements.slice(10))]);
  expect(misses.map(({ policy, statement }) => `${policy.name}${statement}`)).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `A${index}`),
    ...Array.from({ length: 15 }, (_, index) => `B${index}`),
  ]);
});

test('whatever a policy says, a sentence is one sentence and never speaks of undefined', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('*', '?', '${', '${aws:username}', 'arn:', 'arn:aws:iam::', ':role/', 'role/', ROLE, '/', '-*'),
  );
  const resource = fc.array(word, { maxLength: 5 }).map((words) => words.join(''));
  const condition = fc.record({
    operator: fc.constantFrom(
      'StringEquals',
      'StringNotLike',
      'Null',
      'Bool',
      'IpAddress',
      'DateLessThan',
      'ForAllValues:StringLike',
    ),
    key: fc.constantFrom('iam:PassedToService', 'aws:SourceIp', 'aws:PrincipalTag/x', 'toString'),
    values: fc.array(fc.string(), { maxLength: 9 }),
  });
  const statement = fc.record({
    sid: fc.option(fc.string()),
    effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    actions: fc.record({
      not: fc.boolean(),
      patterns: fc.array(fc.constantFrom('*', 'iam:*', 'iam:PassRole', 's3:*'), { maxLength: 3 }),
    }),
    resources: fc.record({ not: fc.boolean(), patterns: fc.array(resource, { maxLength: 9 }) }),
    principals: fc.constant(null),
    conditions: fc.array(condition, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(statement, resource, (one, role) => {
      const written = inline('P', user, pass('*'));
      const policy = { ...written, document: { version: '2012-10-17' as const, statements: [one] } };
      for (const { sentence } of findNearMisses(userWith(policy), `${ROLE}${role}`, entries)) {
        expect(sentence.replaceAll(role, '')).not.toMatch(/undefined|null|\[object|NaN/);
        expect(sentence).toMatch(/^P \(user maria\) (allows|applies)[\s\S]*\.$/);
      }
    }),
    { numRuns: 1000 },
  );
});
