import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateStatement } from '../../lambda/core/policy/evaluate.ts';
import { anyRequest, policyWith } from '../support/any-policy.ts';
import { asked, sourced } from '../support/raw-policy.ts';
import { referenceApplies, referenceDecision } from '../support/reference-evaluator.ts';
import { type Counts, count, patience, runs, tooRare } from '../support/runs.ts';

jest.setTimeout(patience);

describe('a second evaluator, written from the user guide alone, agrees', () => {
  test('on what policies come to', () => {
    const counts: Counts = new Map();
    const policies = fc.array(policyWith(3), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(policies, anyRequest, (written, request) => {
        const expected = referenceDecision(written, request);
        count(counts, 'all', expected);
        expect(evaluate(written.map(sourced), asked(request)).decision).toBe(expected);
      }),
      runs(),
    );
    const least = { allowed: 0.15, implicitDeny: 0.3, explicitDeny: 0.1 };
    expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
  });

  test('on each statement alone, whatever part of it decides', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(policyWith(0), anyRequest, (written, request) => {
        const statements = [written.Statement].flat();
        const { document } = sourced(written);
        for (const [at, statement] of statements.entries()) {
          const expected = referenceApplies(statement, written, request);
          const parsed = document.statements[at];
          if (parsed === undefined) throw new Error('a statement got lost');
          const match = evaluateStatement(parsed, at, asked(request), document.version);
          const missed = match.conditions.some(({ matches }) => !matches);
          const onlyByCondition = match.action.matches && match.resource.matches && missed;
          count(counts, 'all', String(expected), ...(onlyByCondition ? ['missed by a condition alone'] : []));
          if (expected && match.conditions.length > 0) count(counts, 'applies under conditions');
          if (expected && (match.action.not || match.resource.not)) count(counts, 'applies by a Not');
          expect(match.matches).toBe(expected);
        }
      }),
      runs(),
    );
    const least = {
      true: 0.08,
      false: 0.4,
      'missed by a condition alone': 0.035,
      'applies under conditions': 0.03,
      'applies by a Not': 0.035,
    };
    expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
  });
});
