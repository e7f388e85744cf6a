import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../lambda/adapters/sha256.ts';
import type { Denial } from '../../../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../../../lambda/core/denial/event.ts';
import { investigate } from '../../../lambda/investigation/investigate.ts';
import type { AccountReader } from '../../../lambda/ports/account-reader.ts';
import { accountOf } from '../../support/account-of.ts';
import { memoryAccount } from '../../support/memory-account.ts';

const file = JSON.parse(readFileSync(new URL('../../denials/missing-allow-field-note.json', import.meta.url), 'utf8'));
const reading = readDenialEvent(file.event);
if (reading.kind !== 'denial') throw new Error(reading.why);
const { denial } = reading;

/** An account whose every call takes one turn of the loop; `turns` says how many turns passed. */
function slow(account: AccountReader): { readonly account: AccountReader; readonly calls: string[] } {
  const calls: string[] = [];
  const entries = Object.entries(account).map(([name, call]) => [
    name,
    async (...args: never[]) => {
      calls.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      return (call as (...args: never[]) => unknown)(...args);
    },
  ]);
  return { account: Object.fromEntries(entries) as AccountReader, calls };
}

async function turnsOf(account: AccountReader): Promise<number> {
  let turns = 0;
  let over = false;
  const count = (): void => {
    if (over) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  await investigate(denial, account, sha256);
  over = true;
  return turns;
}

describe("the risk's two simulations", () => {
  test('cost no time: they run beside what is asked anyway', async () => {
    const { account, calls } = slow(memoryAccount(accountOf(file.account)));
    const without = { ...account, allowedOnEverything: async () => ({ kind: 'found', value: [] }) as const };
    expect(await turnsOf(account)).toBe(await turnsOf(without));
    expect(calls.filter((name) => name === 'allowedOnEverything').length).toBe(2);
  });

  test('that are refused leave the risk unknown and the diagnosis as it was', async () => {
    const account = memoryAccount(accountOf(file.account));
    const why = 'The simulation was refused.';
    const refusing = { ...account, allowedOnEverything: async () => ({ kind: 'refused', why }) as const };
    const [one, other] = await Promise.all([
      investigate(denial, account, sha256),
      investigate(denial, refusing, sha256),
    ]);
    expect(one.risk).toEqual({ level: 'low', reasons: [] });
    expect(other).toEqual({ ...one, risk: { level: 'unknown', reasons: [why] } });
  });

  test('that break make the denial come again', async () => {
    const account = memoryAccount(accountOf(file.account));
    const broken = async (): Promise<never> => {
      throw new Error('the connection broke');
    };
    await expect(investigate(denial, { ...account, allowedOnEverything: broken }, sha256)).rejects.toThrow('broke');
  });
});

describe('a role that carries the tag of the remediator needs no setting', () => {
  const own = { 'passrole-remediator': 'own-role' };
  const { roles, ...rest } = file.account;
  const name = 'glue-runtime-role';
  const tagged = (tags: object) =>
    memoryAccount(accountOf({ ...rest, roles: { ...roles, [name]: { ...roles[name], tags } } }));

  test('it is never offered', async () => {
    const { proposal, withheld, risk } = await investigate(denial, tagged(own), sha256);
    expect([proposal, withheld]).toEqual([
      null,
      `The role ${name} counts as one of our own, by its name, its path or its tag, and is never passed.`,
    ]);
    expect(risk.level).toBe('administrator');
  });

  test('whatever the case of its key, which IAM does not tell apart', async () => {
    const { proposal } = await investigate(denial, tagged({ 'Passrole-Remediator': 'own-role' }), sha256);
    expect(proposal).toBeNull();
  });

  test('nor one that stands under our path, whatever its tags', async () => {
    const path = { ...rest, roles: { ...roles, [name]: { ...roles[name], path: '/passrole-remediator/' } } };
    const moved = { ...denial, roleArn: denial.roleArn?.replace(':role/', ':role/passrole-remediator/') ?? null };
    const { proposal, withheld, risk } = await investigate(moved, memoryAccount(accountOf(path)), sha256);
    expect([proposal, withheld, risk.level]).toEqual([
      null,
      `The role ${name} counts as one of our own, by its name, its path or its tag, and is never passed.`,
      'administrator',
    ]);
  });

  test('another value of the tag says nothing', async () => {
    const { proposal } = await investigate(denial, tagged({ 'passrole-remediator': 'watched' }), sha256);
    expect(proposal).not.toBeNull();
  });
});

describe('what belongs to another account is not looked up by its name in ours', () => {
  const other = '999988887777';
  const ours = memoryAccount(accountOf(file.account));
  const reads: string[] = [];
  const noticed = (name: string) => async (): Promise<never> => {
    reads.push(name);
    throw new Error(`${name} was asked`);
  };
  const account = {
    callerAccount: ours.callerAccount,
    principal: noticed('principal'),
    role: noticed('role'),
    nearestRoles: noticed('nearestRoles'),
    job: noticed('job'),
    jobsWithRole: noticed('jobsWithRole'),
    simulate: noticed('simulate'),
    allowedOnEverything: noticed('allowedOnEverything'),
  };
  const elsewhere = (text: string | null): string => (text ?? '').replace('111122223333', other);

  test.each<readonly [string, Denial, string, string]>([
    ['its role', { ...denial, roleArn: elsewhere(denial.roleArn) }, 'cross-account', 'The role belongs to account'],
    ['the call', { ...denial, accountId: other }, 'cross-account', 'The call was made in account'],
    [
      'its caller',
      {
        ...denial,
        principalArn: elsewhere(denial.principalArn),
        identity: { type: 'IAMUser', arn: elsewhere(denial.principalArn), userName: 'maria' },
      },
      'unclear',
      'The caller belongs to account',
    ],
  ])('%s: nothing is read, and the verdict says so', async (_, of, kind, why) => {
    const { verdict, checklist, proposal } = await investigate(of, account, sha256);
    expect([verdict.kind, proposal, reads]).toEqual([kind, null, []]);
    expect(JSON.stringify([verdict, checklist])).toContain(
      `${why} ${other}, which these credentials do not look into.`,
    );
  });
});

test('a role of the remediator is never offered, and the reason is told', async () => {
  const account = memoryAccount(accountOf(file.account));
  const { verdict, proposal, withheld, risk } = await investigate(denial, account, sha256, {
    ownRoles: ['Glue-Runtime-Role'],
  });
  expect([verdict.kind, proposal, withheld]).toEqual([
    'missing-allow',
    null,
    'The role glue-runtime-role counts as one of our own, by its name, its path or its tag, and is never passed.',
  ]);
  expect(risk).toEqual({
    level: 'administrator',
    reasons: [
      "The role glue-runtime-role counts as one of passrole-remediator's own, by its name, its path or its tag.",
    ],
  });
});
