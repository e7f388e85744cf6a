/** What diagnose relies on of the case store, on DynamoDB's own conditions (dynalite), with time as an argument. */

import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CASE, closedItem } from '../../../lambda/adapters/dynamodb/case-item.ts';
import { dynamoNotificationStore } from '../../../lambda/adapters/dynamodb/notification-store.ts';
import { sha256 } from '../../../lambda/adapters/sha256.ts';
import type { Topic } from '../../../lambda/adapters/sns/topic.ts';
import { sendMail } from '../../../lambda/announce/send-mail.ts';
import { subjectOf } from '../../../lambda/core/case/case.ts';
import type { Denial } from '../../../lambda/core/denial/denial.ts';
import type { CaseStore } from '../../../lambda/ports/case-store.ts';
import type { NotificationRecord, NotificationStore } from '../../../lambda/ports/notification-store.ts';
import { minutesIn as at, startCaseTables } from '../../support/case-table.ts';
import { aDenial } from '../../support/denial.ts';
import { diagnose, factsOf } from '../../support/question.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
let tables: Awaited<ReturnType<typeof startCaseTables>>;
/** The next write is carried out and its answer lost, as when a worker dies just behind it. */
let dieBehind: string | null = null;
let writes = 0;
/** Writes that go well before that. */
let goWell = 0;
let store: CaseStore;
let notifications: NotificationStore;
let table: string;
let notificationTable: string;

beforeAll(async () => {
  tables = await startCaseTables({
    fault: ({ service, operation, caller }) => {
      if (service === 'dynamodb' && operation === 'UpdateItem') writes += 1;
      if (service !== 'dynamodb' || operation !== dieBehind || caller.kind !== 'administrator') return null;
      if (goWell-- > 0) return null;
      dieBehind = null;
      return 'drop-response';
    },
  });
});
afterAll(() => tables.close());

beforeEach(async () => {
  goWell = 0;
  const created = await tables.create();
  ({ store, table, notifications: notificationTable } = created);
  notifications = dynamoNotificationStore(tables.client, {
    cases: created.table,
    notifications: created.notifications,
  });
});

