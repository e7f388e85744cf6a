/** What the functions need from the world, in the product's words. Every implementation is bound by the same contract tests. */

import type { Case, CaseState, CaseSubject, Standing } from './core/case.ts';
import type { ContextEntry } from './core/context-entry.ts';
import type { Denial } from './core/denial.ts';
import type { Diagnosis, SimulationRequest } from './core/diagnosis.ts';
import type { Found, Job, JobsWithRole, Principal, Simulation, TargetRole } from './core/evidence.ts';
import type { MailLink } from './core/mail-link.ts';
import type { PrincipalRef } from './core/principal.ts';
import type { GrantDocument } from './core/proposal.ts';
import type { TrailEntry } from './core/trail.ts';
import type { WrittenGrant } from './core/written-grant.ts';

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
  /** `early`: is called as soon as that much is known, while policies are still being read; not at all if nothing is found. */
  principal(ref: Exclude<PrincipalRef, { kind: 'none' }>, early?: (known: Identity) => void): Promise<Found<Principal>>;
  /** `missing` also when a role of that name exists under another path: it is another ARN. `early`: as above. */
  role(arn: string, early?: (known: RoleItself) => void): Promise<Found<TargetRole>>;
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

/** What became of one denial at the case store. */
export type Recorded =
  /** This denial opened the case, or takes over a diagnosis that was never finished or is out of date. `moves`: of the case by then, `of`. */
  | { readonly kind: 'to-diagnose'; readonly moves: number; readonly of: Case }
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
  /**
   * The same for several denials of one case, in fewer writes. By event id; of those that are diagnosed at most one for every fifty. Throws when any of them could
   * not be counted; those that were are `duplicate` or `to-diagnose` the next time.
   */
  recordAll(input: {
    key: string;
    subject: CaseSubject;
    denials: readonly { denial: Denial; eventId: string }[];
    now: Date;
  }): Promise<ReadonlyMap<string, Recorded>>;
  /**
   * False: another denial took the diagnosis over, or the case was moved on since `moves`, as `record` gave it, so nothing was written: what
   * was decided in the meantime rests on what was known before.
   */
  saveDiagnosis(input: {
    key: string;
    eventId: string;
    moves: number;
    /** As `record` gave it, which spares a read where nothing has happened since. */
    of?: Case;
    denial: Denial;
    diagnosis: Diagnosis;
    now: Date;
  }): Promise<boolean>;
  find(key: string): Promise<Case | null>;
  /** Keys of the cases that wait for this call: `callKeyOf` of core/confirmation.ts. */
  awaiting(callKey: string): Promise<readonly string[]>;
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
  /** Null: what became of the last mail is known. Always so for Slack, where a message can be looked for. */
  readonly inDoubt: MailInDoubt | null;
}

/** A mail that may have gone out, as often as it was claimed without its end being known. */
export interface MailInDoubt {
  readonly digest: string;
  /** At least 1. */
  readonly tries: number;
}

/** `link-...`: the mail with a link to one approver, by a hash of the address. */
export type ChannelName = 'slack' | 'sns' | `link-${string}`;

/** A round of a case: each has messages of its own. */
export type ToldRound = Pick<Case, 'key' | 'round'>;

export interface ToldStore {
  /**
   * The case, with what was told of it, and before it the round that was closed last: its end may not have been told when the next began.
   * `changed`: an earlier round that has changed once more, first of all; null: none has. Empty: there is no such case.
   */
  findWithTold(
    key: string,
    changed: number | null,
  ): Promise<readonly { readonly found: Case; readonly told: Readonly<Partial<Record<ChannelName, Told>>> }[]>;
  /** Written before a message is sent, so that a crash in between is seen. Throws where something was written since it was read. */
  claim(of: ToldRound, channel: ChannelName, claim: Claim): Promise<void>;
  /** The message of this claim certainly did not go out, or the claim itself failed. Writes nothing where something later was written. */
  release(of: ToldRound, channel: ChannelName, claim: Claim): Promise<void>;
  /** Ends what was in doubt. `now`: of its claim, or of an edit. Throws where something later was written. */
  confirm(
    of: ToldRound,
    channel: ChannelName,
    told: { digest: string; messageId: string | null },
    now: Date,
  ): Promise<void>;
}

/** One try to tell something new. A write of it that is given up and carried out late changes nothing. */
export interface Claim {
  /** Names the try. */
  readonly now: Date;
  /** What was told before, as it was found; undefined: nothing. */
  readonly before: Told | undefined;
  /** Of a mail: with this try, when it is claimed; what stays without it, when it is released. Null for anything else. */
  readonly inDoubt: MailInDoubt | null;
}

/** Makes links. Whoever holds the secret part may decide as the one it was sent to. */
export interface NewLinks {
  /** Returns the secret part, 43 characters; only its hash is kept. */
  make(link: Omit<MailLink, 'usedAt'>): Promise<string>;
}

