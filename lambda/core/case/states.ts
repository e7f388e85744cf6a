/** The states of a case by name, for whoever is asked for one. */
import type { CaseState } from './case.ts';

export const caseStates = [
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
] as const satisfies readonly CaseState[];

export const isState = (text: string): text is CaseState => {
  // Does not compile as long as a state is missing.
  const every: CaseState extends (typeof caseStates)[number] ? readonly string[] : never = caseStates;
  return every.includes(text);
};
