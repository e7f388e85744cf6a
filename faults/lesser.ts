/**
 * Of a diagnosis that was made while a call failed: it may say less than the clean one, and then has to say why. Never another certain
 * verdict, a lower risk, or another grant.
 */

import type { Diagnosis } from '../lambda/core/diagnosis/diagnosis.ts';
import type { RiskLevel } from '../lambda/core/risk/risk.ts';
import { canonicalJson } from '../lambda/core/text/canonical-json.ts';
import type { Site } from './injector.ts';

type Compared =
  | { readonly kind: 'same' }
  /** `reason` names what failed. */
  | { readonly kind: 'lesser'; readonly name: string; readonly reason: string }
  | { readonly kind: 'wrong'; readonly sentence: string };

/** Not known counts as nearly the worst: it takes two people. */
const gravity: Readonly<Record<RiskLevel, number>> = { low: 0, elevated: 1, unknown: 2, administrator: 3 };

const isEqual = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** What AWS was asked and answered is evidence of the moment: it holds the time. */
const parts = ['verdict', 'risk', 'proposal', 'withheld', 'byHand', 'advice', 'service', 'checklist'] as const;

export const isSame = (found: Diagnosis, clean: Diagnosis): boolean =>
  parts.every((part) => isEqual(found[part] ?? null, clean[part] ?? null));

/** `iam:GetGroup`, `GetGroup`, or in a sentence of ours the thing that could not be read, with AWS's own words. */
export const namesFailure = (words: string, { operation }: Site): boolean =>
  words.includes(operation.split(':')[1] ?? operation) ||
  /(Reading|Writing|Removing|Simulating) .+ (was refused|failed): ./.test(words) ||
  /did not answer at .+ in \d+ tries: ./.test(words);

const inShort = ({ verdict, risk, proposal }: Diagnosis): string =>
  `${verdict.kind}, risk ${risk.level}, ${proposal === null ? 'nothing proposed' : 'a grant proposed'}`;

function whyWrong(found: Diagnosis, clean: Diagnosis): string | null {
  const { verdict, risk, proposal, withheld } = found;
  if (!isEqual(verdict, clean.verdict) && verdict.kind !== 'unclear')
    return `another verdict that is certain of itself: ${JSON.stringify(verdict)} instead of ${JSON.stringify(clean.verdict)}`;
  if (verdict.kind === 'unclear' && proposal !== null) return 'a grant is proposed although the verdict is unclear';
  if (gravity[risk.level] < gravity[clean.risk.level]) return `the risk is ${risk.level}, not ${clean.risk.level}`;
  if (risk.level !== 'low' && risk.reasons.length === 0) return `the risk is ${risk.level} without a reason`;
  if (proposal !== null && !isEqual(proposal, clean.proposal)) return 'another grant is proposed';
  if (proposal === null && clean.proposal !== null && verdict.kind !== 'unclear' && (withheld ?? '') === '')
    return 'the grant is withheld without a reason';
  const claims = found.checklist.filter(
    (step, at) => !isEqual(step, clean.checklist[at]) && step.status === 'found' && verdict.kind !== 'unclear',
  );
  return claims.length === 0
    ? null
    : `the checklist says something else: ${claims.map(({ title, finding }) => `${title}: ${finding}`).join('; ')}`;
}

/** Every sentence that the clean diagnosis does not have. */
function newWords(found: Diagnosis, clean: Diagnosis): readonly string[] {
  const { verdict, risk, checklist, withheld } = found;
  const words = [
    ...(verdict.kind === 'unclear' ? verdict.reasons : []),
    ...risk.reasons.filter((reason) => !clean.risk.reasons.includes(reason)),
    ...checklist
      .filter((step, at) => step.status === 'failed' && !isEqual(step, clean.checklist[at]))
      .map(({ finding }) => finding),
    ...(withheld === null || withheld === clean.withheld ? [] : [withheld]),
  ];
  return [...new Set(words)].filter((word) => word !== '');
}

export function compared(found: Diagnosis, clean: Diagnosis, site: Site): Compared {
  if (isSame(found, clean)) return { kind: 'same' };
  const why = whyWrong(found, clean);
  if (why !== null) return { kind: 'wrong', sentence: why };
  const reason = newWords(found, clean).join(' ');
  if (!namesFailure(reason, site))
    return { kind: 'wrong', sentence: `${inShort(found)}, and no reason names what failed: "${reason}"` };
  return { kind: 'lesser', name: inShort(found), reason };
}