/** Takes links. `token`: the secret part. */
export interface Links {
  /** Null: there never was such a link, or it ended a week ago. */
  find(token: string): Promise<MailLink | null>;
  /**
   * False: it was used before, or is not there. `by`: names this attempt, so that its own repetition is no second use. `earlier`: when it was
   * used by an attempt that died, which this one takes the place of; null: by nobody.
   */
  use(token: string, by: string, now: Date, earlier: string | null): Promise<boolean>;
  /** What that attempt was to decide could not be recorded: the link works again. */
  giveBack(token: string, by: string): Promise<void>;
}

/** The append-only record. What was added stays as it is: nothing here overwrites or deletes. */
export interface Trail {
  /**
   * Adds entry number `seq` (1 to 999,999) of the case with this key (32 hexadecimal digits). The same text again is a success, so that
   * whoever crashed may try again. Throws TrailConflict when another text stands there.
   */
  append(key: string, seq: number, text: string): Promise<void>;
  /** Null: there is no such entry. */
  read(key: string, seq: number): Promise<string | null>;
}

/** Two writers numbered different entries alike, or someone else wrote into the trail. Trying again does not help. */
export class TrailConflict extends Error {
  override readonly name = 'TrailConflict';
  readonly key: string;
  readonly seq: number;

  constructor(key: string, seq: number) {
    super(
      `Entry ${seq} of the trail of case ${key} is already there with another text. Nothing was overwritten: read the case again to learn which entry comes next.`,
    );
    this.key = key;
    this.seq = seq;
  }
}

/** One change of how a case stands, with the words that its trail keeps. */
export interface Move {
  readonly to: Standing;
  /** All of them as they are after the move; left out: as before. */
  readonly grants?: readonly WrittenGrant[];
  readonly entry: Pick<TrailEntry, 'actor' | 'what' | 'digest' | 'decision'>;
}

export type Moved<Stopped> =
  | { readonly kind: 'moved'; readonly of: Case }
  | { readonly kind: 'stopped'; readonly because: Stopped }
  | { readonly kind: 'missing' };

/** The life of a case after its diagnosis. */
export interface CaseMoves {
  /** Of an earlier round too. */
  find(key: string, round: number): Promise<Case | null>;
  /**
   * One conditional write, and one entry in the trail, for however many that try at the same time: `decide` is asked again with the case as
   * it is by then. It must be pure. A `stop` changes nothing.
   */
  move<Stopped>(
    key: string,
    round: number,
    now: Date,
    decide: (of: Case) => { readonly move: Move } | { readonly stop: Stopped },
  ): Promise<Moved<Stopped>>;
  /**
   * Copies the newest entry into the trail, in case whoever made that move died before it could, and from then on the case is due only for
   * what time alone brings about. Nothing when both are so already.
   */
  keepTrail(key: string, round: number): Promise<void>;
  /** Cases whose time has come, the longest overdue first, at most `most`. Each stays due until it moves, is kept or is put off. */
  due(now: Date, most: number): Promise<readonly { readonly key: string; readonly round: number }[]>;
  /** A due case that could not be worked on: not due again until then, so that others have their turn. */
  putOff(key: string, round: number, until: Date): Promise<void>;
}

/** The right to write one policy, for one case at a time: IAM itself would overwrite in silence. */
export interface Claims {
  /** False: another case has it. It ends by itself at `until`; taking it again prolongs it. */
  take(grant: Pick<WrittenGrant, 'target' | 'policyName'>, by: string, now: Date, until: Date): Promise<boolean>;
  /** Nothing where `by` does not have it. */
  giveBack(grant: Pick<WrittenGrant, 'target' | 'policyName'>, by: string): Promise<void>;
}

export interface CaseList {
  /** Newest first, in pages. `state` null: every state. `next`: for the following page; null: this was the last. */
  list(input: {
    readonly state: CaseState | null;
    readonly most: number;
    readonly from: string | null;
  }): Promise<{ readonly cases: readonly Case[]; readonly next: string | null }>;
  /** By what people type: `3f2a9c01bd` or `3f2a9c01bd-2`. `ambiguous`: more than one case begins like that. */
  named(id: string): Promise<Case | 'ambiguous' | null>;
}

/** Reads and writes one inline policy. Throws what a retry can mend. */
export interface GrantWriter {
  /** The document as parsed JSON; `missing` when there is no policy of that name, or no such target. */
  read(target: WrittenGrant['target'], policyName: string): Promise<Found<unknown>>;
  write(target: WrittenGrant['target'], policyName: string, document: GrantDocument): Promise<Found<null>>;
  remove(target: WrittenGrant['target'], policyName: string): Promise<Found<null>>;
}
