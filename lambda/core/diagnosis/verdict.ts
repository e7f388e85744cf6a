/** Why a PassRole was refused: one union, each variant with its reasons. Texts, pages and audit entries are renderings of one value. */
import type { Simulation } from '../account/evidence.ts';
import type { MatchedDeny } from '../explanation/matched-deny.ts';
import type { NearMiss } from '../explanation/near-miss.ts';
import type { Proposal } from '../grant/proposal.ts';
import type { PolicySource } from '../policy/sourced-policy.ts';

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
  /** Something else refuses it as well: `why` names it in a sentence. */
  | { readonly kind: 'blocked'; readonly by: 'simulation' | 'reading'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** What all refusals share that come from a layer which no grant to the principal can answer. */
interface OtherLayerRefusal {
  readonly effect: 'implicit' | 'explicit';
  /** Who said what, a sentence each: AWS's message, AWS's simulator, our own reading. Never empty. */
  readonly said: readonly string[];
  /** What the identity-based policies come to. It never holds a proposal: the next denial is diagnosed anew. */
  readonly underneath: Underneath;
}

export type Verdict =
  | {
      readonly kind: 'missing-allow';
      readonly nearMisses: readonly NearMiss[];
      /** How a doubt was settled, for example "the message says that no policy allows, so MFA was present". */
      readonly assumptions: readonly string[];
      /** A role name that a managed policy of the principal covers already, as one sentence. Null: there is none. */
      readonly alternative: string | null;
    }
  | { readonly kind: 'explicit-deny'; readonly denies: readonly MatchedDeny[]; readonly underneath: Underneath }
  | (OtherLayerRefusal & {
      readonly kind: 'permissions-boundary';
      /** ARN of the boundary; null where only the message speaks of one. */
      readonly boundaryArn: string | null;
      /** Statements of the boundary that deny it. */
      readonly denies: readonly MatchedDeny[];
      /** Allows of the boundary that come close: which part of it misses. */
      readonly misses: readonly NearMiss[];
    })
  | (OtherLayerRefusal & {
      readonly kind: 'organization-policy';
      readonly layer: 'scp' | 'rcp';
      /** As the message states it: an ARN or a bare `p-...`. */
      readonly policyId: string | null;
    })
  | (OtherLayerRefusal & { readonly kind: 'session-policy'; readonly policyArn: string | null })
  | (OtherLayerRefusal & {
      readonly kind: 'endpoint-policy';
      readonly policyArn: string | null;
      /** `vpce-...`, when the event names it. */
      readonly endpointId: string | null;
    })
  | { readonly kind: 'role-not-found'; readonly roleArn: string; readonly nearest: readonly string[] }
  | {
      readonly kind: 'trust-policy';
      readonly service: string;
      /** Other services that it trusts. */
      readonly trusts: readonly string[];
      /** A Deny of the trust policy names the service: another Allow would not help. */
      readonly denied: boolean;
      /** Why the Allows that name the service cannot hold, a clause each: another account, an external id, an organization. Empty: none names it. */
      readonly failing: readonly string[];
      /** Identity Center keeps this role and its trust policy: nobody can change it. */
      readonly fixed: boolean;
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
      /** Layers that nothing here can read and that may still refuse it: `a policy of the session`. Empty where the message names its layer. */
      readonly unseen: readonly string[];
    }
  | {
      readonly kind: 'unclear';
      /** Each names what is unknown or who said what. Never empty. */
      readonly reasons: readonly string[];
    };

export type VerdictKind = Verdict['kind'];
