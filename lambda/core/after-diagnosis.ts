/** Where a diagnosis leads a case. */
import type { Case, Standing } from './case.ts';
import type { Diagnosis } from './diagnosis.ts';

export interface Reaction {
  readonly to: Standing;
  /** One sentence for the trail. */
  readonly what: string;
}

/** A grant that is this young may not have reached every service yet. Longest seen: two minutes. Milliseconds. */
const SPREADS_MS = 300_000;

/** Null: the case stays as it is. `expiresAt`: for a proposal, ISO 8601. */
export function afterDiagnosis(
  of: Case,
  diagnosis: Diagnosis,
  { expiresAt, now }: { readonly expiresAt: string; readonly now: Date },
): Reaction | null {
  const { verdict, proposal } = diagnosis;
  // What a person decided is under way; its end is told, and the next denial is looked at then.
  if (of.state === 'approved' || of.state === 'reverting') return null;
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
  const { target, policyName, digest } = proposal;
  const approvals =
    of.state === 'proposed' &&
    of.diagnosis.proposal.digest === digest &&
    of.diagnosis.risk.level === diagnosis.risk.level
      ? of.approvals
      : [];
  return {
    to: { state: 'proposed', diagnosis: { ...diagnosis, proposal }, approvals, expiresAt },
    what: sentence(`diagnosed as ${verdict.kind}; proposed ${policyName} on ${target.kind} ${target.name}.`),
  };
}
