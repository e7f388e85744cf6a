/**
 * What announce remembers, in a table of its own, so that it can write no case. One item per round and channel in the case's partition:
 * `told#slack` and `told#sns` for the first round, `told#2#slack` for the second. Items and the attribute `toldAt` keep the names
 * that they were first written with.
 */

import type { ChannelName, MailInDoubt, NotificationRecord } from '../../ports/notification-store.ts';
import { type Item, optionalText, text } from './case-item.ts';

export const notificationItem = (round: number, channel: ChannelName): string =>
  round === 1 ? `told#${channel}` : `told#${round}#${channel}`;

/** Absent in what was written before mails were counted. */
function inDoubtFrom(item: Item): MailInDoubt | null {
  const digest = optionalText(item, 'inDoubt');
  return digest === null ? null : { digest, tries: Number(item['tries']) };
}

export function notificationFrom(item: Item): NotificationRecord {
  return {
    digest: optionalText(item, 'digest'),
    messageId: optionalText(item, 'messageId'),
    claimedAt: text(item, 'claimedAt'),
    notifiedAt: optionalText(item, 'toldAt'),
    refused: item['refused'] === true,
    inDoubt: inDoubtFrom(item),
  };
}
