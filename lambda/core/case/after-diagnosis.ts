/** Where a diagnosis leads a case. */

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { type Case, isClosed, type Standing, stateAfter } from './case.ts';

interface Reaction {
  readonly to: Standing;
  /** One sentence for the trail. */
  readonly what: string;
}

/** A grant that is this young may not have reached every service yet. Longest seen: two minutes. Milliseconds. */
const SPREADS_MS = 300_000;

/** From when on a denial asks something new of a case; null: from its beginning. */
function settledAt(of: Case): string | null {
  switch (of.state) {
    case 'applied':
      return of.appliedAt;
    case 'stale':
      return of.staleAt;
    case 'failed':
      return of.failedAt;
    default:
      return null;
  }
}

/** CloudTrail's times are whole seconds, so times are compared as such. */
export const second = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** What a person decided, or what was carried out since, is not undone by a denial that came before it, however late it was delivered. */
function isPast(of: Case, deniedAt: string): boolean {
  if (isClosed(of.state) || of.state === 'approved' || of.state === 'reverting') return true;
  const settled = settledAt(of);
  return settled !== null && second(deniedAt) <= second(settled);
}

/** Nobody gains who did not gain when it was approved. */
const gainsNoMore = (now: readonly string[], before: readonly string[]): boolean =>
  now.every((name) => before.includes(name));

/** The approvals that still mean what was seen. */
function keptApprovals(of: Case, { proposal, risk }: Diagnosis) {
  if (of.state !== 'proposed' || proposal === null) return [];
  const { diagnosis, approvals } = of;
  const isAsSeen =
    diagnosis.proposal.digest === proposal.digest &&
    diagnosis.risk.level === risk.level &&
    gainsNoMore(proposal.gains, diagnosis.proposal.gains);
  return isAsSeen ? approvals : [];
}

/** Null: the case stays as it is. `deniedAt`: of the denial that was diagnosed. `expiresAt`: for a proposal. Both ISO 8601. */
export function afterDiagnosis(
  of: Case,
  diagnosis: Diagnosis,
  { deniedAt, expiresAt, now }: { readonly deniedAt: string; readonly expiresAt: string; readonly now: Date },
): Reaction | null {
  const { verdict, proposal } = diagnosis;
  if (isPast(of, deniedAt)) return null;
  const isSpreading =
    of.state === 'applied' &&
    verdict.kind === 'already-allowed' &&
    now.getTime() - Date.parse(of.appliedAt) < SPREADS_MS;
  if (isSpreading) return null;

  const again =
    of.state === 'applied'
      ? 'Refused again although the grant was applied; '
      : of.state === 'open'
        ? ''
        : 'Looked at again; ';
  const sentence = (words: string): string => {
    const all = `${again}${words}`;
    return `${all.charAt(0).toUpperCase()}${all.slice(1)}`;
  };
  if (proposal === null) {
    return { to: { state: 'advised', diagnosis }, what: sentence(`diagnosed as ${verdict.kind}, nothing to apply.`) };
  }
  const { target, policyName } = proposal;
  if (stateAfter(diagnosis) === 'advised') {
    const what = `diagnosed as ${verdict.kind}; ${policyName} on ${target.kind} ${target.name} is to be given by hand.`;
    return { to: { state: 'advised', diagnosis }, what: sentence(what) };
  }
  const approvals = keptApprovals(of, diagnosis);
  // Pressing Save again and again does not keep half of an approval alive.
  const ends = of.state === 'proposed' && approvals.length > 0 ? of.expiresAt : expiresAt;
  return {
    to: { state: 'proposed', diagnosis: { ...diagnosis, proposal }, approvals, expiresAt: ends },
    what: sentence(`diagnosed as ${verdict.kind}; proposed ${policyName} on ${target.kind} ${target.name}.`),
  };
}
