/** Why an Allow that looks as if it were enough did not apply. */
import type { PolicySource } from '../policy/sourced-policy.ts';

/** One part of an Allow statement that kept it from applying. */
export type Missed =
  | { readonly part: 'action'; readonly not: boolean; readonly patterns: readonly string[] }
  | { readonly part: 'resource'; readonly not: boolean; readonly patterns: readonly string[] }
  | {
      readonly part: 'condition';
      readonly operator: string;
      readonly key: string;
      readonly values: readonly string[];
      /** Null: the request did not carry the key, or it is not known. */
      readonly actual: readonly string[] | null;
    };

/** An Allow that mentions PassRole or the role and still did not apply. */
export interface NearMiss {
  readonly policy: PolicySource;
  readonly sid: string | null;
  /** Position in its policy, from 0. */
  readonly statement: number;
  readonly missed: readonly Missed[];
  /** One sentence for people: what the statement allows instead. */
  readonly sentence: string;
}
