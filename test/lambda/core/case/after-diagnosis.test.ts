/** What a new look at a case does to what people have decided. Late and overtaken ones: test/lambda/ports/late-denials.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { afterDiagnosis } from '../../../../lambda/core/case/after-diagnosis.ts';
import type { CaseIn } from '../../../../lambda/core/case/case.ts';
import type { Diagnosis } from '../../../../lambda/core/diagnosis/diagnosis.ts';
import { anApproved } from '../../../support/approved-case.ts';

const { approvals, diagnosis, ...rest } = anApproved();
const EXPIRES = '2026-11-21T09:00:00.000Z';
const half: CaseIn<'proposed'> = { ...rest, state: 'proposed', diagnosis, approvals, expiresAt: EXPIRES };
const { proposal } = diagnosis;

const lookedAt = (fresh: Diagnosis, of = half) =>
  afterDiagnosis(of, fresh, {
    deniedAt: '2026-11-20T12:00:00Z',
    expiresAt: '2026-11-21T12:00:00.000Z',
    now: new Date('2026-11-20T12:00:00Z'),
  })?.to;

describe('the first of two approvals', () => {
  test('stays where the same is found again, and the case expires when it would have', () => {
    expect(lookedAt(diagnosis)).toMatchObject({ state: 'proposed', approvals, expiresAt: EXPIRES });
  });
  test('stays where fewer people gain', () => {
    expect(lookedAt({ ...diagnosis, proposal: { ...proposal, gains: proposal.gains.slice(1) } })).toMatchObject({
      approvals,
    });
  });
  test.each([
    ['somebody else gains as well', { ...diagnosis, proposal: { ...proposal, gains: [...proposal.gains, 'mallory'] } }],
    ['the risk is another', { ...diagnosis, risk: { level: 'elevated' as const, reasons: [] } }],
    ['the proposal is another', { ...diagnosis, proposal: { ...proposal, digest: '0'.repeat(64) } }],
  ])('is void where %s, and the case waits anew', (_, fresh) => {
    expect(lookedAt(fresh)).toMatchObject({ state: 'proposed', approvals: [], expiresAt: '2026-11-21T12:00:00.000Z' });
  });
});
