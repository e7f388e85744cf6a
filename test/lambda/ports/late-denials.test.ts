/** Denials that come late, and diagnoses that took long: neither undoes what was decided or done in the meantime. */

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dynamoCaseStore } from '../../../lambda/adapters/dynamodb/case-store.ts';
import { dynamoCaseTransitions, trailKey } from '../../../lambda/adapters/dynamodb/case-transitions.ts';
import { type Case, caseId, type ProposedDiagnosis, type Standing, subjectOf } from '../../../lambda/core/case/case.ts';
import type { SuccessfulCall } from '../../../lambda/core/case/confirmation.ts';
import type { Diagnosis } from '../../../lambda/core/diagnosis/diagnosis.ts';
import { confirmBy } from '../../../lambda/diagnose/confirm.ts';
import type { Transition } from '../../../lambda/ports/case-transitions.ts';
import { minutesIn as at, startCaseTables } from '../../support/case-table.ts';
import { aDenial } from '../../support/denial.ts';
import { diagnose, factsOf } from '../../support/question.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
let tables: Awaited<ReturnType<typeof startCaseTables>>;
let made: Awaited<ReturnType<typeof tables.create>>;
let asked: string[] = [];
beforeAll(async () => {
  tables = await startCaseTables({
    onCall: ({ service, operation }) => asked.push(`${service}:${operation}`),
  });
});
afterAll(() => tables.close());
beforeEach(async () => {
  made = await tables.create();
});

const denialAt = (eventId: string, minutes: number) => ({ ...aDenial(), eventId, time: at(minutes).toISOString() });

/** `heard`: when it was delivered; denied at `minutes`. */
function record(eventId: string, minutes: number, heard = minutes) {
  const denial = denialAt(eventId, minutes);
  return made.store.record({ key: KEY, subject: subjectOf(denial), denial, eventId, now: at(heard) });
}

const allowed = (): Diagnosis => ({
  ...diagnose(factsOf()),
  verdict: { kind: 'already-allowed', by: [], unseen: [] },
  proposal: null,
});

/** As diagnose does, with `between` while it is at work. */
async function deny(
  eventId: string,
  minutes: number,
  { heard = minutes, diagnosis = diagnose(factsOf()), between = async () => undefined as unknown } = {},
): Promise<string> {
  const recorded = await record(eventId, minutes, heard);
  if (recorded.kind !== 'to-diagnose') return recorded.kind;
  await between();
  const { transitionCount, of } = recorded;
  const denial = denialAt(eventId, minutes);
  const saved = await made.store.saveDiagnosis({
    key: KEY,
    eventId,
    transitionCount,
    of,
    denial,
    diagnosis,
    now: at(heard),
  });
  return saved ? 'diagnosed' : 'overtaken';
}

const by = { via: 'aws' as const, as: 'arn:aws:iam::111122223333:user/dana', name: 'Dana' };

function proposedIn(of: Case): ProposedDiagnosis {
  const { diagnosis } = of;
  if (diagnosis === null || diagnosis.proposal === null) throw new Error(`${of.state} without a proposal`);
  return { ...diagnosis, proposal: diagnosis.proposal };
}

function grantOf({ proposal: { target, policyName, document } }: ProposedDiagnosis, minutes: number) {
  return { target, policyName, document, writtenAt: at(minutes).toISOString(), endsAt: null };
}

type Build = (diagnosis: ProposedDiagnosis, time: string) => Standing;
const ruled = (diagnosis: ProposedDiagnosis, time: string) => ({
  diagnosis,
  approvals: [{ by, at: time, digest: diagnosis.proposal.digest, term: { hours: null } }],
  term: { hours: null },
});
const states = {
  rejected: (diagnosis, time) => ({
    state: 'rejected',
    diagnosis,
    rejection: { by, at: time, digest: diagnosis.proposal.digest, reason: 'no' },
  }),
  expired: (diagnosis, time) => ({ state: 'expired', diagnosis, expiredAt: time }),
  applied: (diagnosis, time) => ({ ...ruled(diagnosis, time), state: 'applied', appliedAt: time }),
  confirmed: (diagnosis, time) => ({
    ...ruled(diagnosis, time),
    state: 'confirmed',
    confirmedAt: time,
    eventId: 'success',
  }),
  stale: (diagnosis, time) => ({ ...ruled(diagnosis, time), state: 'stale', why: 'x', staleAt: time }),
  failed: (diagnosis, time) => ({ ...ruled(diagnosis, time), state: 'failed', why: 'x', failedAt: time }),
  reverting: (diagnosis, time) => ({
    state: 'reverting',
    diagnosis,
    reversal: { kind: 'asked', by, at: time, reason: 'x' },
  }),
  reverted: (diagnosis, time) => ({
    state: 'reverted',
    diagnosis,
    reversal: { kind: 'asked', by, at: time, reason: 'x' },
    revertedAt: time,
  }),
} satisfies Record<string, Build>;
type Named = keyof typeof states;

