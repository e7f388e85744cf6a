/** What review, apply and diagnose need to change the state of a case. */
import type { Case, Standing } from '../core/case/case.ts';
import type { TrailEntry } from '../core/case/trail.ts';
import type { WrittenGrant } from '../core/case/written-grant.ts';

/** One change of how a case stands, with the words that its trail keeps. */
export interface Transition {
  readonly to: Standing;
  /** All of them as they are after the transition; left out: as before. */
  readonly grants?: readonly WrittenGrant[];
  readonly entry: Pick<TrailEntry, 'actor' | 'what' | 'digest' | 'decision'>;
}

export type TransitionResult<Stopped> =
  | { readonly kind: 'done'; readonly of: Case }
  | { readonly kind: 'stopped'; readonly because: Stopped }
  | { readonly kind: 'missing' };

/** The life of a case after its diagnosis. */
export interface CaseTransitions {
  /** Of an earlier round too. */
  find(key: string, round: number): Promise<Case | null>;
  /**
   * One conditional write, and one entry in the trail, for however many that try at the same time: `decide` is asked again with the case as
   * it is by then. It must be pure. A `stop` changes nothing.
   */
  make<Stopped>(
    key: string,
    round: number,
    now: Date,
    decide: (of: Case) => { readonly transition: Transition } | { readonly stop: Stopped },
  ): Promise<TransitionResult<Stopped>>;
  /**
   * Copies the newest entry into the trail, in case whoever made that transition died before it could, and from then on the case is due only for
   * what time alone brings about. Nothing when both are so already.
   */
  keepTrail(key: string, round: number): Promise<void>;
  /** Cases whose time has come, the longest overdue first, at most `most`. Each stays due until it changes state, is kept or is put off. */
  due(now: Date, most: number): Promise<readonly { readonly key: string; readonly round: number }[]>;
  /** A due case that could not be worked on: not due again until then, so that others have their turn. */
  putOff(key: string, round: number, until: Date): Promise<void>;
}
