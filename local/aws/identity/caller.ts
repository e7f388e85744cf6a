/** Who makes a call. The access key id tells; secrets and signatures are not looked at. */
import type { Caller } from '../state/caller.ts';
import type { LocalState } from '../state/state.ts';

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
