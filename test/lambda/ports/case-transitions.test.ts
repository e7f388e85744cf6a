/** What everyone relies on of a case's transitions, on DynamoDB's own conditions (dynalite) and S3's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { trailKey } from '../../../lambda/adapters/dynamodb/case-transitions.ts';
import { sha256 } from '../../../lambda/adapters/sha256.ts';
import { type Case, caseId, subjectOf } from '../../../lambda/core/case/case.ts';
import type { TrailEntry } from '../../../lambda/core/case/trail.ts';
import { verifyTrail } from '../../../lambda/core/case/verify-trail.ts';
import type { CaseList } from '../../../lambda/ports/case-list.ts';
import type { CaseStore } from '../../../lambda/ports/case-store.ts';
import type { CaseTransitions, Transition } from '../../../lambda/ports/case-transitions.ts';
import type { Trail } from '../../../lambda/ports/trail.ts';
import { minutesIn as at, startCaseTables } from '../../support/case-table.ts';
import { aDenial } from '../../support/denial.ts';
import { diagnose, factsOf } from '../../support/question.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
let tables: Awaited<ReturnType<typeof startCaseTables>>;
/** Operations, as `service:Operation`, whose next answer is lost behind their effect. */
let dieBehind: string | null = null;
let store: CaseStore;
let transitions: CaseTransitions;
let patientTransitions: CaseTransitions;
let list: CaseList;
let trail: Trail;

beforeAll(async () => {
  tables = await startCaseTables({
    fault: ({ service, operation }) => {
      if (`${service}:${operation}` !== dieBehind) return null;
      dieBehind = null;
      return 'drop-response';
    },
  });
});
afterAll(() => tables.close());
beforeEach(async () => {
  ({ store, transitions, patientTransitions, list, trail } = await tables.create());
});

async function deny(eventId: string, minutes: number) {
  const denial = { ...aDenial(), eventId, time: at(minutes).toISOString() };
  const recorded = await store.record({ key: KEY, subject: subjectOf(denial), denial, eventId, now: at(minutes) });
  if (recorded.kind === 'to-diagnose') {
    const { transitionCount } = recorded;
    await store.saveDiagnosis({
      key: KEY,
      eventId,
      transitionCount,
      denial,
      diagnosis: diagnose(factsOf()),
      now: at(minutes),
    });
  }
  return recorded.kind;
}

const by = { via: 'aws' as const, as: 'arn:aws:iam::111122223333:user/dana', name: 'Dana' };

function rejected(of: Case, reason: string): Transition {
  if (of.state !== 'proposed') throw new Error(`it is ${of.state}`);
  const { digest } = of.diagnosis.proposal;
  return {
    to: { state: 'rejected', diagnosis: of.diagnosis, rejection: { by, at: at(1).toISOString(), digest, reason } },
    entry: { actor: by, what: reason, digest, decision: { before: null, after: null } },
  };
}

const reject = (minutes: number, reason = 'no') =>
  transitions.make(KEY, 1, at(minutes), (of) =>
    of.state === 'proposed' ? { transition: rejected(of, reason) } : { stop: of.state },
  );

async function trailTexts(round = 1): Promise<readonly string[]> {
  const texts: string[] = [];
  for (;;) {
    const text = await trail.read(trailKey(KEY, round), texts.length + 1);
    if (text === null) return texts;
    texts.push(text);
  }
}
const entries = async (round = 1) => (await trailTexts(round)).map((text) => JSON.parse(text) as TrailEntry);

