/** The states of a case by name, for whoever is asked for one. */
import type { CaseState } from './case.ts';

const every = [
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

/** Does not compile as long as a state is missing. */
export const caseStates: CaseState extends (typeof every)[number] ? readonly string[] : never = every;

export const isState = (text: string): text is CaseState => caseStates.includes(text);
