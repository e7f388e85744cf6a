/** All denials of one (account, principal, role, service) until it is closed: what people are notified about and decide on. */

import { principalOf } from '../account/principal.ts';
import type { Denial } from '../denial/denial.ts';
import { identityArn } from '../denial/names.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Proposal } from '../grant/proposal.ts';
import type { Sha256 } from '../text/canonical-json.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Approval, Rejection, Reversal, Term } from './decision.ts';
import type { WrittenGrant } from './written-grant.ts';

export interface CaseSubject {
  readonly accountId: string | null;
  /** The user, or the role behind the session: a session's name may change between two presses of Save. */
  readonly principal: string;
  readonly roleArn: string | null;
  /** `glue.amazonaws.com`. */
  readonly eventSource: string | null;
}

/** An earlier case of the same subject that was closed before this one began. */
export interface EarlierCase {
  readonly id: string;
  readonly state: CaseState;
  /** ISO 8601. */
  readonly closedAt: string;
}

export interface CaseHead {
  /** 32 hexadecimal digits: the subject. */
  readonly key: string;
  /** From 1: closed cases that are denied again start the next round, a case of its own. */
  readonly round: number;
  /** Which remediator recorded it. Null: one of a release that did not say. */
  readonly installation: string | null;
  readonly earlier: EarlierCase | null;
  /** Grows with every change. */
  readonly version: number;
  /** How many transitions it has made, and so how many entries its trail holds; a transition is one conditional write on it. Of this round. */
  readonly transitionCount: number;
  /** SHA-256 of the text of the newest entry of its trail; null: it has made none yet. */
  readonly lastEntry: string | null;
  readonly subject: CaseSubject;
  /** Each CloudTrail event counts once. */
  readonly denials: { readonly count: number; readonly firstAt: string; readonly lastAt: string };
  /** The one heard last. */
  readonly latest: Denial;
  /** ISO 8601. */
  readonly diagnosedAt: string | null;
  /** Grants of this case that stand in IAM, and earlier ones that did not help: oldest first. */
  readonly grants: readonly WrittenGrant[];
}

export type ProposedDiagnosis = Diagnosis & { readonly proposal: Proposal };

interface Ruled {
  readonly diagnosis: ProposedDiagnosis;
  /** One, or two by different people where the risk asks for it. */
  readonly approvals: readonly Approval[];
  readonly term: Term;
}

/**
 * How a case stands.
 *
 * - `open`: heard, not diagnosed yet. `advised`: there is nothing for us to apply.
 * - `proposed`: a grant waits for a person, or for the second of two. `approved`: waits for apply; `writing` is set before IAM is touched.
 * - `applied`: written, read back, simulated. `confirmed`: the next real call went through.
 * - `rejected`, `expired`: nobody wanted it. `stale`: the world had changed, nothing was written. `failed`: apply gave up; `why` is one sentence.
 * - `reverting`, `reverted`: the grant is being taken back, or is gone.
 */
export type Standing =
  | { readonly state: 'open'; readonly diagnosis: null }
  | { readonly state: 'advised'; readonly diagnosis: Diagnosis }
  | {
      readonly state: 'proposed';
      readonly diagnosis: ProposedDiagnosis;
      readonly approvals: readonly Approval[];
      /** ISO 8601. */
      readonly expiresAt: string;
    }
  | (Ruled & { readonly state: 'approved'; readonly approvedAt: string; readonly writing: WrittenGrant | null })
  | (Ruled & { readonly state: 'applied'; readonly appliedAt: string })
  | (Ruled & { readonly state: 'confirmed'; readonly confirmedAt: string; readonly eventId: string })
  | {
      readonly state: 'rejected';
      readonly diagnosis: ProposedDiagnosis;
      readonly rejection: Rejection;
    }
  | { readonly state: 'expired'; readonly diagnosis: ProposedDiagnosis; readonly expiredAt: string }
  | (Ruled & { readonly state: 'stale'; readonly why: string; readonly staleAt: string })
  | (Ruled & { readonly state: 'failed'; readonly why: string; readonly failedAt: string })
  | { readonly state: 'reverting'; readonly diagnosis: Diagnosis; readonly reversal: Reversal }
  | {
      readonly state: 'reverted';
      readonly diagnosis: Diagnosis;
      readonly reversal: Reversal;
      readonly revertedAt: string;
    };

