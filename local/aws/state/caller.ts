/** Who a key was handed out to. */

/** A temporary sign-in. MFA can be known only of these: a long-term key carries no such information at all. */
export interface Session {
  readonly mfa: boolean;
  /** ISO 8601. */
  readonly issuedAt: string;
  /** Signed in to the console, as CloudTrail says with `sessionCredentialFromConsole`. */
  readonly console: boolean;
}

export type Caller =
  /** An access key that was never handed out: may do everything. */
  | { readonly kind: 'administrator'; readonly accessKeyId: string }
  | {
      readonly kind: 'user';
      readonly name: string;
      readonly accessKeyId: string;
      /** Null: a long-term key. */
      readonly session: Session | null;
      /** Null: the one that all callers share. */
      readonly sourceIp: string | null;
    }
  | {
      readonly kind: 'role';
      readonly name: string;
      readonly sessionName: string;
      readonly accessKeyId: string;
      readonly session: Session;
      readonly sourceIp: string | null;
    };
