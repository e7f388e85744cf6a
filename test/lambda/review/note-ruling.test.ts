import { describe, expect, test } from '@jest/globals';
import type { Case } from '../../../lambda/core/case/case.ts';
import { noteRuling } from '../../../lambda/review/note-ruling.ts';
import type { Ruled } from '../../../lambda/review/rule-on-case.ts';

const of = {
  key: '3f2a9c01bd00000000000000000000aa',
  round: 1,
  latest: { eventId: 'e7' },
  diagnosedAt: '2026-11-24T12:00:00.000Z',
  diagnosis: { verdict: { kind: 'missing-allow' } },
} as unknown as Case;

function noted(ruled: Ruled) {
  const lines: unknown[] = [];
  const counted: unknown[] = [];
  const log =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  noteRuling(ruled, { case: '3f2a9c01bd', by: 'dana' }, {
    now: new Date('2026-11-24T12:10:00.000Z'),
    logger: { info: log('info'), warn: log('warn') },
    metrics: {
      addMetric: (...metric: unknown[]) => {
        counted.push(metric);
      },
    },
  } as unknown as Parameters<typeof noteRuling>[2]);
  return { lines, counted };
}

describe('what a ruling leaves behind', () => {
  test('a line with case, event and verdict, a count, and how long the proposal waited', () => {
    expect(noted({ kind: 'done', ruling: 'approved', of })).toEqual({
      lines: [
        [
          'info',
          'Ruled',
          { case: '3f2a9c01bd', by: 'dana', eventId: 'e7', verdict: 'missing-allow', ruling: 'approved' },
        ],
      ],
      counted: [
        ['Ruling-approved', 'Count', 1],
        ['ProposalToRuling', 'Milliseconds', 600_000],
      ],
    });
  });

  test('the first of two approvals, and a reversal, are no end of the wait', () => {
    expect(noted({ kind: 'done', ruling: 'noted', of }).counted).toEqual([['Ruling-noted', 'Count', 1]]);
    expect(noted({ kind: 'done', ruling: 'reverting', of }).counted).toEqual([['Ruling-reverting', 'Count', 1]]);
  });

  test('a refusal says why', () => {
    expect(noted({ kind: 'refused', why: 'not-waiting', sentence: 'Decided already.' })).toEqual({
      lines: [['warn', 'Refused', { case: '3f2a9c01bd', by: 'dana', why: 'not-waiting' }]],
      counted: [['RulingRefused', 'Count', 1]],
    });
  });
});
