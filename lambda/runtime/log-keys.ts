/** What every log line about a case can be found by. */
import { type Case, caseId } from '../core/case/case.ts';

interface CaseLogKeys {
  /** As people type it: `3f2a9c01bd`. */
  readonly case: string;
  /** CloudTrail's `eventID` of the denial heard last. */
  readonly eventId: string | null;
  /** Null: not diagnosed yet. */
  readonly verdict: string | null;
}

export const logKeysOf = (of: Case): CaseLogKeys => ({
  case: caseId(of.key, of.round),
  eventId: of.latest.eventId,
  verdict: of.diagnosis?.verdict.kind ?? null,
});
