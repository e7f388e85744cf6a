/**
 * The last look before IAM is written to. Everything is worked out again from the case's own fields, as if nobody had looked before: what
 * stands in the table may have been changed by another program. Pure.
 */

import { ownPassed, ownTarget } from '../account/own-roles.ts';
import { digestOf, type GrantDocument, untilThen } from '../grant/proposal.ts';
import { unfitDocument, unfitRole } from '../grant/shape.ts';
import { isRoleArn } from '../iam/arn.ts';
import type { Holder } from '../policy/sourced-policy.ts';
import type { RiskLevel } from '../risk/risk.ts';
import { canonicalJson, type Sha256 } from '../text/canonical-json.ts';
import { approverOf, isDeniedPerson } from './approver.ts';
import type { CaseIn } from './case.ts';
import type { Approval, Term } from './decision.ts';
import { type GrantTargets, mayWriteTo } from './grant-targets.ts';
import { approvalsNeeded, type RulingRules } from './ruling.ts';
import type { WrittenGrant } from './written-grant.ts';

/** What apply may write. Names, exactly as in IAM. */
export interface GrantRules extends RulingRules {
  readonly grantTo: GrantTargets;
  /** Names of the remediator's own roles: never passed, never written to. */
  readonly ownRoles: readonly string[];
}

type Checked =
  | { readonly kind: 'ok'; readonly grant: Omit<WrittenGrant, 'writtenAt'> }
  /** One sentence for people, and what to do. */
  | { readonly kind: 'refused'; readonly sentence: string };

type Approved = CaseIn<'approved'>;

const CHANGED =
  'The case was probably changed by another program; look at its trail and at who may write the case table.';

/** Two functions' clocks may differ by this much. Milliseconds. */
const CLOCKS_DIFFER_MS = 300_000;

function badTarget({ kind, name }: Holder, rules: GrantRules): string | null {
  const own = ownTarget({ kind, name }, rules.ownRoles);
  if (own !== null) return own;
  return mayWriteTo({ kind, name }, rules.grantTo)
    ? null
    : `The ${kind} ${name} is not in the list of what may be written to. Add it to the setting "grantTo" and deploy again, or give the grant by hand.`;
}

function badApproval(approval: Approval, of: Approved, rules: GrantRules, now: Date): string | null {
  const { by, at, digest, term } = approval;
  if (digest !== of.diagnosis.proposal.digest) return `${by.name} approved another proposal than this one. ${CHANGED}`;
  if (canonicalJson(term) !== canonicalJson(of.term)) return `${by.name} approved another term. ${CHANGED}`;
  // Written so that a time that is none refuses.
  if (!(Date.parse(at) <= now.getTime() + CLOCKS_DIFFER_MS))
    return `The approval of ${by.name} is dated ${at}, which is no time until now. ${CHANGED}`;
  const approver = approverOf(by, rules.approvers);
  if (approver?.name !== by.name)
    return `${by.name} (${by.as}) is not in the list of approvers, so the approval does not count. Was the setting "approvers" changed since?`;
  return isDeniedPerson(approver, by, of.subject)
    ? `${by.name} is, or acts for, the one who was refused (${of.subject.principal}), so the approval does not count.`
    : null;
}

/** `level`: of the diagnosis that people saw, or of a newer one. Null: enough different people have approved. */
export function lackOfApproval(
  approvals: readonly Approval[],
  level: RiskLevel,
  allowAdministrator: boolean,
): string | null {
  const needed = approvalsNeeded(level, allowAdministrator);
  if (needed === null) return 'Passing this role makes people administrators, which is not allowed here.';
  const people = new Set(approvals.map(({ by }) => by.name)).size;
  if (people < needed)
    return `The risk is ${level}, so ${needed === 1 ? 'one person' : 'two people'} must approve; ${people === 0 ? 'nobody has' : `only ${people} did`}.`;
  return needed > 1 && approvals.some(({ by }) => by.via === 'mail')
    ? `The risk is ${level}, and a link in a mail proves too little for that.`
    : null;
}

function badApprovals(of: Approved, rules: GrantRules, now: Date): string | null {
  for (const approval of of.approvals) {
    const bad = badApproval(approval, of, rules, now);
    if (bad !== null) return bad;
  }
  return lackOfApproval(of.approvals, of.diagnosis.risk.level, rules.allowAdministrator);
}

const HOUR_MS = 3_600_000;

/** From the last approval on, so that trying again later does not lengthen it. */
function endOf({ hours }: Term, approvals: readonly Approval[]): string | null {
  const last = Math.max(...approvals.map(({ at }) => Date.parse(at)));
  return hours === null ? null : new Date(last + hours * HOUR_MS).toISOString();
}

function badProposal(of: Approved, rules: GrantRules, account: string, sha256: Sha256): string | null {
  const { subject, diagnosis } = of;
  const { service, proposal } = diagnosis;
  const role = subject.roleArn;
  if (subject.accountId !== null && subject.accountId !== account)
    return `The case belongs to account ${subject.accountId}, and grants are written in account ${account} only.`;
  const unfit = role === null ? 'The case names no role.' : unfitRole(role, account);
  if (role === null || unfit !== null || !isRoleArn(role)) return `${unfit} ${CHANGED}`;
  if (service === null) return `The case names no service that the role is passed to. ${CHANGED}`;
  const odd = unfitDocument(proposal, { role, service, account }, sha256);
  if (odd !== null) return `What was to be written is not the approved grant: ${odd} ${CHANGED}`;
  if (digestOf(proposal, sha256) !== proposal.digest) return `The proposal does not fit its own digest. ${CHANGED}`;
  const own = ownPassed(role, rules.ownRoles);
  if (own !== null) return own;
  return diagnosis.verdict.kind === 'missing-allow' && diagnosis.simulations.proved?.decision === 'allowed'
    ? null
    : `The case does not say that the grant would help. ${CHANGED}`;
}

const refused = (sentence: string): Checked => ({ kind: 'refused', sentence });

/** `account`: the one that our credentials belong to. */
export function checkGrant(of: Approved, rules: GrantRules, account: string, sha256: Sha256, now: Date): Checked {
  const { proposal } = of.diagnosis;
  const bad =
    badProposal(of, rules, account, sha256) ?? badTarget(proposal.target, rules) ?? badApprovals(of, rules, now);
  if (bad !== null) return refused(bad);
  const { hours } = of.term;
  if (hours !== null && !(hours > 0 && hours <= MOST_HOURS))
    return refused(`The term of ${hours} hours is not one that can be approved. ${CHANGED}`);
  const endsAt = endOf(of.term, of.approvals);
  if (endsAt !== null && Date.parse(endsAt) <= now.getTime())
    return refused(`The grant was to end at ${endsAt}, before it could be written. Press Save again for a new case.`);
  const document: GrantDocument = endsAt === null ? proposal.document : untilThen(proposal.document, endsAt);
  const { kind, name } = proposal.target;
  return { kind: 'ok', grant: { target: { kind, name }, policyName: proposal.policyName, document, endsAt } };
}

/** A year. */
const MOST_HOURS = 24 * 366;
