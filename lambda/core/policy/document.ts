/**
 * An IAM policy document with the optional shapes straightened: every list is a list. Source: "Grammar of the IAM JSON policy language".
 * Element names are matched as IAM does (exact case); unknown elements make the document unreadable rather than being skipped.
 */

export interface Condition {
  /** As written, with its qualifier and suffix: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  /** Null in a trust policy, which has no resource. */
  readonly resources: { readonly not: boolean; readonly patterns: readonly string[] } | null;
  /** Only in trust and resource policies. `*` alone is `{ any: true }`. */
  readonly principals: PrincipalElement | null;
  readonly conditions: readonly Condition[];
}

export interface PrincipalElement {
  readonly not: boolean;
  readonly any: boolean;
  readonly services: readonly string[];
  readonly aws: readonly string[];
  readonly federated: readonly string[];
  readonly canonical: readonly string[];
}

export interface PolicyDocument {
  /** `2008-10-17` (the default when the element is absent) has no policy variables. */
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly Statement[];
}
