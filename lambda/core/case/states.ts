/** The states of a case by name, for whoever is asked for one. */
import type { CaseState } from './case.ts';

/** Does not compile as long as a state is missing. */
const every = <const States extends readonly CaseState[]>(
  states: States & (CaseState extends States[number] ? unknown : never),
): readonly string[] => states;

export const caseStates = every([
  'open',
  'advised',
  'proposed',
  'approved',
  'applied',
  'confirmed',
  'rejected',
  'expired',
  'stale',
  'failed',
  'reverting',
  'reverted',
]);

export const isState = (text: string): text is CaseState => caseStates.includes(text);
