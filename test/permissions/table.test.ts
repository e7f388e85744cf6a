/** What `npm run permissions` calls wrong. The run itself takes minutes; this is what its exit code hangs on. */
import { describe, expect, test } from '@jest/globals';
import type { Right } from '../../permissions/rights.ts';
import { idleReasons, rowsOf, tableOf } from '../../permissions/table.ts';
import { wildcards } from '../../permissions/wildcards.ts';

const read: Right = {
  holder: 'diagnose',
  action: 'iam:GetRole',
  resource: 'arn:aws:iam::111122223333:role/*',
  condition: null,
};
const used = { ...read, resource: 'arn:aws:iam::111122223333:role/glue-runtime-role' };
const nobody = () => false;
const wrongs = (...given: Parameters<typeof rowsOf>) => rowsOf(...given).map(({ wrong }) => wrong);

test('a right that was used is well', () => {
  expect(rowsOf([read], [used], nobody)).toEqual([{ ...read, used: 1, such: used.resource, wrong: null }]);
});

test('a right that nobody used is wrong, be it that another function used the same', () => {
  expect(wrongs([read], [{ ...used, holder: 'apply' }], nobody)).toEqual(['never used']);
  expect(wrongs([read], [{ ...used, action: 'iam:GetRolePolicy' }], nobody)).toEqual(['never used']);
  expect(wrongs([read], [{ ...used, resource: 'arn:aws:iam::111122223333:user/maria' }], nobody)).toEqual([
    'never used',
  ]);
});

test('what AWS itself uses needs no call', () => {
  const log = { ...read, action: 'logs:PutLogEvents', resource: 'log' };
  expect(rowsOf([log], [], () => true)).toEqual([{ ...log, used: null, such: 'AWS itself', wrong: null }]);
});

test('a star is right for a call that names no resource, and wrong for one that does', () => {
  const everywhere = { ...read, action: 'iam:ListRoles', resource: '*' };
  expect(wrongs([everywhere], [everywhere], nobody)).toEqual([null]);
  expect(wrongs([{ ...read, resource: '*' }], [used], nobody)).toEqual([`a star where ${used.resource} would do`]);
  expect(wrongs([{ ...read, action: 'iam:*' }], [used], nobody)).toEqual(['a star in the action']);
});

test('a question mark stands for one character, as in the name of a secret, and a full stop for itself', () => {
  const name = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a.b';
  const secret = { ...read, action: 'secretsmanager:GetSecretValue', resource: `${name}-??????` };
  const asked = (resource: string) => wrongs([secret], [{ ...secret, resource }], nobody);
  expect([asked(`${name}-AbCdEf`), asked(`${name}-AbCdE`), asked(`${name.replace('.', 'x')}-AbCdEf`)]).toEqual([
    [null],
    ['never used'],
    ['never used'],
  ]);
});

test('a use is credited to the narrowest right that covers it, so that a wider one beside it is found unused', () => {
  const one: Right = { ...read, resource: used.resource };
  const rows = rowsOf([read, one], [used], nobody);
  expect(rows.map(({ resource, wrong }) => [resource, wrong])).toEqual([
    [read.resource, 'never used'],
    [one.resource, null],
  ]);
});

describe('a wildcard', () => {
  const reasonless = 'a wildcard without a reason in wildcards.ts';

  test.each([
    ['a write to every group', { action: 'iam:PutGroupPolicy', resource: 'arn:aws:iam::111122223333:group/*' }],
    ['a part of a table', { action: 'dynamodb:Query', resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/T/*' }],
    ['every object of a bucket', { action: 's3:GetObject', resource: 'arn:aws:s3:::trail/*' }],
    [
      'a log group by a part of its name',
      { action: 'logs:PutLogEvents', resource: 'arn:aws:logs:eu-west-1:111122223333:log-group:*' },
    ],
    [
      'every secret of a prefix',
      {
        action: 'secretsmanager:GetSecretValue',
        resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/*',
      },
    ],
  ])('is wrong without a reason: %s', (_, right) => {
    expect(wrongs([{ ...read, ...right }], [], () => true)).toEqual([reasonless]);
  });

  test('has its reason below the table, and a condition stands in the row', () => {
    const condition = '{"Null":{"s3:if-none-match":"false"}}';
    const put = { ...read, action: 's3:PutObject', resource: 'arn:aws:s3:::bucket/trail/*', condition };
    const table = tableOf(rowsOf([put], [], () => true));
    const [, number = ''] = /trail\/\* \[(\d)\] \| \{"Null":/.exec(table) ?? [];
    expect(table).toContain(`\n[${number}] An object for each entry of the trail`);
  });

  test('that is gone leaves a reason that nothing needs', () => {
    expect(idleReasons([read])).toEqual(wildcards.filter(({ reason }) => !reason.startsWith('Reads and simulations')));
  });
});
