/** What diagnose relies on of the case store, on DynamoDB's own conditions (dynalite), with time as an argument. */

import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CASE, closedItem } from '../../lambda/adapters/case-item.ts';
import { dynamoToldStore } from '../../lambda/adapters/dynamo-told-store.ts';
import { subjectOf } from '../../lambda/core/case.ts';
import type { Denial } from '../../lambda/core/denial.ts';
import type { CaseStore, ToldStore } from '../../lambda/ports.ts';
import { accountOf } from '../support/account-of.ts';
import { startCaseTables } from '../support/case-table.ts';
import { aDenial } from '../support/denial.ts';
import { diagnose, factsOf } from '../support/question.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
let tables: Awaited<ReturnType<typeof startCaseTables>>;
/** The next write is carried out and its answer lost, as when a worker dies just behind it. */
let dieBehind: string | null = null;
let store: CaseStore;
let told: ToldStore;
let table: string;

beforeAll(async () => {
  tables = await startCaseTables({
    account: accountOf({ accountId: '111122223333', region: 'eu-west-1' }),
    fault: ({ service, operation, caller }) => {
      if (service !== 'dynamodb' || operation !== dieBehind || caller.kind !== 'administrator') return null;
      dieBehind = null;
      return 'drop-response';
    },
  });
});
afterAll(() => tables.close());

beforeEach(async () => {
  const created = await tables.create();
  ({ store, table } = created);
  told = dynamoToldStore(tables.client, { cases: created.table, told: created.told });
});

const START = Date.parse('2026-11-20T09:00:00Z');
const at = (minutes: number): Date => new Date(START + minutes * 60_000);
const heard = (eventId: string, minutes: number, changes: Partial<Denial> = {}) => {
  const denial = { ...aDenial(), eventId, time: at(minutes).toISOString(), ...changes };
  return { key: KEY, subject: subjectOf(denial), denial, eventId, now: at(minutes) };
};
/** `moves`: of the case when the diagnosis began; left out: as it is now. */
const save = async (
  eventId: string,
  minutes: number,
  denial: Denial = heard(eventId, minutes).denial,
  moves?: number,
) => {
  const began = moves ?? (await store.find(KEY))?.moves ?? 0;
  return store.saveDiagnosis({
    key: KEY,
    eventId,
    moves: began,
    denial,
    diagnosis: diagnose(factsOf()),
    now: at(minutes),
  });
};
const count = async () => (await store.find(KEY))?.denials.count;

describe('who diagnoses', () => {
  test('the denial that opened the case, and no repeat while it is at work', async () => {
    expect(await store.record(heard('e1', 0))).toMatchObject({ kind: 'to-diagnose' });
    expect(await store.record(heard('e2', 1))).toEqual({ kind: 'counted' });
    expect(await save('e1', 1)).toBe(true);
    expect(await store.record(heard('e3', 2))).toEqual({ kind: 'counted' });
    expect(await count()).toBe(3);
  });

  test('its redelivery, as long as it has not finished, and not after', async () => {
    await store.record(heard('e1', 0));
    expect(await store.record(heard('e1', 0))).toMatchObject({ kind: 'to-diagnose' });
    await save('e1', 1);
    expect(await store.record(heard('e1', 0))).toEqual({ kind: 'duplicate' });
    expect(await count()).toBe(1);
  });

  test('the next denial, once the worker has been silent for two minutes, and only one of them', async () => {
    await store.record(heard('e1', 0));
    expect(await store.record(heard('e2', 1.9))).toEqual({ kind: 'counted' });
    const late = await Promise.all(['e3', 'e4', 'e5'].map((id) => store.record(heard(id, 2.1))));
    expect(late.map(({ kind }) => kind).sort()).toEqual(['counted', 'counted', 'to-diagnose']);
  });

  test('nobody whose turn was taken over: its diagnosis is not written', async () => {
    await store.record(heard('e1', 0));
    await store.record(heard('e2', 2.1));
    expect(await save('e1', 3)).toBe(false);
    expect((await store.find(KEY))?.state).toBe('open');
    expect(await save('e2', 3)).toBe(true);
    expect((await store.find(KEY))?.state).toBe('proposed');
  });

  test('a repeat after an hour, as the world may have changed', async () => {
    await store.record(heard('e1', 0));
    await save('e1', 0);
    expect(await store.record(heard('e2', 59))).toEqual({ kind: 'counted' });
    expect(await store.record(heard('e3', 61))).toMatchObject({ kind: 'to-diagnose' });
  });

  test('a repeat in other circumstances at once: signed in with MFA by now', async () => {
    const without = { effect: 'explicit', request: { ...aDenial().request, mfa: false } } as const;
    const first = heard('e1', 0, without);
    await store.record(first);
    await save('e1', 0, first.denial);
    expect(await store.record(heard('e2', 1, without))).toEqual({ kind: 'counted' });
    expect(await store.record(heard('e3', 2))).toMatchObject({ kind: 'to-diagnose' });
  });
});