const transitionTo =
  (name: Named, minutes: number) =>
  (of: Case): { transition: Transition } => {
    const diagnosis = proposedIn(of);
    const entry = { actor: by, what: name, digest: null, decision: { before: null, after: null } };
    const grants = name === 'applied' || name === 'confirmed' ? [grantOf(diagnosis, minutes)] : [];
    return { transition: { to: states[name](diagnosis, at(minutes).toISOString()), grants, entry } };
  };
const go = (name: Named, minutes: number, round = 1) =>
  made.transitions.make(KEY, round, at(minutes), transitionTo(name, minutes));
const state = async () => (await made.store.find(KEY))?.state;

describe('a repeat is being diagnosed anew, and meanwhile', () => {
  test.each(['rejected', 'expired', 'applied', 'confirmed', 'stale', 'failed', 'reverting', 'reverted'] as const)(
    'the case is %s: it stays so',
    async (name) => {
      await deny('e1', 0);
      expect(await deny('e2', 61, { between: () => go(name, 61.1) })).toBe('overtaken');
      expect(await state()).toBe(name);
    },
  );
});

describe('a denial from before is delivered late', () => {
  test.each(['rejected', 'expired', 'confirmed', 'reverted', 'applied', 'stale', 'failed'] as const)(
    'to a case that is %s: it is counted, and the case stays so',
    async (name) => {
      await deny('e1', 0);
      await go(name, 62);
      expect(await deny('e2', 61, { heard: 90, diagnosis: allowed() })).toBe('counted');
      expect([await state(), (await made.store.find(KEY))?.denials.count]).toEqual([name, 2]);
    },
  );

  test('and once more by a worker that died: it is not diagnosed either', async () => {
    await deny('e1', 0);
    expect(await record('e2', 61)).toMatchObject({ kind: 'to-diagnose' });
    await go('applied', 62);
    expect(await record('e2', 61, 90)).toEqual({ kind: 'duplicate' });
  });
});

test('denials from before and after the end of a round, counted together, are each counted in their own', async () => {
  await deny('e1', 0);
  await go('rejected', 10);
  const denials = [11, 9, 12, 8, 13].map((minutes) => ({
    eventId: `at ${minutes}`,
    denial: denialAt(`at ${minutes}`, minutes),
  }));
  const recorded = await made.store.recordAll({ key: KEY, subject: subjectOf(denialAt('x', 0)), denials, now: at(20) });
  expect([...recorded].filter(([, { kind }]) => kind === 'to-diagnose').map(([id]) => id)).toEqual(['at 13']);
  const rounds = await Promise.all([1, 2].map((round) => made.transitions.find(KEY, round)));
  expect(rounds.map((of) => [of?.state, of?.denials.count])).toEqual([
    ['rejected', 3],
    ['open', 3],
  ]);
});

test('a denial that begins the next round costs four writes and a reading more than one that opens a case', async () => {
  const costOf = async (eventId: string, minutes: number) => {
    asked = [];
    expect(await deny(eventId, minutes)).toBe('diagnosed');
    return asked;
  };
  expect(await costOf('e1', 0)).toEqual([
    'dynamodb:UpdateItem',
    'dynamodb:UpdateItem',
    'dynamodb:UpdateItem',
    's3:PutObject',
  ]);
  await go('rejected', 10);
  expect(await costOf('e2', 11)).toEqual([
    // The bucket; the case, which refuses it as its newest and as an older one, being closed.
    ...['dynamodb:UpdateItem', 'dynamodb:UpdateItem', 'dynamodb:UpdateItem'],
    'dynamodb:GetItem',
    // The last entry of the round, which is there.
    ...['s3:PutObject', 's3:GetObject'],
    // The round is put away, its place freed, the denial counted in it, and the diagnosis saved.
    ...['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:UpdateItem', 'dynamodb:UpdateItem'],
    's3:PutObject',
  ]);
});

test('a denial after the grant was applied reopens the case', async () => {
  await deny('e1', 0);
  await go('applied', 10);
  expect(await deny('e2', 11)).toBe('diagnosed');
  expect(await state()).toBe('proposed');
});

test('a diagnosis whose answer was lost is saved once', async () => {
  const recorded = await record('e1', 0);
  if (recorded.kind !== 'to-diagnose') throw new Error(recorded.kind);
  const { transitionCount } = recorded;
  const input = {
    key: KEY,
    eventId: 'e1',
    transitionCount,
    denial: denialAt('e1', 0),
    diagnosis: diagnose(factsOf()),
    now: at(0),
  };
  expect([await made.store.saveDiagnosis(input), await made.store.saveDiagnosis(input)]).toEqual([true, true]);
  expect((await made.store.find(KEY))?.transitionCount).toBe(1);
});

