import { describe, expect, test } from '@jest/globals';
import type { Stage, StageName } from '../../../local/playground/ports.ts';
import { hintOf, linesOf, stepsOf } from '../../../local/playground/timeline.ts';

const stage = (name: StageName, second = 0): Stage => ({
  at: new Date(Date.UTC(2026, 10, 23, 18, 0, second)),
  stage: name,
  text: name,
});
const states = (...names: StageName[]): string =>
  stepsOf(names.map((name) => stage(name)))
    .filter(({ state }) => state !== 'ahead')
    .map(({ label, state }) => `${label} ${state}`)
    .join(', ');

const toTold = 'Refused done, Heard done, Queued done, Diagnosed done, Told done';

describe('how far a denial has come', () => {
  test.each<[string, StageName[], string]>([
    ['nothing happened yet', [], ''],
    ['just refused', ['save-refused'], 'Refused done, Heard under-way'],
    [
      'being diagnosed',
      ['save-refused', 'event', 'queued', 'diagnosing'],
      'Refused done, Heard done, Queued done, Diagnosed under-way',
    ],
    [
      'diagnosed',
      ['save-refused', 'event', 'queued', 'diagnosing', 'case'],
      'Refused done, Heard done, Queued done, Diagnosed done, Told under-way',
    ],
    [
      'told',
      ['save-refused', 'event', 'case', 'announced'],
      'Refused done, Heard done, Queued done, Diagnosed done, Told done',
    ],
    [
      'heard out of order',
      ['save-refused', 'queued', 'event'],
      'Refused done, Heard done, Queued done, Diagnosed under-way',
    ],
    [
      'failed while it was diagnosed',
      ['save-refused', 'event', 'queued', 'diagnosing', 'failed'],
      'Refused done, Heard done, Queued done, Diagnosed failed',
    ],
    [
      'overcame a failure',
      ['save-refused', 'event', 'queued', 'failed', 'diagnosing'],
      'Refused done, Heard done, Queued done, Diagnosed under-way',
    ],
    [
      'told in one place, failed in another',
      ['save-refused', 'case', 'announced', 'failed'],
      'Refused done, Heard done, Queued done, Diagnosed done, Told failed',
    ],
    ['pressed Save again', ['save-refused', 'case', 'announced', 'save-refused'], 'Refused done, Heard under-way'],
    ['waits for a person', ['save-refused', 'case', 'waiting'], `${toTold}, Decided under-way`],
    ['approved', ['save-refused', 'case', 'waiting', 'ruled'], `${toTold}, Decided done, Applied under-way`],
    ['rejected', ['save-refused', 'case', 'waiting', 'ended', 'announced'], `${toTold}, Decided done`],
    [
      'failed while it was applied',
      ['save-refused', 'case', 'waiting', 'ruled', 'failed'],
      `${toTold}, Decided done, Applied failed`,
    ],
    [
      'applied, and a message about it failed',
      ['save-refused', 'case', 'waiting', 'ruled', 'applied', 'failed'],
      `${toTold}, Decided done, Applied done, Confirmed under-way`,
    ],
    [
      'confirmed',
      ['save-refused', 'case', 'waiting', 'ruled', 'applied', 'announced', 'confirmed', 'announced'],
      `${toTold}, Decided done, Applied done, Confirmed done`,
    ],
  ])('%s', (_, names, wanted) => {
    expect(states(...names)).toBe(wanted);
  });
});

test.each<[StageName[], RegExp | null]>([
  [[], null],
  [['save-refused', 'case', 'announced'], null],
  [['save-refused', 'case', 'waiting'], /^Your turn: approve or reject/],
  [['save-refused', 'waiting', 'ruled'], /^Approved/],
  [['save-refused', 'waiting', 'ended', 'announced'], /^Nothing is written/],
  [['save-refused', 'waiting', 'ruled', 'applied'], /press Save again/],
  [['save-refused', 'waiting', 'ruled', 'applied', 'confirmed'], /^Confirmed/],
  [['save-refused', 'applied', 'confirmed', 'save-refused'], null],
])('after %j the page says what to do next', (names, wanted) => {
  const hint = hintOf(names.map((name) => stage(name)));
  if (wanted === null) expect(hint).toBeNull();
  else expect(hint).toMatch(wanted);
});

describe('the lines below', () => {
  test('each says how long after the refusal before it', () => {
    const stages = [
      stage('event', 0),
      stage('save-refused', 1),
      stage('event', 3),
      stage('save-refused', 10),
      stage('case', 14),
    ];
    expect(linesOf(stages, 10).map(({ stage: { text }, sinceMs }) => [text, sinceMs])).toEqual([
      ['event', null],
      ['save-refused', null],
      ['event', 2000],
      ['save-refused', null],
      ['case', 4000],
    ]);
  });

  test('only the newest are shown, under the ids that they had before', () => {
    const stages = [stage('save-refused', 1), stage('event', 3), stage('case', 14)];
    expect(linesOf(stages, 2).map(({ id, sinceMs }) => [id, sinceMs])).toEqual([
      ['line-1', 2000],
      ['line-2', 13000],
    ]);
  });
});
