/** Brings each channel up to what the case says now. One message per case and channel: posted once, then edited. */

import { sha256 } from './adapters/sha256.ts';
import type { SlackChannel } from './adapters/slack.ts';
import type { Topic } from './adapters/sns-topic.ts';
import { canonicalJson } from './core/canonical.ts';
import type { DiagnosedCase } from './core/case.ts';
import { plainText, subjectOf } from './core/plain-text.ts';
import { type SlackMessage, slackMessage } from './core/slack-blocks.ts';
import { announcementOf } from './core/wording.ts';
import type { Told, ToldStore } from './ports.ts';

export type Telling = 'posted' | 'edited' | 'nothing new';

/** After this much quiet, another denial is news again: an edit of an old message reaches nobody. Milliseconds. */
const QUIET_MS = 24 * 3_600_000;

const isNewsAgain = (of: DiagnosedCase, told: Told | undefined): boolean =>
  told?.toldAt !== undefined &&
  told.toldAt !== null &&
  Date.parse(of.denials.lastAt) - Date.parse(told.toldAt) > QUIET_MS;

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
  const isNew = isNewsAgain(of, told);
  if (!isNew && told?.digest === digest) return 'nothing new';
  const isLost = told !== undefined && told.messageId === null && !told.refused;
  const earlier = isNew
    ? null
    : isLost
      ? await slack.findPosted(of.key, new Date(told.claimedAt))
      : (told?.messageId ?? null);
  const edited = earlier !== null && (await slack.update(earlier, message, of.key));
  const messageId = edited ? earlier : await postClaimed(of.key, message, slack, store, now);
  await store.confirm(of.key, 'slack', { digest, messageId }, now);
  return edited ? 'edited' : 'posted';
}

async function postClaimed(
  key: string,
  message: SlackMessage,
  slack: SlackChannel,
  store: ToldStore,
  now: Date,
): Promise<string> {
  await store.claim(key, 'slack', now);
  const posted = await slack.post(message, key);
  if (posted.kind === 'posted') return posted.ts;
  await store.release(key, 'slack');
  throw posted.error;
}

/** Mail cannot be edited, so only a new verdict or a new grant is worth another one, and a denial after a long quiet; repeats are not. */
export async function tellTopic(
  of: DiagnosedCase,
  told: Told | undefined,
  topic: Topic,
  store: ToldStore,
  now: Date,
): Promise<Telling> {
  const { verdict, proposal } = of.diagnosis;
  const digest = sha256(canonicalJson({ verdict: verdict.kind, grant: proposal?.digest ?? null }));
  if (told?.digest === digest && !isNewsAgain(of, told)) return 'nothing new';
  const announcement = announcementOf(of);
  const messageId = await topic.publish({ subject: subjectOf(announcement), text: plainText(announcement) });
  await store.confirm(of.key, 'sns', { digest, messageId }, now);
  return 'posted';
}
