/** Why an approved grant is not written: in words that name what has become of it. */
import { describe, expect, test } from '@jest/globals';
import { staleReason } from '../../../../lambda/core/case/why-stale.ts';
import type { Risk } from '../../../../lambda/core/risk/risk.ts';
import { anApproved } from '../../../support/approved-case.ts';

const approved = anApproved();
const now = (risk: Risk) => staleReason(approved, { ...approved.diagnosis, risk }, false);

describe('a risk that asks for more approvals than there are', () => {
  test('names what could not be read', () => {
    const why =
      'Reading the policies of the role glue-runtime-role was refused: not authorized to perform iam:GetRolePolicy';
    expect(now({ level: 'unknown', reasons: [why] })).toBe(
      `What the role may do cannot be told any more: ${why} The risk is unknown, so two people must approve; only 1 did.`,
    );
  });

  test('names what the role may do by now', () => {
    const why = 'ETL lets it read every secret.';
    expect(now({ level: 'elevated', reasons: [why, 'And more.'] })).toBe(
      `What the role may do has changed since: ${why} The risk is elevated, so two people must approve; only 1 did.`,
    );
  });
});

test('nothing has changed: it is written', () => {
  expect(now(approved.diagnosis.risk)).toBeNull();
});
