/**
 * What Slack shows to one person: a modal over their window, or a line that nobody else sees. Two calls of the Web API and nothing around
 * them, since a person waits for a function that may have to start first: a modal must be open three seconds after the press.
 */
import * as z from 'zod/mini';
import type { SlackView } from '../../core/slack/views.ts';

export interface SlackPeople {
  /** Throws when it did not open, with what the person can do. */
  openView(triggerId: string, view: SlackView): Promise<void>;
  /** `text` is mrkdwn, escaped by the caller; at most 4,000 characters arrive whole. Slack does not promise that it is seen. */
  notify(channel: string, user: string, text: string): Promise<void>;
}

/** Milliseconds. A `trigger_id` lives three seconds. */
const PATIENCE_MS = 2_500;

const SLACK = 'https://slack.com/api/';

const advice: Readonly<Record<string, string>> = {
  expired_trigger_id: 'More than three seconds had passed since the press: press the button again.',
  exchanged_trigger_id: 'This press has opened a window already: press the button again.',
  invalid_trigger_id: 'The press was made in another app or workspace: press the button again.',
  invalid_arguments: 'The window does not fit what Slack takes.',
  view_too_large: 'The window holds more than 250 KB.',
  user_not_in_channel: 'The person has left the channel.',
  channel_not_found: 'Is the channel id right, and is the bot a member of it? Invite it with /invite.',
  not_in_channel: 'Invite the bot to the channel with /invite.',
  invalid_auth: 'The bot token in the secret is wrong or was revoked.',
  token_revoked: 'The bot token in the secret was revoked: install the app again.',
  account_inactive: 'The bot token in the secret belongs to a removed app: install it again.',
  missing_scope: 'The app needs the scope chat:write.',
  ratelimited: 'Slack takes no more calls for a while: press the button again in a minute.',
};

const answerShape = z.object({
  ok: z.boolean(),
  error: z.optional(z.string()),
  response_metadata: z.optional(z.object({ messages: z.optional(z.array(z.string())) })),
});

function explained(doing: string, words: string, code = '', cause?: unknown): Error {
  const next = advice[code];
  return new Error(`${doing} failed: ${words}.${next === undefined ? '' : ` ${next}`}`, { cause });
}

export function slackPeople(settings: {
  readonly token: string;
  /** Ends with `/`. Null: Slack's own. */
  readonly apiUrl: string | null;
  /** Milliseconds. */
  readonly patienceMs?: number;
}): SlackPeople {
  const { token, apiUrl, patienceMs = PATIENCE_MS } = settings;

  /** Never tried again: what is late for a person is done with, and they press again. */
  async function call(doing: string, method: string, body: object): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${apiUrl ?? SLACK}${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        signal,
        redirect: 'error',
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      const words = signal.aborted ? `no answer from Slack within ${patienceMs} ms` : 'Slack could not be reached';
      throw explained(doing, words, undefined, error);
    }
    const answer = answerShape.safeParse(jsonOf(text));
    if (!answer.success) throw explained(doing, `Slack answered ${status} without its JSON`);
    const { ok, error = 'no reason given', response_metadata } = answer.data;
    if (ok) return;
    throw explained(doing, [error, ...(response_metadata?.messages ?? [])].join(' '), error);
  }

  return {
    openView: (triggerId, view) =>
      call(`Opening the window ${view.callback_id} in Slack`, 'views.open', { trigger_id: triggerId, view }),
    notify: (channel, user, text) =>
      call(`Telling ${user} in the Slack channel ${channel}`, 'chat.postEphemeral', { channel, user, text }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
