/** What diagnose, apply and the command line need to know of an account. */

import type { Found, Job, JobsWithRole, Principal, Simulation, TargetRole } from '../core/account/evidence.ts';
import type { PrincipalRef } from '../core/account/principal.ts';
import type { SimulationRequest } from '../core/diagnosis/diagnosis.ts';
import type { ContextEntry } from '../core/policy/context-entry.ts';

/** Who a principal is, before it is known what it may do. */
export type Identity = Pick<Principal, 'kind' | 'arn' | 'name' | 'path' | 'tags'>;
export type RoleItself = Omit<TargetRole, 'policies' | 'boundary'>;

/**
 * Reads one account; never writes. A thing that is not there is `missing`, a call we may not make is `refused`; throttling that outlasts
 * the retries, time-outs and broken connections are thrown, so that the queue brings the denial again.
 */
export interface AccountReader {
  /** The account our credentials belong to. */
  callerAccount(): Promise<Found<string>>;
  /** `onKnown`: called as soon as that much is known, while policies are still being read; not at all if nothing is found. */
  principal(
    ref: Exclude<PrincipalRef, { kind: 'none' }>,
    onKnown?: (known: Identity) => void,
  ): Promise<Found<Principal>>;
  /** `missing` also when a role of that name exists under another path: it is another ARN. `onKnown`: as above. */
  role(arn: string, onKnown?: (known: RoleItself) => void): Promise<Found<TargetRole>>;
  /** At most `most` existing `path/name`s, nearest first. Empty when the list may not be read. */
  nearestRoles(arn: string, most: number): Promise<readonly string[]>;
  job(name: string): Promise<Found<Job>>;
  /** Reads a bounded number of pages. */
  jobsWithRole(roleArn: string): Promise<Found<JobsWithRole>>;
  simulate(request: SimulationRequest): Promise<Found<Simulation>>;
  /**
   * Those of the actions that AWS's simulator allows the user or role on `*`, in the order of `actions`. An action that is allowed on
   * narrower resources only is not among them.
   */
  allowedOnEverything(
    principalArn: string,
    actions: readonly string[],
    context: readonly ContextEntry[],
  ): Promise<Found<readonly string[]>>;
}
