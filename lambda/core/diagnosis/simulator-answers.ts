import type { Found, Simulation } from '../account/evidence.ts';
import type { Permitted } from '../risk/risk.ts';

/** The simulator's answers so far. Null: not asked, because it could not change the outcome. */
export interface Answers {
  readonly asked: Found<Simulation> | null;
  readonly lifted: Found<Simulation> | null;
  readonly proved: Found<Simulation> | null;
  /** Of the sentinel actions, those that the requester may do on everything: for the risk alone. */
  readonly requesterMay: Permitted | null;
}

/** Where nothing is left to ask. */
export const nothingAsked: Answers = { asked: null, lifted: null, proved: null, requesterMay: null };
