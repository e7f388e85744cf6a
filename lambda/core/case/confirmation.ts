/**
 * The next real call: what it looks like in CloudTrail, and whether it confirms a grant. A second rule brings successful calls that pass a role
 * to diagnose. One confirms an `applied` case if the same principal made it, with the same operation, after the grant was written, and if it
 * names the role, or always passes one while no other case waits for it. One that comes before apply has its proof is looked at again.
 */

import type { Denial } from '../denial/denial.ts';
import type { Case, Standing } from './case.ts';

/** A call that went through: `operation` by `principal`. */
export interface SuccessfulCall {
  readonly eventId: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly accountId: string;
  readonly principal: string;
  readonly eventSource: string;
  readonly operation: string;
  /** As the request named it: a name, a path and name, or an ARN; null: the request does not say. */
  readonly role: string | null;
}

const callKey = (account: string, principal: string, eventSource: string, operation: string): string =>
  [account, principal, eventSource, operation].join('|');

/** What a case waits for; null: nothing. From the moment that IAM is touched, as a call may be faster than the proof. */
export function awaitedCall(
  of: { readonly subject: Case['subject']; readonly latest: Denial },
  to: Standing,
): string | null {
  const isAwaited = to.state === 'applied' || (to.state === 'approved' && to.writing !== null);
  const { accountId, principal, eventSource } = of.subject;
  const { operation } = of.latest;
  if (!isAwaited || accountId === null || eventSource === null || operation === null) return null;
  return callKey(accountId, principal, eventSource, operation);
}

export const callKeyOf = (call: SuccessfulCall): string =>
  callKey(call.accountId, call.principal, call.eventSource, call.operation);

/**
 * Calls that cannot be made without passing a role, so that one whose event names none passed the one it was denied. Others, such as
 * UpdateCrawler or UpdateFunctionConfiguration, may leave the role as it is. Source: each service's API reference, required parameters;
 * UpdateJob overwrites the whole definition of a job.
 */
const alwaysPasses: ReadonlySet<string> = new Set([
  'glue.amazonaws.com CreateJob',
  'glue.amazonaws.com UpdateJob',
  'glue.amazonaws.com CreateCrawler',
  'glue.amazonaws.com CreateDevEndpoint',
  'glue.amazonaws.com CreateMLTransform',
  'glue.amazonaws.com CreateSession',
  'lambda.amazonaws.com CreateFunction20150331',
  'states.amazonaws.com CreateStateMachine',
]);

const nameIn = (role: string): string => role.split('/').at(-1) ?? role;

/** `isAlone`: no other case waits for this very call. Where the event names no role, it must be the only one that is meant. */
function passesItsRole(of: Case, call: SuccessfulCall, isAlone: boolean): boolean {
  const { roleArn } = of.subject;
  if (call.role === null) return isAlone && alwaysPasses.has(`${call.eventSource} ${call.operation}`);
  if (call.role.startsWith('arn:')) return call.role === roleArn;
  return roleArn !== null && nameIn(call.role) === nameIn(roleArn);
}

/**
 * `confirms`; `too-early`: apply has not proved its grant yet, so the call is to be looked at again; `another`: it says nothing about this case.
 * CloudTrail's times are whole seconds.
 */
export function judgeCall(of: Case, call: SuccessfulCall, isAlone: boolean): 'confirms' | 'too-early' | 'another' {
  if (!passesItsRole(of, call, isAlone)) return 'another';
  const writtenAt = of.state === 'approved' ? of.writing?.writtenAt : of.grants.at(-1)?.writtenAt;
  if (writtenAt === undefined || Date.parse(call.time) < Math.floor(Date.parse(writtenAt) / 1000) * 1000)
    return 'another';
  if (of.state === 'approved') return 'too-early';
  return of.state === 'applied' ? 'confirms' : 'another';
}
