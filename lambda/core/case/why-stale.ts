/** What has changed between the approval and the writing. Pure. */

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { CaseIn } from './case.ts';
import { lackOfApproval } from './check-before-writing.ts';

function whyNot(verdict: Exclude<Verdict, { kind: 'missing-allow' }>): string {
  switch (verdict.kind) {
    case 'already-allowed':
      return `It is allowed already${verdict.by[0] === undefined ? '' : `, by ${verdict.by[0].policy.name} of ${verdict.by[0].policy.attachedTo.kind} ${verdict.by[0].policy.attachedTo.name}`}: press Save again, nothing is missing any more.`;
    case 'explicit-deny':
      return `A guardrail denies it now${verdict.denies[0] === undefined ? '' : ` (${verdict.denies[0].policy.name})`}, so the grant would not help.`;
    case 'permissions-boundary':
      return `A permissions boundary refuses it now${verdict.boundaryArn === null ? '' : ` (${verdict.boundaryArn})`}, so the grant would not help.`;
    case 'organization-policy':
      return `An organization's policy refuses it${verdict.policyId === null ? '' : ` (${verdict.policyId})`}, so the grant would not help.`;
    case 'session-policy':
      return 'A session policy refuses it, so the grant would not help.';
    case 'endpoint-policy':
      return 'The policy of a VPC endpoint refuses it, so the grant would not help.';
    case 'role-not-found':
      return `The role ${verdict.roleArn} does not exist any more.`;
    case 'trust-policy':
      return `The role does not trust ${verdict.service} any more, so the grant would not help.`;
    case 'service-linked-role':
      return 'The role is a service-linked role, which nobody can pass.';
    case 'cross-account':
      return 'The role belongs to another account, and roles cannot be passed across accounts.';
    case 'unclear':
      return `It cannot be told any more whether the grant is what is missing: ${verdict.reasons.join(' ')}`;
    default:
      return verdict satisfies never;
  }
}

/** Null: everything is as it was approved. */
export function staleReason(of: CaseIn<'approved'>, fresh: Diagnosis, allowAdministrator: boolean): string | null {
  const { verdict, proposal, withheld, risk } = fresh;
  if (verdict.kind !== 'missing-allow') return whyNot(verdict);
  const before = of.diagnosis.proposal;
  if (proposal === null) return `The grant can no longer be offered. ${withheld ?? ''}`.trimEnd();
  if (proposal.digest !== before.digest) {
    const { kind, name } = proposal.target;
    return kind !== before.target.kind || name !== before.target.name
      ? `The grant would go to ${kind} ${name} today, not to ${before.target.kind} ${before.target.name}.`
      : `Another grant would be proposed today (${proposal.policyName}) than the one that was approved (${before.policyName}).`;
  }
  const more = proposal.gains.filter((name) => !before.gains.includes(name));
  if (more.length > 0) {
    const named = more.slice(0, 5).join(', ');
    const others = more.length > 5 ? ` and ${more.length - 5} more` : '';
    return `${named}${others} would gain as well, who did not when it was approved.`;
  }
  const lack = lackOfApproval(of.approvals, risk.level, allowAdministrator);
  if (lack === null) return null;
  return risk.level === 'unknown'
    ? `What the role may do cannot be told any more: ${risk.reasons.join(' ')} ${lack}`
    : `What the role may do has changed since: ${risk.reasons[0] ?? ''} ${lack}`;
}
