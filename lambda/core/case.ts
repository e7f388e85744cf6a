/** All denials of one (account, principal, role, service) until it is closed: what people are told about and decide on. */
import type { Sha256 } from './canonical.ts';
import { canonicalJson } from './canonical.ts';
import type { Denial } from './denial.ts';
import { identityArn } from './denial-names.ts';
import type { Diagnosis } from './diagnosis.ts';
import { principalOf } from './principal.ts';
import type { Proposal } from './proposal.ts';

export interface CaseSubject {
  readonly accountId: string | null;
  /** The user, or the role behind the session: a session's name may change between two presses of Save. */
  readonly principal: string;
  readonly roleArn: string | null;
  /** `glue.amazonaws.com`. */
  readonly eventSource: string | null;
}

interface CaseHead {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /** Grows with every change. */
  readonly version: number;
  readonly subject: CaseSubject;
  /** Each CloudTrail event counts once. */
  readonly denials: { readonly count: number; readonly firstAt: string; readonly lastAt: string };
  /** The one heard last. */
  readonly latest: Denial;
  /** ISO 8601. */
  readonly diagnosedAt: string | null;
}

/** `open`: heard, not diagnosed yet. `proposed`: a grant waits for a person. `advised`: there is nothing for us to apply. */
export type Case = CaseHead &
  (
    | { readonly state: 'open'; readonly diagnosis: null }
    | { readonly state: 'proposed'; readonly diagnosis: Diagnosis & { readonly proposal: Proposal } }
    | { readonly state: 'advised'; readonly diagnosis: Diagnosis }
  );

export type CaseState = Case['state'];
export type DiagnosedCase = Exclude<Case, { readonly state: 'open' }>;

export function subjectOf(denial: Denial): CaseSubject {
  const ref = principalOf(denial);
  const principal =
    ref.kind === 'none'
      ? (denial.principalArn ?? identityArn(denial.identity) ?? `unknown (${denial.identity?.type ?? 'not named'})`)
      : (ref.arn ?? `arn:${ref.partition}:sts::${ref.account}:assumed-role/${ref.name}`);
  const accountId = denial.accountId ?? (ref.kind === 'none' ? null : ref.account);
  return { accountId, principal, roleArn: denial.roleArn, eventSource: denial.eventSource };
}

/** 128 bits: nobody can choose a name that falls into another's case. */
export const caseKey = (subject: CaseSubject, sha256: Sha256): string => sha256(canonicalJson(subject)).slice(0, 32);

/** What people read and type: the first ten digits. */
export const caseId = (key: string): string => key.slice(0, 10);

/** The state a diagnosis puts a case in. */
export function stateAfter(diagnosis: Diagnosis): Exclude<CaseState, 'open'> {
  return diagnosis.proposal === null ? 'advised' : 'proposed';
}
