import type { StatementInPolicy } from '../policy/evaluate.ts';
import type { LayerInMessage } from './layer-in-message.ts';

/** What the reconciled sources come to; the conclusion adds near misses, proposal and proof. */
export type Reconciled =
  | { readonly kind: 'missing-allow'; readonly in: 'asked' | 'lifted'; readonly assumptions: readonly string[] }
  | {
      readonly kind: 'explicit-deny';
      readonly denies: readonly StatementInPolicy[];
      /** Others that may deny it as well, as far as is known, where none of these is certain without the message. */
      readonly beside: readonly StatementInPolicy[];
    }
  | {
      readonly kind: 'already-allowed';
      readonly allows: readonly StatementInPolicy[];
      readonly unseen: readonly string[];
    }
  | {
      readonly kind: 'trust-policy';
      readonly trusts: readonly string[];
      readonly denied: boolean;
      readonly failing: readonly string[];
    }
  /** A layer that no grant to the principal can answer. */
  | { readonly kind: 'other-layer'; readonly layer: OtherLayer; readonly said: readonly string[] }
  | { readonly kind: 'unclear'; readonly reasons: readonly string[] };

export type OtherLayer =
  | LayerInMessage
  | { readonly kind: 'permissions-boundary'; readonly effect: 'implicit' | 'explicit' };
