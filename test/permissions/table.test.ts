/** What `npm run permissions` calls wrong. The run itself takes minutes; this is what its exit code hangs on. */
import { expect, test } from '@jest/globals';
import { rowsOf } from '../../permissions/table.ts';

const read = { fn: 'diagnose', action: 'iam:GetRole', resource: 'arn:aws:iam::111122223333:role/*' };
const used = { ...read, resource: 'arn:aws:iam::111122223333:role/glue-runtime-role' };
const nobody = () => false;
const wrongs = (...given: Parameters<typeof rowsOf>) => rowsOf(...given).map(({ wrong }) => wrong);

test('a right that was used is well', () => {
  expect(rowsOf([read], [used], nobody)).toEqual([{ ...read, used: 1, such: used.resource, wrong: null }]);
});

test('a right that nobody used is wrong, be it that another function used the same', () => {
  expect(wrongs([read], [{ ...used, fn: 'apply' }], nobody)).toEqual(['never used']);
  expect(wrongs([read], [{ ...used, action: 'iam:GetRolePolicy' }], nobody)).toEqual(['never used']);
  expect(wrongs([read], [{ ...used, resource: 'arn:aws:iam::111122223333:user/maria' }], nobody)).toEqual([
    'never used',
  ]);
});

test('what Lambda itself uses needs no call', () => {
  expect(wrongs([{ fn: 'diagnose', action: 'logs:PutLogEvents', resource: 'log' }], [], () => true)).toEqual([null]);
});

test('a star is right for a call that names no resource, and wrong for one that does', () => {
  const everywhere = { fn: 'diagnose', action: 'iam:ListRoles', resource: '*' };
  expect(wrongs([everywhere], [everywhere], nobody)).toEqual([null]);
  expect(wrongs([{ ...read, resource: '*' }], [used], nobody)).toEqual([`a star where ${used.resource} would do`]);
  expect(wrongs([{ ...read, action: 'iam:*' }], [used], nobody)).toEqual(['a star in the action']);
});

test('a question mark stands for one character, as in the name of a secret, and a full stop for itself', () => {
  const secret = { fn: 'announce', action: 'secretsmanager:GetSecretValue', resource: 'arn:secret:a.b-??????' };
  const asked = (resource: string) => wrongs([secret], [{ ...secret, resource }], nobody);
  expect([asked('arn:secret:a.b-AbCdEf'), asked('arn:secret:a.b-AbCdE'), asked('arn:secret:axb-AbCdEf')]).toEqual([
    [null],
    ['never used'],
    ['never used'],
  ]);
});