const heard = (eventId: string, minutes: number, changes: Partial<Denial> = {}) => {
  const denial = { ...aDenial(), eventId, time: at(minutes).toISOString(), ...changes };
  return { key: KEY, subject: subjectOf(denial), denial, eventId, now: at(minutes) };
};
/** `transitionCount`: of the case when the diagnosis began; left out: as it is now. */
const save = async (
  eventId: string,
  minutes: number,
  denial: Denial = heard(eventId, minutes).denial,
  transitionCount?: number,
) => {
  const began = transitionCount ?? (await store.find(KEY))?.transitionCount ?? 0;
  return store.saveDiagnosis({
    key: KEY,
    eventId,
    transitionCount: began,
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
    let left = [...ids, ...ids];
    // What fails, as a busy machine may cut a connection, is delivered again.
    while (left.length > 0) {
      const outcomes = await Promise.allSettled(left.map((id) => store.record(heard(id, 0))));
      left = left.filter((_, index) => outcomes[index]?.status === 'rejected');
    }
    expect(await count()).toBe(300);
  }, 180_000);

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

describe('denials of one case that are counted together', () => {
  const together = (ids: readonly string[], minutes: (id: string) => number = () => 0, now = 60) => {
    const denials = ids.map((eventId) => ({ eventId, denial: heard(eventId, minutes(eventId)).denial }));
    return store.recordAll({ key: KEY, subject: subjectOf(aDenial()), denials, now: at(now) });
  };
  const kinds = async (recorded: ReturnType<typeof together>) =>
    Object.fromEntries([...(await recorded)].map(([id, { kind }]) => [id, kind]));
  const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `event-${from + n}`);

  test('the newest is shown and diagnosed, the first time is the earliest, and each counts', async () => {
    const minutes: Readonly<Record<string, number>> = { a: 20, b: 40, c: 10 };
    expect(await kinds(together(['a', 'b', 'c'], (id) => minutes[id] ?? 0))).toEqual({
      a: 'counted',
      b: 'to-diagnose',
      c: 'counted',
    });
    const found = await store.find(KEY);
    expect(found?.denials).toEqual({ count: 3, firstAt: at(10).toISOString(), lastAt: at(40).toISOString() });
    expect(found?.latest.eventId).toBe('b');
  });

  test('cost one write for each bucket and one for the case', async () => {
    await store.record(heard('e1', 0));
    const ids = numbered(0, 40);
    const buckets = new Set(ids.map((id) => sha256(id).slice(0, 2)));
    writes = 0;
    await together(ids, () => 0, 1);
    expect(writes).toBe(buckets.size + 1);
    expect(buckets.size).toBeLessThan(ids.length);
  });

  test('whichever were counted before, and however often one is among them, each counts once', async () => {
    await together(numbered(0, 30));
    await save('event-29', 60);
    expect(await kinds(together(['event-29', 'event-30', 'event-30', 'event-29']))).toEqual({
      'event-29': 'duplicate',
      'event-30': 'counted',
    });
    await together([...numbered(10, 130), ...numbered(0, 40)]);
    expect(await count()).toBe(130);
  });

  test('by many workers at once, who share some of them, each counts once', async () => {
    let left = [0, 20, 40, 60, 80];
    while (left.length > 0) {
      const outcomes = await Promise.allSettled(left.map((from) => together(numbered(from, from + 45))));
      left = left.filter((_, index) => outcomes[index]?.status === 'rejected');
    }
    expect(await count()).toBe(125);
  }, 180_000);

  test('older ones count, and bring the first time forward', async () => {
    await store.record(heard('e1', 30));
    await save('e1', 30);
    expect(await kinds(together(['a', 'b'], (id) => (id === 'a' ? 10 : 5), 31))).toEqual({
      a: 'counted',
      b: 'counted',
    });
    const found = await store.find(KEY);
    expect(found?.denials).toEqual({ count: 3, firstAt: at(5).toISOString(), lastAt: at(30).toISOString() });
    expect(found?.latest.eventId).toBe('e1');
  });

  test('one that differs in its circumstances is another question, if it is the newest', async () => {
    const first = heard('e1', 0);
    await store.record(first);
    await save('e1', 0, first.denial);
    const denials = ['a', 'b'].map((eventId, index) => ({
      eventId,
      denial: { ...heard(eventId, 1 + index).denial, operation: index === 1 ? 'CreateJob' : aDenial().operation },
    }));
    const recorded = await store.recordAll({ key: KEY, subject: subjectOf(aDenial()), denials, now: at(3) });
    expect([...recorded].map(([id, { kind }]) => [id, kind])).toEqual([
      ['a', 'counted'],
      ['b', 'to-diagnose'],
    ]);
  });

  test('a worker that dies behind any of its writes leaves the count right, and its case diagnosed by the next delivery', async () => {
    const ids = numbered(0, 6);
    const writesOfAll = new Set(ids.map((id) => sha256(id).slice(0, 2))).size + 1;
    const counts: (number | undefined)[] = [];
    for (let write = 0; write < writesOfAll; write += 1) {
      const made = await tables.create();
      store = made.store;
      goWell = write;
      dieBehind = 'UpdateItem';
      await expect(together(ids)).rejects.toThrow();
      expect(dieBehind).toBeNull();
      // In parts, as the queue may bring them.
      const again = [await kinds(together(ids.slice(3))), await kinds(together(ids.slice(0, 3)))];
      expect(again.flatMap((one) => Object.values(one)).filter((kind) => kind === 'to-diagnose').length).toBe(1);
      counts.push(await count());
    }
    expect(counts).toEqual(Array.from({ length: writesOfAll }, () => 6));
  }, 180_000);
});

