/** What can be approved, and what is advice. */
import { describe, expect, test } from '@jest/globals';
import { stateAfter } from '../../../../lambda/core/case/case.ts';
import { withTargets } from '../../../../lambda/core/case/grant-targets.ts';
import { nextStep } from '../../../../lambda/core/wording/verdict.ts';
import { aDenial } from '../../../support/denial.ts';
import { diagnose, factsOf } from '../../../support/question.ts';

const diagnosis = diagnose(factsOf());
const none = { groups: [], users: [], roles: [] };

test('a target that is listed can be approved', () => {
  const listed = withTargets(diagnosis, { ...none, groups: ['GlueAccess'] });
  expect([listed.byHand, stateAfter(listed)]).toEqual([null, 'proposed']);
});

describe('advice', () => {
  test.each([
    ['where nothing may be written', null, 'this deployment gives advice only'],
    ['where the target is not listed', none, 'the group GlueAccess is not in the setting "grantTo"'],
    ['where a user of that name is listed', { ...none, users: ['GlueAccess'] }, 'is not in the setting "grantTo"'],
    ['where the name is written otherwise', { ...none, groups: ['glueaccess'] }, 'is not in the setting "grantTo"'],
  ])('%s: the same grant, and nobody is asked to approve it', (_, targets, words) => {
    const advised = withTargets(diagnosis, targets);
    expect(advised).toMatchObject({ proposal: diagnosis.proposal, byHand: expect.stringContaining(words) });
    expect(stateAfter(advised)).toBe('advised');
    expect(nextStep(advised, aDenial())).toMatch(
      /^Add the inline policy AllowPassGlueRuntimeRoleToGlue to the group GlueAccess, then save again after a minute or two\. /,
    );
    expect(nextStep(advised, aDenial())).toContain(words);
  });

  test('is nothing beside a diagnosis without a grant', () => {
    const nothing = { ...diagnosis, proposal: null };
    expect(withTargets(nothing, null)).toBe(nothing);
  });
});
