/** The shape that `passrole parse` and `passrole diagnose --json` print. Scripts read it: keys are added at the end, never moved or renamed. */
import type { Denial, DenialWords } from './denial.ts';

/** Exactly the eight words, in their fixed order, whatever else the value carries. */
export const denialWordsJson = (denial: DenialWords): DenialWords => ({
  action: denial.action,
  principalArn: denial.principalArn,
  roleArn: denial.roleArn,
  effect: denial.effect,
  policyType: denial.policyType,
  policyArn: denial.policyArn,
  crossAccount: denial.crossAccount,
  authorizationId: denial.authorizationId,
});

export const denialJson = (denial: Denial): Denial => ({
  ...denialWordsJson(denial),
  source: denial.source,
  eventId: denial.eventId,
  time: denial.time,
  accountId: denial.accountId,
  region: denial.region,
  eventSource: denial.eventSource,
  operation: denial.operation,
  jobName: denial.jobName,
  identity: denial.identity,
  request: denial.request,
  truncated: denial.truncated,
  message: denial.message,
});