describe('counting', () => {
  test('three hundred denials at once, each delivered twice, are three hundred', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `event-${n}`);
    await Promise.all([...ids, ...ids].map((id) => store.record(heard(id, 0))));
    expect(await count()).toBe(300);
  }, 60_000);

  test.each(['the bucket', 'the case'])(
    'a worker that dies behind its write to %s leaves the count right',
    async (which) => {
      await store.record(heard('e1', 0));
      await save('e1', 0);
      if (which === 'the case') await store.record(heard('e2', 1));
      else {
        dieBehind = 'UpdateItem';
        await expect(store.record(heard('e2', 1))).rejects.toThrow();
      }
      await store.record(heard('e2', 1));
      expect(await count()).toBe(2);
    },
  );

  test('events in any order: the first is the earliest, the last the latest, and the latest is shown', async () => {
    for (const minutes of [20, 10, 30, 5, 25]) await store.record(heard(`e${minutes}`, minutes));
    const found = await store.find(KEY);
    expect(found?.denials).toEqual({ count: 5, firstAt: at(5).toISOString(), lastAt: at(30).toISOString() });
    expect(found?.latest.eventId).toBe('e30');
  });
});

describe('what was told', () => {
  test('is remembered with the case, a claim without its message, a refusal as one', async () => {
    await store.record(heard('e1', 0));
    expect((await told.findWithTold(KEY, null))[0]?.told).toEqual({});
    await told.claim({ key: KEY, round: 1 }, 'slack', at(1));
    const claimed = { digest: null, messageId: null, claimedAt: at(1).toISOString(), toldAt: null, refused: false };
    expect((await told.findWithTold(KEY, null))[0]?.told).toEqual({ slack: claimed });
    await told.release({ key: KEY, round: 1 }, 'slack');
    expect((await told.findWithTold(KEY, null))[0]?.told).toEqual({ slack: { ...claimed, refused: true } });
    await told.claim({ key: KEY, round: 1 }, 'slack', at(2));
    await told.confirm({ key: KEY, round: 1 }, 'slack', { digest: 'd', messageId: '1.0001' }, at(3));
    expect((await told.findWithTold(KEY, null))[0]?.told.slack).toEqual({
      digest: 'd',
      messageId: '1.0001',
      claimedAt: at(2).toISOString(),
      toldAt: at(3).toISOString(),
      refused: false,
    });
  });

  test('of a round that has begun and holds no denial yet there is nothing to tell, and of the one before there is', async () => {
    await store.record(heard('e1', 0));
    const TableName = table;
    const { Item } = await tables.client.send(
      new GetCommand({ TableName, Key: { caseKey: KEY, item: CASE }, ConsistentRead: true }),
    );
    await tables.client.send(new PutCommand({ TableName, Item: { ...Item, item: closedItem(1) } }));
    await tables.client.send(
      new UpdateCommand({
        TableName,
        Key: { caseKey: KEY, item: CASE },
        UpdateExpression: 'SET #round = :next REMOVE latest',
        ExpressionAttributeNames: { '#round': 'round' },
        ExpressionAttributeValues: { ':next': 2 },
      }),
    );
    expect((await told.findWithTold(KEY, null)).map(({ found }) => found.round)).toEqual([1]);
  });

  test('a case that is not there is said to be', async () => {
    expect(await told.findWithTold('nothing', null)).toEqual([]);
    expect(await store.find('nothing')).toBeNull();
  });
});
