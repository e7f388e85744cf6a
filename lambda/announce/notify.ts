/** Brings each channel up to what the case says now. One message per round and channel: posted once, then edited. */

import { sha256 } from '../adapters/sha256.ts';
import type { SlackChannel } from '../adapters/slack/channel.ts';
import type { Topic } from '../adapters/sns/topic.ts';
import type { DiagnosedCase } from '../core/case/case.ts';
import { type SlackMessage, slackMessage } from '../core/slack/blocks.ts';
import { canonicalJson } from '../core/text/canonical-json.ts';
import { announcementOf } from '../core/wording/announcement.ts';
import { plainText, subjectOf } from '../core/wording/mail-text.ts';
import { type AnnouncementRules, isUndecided } from '../core/wording/outcome.ts';
import type { Claim, NotificationRecord, NotificationStore } from '../ports/notification-store.ts';
import { type Delivery, sendMail } from './send-mail.ts';

export type Notified = 'posted' | 'edited' | 'nothing new';

export interface NotifySettings extends AnnouncementRules {
  /** Somebody answers presses in Slack. */
  readonly hasButtons: boolean;
}

/** After this much quiet, another denial is news again: an edit of an old message reaches nobody. Milliseconds. */
const QUIET_MS = 24 * 3_600_000;

/** `since`: when people were notified last, or null. */
const isNewsAgain = ({ denials }: DiagnosedCase, since: string | null): boolean =>
  since !== null && Date.parse(denials.lastAt) - Date.parse(since) > QUIET_MS;

/** What marks a message in Slack: an earlier round's is not to be taken for this one's. */
const markOf = ({ key, round }: DiagnosedCase): string => (round === 1 ? key : `${key}-${round}`);

/**
 * A message that was claimed but never confirmed may have gone out before a crash, so it is looked for before it is posted again.
 * Slack offers no idempotency key for messages.
 */
export async function notifySlack(
  of: DiagnosedCase,
  record: NotificationRecord | undefined,
  slack: SlackChannel,
  store: NotificationStore,
  now: Date,
  settings: NotifySettings,
): Promise<Notified> {
  const message = slackMessage(announcementOf(of, settings), settings.hasButtons);
  const digest = sha256(canonicalJson(message));
  const isLost = record !== undefined && record.messageId === null && !record.refused;
  // News that was claimed and whose answer was lost may be in the channel already.
  const isNew = isNewsAgain(of, isLost ? record.claimedAt : (record?.notifiedAt ?? null));
  if (!isNew && record?.digest === digest) return 'nothing new';
  const earlier = isNew
    ? null
    : isLost
      ? await slack.findPosted(markOf(of), new Date(record.claimedAt))
      : (record?.messageId ?? null);
  const edited = earlier !== null && (await slack.update(earlier, message, markOf(of)));
  const claim = { now, before: record, inDoubt: null };
  const messageId = edited ? earlier : await postClaimed(of, message, slack, store, claim);
  await store.confirm(of, 'slack', { digest, messageId }, now);
  return edited ? 'edited' : 'posted';
}

async function postClaimed(
  of: DiagnosedCase,
  message: SlackMessage,
  slack: SlackChannel,
  store: NotificationStore,
  claim: Claim,
): Promise<string> {
  await store.claim(of, 'slack', claim);
  const posted = await slack.post(message, markOf(of));
  if (posted.kind === 'posted') return posted.ts;
  await store.release(of, 'slack', claim);
  throw posted.error;
}

/** States that pass by themselves within minutes are not worth a mail. */
function isWorthMail(state: DiagnosedCase['state']): boolean {
  switch (state) {
    case 'approved':
    case 'reverting':
      return false;
    case 'advised':
    case 'proposed':
    case 'applied':
    case 'confirmed':
    case 'rejected':
    case 'expired':
    case 'stale':
    case 'failed':
    case 'reverted':
      return true;
    default:
      return state satisfies never;
  }
}

/**
 * Mail cannot be edited, so only a new state, a new verdict or a new grant is worth another one, and a denial after a long quiet; repeats
 * are not.
 */
export async function notifyTopic(
  of: DiagnosedCase,
  record: NotificationRecord | undefined,
  topic: Topic,
  store: NotificationStore,
  delivery: Delivery,
  settings: AnnouncementRules,
): Promise<Notified> {
  if (!isWorthMail(of.state)) return 'nothing new';
  const { verdict, proposal } = of.diagnosis;
  const undecided = { verdict: verdict.kind, grant: proposal?.digest ?? null };
  const digest = sha256(
    canonicalJson({
      state: of.state,
      round: of.round,
      tried: of.grants.length,
      ...(isUndecided(of.state) ? undecided : {}),
    }),
  );
  if (record?.digest === digest && !isNewsAgain(of, record.notifiedAt)) return 'nothing new';
  const announcement = announcementOf(of, settings);
  const mail = async () => ({ subject: subjectOf(announcement), text: plainText(announcement) });
  await sendMail({ of, channel: 'sns', name: 'to the topic', digest, record, mail }, topic, store, delivery);
  return 'posted';
}
