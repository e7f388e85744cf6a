/** What diagnose needs of the case store. */
import type { Case, CaseSubject } from '../core/case/case.ts';
import type { Denial } from '../core/denial/denial.ts';
import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';

/** What became of one denial at the case store. */
export type Recorded =
  /**
   * This denial opened the case, or takes over a diagnosis that was never finished or is out of date. `transitionCount`: of the case by then,
   * `of`.
   */
  | { readonly kind: 'to-diagnose'; readonly transitionCount: number; readonly of: Case }
  /** The case is known; the denial was added to its counter. */
  | { readonly kind: 'counted' }
  /** The same CloudTrail event was delivered before. */
  | { readonly kind: 'duplicate' };

export interface CaseStore {
  /** Counts the denial exactly once, however often and in whatever order it is delivered. */
  record(input: {
    key: string;
    subject: CaseSubject;
    denial: Denial;
    /** CloudTrail's `eventID`: what makes two deliveries the same denial. */
    eventId: string;
    now: Date;
  }): Promise<Recorded>;
  /**
   * The same for several denials of one case, in fewer writes. By event id; of those that are diagnosed at most one for every fifty. Throws when any of them could
   * not be counted; those that were are `duplicate` or `to-diagnose` the next time.
   */
  recordAll(input: {
    key: string;
    subject: CaseSubject;
    denials: readonly { denial: Denial; eventId: string }[];
    now: Date;
  }): Promise<ReadonlyMap<string, Recorded>>;
  /**
   * False: another denial took the diagnosis over, or the case was changed since `transitionCount`, as `record` gave it, so nothing was written: what
   * was decided in the meantime rests on what was known before.
   */
  saveDiagnosis(input: {
    key: string;
    eventId: string;
    transitionCount: number;
    /** As `record` gave it, which spares a read where nothing has happened since. */
    of?: Case;
    denial: Denial;
    diagnosis: Diagnosis;
    now: Date;
  }): Promise<boolean>;
  find(key: string): Promise<Case | null>;
  /** Keys of the cases that wait for this call: `callKeyOf` of core/case/confirmation.ts. */
  awaiting(callKey: string): Promise<readonly string[]>;
}
