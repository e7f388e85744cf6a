/**
 * A link in a mail that lets one approver decide one proposal, once. It proves no more than that somebody reads that mailbox, so it is off
 * unless asked for, and only ever enough where one approval is. Source: docs/decisions/0012-links-in-mails.md.
 */

import { type Approver, approverOf, isDeniedPerson } from './approver.ts';
import type { DiagnosedCase } from './case.ts';
import { approvalsNeeded, type RulingRules } from './ruling.ts';

export interface MailLink {
  readonly caseKey: string;
  readonly round: number;
  /** Of the proposal that the mail showed. */
  readonly digest: string;
  /** The mail address it was sent to. */
  readonly approver: string;
  /** ISO 8601. */
  readonly endsAt: string;
  /** ISO 8601; null: nobody has decided by it. */
  readonly usedAt: string | null;
}

/** `good`: it may be used once. The other two are told apart for whoever opens it late. */
export function linkState({ usedAt, endsAt }: MailLink, now: Date): 'good' | 'used' | 'ended' {
  if (usedAt !== null) return 'used';
  // Written so that an end that is no time at all refuses.
  return now.getTime() < Date.parse(endsAt) ? 'good' : 'ended';
}

/** Longer than the function that decides may run: whoever used a link before that is dead or done. Milliseconds. */
const ATTEMPT_MS = 60_000;

/**
 * It was used, and what it was to decide never reached the case: the function died in between. The proposal must be the one that it was used
 * on: one of a later diagnosis may be back after a decision, and a link decides once.
 */
export function isUnspent({ usedAt, endsAt, digest }: MailLink, of: DiagnosedCase, now: Date): boolean {
  if (usedAt === null || of.state !== 'proposed' || of.diagnosis.proposal.digest !== digest) return false;
  const isSameProposal = of.diagnosedAt !== null && Date.parse(of.diagnosedAt) < Date.parse(usedAt);
  return isSameProposal && now.getTime() - Date.parse(usedAt) > ATTEMPT_MS && now.getTime() < Date.parse(endsAt);
}

/** Mail addresses of those who may decide this by a link; nobody where the risk asks for more than a mailbox, or nothing waits. */
export function linkRecipients(of: DiagnosedCase, { approvers, allowAdministrator }: RulingRules): readonly string[] {
  if (of.state !== 'proposed' || approvalsNeeded(of.diagnosis.risk.level, allowAdministrator) !== 1) return [];
  const mayDecide = (approver: Approver): boolean =>
    approver.mail !== null && !isDeniedPerson(approver, { via: 'mail', as: approver.mail }, of.subject);
  return approvers.filter(mayDecide).flatMap(({ mail }) => (mail === null ? [] : [mail]));
}

/** Name of the person a link was sent to; null: not an approver any more. */
export const linkOwner = ({ approver }: MailLink, { approvers }: RulingRules): string | null =>
  approverOf({ via: 'mail', as: approver }, approvers)?.name ?? null;

/** A link ends with its proposal, or before. `minutes`: how long it may work. */
export function linkEnd(proposalEnds: string, minutes: number, now: Date): string {
  return new Date(Math.min(Date.parse(proposalEnds), now.getTime() + minutes * 60_000)).toISOString();
}
