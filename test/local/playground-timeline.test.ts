import { describe, expect, test } from '@jest/globals';
import type { Stage, StageName } from '../../local/playground/ports.ts';
import { linesOf, stepsOf } from '../../local/playground/timeline.ts';

const stage = (name: StageName, second = 0): Stage => ({
  at: new Date(Date.UTC(2026, 10, 23, 18, 0, second)),
  stage: name,
  text: name,
});
const states = (...names: StageName[]): string =>
  stepsOf(names.map((name) => stage(name)))
    .map(({ label, state }) => `${label} ${state}`)
    .join(', ');

describe('how far a denial has come', () => {
  test.each<[string, StageName[], string]>([
    ['nothing happened yet', [], 'Refused ahead, Heard ahead, Queued ahead, Diagnosed ahead, Told ahead'],
    ['just refused', ['save-refused'], 'Refused done, Heard under-way, Queued ahead, Diagnosed ahead, Told ahead'],
    [
      'being diagnosed',
      ['save-refused', 'event', 'queued', 'diagnosing'],
      'Refused done, Heard done, Queued done, Diagnosed under-way, Told ahead',
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
      'Refused done, Heard done, Queued done, Diagnosed under-way, Told ahead',
    ],
    [
      'failed while it was diagnosed',
      ['save-refused', 'event', 'queued', 'diagnosing', 'failed'],
      'Refused done, Heard done, Queued done, Diagnosed failed, Told ahead',
    ],
    [
      'overcame a failure',
      ['save-refused', 'event', 'queued', 'failed', 'diagnosing'],
      'Refused done, Heard done, Queued done, Diagnosed under-way, Told ahead',
    ],
    [
      'told in one place, failed in another',
      ['save-refused', 'case', 'announced', 'failed'],
      'Refused done, Heard done, Queued done, Diagnosed done, Told failed',
    ],
    [
      'pressed Save again',
      ['save-refused', 'case', 'announced', 'save-refused'],
      'Refused done, Heard under-way, Queued ahead, Diagnosed ahead, Told ahead',
    ],
  ])('%s', (_, names, wanted) => {
    expect(states(...names)).toBe(wanted);
  });
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