export type Case = CaseHead & Standing;

export type CaseState = Case['state'];
export type CaseIn<State extends CaseState> = Extract<Case, { readonly state: State }>;
export type DiagnosedCase = Exclude<Case, { readonly state: 'open' }>;

/** A further denial of a closed case starts the next round. */
export function isClosed(state: CaseState): boolean {
  switch (state) {
    case 'confirmed':
    case 'rejected':
    case 'expired':
    case 'reverted':
      return true;
    case 'open':
    case 'advised':
    case 'proposed':
    case 'approved':
    case 'applied':
    case 'stale':
    case 'failed':
    case 'reverting':
      return false;
    default:
      return state satisfies never;
  }
}

/** The user, or the role behind a session. */
export function principalNameOf(caller: Pick<Denial, 'identity' | 'principalArn'>): string {
  const ref = principalOf(caller);
  return ref.kind === 'none'
    ? (caller.principalArn ?? identityArn(caller.identity) ?? `unknown (${caller.identity?.type ?? 'not named'})`)
    : (ref.arn ?? `arn:${ref.partition}:sts::${ref.account}:assumed-role/${ref.name}`);
}

export function subjectOf(denial: Denial): CaseSubject {
  const ref = principalOf(denial);
  const principal = principalNameOf(denial);
  const accountId = denial.accountId ?? (ref.kind === 'none' ? null : ref.account);
  return { accountId, principal, roleArn: denial.roleArn, eventSource: denial.eventSource };
}

/** 128 bits: nobody can choose a name that falls into another's case. */
export const caseKey = (subject: CaseSubject, sha256: Sha256): string => sha256(canonicalJson(subject)).slice(0, 32);

/** What people read and type: the first ten digits, and the round from the second on: `3f2a9c01bd`, `3f2a9c01bd-2`. */
export const caseId = (key: string, round = 1): string => `${key.slice(0, 10)}${round > 1 ? `-${round}` : ''}`;

/** The state a diagnosis puts a case in. */
export function stateAfter(diagnosis: Diagnosis): 'advised' | 'proposed' {
  // A case that was written before there was advice by hand has no such word.
  return diagnosis.proposal === null || (diagnosis.byHand ?? null) !== null ? 'advised' : 'proposed';
}

/** When time alone brings something about: ISO 8601; null: never. `now`: of the transition that led here. */
export function dueAt(of: Standing, grants: readonly WrittenGrant[], now: Date): string | null {
  const own =
    of.state === 'proposed'
      ? of.expiresAt
      : of.state === 'approved' || of.state === 'reverting'
        ? soonAfter(now)
        : null;
  const ends = grants.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt]));
  return [...ends, ...(own === null ? [] : [own])].sort()[0] ?? null;
}

/**
 * When a case is looked at after a transition, as whoever made it may have died behind it: its trail entry, or an approval, may be lost on the
 * way.
 */
const soonAfter = (now: Date): string => new Date(now.getTime() + RETRY_MS).toISOString();

/** When it is looked at first after a transition; `due`: what time alone brings about. */
export function firstDueAt(of: Standing, grants: readonly WrittenGrant[], now: Date): string {
  const soon = soonAfter(now);
  return [dueAt(of, grants, now) ?? soon, soon].sort()[0] ?? soon;
}

/** Later than apply can still be at it, whom the stream brings an approval at once. Milliseconds. */
const RETRY_MS = 240_000;
