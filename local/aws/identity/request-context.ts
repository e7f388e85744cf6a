/**
 * The condition keys of a real request. Source: IAM user guide, "AWS global condition context keys". A key that a request does not
 * carry is not listed: MFA for a long-term key, `aws:username` for a role.
 */

import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import type { Caller } from '../state/caller.ts';
import type { LocalState } from '../state/state.ts';
import { callerArn, callerId, sourceIpOf } from './caller.ts';

interface Circumstances {
  readonly region: string;
  readonly at: Date;
  readonly userAgent: string;
}

type Type = ContextEntry['type'];
const entry = (key: string, value: string, type: Type = 'string'): ContextEntry => ({ key, type, values: [value] });

function principalEntries(state: LocalState, caller: Caller): ContextEntry[] {
  const holder =
    caller.kind === 'user'
      ? state.users.get(caller.name)
      : caller.kind === 'role'
        ? state.roles.get(caller.name)
        : undefined;
  const types = { administrator: 'Account', user: 'User', role: 'AssumedRole' } as const;
  return [
    entry('aws:PrincipalArn', holder?.arn ?? callerArn(state, caller)),
    entry('aws:PrincipalAccount', state.accountId),
    entry('aws:PrincipalType', types[caller.kind]),
    entry('aws:PrincipalIsAWSService', 'false', 'boolean'),
    entry('aws:userid', callerId(state, caller)),
    ...(caller.kind === 'user' ? [entry('aws:username', caller.name)] : []),
    ...(state.organization === null ? [] : [entry('aws:PrincipalOrgID', state.organization.id)]),
    ...Object.entries(holder?.tags ?? {}).map(([key, value]) => entry(`aws:PrincipalTag/${key}`, value)),
  ];
}

function sessionEntries(caller: Caller, at: Date): ContextEntry[] {
  if (caller.kind === 'administrator' || caller.session === null) return [];
  const { mfa, issuedAt } = caller.session;
  const age = Math.max(0, Math.floor((at.getTime() - Date.parse(issuedAt)) / 1000));
  return [
    entry('aws:MultiFactorAuthPresent', String(mfa), 'boolean'),
    ...(mfa ? [entry('aws:MultiFactorAuthAge', String(age), 'numeric')] : []),
    entry('aws:TokenIssueTime', issuedAt, 'date'),
  ];
}

export function requestContext(
  state: LocalState,
  caller: Caller,
  { region, at, userAgent }: Circumstances,
): ContextEntry[] {
  return [
    ...principalEntries(state, caller),
    ...sessionEntries(caller, at),
    entry('aws:SourceIp', sourceIpOf(caller), 'ip'),
    entry('aws:UserAgent', userAgent),
    entry('aws:RequestedRegion', region),
    entry('aws:ResourceAccount', state.accountId),
    entry('aws:CurrentTime', at.toISOString(), 'date'),
    entry('aws:EpochTime', String(Math.floor(at.getTime() / 1000)), 'date'),
    entry('aws:SecureTransport', 'true', 'boolean'),
    entry('aws:ViaAWSService', 'false', 'boolean'),
  ];
}
