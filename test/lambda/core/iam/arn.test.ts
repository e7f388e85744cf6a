import { describe, expect, test } from '@jest/globals';
import {
  isAccountId,
  isRoleArn,
  isServiceLinked,
  isUserArn,
  parseRoleArn,
  parseRoleSessionArn,
  parseUserArn,
  pathAndName,
  splitArn,
} from '../../../../lambda/core/iam/arn.ts';

const account = '111122223333';
const home = { partition: 'aws', account };

describe('the ARN of a role', () => {
  test.each([
    [`arn:aws:iam::${account}:role/glue-runtime-role`, { ...home, path: '/', name: 'glue-runtime-role' }],
    [`arn:aws:iam::${account}:role/team.glue,etl@2`, { ...home, path: '/', name: 'team.glue,etl@2' }],
    [`arn:aws:iam::${account}:role/etl/eu-west-1/x`, { ...home, path: '/etl/eu-west-1/', name: 'x' }],
    [`arn:aws-us-gov:iam::${account}:role/x`, { ...home, partition: 'aws-us-gov', path: '/', name: 'x' }],
    [`arn:aws-iso-b:iam::${account}:role/x`, { ...home, partition: 'aws-iso-b', path: '/', name: 'x' }],
    [`arn:aws:iam::${account}:role/${'x'.repeat(64)}`, { ...home, path: '/', name: 'x'.repeat(64) }],
  ])('%s', (arn, parts) => {
    expect(parseRoleArn(arn)).toEqual(parts);
    expect(isRoleArn(arn)).toBe(true);
  });

  test.each([
    ['a redacted account', 'arn:aws:iam::***:role/x'],
    ['an account of eleven digits', 'arn:aws:iam::11112222333:role/x'],
    ['a name cut away', `arn:aws:iam::${account}:role/`],
    ['a path without a name', `arn:aws:iam::${account}:role/etl/`],
    ['an empty part of the path', `arn:aws:iam::${account}:role//x`],
    ['a name of 65 characters', `arn:aws:iam::${account}:role/${'x'.repeat(65)}`],
    ['a wildcard', `arn:aws:iam::${account}:role/x*`],
    ['a quotation mark at its end', `arn:aws:iam::${account}:role/x"`],
    ['a line break', `arn:aws:iam::${account}:role/x\n`],
    ['a user', `arn:aws:iam::${account}:user/x`],
    ['a session', `arn:aws:sts::${account}:assumed-role/x/y`],
    ['a region', `arn:aws:iam:eu-west-1:${account}:role/x`],
    ['a partition that is none', `arn:AWS:iam::${account}:role/x`],
    ['a name only', 'glue-runtime-role'],
  ])('is not one with %s', (_, text) => {
    expect(parseRoleArn(text)).toBeNull();
    expect(isRoleArn(text)).toBe(false);
  });

  test('is shown by path and name', () => {
    const names = ['role/x', 'role/etl/x'].map((resource) => parseRoleArn(`arn:aws:iam::${account}:${resource}`));
    expect(names.map((role) => role && pathAndName(role))).toEqual(['x', 'etl/x']);
  });

  test.each([
    ['aws-service-role/glue.amazonaws.com/AWSServiceRoleForGlue', true],
    ['service-role/AWSGlueServiceRole-x', false],
    ['aws-service-role-2/x', false],
    ['aws-service-role', false],
  ])('of %s is that of a service-linked role: %s', (name, is) => {
    const role = parseRoleArn(`arn:aws:iam::${account}:role/${name}`);
    expect(role !== null && isServiceLinked(role)).toBe(is);
  });
});

test('the ARN of a user may have a path', () => {
  const arn = `arn:aws:iam::${account}:user/people/maria`;
  expect(parseUserArn(arn)).toEqual({ ...home, path: '/people/', name: 'maria' });
  expect([isUserArn(arn), isUserArn(arn.replace('user', 'role'))]).toEqual([true, false]);
});

describe('the ARN of a role session', () => {
  test('has no path, and a session name that may look like a mail address', () => {
    expect(parseRoleSessionArn(`arn:aws:sts::${account}:assumed-role/etl/anna@example.com`)).toEqual({
      ...home,
      roleName: 'etl',
      sessionName: 'anna@example.com',
    });
  });

  test.each([
    `arn:aws:sts::${account}:assumed-role/etl`,
    `arn:aws:sts::${account}:assumed-role/a/b/c`,
    `arn:aws:iam::${account}:assumed-role/a/b`,
    `arn:aws:sts::***:assumed-role/a/b`,
    `arn:aws:sts::${account}:federated-user/fay`,
  ])('is not %s', (text) => {
    expect(parseRoleSessionArn(text)).toBeNull();
  });
});

test('any ARN is split into its parts, and the resource keeps its colons', () => {
  expect(splitArn('arn:aws:logs:eu-west-1:111122223333:log-group:/x:*')).toEqual({
    partition: 'aws',
    service: 'logs',
    region: 'eu-west-1',
    account,
    resource: 'log-group:/x:*',
  });
  expect(splitArn('arn:aws:s3:::bucket/key')).toEqual({
    partition: 'aws',
    service: 's3',
    region: '',
    account: '',
    resource: 'bucket/key',
  });
  expect(['arn:aws:s3', 'arn:aws:iam::*', '*', '', 'urn:aws:s3:::x', 'arn::s3:::x'].map(splitArn)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

test.each([
  [account, true],
  ['11112222333', false],
  ['1111222233334', false],
  ['１１１１２２２２３３３３', false],
])('%s is an account: %s', (text, is) => {
  expect(isAccountId(text)).toBe(is);
});
