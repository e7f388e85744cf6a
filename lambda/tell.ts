/** Brings each channel up to what the case says now. One message per case and channel: posted once, then edited. */

import { sha256 } from './adapters/sha256.ts';
import type { SlackChannel } from './adapters/slack.ts';
import type { Topic } from './adapters/sns-topic.ts';
import { canonicalJson } from './core/canonical.ts';
import type { DiagnosedCase } from './core/case.ts';
import { plainText, subjectOf } from './core/plain-text.ts';
import { slackMessage } from './core/slack-blocks.ts';
import { announcementOf } from './core/wording.ts';
import type { Told, ToldStore } from './ports.ts';

export type Telling = 'posted' | 'edited' | 'nothing new';

/**
 * A message that was claimed but never confirmed may have gone out before a crash, so it is looked for before it is posted again.
 * Slack offers no idempotency key for messages.
 */
export async function tellSlack(
  of: DiagnosedCase,
  told: Told | undefined,
  slack: SlackChannel,
  store: ToldStore,
  now: Date,
): Promise<Telling> {
  const message = slackMessage(announcementOf(of));
  const digest = sha256(canonicalJson(message));
  if (told?.digest === digest) return 'nothing new';
  if (told === undefined) await store.claim(of.key, 'slack', now);
  const earlier =
    told === undefined ? null : (told.messageId ?? (await slack.findPosted(of.key, new Date(told.claimedAt))));
  const edited = earlier !== null && (await slack.update(earlier, message, of.key));
  const messageId = edited ? earlier : await slack.post(message, of.key);
  await store.confirm(of.key, 'slack', { digest, messageId }, now);
  return edited ? 'edited' : 'posted';
}

/** Mail cannot be edited, so only a new verdict or a new grant is worth another one; repeats are not. */
export async function tellTopic(
  of: DiagnosedCase,
  told: Told | undefined,
  topic: Topic,
  store: ToldStore,
  now: Date,
): Promise<Telling> {
  const { verdict, proposal } = of.diagnosis;
  const digest = sha256(canonicalJson({ verdict: verdict.kind, grant: proposal?.digest ?? null }));
  if (told?.digest === digest) return 'nothing new';
  const announcement = announcementOf(of);
  const messageId = await topic.publish({ subject: subjectOf(announcement), text: plainText(announcement) });
  await store.confirm(of.key, 'sns', { digest, messageId }, now);
  return 'posted';
}