describe('the last entry of a trail', () => {
  const call = async (): Promise<SuccessfulCall> => {
    const of = await made.store.find(KEY);
    const { accountId, principal, eventSource } = of?.subject ?? {};
    const operation = of?.latest.operation;
    if (!accountId || !principal || !eventSource || !operation) throw new Error('not a whole denial');
    return { eventId: 's1', time: at(11).toISOString(), accountId, principal, eventSource, operation, role: null };
  };
  const entries = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (let seq = 1; ; seq += 1) {
      const text = await made.trail.read(trailKey(KEY, 1), seq);
      if (text === null) return found;
      found.push(JSON.parse(text).to);
    }
  };
  /** S3 is down for the entry of the next transition, which the table has taken. */
  async function confirmWithoutS3(): Promise<void> {
    let appended = 0;
    const trail = {
      ...made.trail,
      append: async (key: string, seq: number, text: string) => {
        appended += 1;
        if (appended === 2) throw new Error('S3 is down');
        await made.trail.append(key, seq, text);
      },
    };
    const transitions = dynamoCaseTransitions(tables.client, made.table, trail);
    const parts = { store: made.store, transitions, now: at(12) };
    await expect(confirmBy(await call(), parts)).rejects.toThrow('S3 is down');
    expect([await state(), (await entries()).at(-1)]).toEqual(['confirmed', 'applied']);
  }
  beforeEach(async () => {
    await deny('e1', 0);
    await go('applied', 10);
    await confirmWithoutS3();
  });

  test('is copied by the schedule, which then leaves the case alone', async () => {
    const due = await made.transitions.due(at(20), 10);
    expect(due).toEqual([{ key: KEY, round: 1 }]);
    await made.transitions.keepTrail(KEY, 1);
    expect((await entries()).at(-1)).toBe('confirmed');
    expect(await made.transitions.due(at(100_000), 10)).toEqual([]);
  });

  test('is copied before the round is put away', async () => {
    expect(await deny('e2', 100)).toBe('diagnosed');
    expect((await entries()).at(-1)).toBe('confirmed');
  });
});

describe('a round is put away while', () => {
  /** A store whose next Put of a closed round waits for `first`. */
  function storeThatWaits(first: () => Promise<unknown>, when: 'before' | 'after') {
    let isDone = false;
    const client = new Proxy(tables.client, {
      get(real, name) {
        if (name !== 'send') return Reflect.get(real, name);
        return async (command: Parameters<typeof real.send>[0]) => {
          const isIt = command instanceof PutCommand && !isDone;
          if (isIt) isDone = true;
          if (isIt && when === 'before') await first();
          const answer = await real.send(command);
          if (isIt && when === 'after') await first();
          return answer;
        };
      },
    });
    return dynamoCaseStore(client, { table: made.table, installation: 'test', trail: made.trail, proposalHours: 24 });
  }
  const denyBy = (store: ReturnType<typeof storeThatWaits>) => {
    const denial = denialAt('e2', 20);
    return store.record({ key: KEY, subject: subjectOf(denial), denial, eventId: 'e2', now: at(20) });
  };
  beforeEach(async () => {
    await deny('e1', 0);
    await go('applied', 10);
    await go('confirmed', 11);
  });

  test('somebody takes its grant back: it is listed once, can be named, and is due once', async () => {
    await denyBy(storeThatWaits(() => go('reverting', 20), 'after'));
    expect(await state()).toBe('reverting');
    const { cases } = await made.list.list({ state: null, most: 10, from: null });
    expect(cases.map(({ key, round, state }) => [caseId(key, round), state])).toEqual([[caseId(KEY), 'reverting']]);
    expect(await made.list.named(caseId(KEY))).toMatchObject({ state: 'reverting' });
    expect(await made.transitions.due(at(100), 10)).toEqual([{ key: KEY, round: 1 }]);
  });

  test('a faster worker has put it away and its grant was taken back: that stands', async () => {
    const faster = async () => {
      await record('e3', 20);
      await go('reverting', 21);
      await go('reverted', 22);
    };
    await denyBy(storeThatWaits(faster, 'before'));
    expect(await made.transitions.find(KEY, 1)).toMatchObject({ state: 'reverted', grants: [] });
  });
});

test('a whole key names the round of today, and with a number that round', async () => {
  await deny('e1', 0);
  await go('rejected', 1);
  await deny('e2', 5);
  expect(await made.list.named(KEY)).toMatchObject({ round: 2 });
  expect(await made.list.named(`${KEY}-1`)).toMatchObject({ round: 1, state: 'rejected' });
  expect(await made.list.named(`${KEY}-3`)).toBeNull();
  expect(await made.list.named(caseId(KEY, 2))).toMatchObject({ round: 2 });
});
