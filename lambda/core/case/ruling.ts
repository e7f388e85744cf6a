/** What people decide, and who may decide it. */

import type { RiskLevel } from '../risk/risk.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import { type Approver, approverOf, isDeniedPerson } from './approver.ts';
import type { Case, CaseIn } from './case.ts';
import type { Approval, Proof, Rejection, Reversal, Term } from './decision.ts';

/** Each names what is wrong in `sentence`, for the person who tried. */
export interface Refusal {
  readonly kind: 'refused';
  readonly why:
    | 'not-listed'
    | 'denied-person'
    | 'old-digest'
    | 'expired'
    | 'not-waiting'
    | 'decided'
    | 'approved-already'
    | 'other-term'
    | 'too-risky'
    | 'weak-identity'
    | 'bad-reason'
    | 'nothing-to-revert';
  readonly sentence: string;
}

const refused = (why: Refusal['why'], sentence: string): Refusal => ({ kind: 'refused', why, sentence });

/** How many different people must approve; null: nobody may. Source: design, "Risk". */
export function approvalsNeeded(level: RiskLevel, allowAdministrator: boolean): 1 | 2 | null {
  switch (level) {
    case 'low':
      return 1;
    case 'elevated':
    case 'unknown':
      return 2;
    case 'administrator':
      return allowAdministrator ? 2 : null;
    default:
      return level satisfies never;
  }
}

export interface RulingRules {
  readonly approvers: readonly Approver[];
  readonly allowAdministrator: boolean;
}

const known = (proof: Proof, of: Case, { approvers }: RulingRules): Refusal | Approver => {
  const approver = approverOf(proof, approvers);
  if (approver === null) {
    return refused(
      'not-listed',
      `${proof.as} is not in the list of approvers. Ask one of them, or add the name to the setting "approvers" and deploy again.`,
    );
  }
  if (isDeniedPerson(approver, proof, of.subject)) {
    return refused(
      'denied-person',
      `${approver.name} is, or acts for, the one who was refused (${of.subject.principal}). Somebody else has to decide.`,
    );
  }
  return approver;
};

const states: Readonly<Record<Case['state'], string>> = {
  open: 'is still being diagnosed',
  advised: 'has no grant to decide on',
  proposed: 'waits for a decision',
  approved: 'was approved already',
  applied: 'was approved and applied already',
  confirmed: 'was approved, applied and confirmed already',
  rejected: 'was rejected already',
  expired: 'expired without a decision; press Save again for a new one',
  stale: 'is out of date: what it rested on has changed. Press Save again for a new diagnosis',
  failed: 'was approved, but could not be applied',
  reverting: 'is being reverted',
  reverted: 'was reverted',
};

function waiting(of: Case, digest: string, now: Date): Refusal | CaseIn<'proposed'> {
  if (of.state !== 'proposed') {
    const decided =
      of.state === 'approved' || of.state === 'rejected' || of.state === 'applied' || of.state === 'confirmed';
    return refused(decided ? 'decided' : 'not-waiting', `The case ${states[of.state]}.`);
  }
  if (Date.parse(of.expiresAt) <= now.getTime()) {
    return refused('expired', `The case expired at ${of.expiresAt}. Press Save again for a new one.`);
  }
  if (of.diagnosis.proposal.digest !== digest) {
    return refused(
      'old-digest',
      'The proposal has changed since this was shown. Look at the case as it is now, then decide.',
    );
  }
  return of;
}

export type Ruling =
  /** One of two needed: the case stays proposed. */
  | { readonly kind: 'noted'; readonly approvals: readonly Approval[]; readonly needed: number }
  | { readonly kind: 'approved'; readonly approvals: readonly Approval[]; readonly term: Term }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'reverting'; readonly reversal: Reversal }
  | Refusal;

export function approve(
  of: Case,
  input: { readonly proof: Proof; readonly digest: string; readonly term: Term; readonly now: Date },
  rules: RulingRules,
): Ruling {
  const { proof, digest, term, now } = input;
  const approver = known(proof, of, rules);
  if ('kind' in approver) return approver;
  const open = waiting(of, digest, now);
  if ('kind' in open) return open;
  const { risk } = open.diagnosis;
  const needed = approvalsNeeded(risk.level, rules.allowAdministrator);
  if (needed === null) {
    return refused(
      'too-risky',
      `Passing this role makes people administrators (${risk.reasons[0] ?? 'by its policies'}), which is not allowed here. Narrow the role first.`,
    );
  }
  if (proof.via === 'mail' && needed > 1) {
    return refused(
      'weak-identity',
      `The risk is ${risk.level}, and a link in a mail proves too little. Approve in Slack or with \`passrole approve\`.`,
    );
  }
  if (open.approvals.some(({ by }) => by.name === approver.name)) {
    return refused(
      'approved-already',
      `${approver.name} has approved already; a second person has to, as the risk is ${risk.level}.`,
    );
  }
  const [first] = open.approvals;
  if (first !== undefined && canonicalJson(first.term) !== canonicalJson(term)) {
    return refused('other-term', `${first.by.name} approved ${termWords(first.term)}; approve the same, or reject.`);
  }
  const approvals = [...open.approvals, { by: { ...proof, name: approver.name }, at: now.toISOString(), digest, term }];
  return approvals.length < needed ? { kind: 'noted', approvals, needed } : { kind: 'approved', approvals, term };
}

const MOST_REASON = 500;

function checkReason(reason: string): string | Refusal {
  const text = reason.trim();
  return text.length > 0 && text.length <= MOST_REASON
    ? text
    : refused('bad-reason', `A reason of 1 to ${MOST_REASON} characters is needed; this one has ${text.length}.`);
}

export function reject(
  of: Case,
  input: { readonly proof: Proof; readonly digest: string; readonly reason: string; readonly now: Date },
  rules: RulingRules,
): Ruling {
  const approver = known(input.proof, of, rules);
  if ('kind' in approver) return approver;
  const open = waiting(of, input.digest, input.now);
  if ('kind' in open) return open;
  const { level } = open.diagnosis.risk;
  if (input.proof.via === 'mail' && approvalsNeeded(level, rules.allowAdministrator) !== 1)
    return refused(
      'weak-identity',
      `The risk is ${level}, and a link in a mail proves too little. Reject in Slack or with \`passrole reject\`.`,
    );
  const reason = checkReason(input.reason);
  if (typeof reason !== 'string') return reason;
  const by = { ...input.proof, name: approver.name };
  return { kind: 'rejected', rejection: { by, at: input.now.toISOString(), digest: input.digest, reason } };
}

/** Takes back every grant of the case. The denied person may not even do that: who decides is an approver. */
export function revert(
  of: Case,
  input: { readonly proof: Proof; readonly reason: string; readonly now: Date },
  rules: RulingRules,
): Ruling {
  const approver = known(input.proof, of, rules);
  if ('kind' in approver) return approver;
  if (of.state === 'approved' || of.state === 'reverting') {
    return refused('not-waiting', `The case ${states[of.state]}; wait until that is done, then revert.`);
  }
  if (of.grants.length === 0)
    return refused('nothing-to-revert', 'The case has written no grant, so there is nothing to revert.');
  const reason = checkReason(input.reason);
  if (typeof reason !== 'string') return reason;
  const by = { ...input.proof, name: approver.name };
  return { kind: 'reverting', reversal: { kind: 'asked', by, at: input.now.toISOString(), reason } };
}

export function termWords({ hours }: Term): string {
  if (hours === null) return 'for good';
  return hours % 24 === 0 && hours > 24 ? `for ${hours / 24} days` : `for ${hours} hour${hours === 1 ? '' : 's'}`;
}
