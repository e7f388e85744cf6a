/** A mail to one approver alone, with a link that decides: sent once for each proposal. */
import { sha256 } from './adapters/sha256.ts';
import type { Topic } from './adapters/sns-topic.ts';
import type { CaseIn, DiagnosedCase } from './core/case.ts';
import { linkEnd, linkRecipients } from './core/mail-link.ts';
import { linkText, plainText, subjectOf } from './core/plain-text.ts';
import type { RulingRules } from './core/ruling.ts';
import { announcementOf } from './core/wording.ts';
import type { ChannelName, NewLinks, Told, ToldStore } from './ports.ts';
import type { Telling } from './tell.ts';

export interface LinkParts {
  readonly links: NewLinks;
  readonly topic: Topic;
  /** Of review-mail, with a slash at its end. */
  readonly url: string;
  readonly minutes: number;
  readonly rules: RulingRules;
}

/** The address itself is nobody's business in a table of what was told. */
export const linkChannel = (address: string): ChannelName => `link-${sha256(address.toLowerCase()).slice(0, 16)}`;

type Waiting = CaseIn<'proposed'>;

/**
 * A crash between publishing and remembering sends a second mail with a link of its own: SNS offers nothing against it. Claimed first: while
 * nothing can be remembered, the queue would bring a further mail with every try.
 */
async function tellOne(
  of: Waiting,
  address: string,
  told: Told | undefined,
  { links, topic, url, minutes, rules }: LinkParts,
  store: ToldStore,
  now: Date,
): Promise<Telling> {
  const { digest } = of.diagnosis.proposal;
  if (told?.digest === digest) return 'nothing new';
  const { key: caseKey, round } = of;
  const channel = linkChannel(address);
  await store.claim(of, channel, now);
  const endsAt = linkEnd(of.expiresAt, minutes, now);
  const token = await links.make({ caseKey, round, digest, approver: address, endsAt });
  const announcement = announcementOf(of, rules);
  const text = `${linkText({ url: `${url}${token}`, address, endsAt })}${plainText(announcement)}`;
  const messageId = await topic.publish({ subject: subjectOf(announcement), text, to: address });
  await store.confirm(of, channel, { digest, messageId }, now);
  return 'posted';
}

/** By channel name, one for each approver who may decide by a link. */
export function tellByLink(
  of: DiagnosedCase,
  told: Readonly<Partial<Record<ChannelName, Told>>>,
  parts: LinkParts,
  store: ToldStore,
  now: Date,
): Readonly<Partial<Record<ChannelName, Promise<Telling>>>> {
  if (of.state !== 'proposed' || Date.parse(of.expiresAt) <= now.getTime()) return {};
  const tell = (address: string): readonly [ChannelName, Promise<Telling>] => {
    const channel = linkChannel(address);
    return [channel, tellOne(of, address, told[channel], parts, store, now)];
  };
  return Object.fromEntries(linkRecipients(of, parts.rules).map(tell));
}
