/** Whether what is asked for can work in the account and region that it goes to, and with the people who are listed. */
import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Answering, takesTwo } from './answering.ts';
import { type ApproverProps, accountMismatch } from './approvers.ts';
import { checkRegion } from './regions.ts';

/**
 * Warns of what works by halves.
 *
 * @param answering null: advice only.
 * @throws SettingError for what cannot work there at all.
 */
export function checkPlace(scope: Construct, answering: Answering | null, approvers: readonly ApproverProps[]): void {
  const { account, region } = Stack.of(scope);
  checkRegion(region, { functionUrls: answering !== null });
  const mismatch = accountMismatch(approvers, account);
  if (mismatch !== null) throw mismatch;
  if (answering === null) return;
  const warn = (id: string, words: string): void => Annotations.of(scope).addWarningV2(id, words);
  if (answering.linkMinutes === null && approvers.some(({ mail }) => mail !== undefined))
    warn(
      'passrole-remediator:mail-without-links',
      "approvers: a 'mail' is for links in mails, and review.mail is not set: none will be sent. Set review.mail, or leave 'mail' out.",
    );
  if (!takesTwo(answering))
    warn(
      'passrole-remediator:one-approver',
      'approvers: a risk that is not low takes two people who prove themselves by AWS identity or Slack, and there is one. Such proposals will expire. Add an approver.',
    );
}
