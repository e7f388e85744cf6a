/** What people decided about a case, as it stands in the case. */

/** How long a grant holds. Hours; null: until someone reverts it. */
export type Term = { readonly hours: number | null };

/** How an approver was proven. `as`: the Slack user id, the caller's ARN, or the mail address. */
export interface Proof {
  readonly via: 'slack' | 'aws' | 'mail';
  readonly as: string;
}

export interface Actor extends Proof {
  readonly name: string;
}

export interface Approval {
  readonly by: Actor;
  /** ISO 8601. */
  readonly at: string;
  /** Of the proposal that was seen. */
  readonly digest: string;
  readonly term: Term;
}

export interface Rejection {
  readonly by: Actor;
  readonly at: string;
  readonly digest: string;
  /** One to 500 characters, as the person wrote it. */
  readonly reason: string;
}

/** Why a grant is taken back: a person asked, or its term ended. */
export type Reversal =
  | { readonly kind: 'asked'; readonly by: Actor; readonly at: string; readonly reason: string }
  | { readonly kind: 'ended'; readonly at: string };
