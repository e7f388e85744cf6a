/** CloudTrail's `userIdentity`. Source: CloudTrail user guide, "CloudTrail userIdentity element". */
import { callerArn, callerId } from '../identity/caller.ts';
import type { Caller, Session } from '../state/caller.ts';
import type { LocalState } from '../state/state.ts';

/** Booleans are texts here, as CloudTrail writes them. */
const attributes = ({ issuedAt, mfa }: Session) => ({ creationDate: issuedAt, mfaAuthenticated: String(mfa) });

function sessionIssuer({ roles, accountId }: LocalState, roleName: string) {
  const role = roles.get(roleName);
  return { type: 'Role', principalId: role?.id, arn: role?.arn, accountId, userName: roleName };
}

export function userIdentity(state: LocalState, caller: Caller): Readonly<Record<string, unknown>> {
  const { accountId } = state;
  const common = {
    principalId: callerId(state, caller),
    arn: callerArn(state, caller),
    accountId,
    accessKeyId: caller.accessKeyId,
  };
  switch (caller.kind) {
    case 'administrator':
      return { type: 'Root', ...common };
    case 'user':
      return {
        type: 'IAMUser',
        ...common,
        userName: caller.name,
        ...(caller.session === null ? {} : { sessionContext: { attributes: attributes(caller.session) } }),
      };
    case 'role':
      return {
        type: 'AssumedRole',
        ...common,
        sessionContext: { sessionIssuer: sessionIssuer(state, caller.name), attributes: attributes(caller.session) },
      };
    default:
      return caller satisfies never;
  }
}
