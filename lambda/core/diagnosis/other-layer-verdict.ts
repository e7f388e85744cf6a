/** The verdict on a layer that no grant can answer, with what the identity-based policies come to underneath it. */

import { type Simulation, valueIn } from '../account/evidence.ts';
import { findNearMisses, nearMissesIn } from '../explanation/find-near-misses.ts';
import type { Question } from '../explanation/question.ts';
import {
  denyingStatements,
  keysOf,
  matchedDeny,
  namesOf,
  type Reading,
  read,
  readBoundary,
} from '../explanation/reading.ts';
import type { Reconciled } from './reconciled.ts';
import type { Answers } from './simulator-answers.ts';
import type { Underneath, Verdict } from './verdict.ts';

/** The first answer that no boundary and no organization's policy stood in the way of: it is of the identity-based policies alone. */
const ofIdentityAlone = ({ asked, lifted }: Pick<Answers, 'asked' | 'lifted'>): Simulation | null =>
  [valueIn(asked), valueIn(lifted)].find(
    (answer) => answer !== null && answer.allowedByBoundary !== false && answer.allowedByOrganizations !== false,
  ) ?? null;

function deniedAsWell(reading: Reading, by: 'simulation' | 'reading'): Underneath {
  const denies = denyingStatements(reading);
  const unless = reading.certainDenies.length > 0 ? '' : `, unless the request satisfied ${keysOf(reading)}`;
  const why =
    denies.length === 0
      ? 'a Deny that could not be found here refuses it as well'
      : `${namesOf(denies)} denies it as well${unless}`;
  return { kind: 'blocked', by, why };
}

/** What the identity-based policies come to, the layer above them aside. Never with a proposal. */
function beneath(question: Question, answers: Pick<Answers, 'asked' | 'lifted'>): Underneath {
  const reading = read(question);
  const simulated = ofIdentityAlone(answers);
  const by = simulated === null ? 'reading' : 'simulation';
  const decision = simulated?.decision ?? reading.decision;
  switch (decision) {
    case 'allowed':
      return { kind: 'allowed', by };
    case 'implicitDeny': {
      const nearMisses = findNearMisses(question.principal, question.roleArn, question.replay.entries);
      return { kind: 'missing-allow', by, nearMisses, proposal: null };
    }
    case 'explicitDeny':
      return deniedAsWell(reading, by);
    default:
      return decision satisfies never;
  }
}

const asBoundary = ({ name }: { readonly name: string }): string => `${name} (permissions boundary)`;

/** Which part of the boundary misses. Nothing where its text could not be read. */
function boundaryParts(
  question: Question,
): Pick<Extract<Verdict, { kind: 'permissions-boundary' }>, 'denies' | 'misses'> {
  const { boundary } = question.principal;
  const reading = readBoundary(question);
  if (boundary?.kind !== 'found' || reading === null) return { denies: [], misses: [] };
  return {
    denies: denyingStatements(reading).map(matchedDeny),
    misses: nearMissesIn([boundary.value], question.roleArn, question.replay.entries, asBoundary),
  };
}

export function otherLayerVerdict(
  question: Question,
  { layer, said }: Extract<Reconciled, { kind: 'other-layer' }>,
  answers: Pick<Answers, 'asked' | 'lifted'>,
): Verdict {
  const underneath = beneath(question, answers);
  if (layer.kind !== 'permissions-boundary') return { ...layer, said, underneath };
  const { boundaryArn } = question.principal;
  return { ...layer, boundaryArn, ...boundaryParts(question), said, underneath };
}