describe('a notification', () => {
  const round = { key: KEY, round: 1 };
  const found = async (channel: 'slack' | 'sns' = 'sns'): Promise<NotificationRecord | undefined> =>
    (await notifications.findWithRecords(KEY, null))[0]?.records[channel];
  const once = { digest: 'd', tries: 1 };
  const twice = { digest: 'd', tries: 2 };
  const OVERTAKEN = 'was written by another try';

  test('is remembered with the case, a claim without its message, a refusal as one', async () => {
    await store.record(heard('e1', 0));
    expect((await notifications.findWithRecords(KEY, null))[0]?.records).toEqual({});
    const first = { now: at(1), before: undefined, inDoubt: null };
    await notifications.claim(round, 'slack', first);
    const claimed = {
      digest: null,
      messageId: null,
      claimedAt: at(1).toISOString(),
      notifiedAt: null,
      refused: false,
      inDoubt: null,
    };
    expect((await notifications.findWithRecords(KEY, null))[0]?.records).toEqual({ slack: claimed });
    await notifications.release(round, 'slack', first);
    expect(await found('slack')).toEqual({ ...claimed, refused: true });
    await notifications.claim(round, 'slack', { now: at(2), before: await found('slack'), inDoubt: null });
    await notifications.confirm(round, 'slack', { digest: 'd', messageId: '1.0001' }, at(3));
    expect(await found('slack')).toEqual({
      digest: 'd',
      messageId: '1.0001',
      claimedAt: at(2).toISOString(),
      notifiedAt: at(3).toISOString(),
      refused: false,
      inDoubt: null,
    });
  });

  test('is nothing that went out where the claim of the first mail was refused, and the next try sends it', async () => {
    await store.record(heard('e1', 0));
    let sent = 0;
    const topic: Topic = {
      publish: async () => {
        sent += 1;
        return { kind: 'published', messageId: 'm' };
      },
    };
    let minutes = 0;
    const send = async (into: NotificationStore) => {
      minutes += 1;
      const mail = async () => ({ subject: 's', text: 't' });
      const before = await found();
      const sending = { of: round, channel: 'sns' as const, name: 'to the topic', digest: 'd', record: before, mail };
      await sendMail(sending, topic, into, { now: at(minutes), isFirst: false });
    };
    const refusing = { ...notifications, claim: () => Promise.reject(new Error('Rate exceeded')) };
    for (let turn = 0; turn < 3; turn += 1) await expect(send(refusing)).rejects.toThrow('Rate exceeded');
    expect([sent, await found()]).toMatchObject([0, { digest: null, notifiedAt: null, inDoubt: null, refused: true }]);
    await send(notifications);
    expect([sent, await found()]).toMatchObject([1, { digest: 'd', messageId: 'm', inDoubt: null }]);
  });

  test('keeps a mail in doubt, with its tries, until it is known what became of it', async () => {
    await store.record(heard('e1', 0));
    await notifications.claim(round, 'sns', { now: at(1), before: undefined, inDoubt: once });
    const before = await found();
    await notifications.claim(round, 'sns', { now: at(2), before, inDoubt: twice });
    expect((await found())?.inDoubt).toEqual(twice);
    await notifications.release(round, 'sns', { now: at(2), before, inDoubt: once });
    expect((await found())?.inDoubt).toEqual(once);
    await notifications.claim(round, 'sns', { now: at(3), before: await found(), inDoubt: twice });
    await notifications.confirm(round, 'sns', { digest: 'd', messageId: 'm' }, at(3));
    expect((await found())?.inDoubt).toBeNull();
  });

  test('is not undone by a write that was given up and is carried out late, and takes its own repetition', async () => {
    await store.record(heard('e1', 0));
    const first = { now: at(1), before: undefined, inDoubt: once };
    await notifications.claim(round, 'sns', first);
    await notifications.claim(round, 'sns', first);
    await notifications.confirm(round, 'sns', { digest: 'd', messageId: 'm' }, at(1));
    await notifications.confirm(round, 'sns', { digest: 'd', messageId: 'm' }, at(1));
    const sent = await found();
    expect(sent).toMatchObject({ digest: 'd', messageId: 'm', inDoubt: null });
    await expect(notifications.claim(round, 'sns', first)).rejects.toThrow(OVERTAKEN);
    await notifications.release(round, 'sns', first);
    expect(await found()).toMatchObject({ digest: 'd', inDoubt: null });

    await notifications.claim(round, 'sns', { now: at(2), before: sent, inDoubt: { digest: 'e', tries: 1 } });
    const claimed = await found();
    await notifications.release(round, 'sns', first);
    await expect(notifications.confirm(round, 'sns', { digest: 'd', messageId: 'm' }, at(1))).rejects.toThrow(
      OVERTAKEN,
    );
    await expect(notifications.claim(round, 'sns', first)).rejects.toThrow(OVERTAKEN);
    expect(await found()).toEqual(claimed);
    await notifications.confirm(round, 'sns', { digest: 'e', messageId: 'n' }, at(2));
    expect(await found()).toMatchObject({ digest: 'e', messageId: 'n', inDoubt: null });
  });

  test.each([
    ['the first', false],
    ['a second', true],
  ])('once a try was released, its claim changes nothing however late: %s', async (_, isSecond) => {
    await store.record(heard('e1', 0));
    if (isSecond) await notifications.claim(round, 'sns', { now: at(1), before: undefined, inDoubt: once });
    const before = await found();
    const claim = { now: at(2), before, inDoubt: isSecond ? twice : once };
    await notifications.release(round, 'sns', { ...claim, inDoubt: before?.inDoubt ?? null });
    const released = await found();
    expect(released).toMatchObject({ refused: true, inDoubt: isSecond ? once : null });
    await expect(notifications.claim(round, 'sns', claim)).rejects.toThrow(OVERTAKEN);
    expect(await found()).toEqual(released);
    await notifications.claim(round, 'sns', { ...claim, now: at(3), before: released });
    await notifications.release(round, 'sns', { ...claim, inDoubt: null });
    expect(await found()).toMatchObject({ claimedAt: at(3).toISOString(), refused: false, inDoubt: claim.inDoubt });
  });

  test('is claimed only as it was read: a confirmation that comes in between is not overwritten', async () => {
    await store.record(heard('e1', 0));
    await notifications.claim(round, 'sns', { now: at(1), before: undefined, inDoubt: once });
    const before = await found();
    await notifications.confirm(round, 'sns', { digest: 'd', messageId: 'm' }, at(1));
    await expect(notifications.claim(round, 'sns', { now: at(2), before, inDoubt: twice })).rejects.toThrow(OVERTAKEN);
    expect(await found()).toMatchObject({ digest: 'd', messageId: 'm', inDoubt: null });
  });

  test('is not released by a try whose message was found by another', async () => {
    await store.record(heard('e1', 0));
    const lost = { now: at(1), before: undefined, inDoubt: null };
    await notifications.claim(round, 'slack', lost);
    await notifications.confirm(round, 'slack', { digest: 'd', messageId: '1.0001' }, at(2));
    await notifications.release(round, 'slack', lost);
    expect(await found('slack')).toMatchObject({ digest: 'd', refused: false });
  });

  test('as it was written before mails were counted, nothing is in doubt', async () => {
    await store.record(heard('e1', 0));
    const Item = { caseKey: KEY, item: 'told#sns', claimedAt: at(1).toISOString() };
    await tables.client.send(new PutCommand({ TableName: notificationTable, Item }));
    expect((await notifications.findWithRecords(KEY, null))[0]?.records.sns).toMatchObject({
      digest: null,
      inDoubt: null,
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
    expect((await notifications.findWithRecords(KEY, null)).map(({ found }) => found.round)).toEqual([1]);
  });

  test('a case that is not there is said to be', async () => {
    expect(await notifications.findWithRecords('nothing', null)).toEqual([]);
    expect(await store.find('nothing')).toBeNull();
  });
});
