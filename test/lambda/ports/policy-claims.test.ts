/** The right to write one policy: one contract for the table and for the memory of other tests. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dynamoClaims } from '../../../lambda/adapters/dynamodb/policy-claims.ts';
import type { Claims } from '../../../lambda/ports/policy-claims.ts';
import { startCaseTables } from '../../support/case-table.ts';
import { memoryClaims } from '../../support/memory-claims.ts';

const START = Date.parse('2026-11-20T09:00:00Z');
const at = (seconds: number): Date => new Date(START + seconds * 1000);
const grant = { target: { kind: 'group', name: 'GlueAccess' }, policyName: 'AllowPassEtlToGlue' } as const;

let tables: Awaited<ReturnType<typeof startCaseTables>>;
beforeAll(async () => {
  tables = await startCaseTables();
});
afterAll(() => tables.close());

describe.each([
  ['in the table', async () => dynamoClaims(tables.client, (await tables.create()).table)],
  ['in memory', async () => memoryClaims()],
])('%s', (_, open: () => Promise<Claims>) => {
  let claims: Claims;
  beforeEach(async () => {
    claims = await open();
  });

  test('of many at the same time one has it', async () => {
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_unused, n) => claims.take(grant, `case ${n}`, at(0), at(240))),
    );
    expect(taken.filter((one) => one)).toHaveLength(1);
  });

  test('whoever has it may take it again, as a run that follows a crash does', async () => {
    expect(await claims.take(grant, 'one', at(0), at(240))).toBe(true);
    expect(await claims.take(grant, 'one', at(5), at(245))).toBe(true);
    expect(await claims.take(grant, 'two', at(242), at(482))).toBe(false);
  });

  test('it ends by itself, and not before', async () => {
    await claims.take(grant, 'one', at(0), at(240));
    expect(await claims.take(grant, 'two', at(240), at(480))).toBe(false);
    expect(await claims.take(grant, 'two', at(240.001), at(480))).toBe(true);
  });

  test('it is given back by whoever has it alone', async () => {
    await claims.take(grant, 'one', at(0), at(240));
    await claims.giveBack(grant, 'two');
    expect(await claims.take(grant, 'two', at(1), at(241))).toBe(false);
    await claims.giveBack(grant, 'one');
    expect(await claims.take(grant, 'two', at(1), at(241))).toBe(true);
  });

  test('names that IAM takes for one are one', async () => {
    await claims.take(grant, 'one', at(0), at(240));
    const shouted = { ...grant, policyName: grant.policyName.toUpperCase() };
    expect(await claims.take(shouted, 'two', at(1), at(241))).toBe(false);
    expect(await claims.take({ ...grant, target: { kind: 'group', name: 'Other' } }, 'two', at(1), at(241))).toBe(true);
  });
});
