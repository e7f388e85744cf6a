/** What announce needs to remember. */
import type { Case } from '../core/case/case.ts';

/** What announce remembers of one round of a case and one channel, so that each round has one message there. */
export interface NotificationRecord {
  /** Digest of what the message says. Null: claimed, but it is not known whether it went out. */
  readonly digest: string | null;
  /** The channel's own id of the message (Slack: `ts`); null where the channel has none. */
  readonly messageId: string | null;
  /** ISO 8601. */
  readonly claimedAt: string;
  /** ISO 8601; null as long as it is not known that anything went out. */
  readonly notifiedAt: string | null;
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

export type NotificationRecords = Readonly<Partial<Record<ChannelName, NotificationRecord>>>;

/** A round of a case: each has messages of its own. */
export type CaseRound = Pick<Case, 'key' | 'round'>;

export interface NotificationStore {
  /**
   * The case, with what went out about it, and before it the round that was closed last: its end may not have gone out when the next began.
   * `changed`: an earlier round that has changed once more, first of all; null: none has. Empty: there is no such case.
   */
  findWithRecords(
    key: string,
    changed: number | null,
  ): Promise<readonly { readonly found: Case; readonly records: NotificationRecords }[]>;
  /** Written before a message is sent, so that a crash in between is seen. Throws where something was written since it was read. */
  claim(of: CaseRound, channel: ChannelName, claim: Claim): Promise<void>;
  /** The message of this claim certainly did not go out, or the claim itself failed. Writes nothing where something later was written. */
  release(of: CaseRound, channel: ChannelName, claim: Claim): Promise<void>;
  /** Ends what was in doubt. `now`: of its claim, or of an edit. Throws where something later was written. */
  confirm(
    of: CaseRound,
    channel: ChannelName,
    message: { digest: string; messageId: string | null },
    now: Date,
  ): Promise<void>;
}

/** One try to send something new. A write of it that is given up and carried out late changes nothing. */
export interface Claim {
  /** Names the try. */
  readonly now: Date;
  /** The record as it was found; undefined: there was none. */
  readonly before: NotificationRecord | undefined;
  /** Of a mail: with this try, when it is claimed; what stays without it, when it is released. Null for anything else. */
  readonly inDoubt: MailInDoubt | null;
}
