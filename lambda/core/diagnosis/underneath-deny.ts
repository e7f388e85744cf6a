/** What lies under a Deny: whether the call would be allowed once it is lifted, and if not, the grant that it would need as well. */

import { valueIn } from '../account/evidence.ts';
import { findNearMisses } from '../explanation/find-near-misses.ts';
import type { Question } from '../explanation/question.ts';
import { keysOf, namesOf, readWithoutDenies } from '../explanation/reading.ts';
import type { Proposing } from '../grant/proposal.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import type { Reconciled } from './reconciled.ts';
import type { Answers } from './simulator-answers.ts';
import type { Underneath } from './verdict.ts';

const boundaryAsWell = ({ principal }: Question): string =>
  `the permissions boundary ${principal.boundaryArn ?? `of ${principal.name}`} does not allow it either`;

/** Nothing is allowed underneath as long as another Deny may be in the way. */
export function underneath(
  question: Question,
  reconciled: Extract<Reconciled, { kind: 'explicit-deny' }>,
  answers: Answers,
  offer: Proposing,
): Underneath {
  const { beside } = reconciled;
  const below = withoutDenies(question, reconciled, answers, offer);
  if (below.kind !== 'allowed' || beside.length === 0) return below;
  const unknownKeys = [...new Set(beside.flatMap(({ match }) => match.dependsOn))].sort();
  const why = `${namesOf(beside)} may deny it as well; it is not known what the request carried for ${keysOf({ unknownKeys })}.`;
  return { kind: 'unknown', why };
}

/** `by: 'reading'` where the Deny cannot be lifted in a simulation: its grant is then not proved, and never sufficient. */
function withoutDenies(
  question: Question,
  reconciled: Extract<Reconciled, { kind: 'explicit-deny' }>,
  answers: Answers,
  offer: Proposing,
): Underneath {
  const lifted = valueIn(answers.lifted);
  const proved = valueIn(answers.proved);
  const misses = (context: readonly ContextEntry[]) => findNearMisses(question.principal, question.roleArn, context);
  const grant = offer.kind === 'proposal' ? { ...offer.proposal, sufficient: false as const } : null;
  if (lifted === null) {
    if (answers.lifted !== null && answers.lifted.kind !== 'found') return { kind: 'unknown', why: answers.lifted.why };
    const asked = valueIn(answers.asked);
    if (asked?.allowedByBoundary === false) return { kind: 'blocked', by: 'simulation', why: boundaryAsWell(question) };
    if (asked?.decision === 'allowed') return { kind: 'allowed', by: 'simulation' };
    if (asked?.decision === 'implicitDeny') {
      const proposal = proved?.decision === 'allowed' ? grant : null;
      return { kind: 'missing-allow', by: 'simulation', nearMisses: misses(question.replay.entries), proposal };
    }
    return readWithoutDenies(question) === 'allowed'
      ? { kind: 'allowed', by: 'reading' }
      : { kind: 'missing-allow', by: 'reading', nearMisses: misses(question.replay.entries), proposal: grant };
  }
  if (lifted.allowedByBoundary === false) return { kind: 'blocked', by: 'simulation', why: boundaryAsWell(question) };
  switch (lifted.decision) {
    case 'allowed':
      return { kind: 'allowed', by: 'simulation' };
    case 'implicitDeny':
      return {
        kind: 'missing-allow',
        by: 'simulation',
        nearMisses: misses(lifted.context),
        proposal: proved?.decision === 'allowed' ? grant : null,
      };
    case 'explicitDeny':
      return {
        kind: 'unknown',
        why: `With ${reconciled.denies.length === 1 ? 'that guardrail' : 'those guardrails'} satisfied, another one still denies the call.`,
      };
    default:
      return lifted.decision satisfies never;
  }
}
