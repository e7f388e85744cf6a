import { expect, test } from '@jest/globals';
import { verdictSentence } from '../../../../lambda/core/wording/verdict.ts';
import { aTargetRole, trusting, userWith } from '../../../support/account.ts';
import { aDenial } from '../../../support/denial.ts';
import { diagnose, factsOf, found } from '../../../support/question.ts';

test('a role that trusts the pods of EKS by half is told with what the other half is', () => {
  const denial = aDenial({ eventSource: 'eks.amazonaws.com', operation: 'CreatePodIdentityAssociation' });
  const role = found(aTargetRole({ trust: trusting('pods.eks.amazonaws.com') }));
  const diagnosis = diagnose(factsOf(denial, userWith(), { role }));
  expect(verdictSentence(diagnosis, denial)).toContain('It has to trust it with sts:AssumeRole and sts:TagSession.');
  expect(diagnosis.verdict).toMatchObject({ statement: { Action: ['sts:AssumeRole', 'sts:TagSession'] } });
});
