/** Why a PassRole was refused: one union, each variant with its reasons. Texts, pages and audit entries are renderings of one value. */
import type { PolicySource, Simulation } from './evidence.ts';
import type { Proposal } from './proposal.ts';

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

/** What lies under a Deny once it is lifted. `by`: AWS's simulator with the lifted context, or our own reading of the policies. */
export type Underneath =
  | { readonly kind: 'allowed'; readonly by: 'simulation' | 'reading' }
  | {
      readonly kind: 'missing-allow';
      readonly by: 'simulation' | 'reading';
      readonly nearMisses: readonly NearMiss[];
      /** Never sufficient alone: the Deny must be lifted as well. Null when no grant can be named. */
      readonly proposal: (Proposal & { readonly sufficient: false }) | null;
    }
  | { readonly kind: 'unknown'; readonly why: string };

export type Verdict =
  | {
      readonly kind: 'missing-allow';
      readonly nearMisses: readonly NearMiss[];
      /** How a doubt was settled, for example "the message says that no policy allows, so MFA was present". */
      readonly assumptions: readonly string[];
    }
  | { readonly kind: 'explicit-deny'; readonly denies: readonly MatchedDeny[]; readonly underneath: Underneath }
  | { readonly kind: 'role-not-found'; readonly roleArn: string; readonly nearest: readonly string[] }
  | {
      readonly kind: 'trust-policy';
      readonly service: string;
      /** Other services that it trusts. */
      readonly trusts: readonly string[];
      /** A Deny of the trust policy names the service: another Allow would not help. */
      readonly denied: boolean;
      /** The statement to add to the role's trust policy; shown, never applied. */
      readonly statement: object;
      /** What AWS's simulator says about PassRole itself; null when it was not asked. */
      readonly underneath: Simulation['decision'] | null;
    }
  /** Made and used by one AWS service; nobody can pass it. */
  | { readonly kind: 'service-linked-role'; readonly roleArn: string }
  | { readonly kind: 'cross-account'; readonly callAccount: string | null; readonly roleAccount: string | null }
  | {
      readonly kind: 'already-allowed';
      readonly by: readonly { readonly policy: PolicySource; readonly sid: string | null }[];
    }
  | {
      readonly kind: 'unclear';
      /** Each names what is unknown or who said what. Never empty. */
      readonly reasons: readonly string[];
    };

export type VerdictKind = Verdict['kind'];
