/** A refusal that a schedule of ours provoked, to prove that refusals are heard: docs/decisions/0013-heartbeat.md. */

import { parseRoleArn } from '../iam/arn.ts';
import { ownRolePathOf } from '../iam/own-role-path.ts';
import type { Denial } from './denial.ts';

/** The call that a heartbeat makes. Source: docs/decisions/0013-heartbeat.md. */
const CALL = { eventSource: 'glue.amazonaws.com', operation: 'CreateJob' } as const;

const isHeartbeatRole = (roleArn: string, account: string | null): boolean => {
  const role = parseRoleArn(roleArn);
  return role !== null && role.account === account && role.path === ownRolePathOf('heartbeat');
};

/**
 * `own`: of our own schedule. `other`: of another installation's of this account, in this region or another. Null: a denial like all.
 *
 * By the role behind the session, as CloudTrail states it: nobody but the schedule can take that role, and names of jobs, sessions and
 * user agents are anybody's to choose. Another installation's is known by the path of its role, which no function's role stands on. Only the
 * one refusal that a heartbeat provokes, of creating a Glue job that runs as the very role that asks: any other is a denial like all. So what
 * somebody can hide who makes a role on that path is that this role may not pass itself to Glue.
 */
export function heartbeatOf(denial: Denial, heartbeatRole: string | null): 'own' | 'other' | null {
  const { identity, roleArn, eventSource, operation, accountId } = denial;
  if (eventSource !== CALL.eventSource || operation !== CALL.operation) return null;
  if (identity?.type !== 'AssumedRole' || identity.roleArn === null || identity.roleArn !== roleArn) return null;
  if (roleArn === heartbeatRole) return 'own';
  return isHeartbeatRole(roleArn, accountId) ? 'other' : null;
}

/** The next beat comes after an hour; a denial is tried for half an hour, and CloudTrail takes up to a quarter. Milliseconds. */
const FRESH_MS = 90 * 60_000;

/** Clocks of AWS are never that far apart. Milliseconds. */
const SKEW_MS = 5 * 60_000;

/**
 * Whether a heartbeat says that refusals are heard now: an older one, as of a backlog that was redriven, says that they were. `refusedAt`: ISO 8601.
 * What is no time, or lies ahead, proves nothing.
 */
export function isFreshHeartbeat(refusedAt: string | null, now: Date): boolean {
  const age = refusedAt === null ? Number.NaN : now.getTime() - Date.parse(refusedAt);
  return age >= -SKEW_MS && age <= FRESH_MS;
}
