/** What became of one try. */
import type { Site } from './injector.ts';
import type { FaultKind } from './kinds.ts';

export type Outcome =
  | { readonly kind: 'done' }
  /** Somebody was told that it failed, and it was done all the same. */
  | { readonly kind: 'done-although'; readonly words: string }
  /** Somebody was told that it failed, and their next try, once it was mended, succeeded. */
  | { readonly kind: 'done-again'; readonly words: string }
  | { readonly kind: 'dead-letter'; readonly queues: readonly string[]; readonly reason: string }
  /** A state or verdict that says what is the matter. */
  | { readonly kind: 'named'; readonly name: string; readonly reason: string }
  /** Only by the schedule's next turn. */
  | { readonly kind: 'by-schedule' }
  /** In this run the call was not made that often. */
  | { readonly kind: 'not-met' }
  | { readonly kind: 'wrong'; readonly sentences: readonly string[] };

export interface Tried {
  readonly site: Site;
  readonly kind: FaultKind;
  readonly outcome: Outcome;
  readonly secondMails: number;
}
