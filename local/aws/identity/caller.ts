/** Who makes a call. The access key id tells; secrets and signatures are not looked at. */
import type { LocalState } from '../state/state.ts';

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

/** From the range for documentation (RFC 5737). */
const SOURCE_IP = '203.0.113.25';

export const sourceIpOf = (caller: Caller): string =>
  caller.kind === 'administrator' ? SOURCE_IP : (caller.sourceIp ?? SOURCE_IP);

/** What GetCallerIdentity and refusals call the caller. */
export function callerArn({ partition, accountId, users }: LocalState, caller: Caller): string {
  switch (caller.kind) {
    case 'administrator':
      return `arn:${partition}:iam::${accountId}:root`;
    case 'user':
      return users.get(caller.name)?.arn ?? `arn:${partition}:iam::${accountId}:user/${caller.name}`;
    case 'role':
      return `arn:${partition}:sts::${accountId}:assumed-role/${caller.name}/${caller.sessionName}`;
    default:
      return caller satisfies never;
  }
}

/** `aws:userid`. Source: IAM user guide, "Request information available in policy variables". */
export function callerId({ accountId, users, roles }: LocalState, caller: Caller): string {
  switch (caller.kind) {
    case 'administrator':
      return accountId;
    case 'user':
      return users.get(caller.name)?.id ?? '';
    case 'role':
      return `${roles.get(caller.name)?.id ?? ''}:${caller.sessionName}`;
    default:
      return caller satisfies never;
  }
}
