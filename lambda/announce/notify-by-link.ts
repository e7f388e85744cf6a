/** A mail to one approver alone, with a link that decides: sent once for each proposal. */
import { sha256 } from '../adapters/sha256.ts';
import type { Topic } from '../adapters/sns/topic.ts';
import type { CaseIn, DiagnosedCase } from '../core/case/case.ts';
import { linkEnd, linkRecipients } from '../core/case/mail-link.ts';
import type { RulingRules } from '../core/case/ruling.ts';
import { announcementOf } from '../core/wording/announcement.ts';
import { linkText, plainText, subjectOf } from '../core/wording/mail-text.ts';
import type { NewLinks } from '../ports/mail-links.ts';
import type {
  ChannelName,
  NotificationRecord,
  NotificationRecords,
  NotificationStore,
} from '../ports/notification-store.ts';
import type { Notified } from './notify.ts';
import { type Delivery, sendMail } from './send-mail.ts';

export interface LinkParts {
  readonly links: NewLinks;
  readonly topic: Topic;
  /** Of review-mail, with a slash at its end. */
  readonly url: string;
  readonly minutes: number;
  readonly rules: RulingRules;
}

/** The address itself is nobody's business in a table of notifications. */
export const linkChannel = (address: string): ChannelName => `link-${sha256(address.toLowerCase()).slice(0, 16)}`;

type Waiting = CaseIn<'proposed'>;

/** A second mail, where it is not known whether the first went out, has a link of its own. */
async function notifyApprover(
  of: Waiting,
  address: string,
  record: NotificationRecord | undefined,
  { links, topic, url, minutes, rules }: LinkParts,
  store: NotificationStore,
  delivery: Delivery,
): Promise<Notified> {
  const { digest } = of.diagnosis.proposal;
  if (record?.digest === digest) return 'nothing new';
  const { key: caseKey, round } = of;
  const channel = linkChannel(address);
  const mail = async () => {
    const endsAt = linkEnd(of.expiresAt, minutes, delivery.now);
    const token = await links.make({ caseKey, round, digest, approver: address, endsAt });
    const announcement = announcementOf(of, rules);
    const text = `${linkText({ url: `${url}${token}`, address, endsAt })}${plainText(announcement)}`;
    return { subject: subjectOf(announcement), text, to: address };
  };
  const name = `with a link to one approver (${channel}: by the hash of the address)`;
  await sendMail({ of, channel, name, digest, record, mail }, topic, store, delivery);
  return 'posted';
}

/** By channel name, one for each approver who may decide by a link. */
export function notifyByLink(
  of: DiagnosedCase,
  records: NotificationRecords,
  parts: LinkParts,
  store: NotificationStore,
  delivery: Delivery,
): Readonly<Partial<Record<ChannelName, Promise<Notified>>>> {
  if (of.state !== 'proposed' || Date.parse(of.expiresAt) <= delivery.now.getTime()) return {};
  const notify = (address: string): readonly [ChannelName, Promise<Notified>] => {
    const channel = linkChannel(address);
    return [channel, notifyApprover(of, address, records[channel], parts, store, delivery)];
  };
  return Object.fromEntries(linkRecipients(of, parts.rules).map(notify));
}