describe('a transition', () => {
  test('changes the case once and leaves one entry that follows from the one before', async () => {
    await deny('e1', 0);
    const outcome = await reject(1);
    expect(outcome).toMatchObject({ kind: 'done', of: { state: 'rejected', transitionCount: 2 } });
    expect((await entries()).map(({ seq, from, to, actor }) => ({ seq, from, to, who: actor.name }))).toEqual([
      { seq: 1, from: null, to: 'proposed', who: 'diagnose' },
      { seq: 2, from: 'proposed', to: 'rejected', who: 'Dana' },
    ]);
    expect(verifyTrail(KEY, await trailTexts(), null, sha256)).toEqual({ kind: 'whole', entries: 2 });
  });

  test('of two hundred at once: one is made, one entry is written, the others see it', async () => {
    await deny('e1', 0);
    const all = await Promise.all(Array.from({ length: 200 }, (_, n) => reject(1, `reason ${n}`)));
    expect(all.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(all.filter((one) => one.kind === 'stopped' && one.because === 'rejected')).toHaveLength(199);
    expect(await entries()).toHaveLength(2);
  }, 60_000);

  test('is not lost by denials that are counted at the same time, nor are they', async () => {
    await deny('e1', 0);
    const ids = Array.from({ length: 50 }, (_, n) => `r${n}`);
    await Promise.all([...ids.map((id) => deny(id, 0.5)), reject(1)]);
    expect(await store.find(KEY)).toMatchObject({ state: 'rejected', denials: { count: 51 } });
  });

  test('whose worker dies before the trail has its entry: the next transition brings it', async () => {
    await deny('e1', 0);
    dieBehind = 'dynamodb:UpdateItem';
    await expect(reject(1)).rejects.toThrow();
    expect(await entries()).toHaveLength(1);
    const again = await transitions.make(KEY, 1, at(2), (of) => ({
      transition: {
        to: {
          state: 'reverting',
          diagnosis: of.diagnosis as never,
          reversal: { kind: 'ended', at: at(2).toISOString() },
        },
        entry: {
          actor: { via: 'system', name: 'apply' },
          what: 'x',
          digest: null,
          decision: { before: null, after: null },
        },
      },
    }));
    expect(again.kind).toBe('done');
    expect((await entries()).map(({ to }) => to)).toEqual(['proposed', 'rejected', 'reverting']);
    expect(verifyTrail(KEY, await trailTexts(), null, sha256)).toEqual({ kind: 'whole', entries: 3 });
  });

  test('whose answer was lost is made, once, and not taken for that of somebody else', async () => {
    await deny('one', 0);
    dieBehind = 'dynamodb:UpdateItem';
    const outcome = await patientTransitions.make(KEY, 1, at(1), (of) =>
      of.state === 'rejected' ? { stop: 'somebody was first' } : { transition: rejected(of, 'no') },
    );
    expect(dieBehind).toBeNull();
    expect(outcome).toMatchObject({ kind: 'done', of: { state: 'rejected', transitionCount: 2 } });
  });

  test('of a case that is not there', async () => {
    expect(await reject(1)).toEqual({ kind: 'missing' });
  });
});

describe('rounds', () => {
  test('a denial after the case was closed begins a new one that names the old one', async () => {
    await deny('e1', 0);
    await deny('e2', 0.1);
    await reject(1);
    expect(await deny('e3', 5)).toBe('to-diagnose');
    const found = await store.find(KEY);
    expect(found).toMatchObject({
      round: 2,
      state: 'proposed',
      denials: { count: 1, firstAt: at(5).toISOString() },
      earlier: { id: caseId(KEY), state: 'rejected', closedAt: at(1).toISOString() },
      transitionCount: 1,
    });
    expect(await transitions.find(KEY, 1)).toMatchObject({ round: 1, state: 'rejected', denials: { count: 2 } });
    expect(await entries(2)).toHaveLength(1);
  });

  test('one that was delivered late belongs to the round in which it happened', async () => {
    await deny('e1', 0);
    await reject(2);
    expect(await deny('e2', 1)).toBe('counted');
    expect(await store.find(KEY)).toMatchObject({ round: 1, denials: { count: 2 } });
  });

  test('twenty at once begin one round, and all are counted', async () => {
    await deny('e1', 0);
    await reject(1);
    const kinds = await Promise.all(Array.from({ length: 20 }, (_, n) => deny(`n${n}`, 5)));
    expect(kinds.filter((kind) => kind === 'to-diagnose')).toHaveLength(1);
    expect(await store.find(KEY)).toMatchObject({ round: 2, denials: { count: 20 } });
    expect(await deny('n3', 5)).toBe('duplicate');
  });

  test.each(['dynamodb:PutItem', 'dynamodb:UpdateItem'])('a worker that dies behind %s loses nothing', async (call) => {
    await deny('e1', 0);
    await reject(1);
    dieBehind = call;
    await deny('e2', 5).catch(() => null);
    dieBehind = null;
    await deny('e2', 5);
    expect(await store.find(KEY)).toMatchObject({ round: 2, state: 'proposed', denials: { count: 1 } });
  });
});

describe('lists', () => {
  test('every round, newest first, by state and in pages; one by what people type', async () => {
    await deny('e1', 0);
    await reject(1);
    await deny('e2', 5);
    const first = await list.list({ state: null, most: 1, from: null });
    expect(first.cases.map(({ round }) => round)).toEqual([2]);
    const second = await list.list({ state: null, most: 10, from: first.next });
    expect(second.cases.map(({ round }) => round)).toEqual([1]);
    expect((await list.list({ state: 'rejected', most: 10, from: null })).cases.map(({ round }) => round)).toEqual([1]);
    expect(await list.named(`${caseId(KEY)}-2`)).toMatchObject({ round: 2 });
    expect(await list.named(caseId(KEY))).toMatchObject({ round: 1 });
    expect(await list.named('0000000000')).toBeNull();
    await expect(list.list({ state: null, most: 1, from: 'odd' })).rejects.toThrow('first page');
  });

  test('what is due: once after each transition, for its entry in the trail, then only when time brings something about', async () => {
    await deny('e1', 0);
    expect(await transitions.due(at(3), 10)).toEqual([]);
    expect(await transitions.due(at(4), 10)).toEqual([{ key: KEY, round: 1 }]);
    await transitions.keepTrail(KEY, 1);
    expect(await transitions.due(at(60 * 23), 10)).toEqual([]);
    expect(await transitions.due(at(60 * 25), 10)).toEqual([{ key: KEY, round: 1 }]);
    await reject(1);
    await transitions.keepTrail(KEY, 1);
    expect(await transitions.due(at(60 * 25), 10)).toEqual([]);
  });

  test('what was put off is not due until then', async () => {
    await deny('e1', 0);
    await transitions.putOff(KEY, 1, at(30));
    expect(await transitions.due(at(29), 10)).toEqual([]);
    expect(await transitions.due(at(30), 10)).toEqual([{ key: KEY, round: 1 }]);
  });
});
