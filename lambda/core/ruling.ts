/** What people decide, and who may decide it. */
import { parseRoleArn, parseRoleSessionArn, splitArn } from './arn.ts';
import { canonicalJson } from './canonical.ts';
import type { Case, CaseIn, CaseSubject } from './case.ts';
import type { GrantDocument } from './proposal.ts';
import type { RiskLevel } from './risk.ts';
import type { Holder } from './sourced-policy.ts';

/** How long a grant holds. Hours; null: until someone reverts it. */
export type Term = { readonly hours: number | null };

/** One person with all their names, so that two approvals are by two people and nobody approves their own denial by another door. */
export interface Approver {
  /** `Dana Scully`: what others are shown. Unique. */
  readonly name: string;
  /** Slack user id; null: not in Slack. */
  readonly slack: string | null;
  /** Users, roles (whoever can assume one counts as this person), and sessions of AWSReservedSSO roles, whose names Identity Center sets. */
  readonly aws: readonly string[];
  /** Mail address for one-time links; null: none. */
  readonly mail: string | null;
}

/** How an approver was proven. `as`: the Slack user id, the caller's ARN, or the mail address. */
export interface Proof {
  readonly via: 'slack' | 'aws' | 'mail';
  readonly as: string;
}

export interface Actor extends Proof {
  readonly name: string;
}

export interface Approval {
  readonly by: Actor;
  /** ISO 8601. */
  readonly at: string;
  /** Of the proposal that was seen. */
  readonly digest: string;
  readonly term: Term;
}

export interface Rejection {
  readonly by: Actor;
  readonly at: string;
  readonly digest: string;
  /** One to 500 characters, as the person wrote it. */
  readonly reason: string;
}

/** Why a grant is taken back: a person asked, or its term ended. */
export type Reversal =
  | { readonly kind: 'asked'; readonly by: Actor; readonly at: string; readonly reason: string }
  | { readonly kind: 'ended'; readonly at: string };

/** What was written into IAM: nothing else is ever deleted. */
export interface WrittenGrant {
  readonly target: Holder;
  readonly policyName: string;
  /** Exactly what was sent. */
  readonly document: GrantDocument;
  /** ISO 8601. */
  readonly writtenAt: string;
  /** ISO 8601; null: until it is reverted. */
  readonly endsAt: string | null;
}

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

/** Two ARNs of one AWS principal: a session is its role's, whatever the session is called. */
function isOne(listed: string, caller: string): boolean {
  if (listed === caller) return true;
  const session = parseRoleSessionArn(caller);
  const role = parseRoleArn(listed);
  return (
    session !== null &&
    role !== null &&
    role.account === session.account &&
    role.name === session.roleName &&
    // Its path says that Identity Center names the sessions, so each is a person; listed by session, never by role.
    !role.path.startsWith('/aws-reserved/sso.amazonaws.com/')
  );
}

/** Null: not in the list. */
export function approverOf(proof: Proof, approvers: readonly Approver[]): Approver | null {
  return (
    approvers.find(({ slack, aws, mail }) => {
      switch (proof.via) {
        case 'slack':
          return slack !== null && slack === proof.as;
        case 'aws':
          return aws.some((arn) => isOne(arn, proof.as));
        case 'mail':
          return mail !== null && mail.toLowerCase() === proof.as.toLowerCase();
        default:
          return proof.via satisfies never;
      }
    }) ?? null
  );
}

/** Role or user name and account of any ARN of a principal; the path does not stand in a session's. IAM tells names apart without case. */
function bareName(arn: string): string | null {
  const parts = splitArn(arn);
  const [kind, ...rest] = parts?.resource.split('/') ?? [];
  if (parts === null || kind === undefined || rest.length === 0) return null;
  const name = kind === 'assumed-role' ? rest[0] : rest.at(-1);
  return `${parts.account} ${kind === 'user' ? 'user' : 'role'} ${name}`.toLowerCase();
}

/** The denied principal itself, a session or key of it, or the person it belongs to. An ARN that cannot be read counts as the same. */
export function isDeniedPerson(approver: Approver, proof: Proof, subject: CaseSubject): boolean {
  const denied = bareName(subject.principal);
  if (denied === null) return true;
  const arns = proof.via === 'aws' ? [...approver.aws, proof.as] : approver.aws;
  return arns.some((arn) => bareName(arn) === denied || bareName(arn) === null);
}

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
