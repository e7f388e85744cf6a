import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CASE, caseFrom } from '../../../../lambda/adapters/dynamodb/case-item.ts';
import { subjectOf } from '../../../../lambda/core/case/case.ts';
import { verdictSentence } from '../../../../lambda/core/wording/verdict.ts';
import { anyDenial, anyDiagnosis } from '../../../support/any-diagnosis.ts';

const later = new Set(['unseen', 'failing', 'fixed', 'advice']);

test('a case that an earlier release stored, with less in its diagnosis, can be told of', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(anyDiagnosis, anyDenial, (diagnosis, denial) => {
      const { kind } = diagnosis.verdict;
      fc.pre(kind === 'trust-policy' || kind === 'already-allowed');
      kinds.add(kind);
      const found = caseFrom({
        caseKey: 'abcdef0123456789abcdef0123456789',
        item: CASE,
        state: 'advised',
        diagnosis: JSON.stringify(diagnosis, (name, value: unknown) => (later.has(name) ? undefined : value)),
        firstAt: '2026-11-20T09:00:00Z',
        lastAt: '2026-11-20T09:00:00Z',
        latest: JSON.stringify(denial),
        subject: JSON.stringify(subjectOf(denial)),
      });
      if (found.state === 'open') throw new Error('it has no diagnosis');
      expect(found.diagnosis.verdict.kind).toBe(kind);
      expect(verdictSentence(found.diagnosis, denial)).not.toBe('');
    }),
    { numRuns: 200 },
  );
  expect([...kinds].sort()).toEqual(['already-allowed', 'trust-policy']);
});
