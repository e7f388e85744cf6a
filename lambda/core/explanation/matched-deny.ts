/** A Deny that refused the call, and what would lift it. */
import type { PolicySource } from '../policy/sourced-policy.ts';

/** What a person, or the guardrail's owner, would have to change for one Deny to stop applying. */
export interface Lift {
  readonly key: string;
  readonly sentence: string;
}

export interface MatchedDeny {
  readonly policy: PolicySource;
  readonly sid: string | null;
  readonly statement: number;
  readonly text: string;
  /** Null: nothing in the request can lift it; only its owner can. */
  readonly lift: Lift | null;
}
