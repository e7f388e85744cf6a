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
