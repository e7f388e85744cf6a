import { GetUserCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KeyRequest } from '../../../../local/aws/identity/access-keys.ts';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const account = accountOf({
  users: { mika: { path: '/data/', accessKeyIds: ['AKIAIOSFODNN7EXAMPLE'] } },
  roles: { runner: { path: '/etl/', trust: 'glue.amazonaws.com' } },
});

describe('the access key id says who calls', () => {
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws({ account });
  });
  afterAll(() => local.close());

  const caller = async (key: string) => {
    const { Account, Arn } = await local.sts(key).send(new GetCallerIdentityCommand({}));
    return [Account, Arn];
  };

  test.each<[string, KeyRequest, RegExp, string]>([
    ['a user', { kind: 'user', name: 'mika' }, /^AKIA[A-Z2-7]{16}$/, 'arn:aws:iam::111122223333:user/data/mika'],
    [
      'a user with MFA',
      { kind: 'user', name: 'mika', mfa: true },
      /^ASIA[A-Z2-7]{16}$/,
      'arn:aws:iam::111122223333:user/data/mika',
    ],
    [
      'a user in the console',
      { kind: 'user', name: 'mika', console: true },
      /^ASIA[A-Z2-7]{16}$/,
      'arn:aws:iam::111122223333:user/data/mika',
    ],
    [
      'a role session',
      { kind: 'role', name: 'runner', sessionName: 'job-1' },
      /^ASIA[A-Z2-7]{16}$/,
      'arn:aws:sts::111122223333:assumed-role/runner/job-1',
    ],
  ])('%s', async (_, who, form, arn) => {
    const key = local.aws.keyFor(who);
    expect(key).toMatch(form);
    expect(await caller(key)).toEqual(['111122223333', arn]);
  });

  test('the same request gives the same key, in another run too', async () => {
    const other = await openAws({ account });
    const who = { kind: 'user', name: 'mika', mfa: true } as const;
    expect(other.aws.keyFor(who)).toBe(local.aws.keyFor(who));
    expect(local.aws.keyFor({ ...who, sourceIp: '203.0.113.7' })).not.toBe(local.aws.keyFor(who));
    await other.close();
  });

  test('a key of the account file stands for its user', async () => {
    expect(await caller('AKIAIOSFODNN7EXAMPLE')).toEqual(['111122223333', 'arn:aws:iam::111122223333:user/data/mika']);
  });

  test('any other key is the local administrator', async () => {
    expect(await caller('test')).toEqual(['111122223333', 'arn:aws:iam::111122223333:root']);
  });

  test('a key for someone who is not there is refused, with the nearest name', () => {
    expect(() => local.aws.keyFor({ kind: 'user', name: 'mikka' })).toThrow(
      'The local account has no user "mikka". Did you mean "mika"?',
    );
    expect(() => local.aws.keyFor({ kind: 'role', name: 'x' })).toThrow(
      'The local account has no role "x". There are: runner.',
    );
  });

  test('GetUser without a name is about the caller, and only a user is one', async () => {
    const { User } = await local.iam(local.aws.keyFor({ kind: 'user', name: 'mika' })).send(new GetUserCommand({}));
    expect(User?.UserName).toBe('mika');
    await expect(local.iam().send(new GetUserCommand({}))).rejects.toThrow(
      'Must specify userName when calling with non-User credentials',
    );
  });
});
