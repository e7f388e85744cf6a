/**
 * One mail, of which nobody can know whether it went out: the queue's tries send it twice at most, a redrive or a later change of the case once
 * more each. SNS has no key that makes a second Publish harmless.
 */
import type { Mail, Topic } from '../adapters/sns/topic.ts';
import type {
  CaseRound,
  ChannelName,
  MailInDoubt,
  NotificationRecord,
  NotificationStore,
} from '../ports/notification-store.ts';

export interface Delivery {
  readonly now: Date;
  /**
   * False: the queue brings a message again that failed before, or one that came behind a failing one of its case. A redriven one is a first
   * delivery: "considered new messages" (SQS developer guide, "dead-letter queue redrive").
   */
  readonly isFirst: boolean;
}

interface MailToSend {
  readonly of: CaseRound;
  readonly channel: ChannelName;
  /** Which mail it is, for people; completes "The mail". */
  readonly name: string;
  /** Of what it says: another digest is another mail. */
  readonly digest: string;
  readonly record: NotificationRecord | undefined;
  /** Makes nothing that anybody sees. */
  readonly mail: () => Promise<Mail>;
}

/** One lost answer, one more mail: a lost mail would be worse than a second one, and thirty would be worse than either. */
const MOST_IN_DOUBT = 2;

/** A redrive that sent nothing is not used up: its redeliveries may still send. Another mail's doubt stays as it is. */
function inDoubtWithout({ digest, record }: MailToSend): MailInDoubt | null {
  const before = record?.inDoubt ?? null;
  return before?.digest === digest ? { digest, tries: Math.min(before.tries, MOST_IN_DOUBT - 1) } : before;
}

/** If this fails too, the try counts as a mail that may have gone out: so there are rather too few, and the dead-letter queue has it. */
async function giveBack(store: NotificationStore, sending: MailToSend, now: Date): Promise<void> {
  const { of, channel, record: before } = sending;
  await store.release(of, channel, { now, before, inDoubt: inDoubtWithout(sending) }).catch(() => undefined);
}

/**
 * Claimed first: while nothing can be remembered, the queue would bring a further mail with every try. Throws what went wrong; after a
 * second try whose end is not known, a redelivery sends nothing and throws, and a first delivery sends it once more.
 */
export async function sendMail(
  sending: MailToSend,
  topic: Topic,
  store: NotificationStore,
  { now, isFirst }: Delivery,
): Promise<void> {
  const { of, channel, name, digest, record } = sending;
  const tries = record?.inDoubt?.digest === digest ? record.inDoubt.tries : 0;
  if (tries >= MOST_IN_DOUBT && !isFirst) {
    throw new Error(
      `The mail ${name} may have gone out ${tries === 2 ? 'twice' : `${tries} times`}: each time SNS's answer could not be read or not be remembered, or the function ended before it knew. The queue's tries send it no more, and the dead-letter queue will keep it; a redrive from there sends it once more, and so does any later change of the case.`,
    );
  }
  let mail: Mail;
  try {
    await store.claim(of, channel, { now, before: record, inDoubt: { digest, tries: tries + 1 } });
    mail = await sending.mail();
  } catch (error) {
    await giveBack(store, sending, now);
    throw error;
  }
  const published = await topic.publish(mail);
  if (published.kind === 'refused') {
    await giveBack(store, sending, now);
    throw published.error;
  }
  await store.confirm(of, channel, { digest, messageId: published.messageId }, now);
}
