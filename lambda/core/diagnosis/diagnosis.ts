/** The whole answer to one denial, and the questions on the way to it: pure steps between the shell's reads. */

import type { Found, Job, JobsWithRole, Principal, Simulation, TargetRole } from '../account/evidence.ts';
import { contradictsItself, principalOf } from '../account/principal.ts';
import { replayOf } from '../account/replay.ts';
import type { Denial } from '../denial/denial.ts';
import type { Question } from '../explanation/question.ts';
import type { Advice } from '../grant/advice.ts';
import type { Proposal } from '../grant/proposal.ts';
import { isRoleArn, isServiceLinked, parseRoleArn, type RoleArn } from '../iam/arn.ts';
import type { ServiceFinding } from '../iam/passed-to-service.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import type { Permitted, Risk } from '../risk/risk.ts';
import { verdictOfMessage } from './layer-in-message.ts';
import type { Verdict } from './verdict.ts';

export type JobFinding =
  | { readonly kind: 'named'; readonly job: Found<Job> }
  | { readonly kind: 'unnamed'; readonly jobs: Found<JobsWithRole> }
  /** Not a Glue call, or no role to look for. */
  | { readonly kind: 'not-looked'; readonly why: string };

/** What was read before AWS's simulator is asked. */
export interface Facts {
  readonly denial: Denial;
  /** The account that our credentials belong to. */
  readonly callerAccount: Found<string>;
  readonly service: ServiceFinding;
  readonly principal: Found<Principal>;
  readonly role: Found<TargetRole>;
  /** Of the sentinel actions, those that the role may do on everything. */
  readonly roleMay: Permitted;
  /** Names of the remediator's own roles, where they are known. */
  readonly ownRoles: readonly string[];
  /** Names of existing roles nearest to a missing one; empty when the role exists. */
  readonly nearestRoles: readonly string[];
  readonly jobs: JobFinding;
}

export interface ChecklistItem {
  /** 1 to 9, in the field note's order. */
  readonly step: number;
  readonly title: string;
  /** `found`: looked, and this is what is there. `failed`: the check does not hold, or could not be made. `skipped`: not needed. */
  readonly status: 'found' | 'failed' | 'skipped';
  /** The evidence in one line. */
  readonly finding: string;
}

export interface Diagnosis {
  readonly verdict: Verdict;
  readonly checklist: readonly ChecklistItem[];
  readonly risk: Risk;
  /** What may be approved. Null: nothing would help, or `withheld` says why nothing is offered. */
  readonly proposal: Proposal | null;
  readonly withheld: string | null;
  /** Why the proposal is advice only, in one sentence: it cannot be written here. Null: it can be approved, or there is none. */
  readonly byHand: string | null;
  /** What somebody else has to write, where we never do. Null: nothing of that kind would help. */
  readonly advice: Advice | null;
  /** The service principal the role was passed to; null when it is not known. */
  readonly service: string | null;
  readonly simulations: {
    readonly asked: Simulation | null;
    /** With the guardrails satisfied. */
    readonly lifted: Simulation | null;
    /** With the proposal added. */
    readonly proved: Simulation | null;
  };
}

export type Framing =
  | { readonly kind: 'settled'; readonly verdict: Verdict }
  | { readonly kind: 'question'; readonly question: Question };

const settled = (verdict: Verdict): Framing => ({ kind: 'settled', verdict });
const unclear = (...reasons: string[]): Framing => settled({ kind: 'unclear', reasons });

/** The account the call was made in: the event's; for pasted text the principal's, as a role's account is what is in question. */
function callAccountOf(denial: Denial): string | null {
  if (denial.source === 'event' && denial.accountId !== null) return denial.accountId;
  const principal = principalOf(denial);
  return principal.kind === 'none' ? null : principal.account;
}

/** Everything that can be said without asking the simulator. Order: what makes all later steps meaningless comes first. */
export function frame(facts: Facts): Framing {
  const { denial, callerAccount, principal, role, service } = facts;
  const target = denial.roleArn === null ? null : parseRoleArn(denial.roleArn);
  const callAccount = callAccountOf(denial);
  if (denial.crossAccount || (target !== null && callAccount !== null && target.account !== callAccount)) {
    return settled({ kind: 'cross-account', callAccount, roleAccount: target?.account ?? null });
  }
  if (denial.roleArn === null) {
    return unclear('The message names no role, so it is not known which one was to be passed.');
  }
  if (target === null || !isRoleArn(denial.roleArn)) {
    return unclear(
      `The message names the role as ${denial.roleArn}, which is not a whole role ARN: it may be redacted or cut.`,
    );
  }
  if (isServiceLinked(target)) return settled({ kind: 'service-linked-role', roleArn: denial.roleArn });
  if (callerAccount.kind !== 'found') return unclear(callerAccount.why);
  if (callerAccount.value !== target.account) {
    return unclear(
      `The denial happened in account ${target.account}, but these credentials belong to account ${callerAccount.value}: choose the right profile.`,
    );
  }
  if (role.kind === 'missing') {
    return settled({ kind: 'role-not-found', roleArn: denial.roleArn, nearest: facts.nearestRoles });
  }
  if (role.kind === 'refused') return unclear(role.why);
  if (contradictsItself(denial) && principal.kind !== 'found') return unclear(principal.why);
  if (principal.kind !== 'found') return settled(verdictOfMessage(denial, principal.why));
  if (service.kind === 'unknown') return settled(verdictOfMessage(denial, service.why));
  const replay = replayOf(denial, principal.value, target.account, service.principal, role.value);
  return {
    kind: 'question',
    question: {
      principal: principal.value,
      roleArn: denial.roleArn,
      role: role.value,
      service: service.principal,
      replay,
    },
  };
}

/** A request for the shell: simulate the question in this context, with these policies added. */
export interface SimulationRequest {
  readonly principalArn: string;
  readonly roleArn: RoleArn;
  readonly context: readonly ContextEntry[];
  /** Policy texts that are simulated on top of what the principal has. */
  readonly added: readonly string[];
  /** Simulated in place of the principal's permissions boundary. Null: with the boundary that it has. */
  readonly boundary: string | null;
}

export const asAsked = (question: Question): SimulationRequest => ({
  principalArn: question.principal.arn,
  roleArn: question.roleArn,
  context: question.replay.entries,
  added: [],
  boundary: null,
});
