/** A refusal that a schedule of ours provoked, to prove that refusals are heard: docs/decisions/0013-heartbeat.md. */
import type { Denial } from '../denial/denial.ts';
import { isOnOwnPath } from './own-roles.ts';

/**
 * `own`: of our own schedule. `other`: of another installation's, in this region or another. Null: a denial like all.
 *
 * By the role behind the session, as CloudTrail states it: nobody but the schedule can take that role, and names of jobs, sessions and
 * user agents are anybody's to choose. Only the one refusal that a heartbeat provokes, of passing the very role that asks. Another
 * installation's is known by the path of its role. Whoever can make a role on that path hides no denial by it but that of passing the role
 * to itself, which a heartbeat's role is denied and which no job needs.
 */
export function heartbeatOf({ identity, roleArn }: Denial, heartbeatRole: string | null): 'own' | 'other' | null {
  if (identity?.type !== 'AssumedRole' || identity.roleArn === null || identity.roleArn !== roleArn) return null;
  if (roleArn === heartbeatRole) return 'own';
  return isOnOwnPath(roleArn) ? 'other' : null;
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
