/** A refusal that our own schedule provoked, to prove that refusals reach us: docs/decisions/0020-heartbeat.md. */
import type { Denial } from './denial.ts';

/**
 * By the role behind the session, as CloudTrail states it: nobody but the schedule can take that role, and names of jobs, sessions and
 * user agents are anybody's to choose. Only the one refusal that it provokes: any other by that role is a denial like all.
 */
export const isHeartbeat = ({ identity, roleArn }: Denial, heartbeatRole: string | null): boolean =>
  heartbeatRole !== null &&
  identity?.type === 'AssumedRole' &&
  identity.roleArn === heartbeatRole &&
  roleArn === heartbeatRole;

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
