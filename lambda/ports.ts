/** What the functions need from the world, in the product's words. Every implementation is bound by the same contract tests. */

import type { Case, CaseSubject } from './core/case.ts';
import type { Denial } from './core/denial.ts';
import type { Diagnosis, SimulationRequest } from './core/diagnosis.ts';
import type { Found, Job, JobsWithRole, Principal, Simulation, TargetRole } from './core/evidence.ts';
import type { PrincipalRef } from './core/principal.ts';

/**
 * Reads one account; never writes. A thing that is not there is `missing`, a call we may not make is `refused`; throttling that outlasts
 * the retries, time-outs and broken connections are thrown, so that the queue brings the denial again.
 */
export interface AccountReader {
  /** The account our credentials belong to. */
  callerAccount(): Promise<Found<string>>;
  principal(ref: Exclude<PrincipalRef, { kind: 'none' }>): Promise<Found<Principal>>;
  /** `missing` also when a role of that name exists under another path: it is another ARN. */
  role(arn: string): Promise<Found<TargetRole>>;
  /** At most `most` existing `path/name`s, nearest first. Empty when the list may not be read. */
  nearestRoles(arn: string, most: number): Promise<readonly string[]>;
  job(name: string): Promise<Found<Job>>;
  /** Reads a bounded number of pages. */
  jobsWithRole(roleArn: string): Promise<Found<JobsWithRole>>;
  simulate(request: SimulationRequest): Promise<Found<Simulation>>;
}

/** What became of one denial at the case store. */
export type Recorded =
  /** This denial opened the case, or takes over a diagnosis that was never finished or is out of date. */
  | { readonly kind: 'to-diagnose' }
  /** The case is known; the denial was added to its counter. */
  | { readonly kind: 'counted' }
  /** The same CloudTrail event was delivered before. */
  | { readonly kind: 'duplicate' };

export interface CaseStore {
  /** Counts the denial exactly once, however often and in whatever order it is delivered. */
  record(input: {
    key: string;
    subject: CaseSubject;
    denial: Denial;
    /** CloudTrail's `eventID`: what makes two deliveries the same denial. */
    eventId: string;
    now: Date;
  }): Promise<Recorded>;
  /** False: another denial took the diagnosis over in the meantime, so nothing was written. */
  saveDiagnosis(input: {
    key: string;
    eventId: string;
    denial: Denial;
    diagnosis: Diagnosis;
    now: Date;
  }): Promise<boolean>;
  find(key: string): Promise<Case | null>;
}

/** What announce remembers of one case and channel, so that each case has one message there. */
export interface Told {
  /** Digest of what was last told. Null: claimed, but it is not known whether it went out. */
  readonly digest: string | null;
  /** The channel's own id of the message (Slack: `ts`); null where the channel has none. */
  readonly messageId: string | null;
  /** ISO 8601. */
  readonly claimedAt: string;
  /** ISO 8601; null as long as it is not known that anything was told. */
  readonly toldAt: string | null;
  /** The channel refused for certain, so that nothing need be looked for before another try. */
  readonly refused: boolean;
}

export type ChannelName = 'slack' | 'sns';

export interface ToldStore {
  /** The case and what was told of it, in one read. */
  findWithTold(
    key: string,
  ): Promise<{ readonly found: Case; readonly told: Readonly<Partial<Record<ChannelName, Told>>> } | null>;
  /** Written before a message is sent, so that a crash in between is seen. */
  claim(key: string, channel: ChannelName, now: Date): Promise<void>;
  /** The claimed message certainly did not go out. */
  release(key: string, channel: ChannelName): Promise<void>;
  confirm(
    key: string,
    channel: ChannelName,
    told: { digest: string; messageId: string | null },
    now: Date,
  ): Promise<void>;
}
