/** The first diagnosis of a case is stored without reading the case again, unless something has happened to it. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { subjectOf } from '../../../lambda/core/case/case.ts';
import type { TrailEntry } from '../../../lambda/core/case/trail.ts';
import { minutesIn as at, startCaseTables } from '../../support/case-table.ts';
import { aDenial } from '../../support/denial.ts';
import { diagnose, factsOf } from '../../support/question.ts';

const KEY = 'abcdef0123456789abcdef0123456789';

let tables: Awaited<ReturnType<typeof startCaseTables>>;
let made: Awaited<ReturnType<typeof tables.create>>;
const operations: string[] = [];
let loses: string | null = null;

beforeAll(async () => {
  tables = await startCaseTables({
    fault: ({ service, operation }) => {
      operations.push(`${service}:${operation}`);
      if (`${service}:${operation}` !== loses) return null;
      loses = null;
      return 'drop-response';
    },
  });
});
afterAll(() => tables.close());
beforeEach(async () => {
  made = await tables.create();
});

const record = (eventId: string, minutes: number) => {
  const denial = { ...aDenial(), eventId, time: at(minutes).toISOString() };
  return made.store.record({ key: KEY, subject: subjectOf(denial), denial, eventId, now: at(minutes) });
};

/** Opens the case and diagnoses it, with `between` in the meantime; returns whether it was saved, and the calls of saving. */
async function firstDiagnosis(between: () => Promise<unknown> = async () => undefined) {
  const recorded = await record('e1', 0);
  if (recorded.kind !== 'to-diagnose') throw new Error(recorded.kind);
  await between();
  operations.length = 0;
  const { transitionCount, of } = recorded;
  const denial = { ...aDenial(), eventId: 'e1', time: at(0).toISOString() };
  const input = { key: KEY, eventId: 'e1', transitionCount, of, denial, diagnosis: diagnose(factsOf()), now: at(1) };
  // Once more where the answer was lost, as whoever runs it does.
  const saved = await made.store.saveDiagnosis(input).catch(() => made.store.saveDiagnosis(input));
  return { saved, calls: [...operations] };
}

const firstEntry = async (): Promise<TrailEntry> => JSON.parse((await made.trail.read(KEY, 1)) ?? 'null');

test('one write of the case, and its entry in the trail', async () => {
  expect(await firstDiagnosis()).toEqual({ saved: true, calls: ['dynamodb:UpdateItem', 's3:PutObject'] });
  expect((await made.store.find(KEY))?.state).toBe('proposed');
  expect(await firstEntry()).toMatchObject({ seq: 1, denials: 1, previous: null });
});

test('a denial that was counted in the meantime is in the entry', async () => {
  const { saved } = await firstDiagnosis(() => record('e2', 0.5));
  expect(saved).toBe(true);
  expect(await firstEntry()).toMatchObject({ seq: 1, denials: 2 });
});

test('an answer that was lost is a diagnosis that was stored once', async () => {
  const { saved } = await firstDiagnosis(async () => {
    loses = 'dynamodb:UpdateItem';
  });
  expect(saved).toBe(true);
  expect((await made.store.find(KEY))?.transitionCount).toBe(1);
  expect(await made.trail.read(KEY, 2)).toBeNull();
});
