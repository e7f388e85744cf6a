/** Slack's Web API, as far as announcing needs it. Scopes: `chat:write`, `channels:history` (or `groups:history` for a private channel). */
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { SlackMessage } from '../core/slack-blocks.ts';

export interface SlackChannel {
  /** Returns the message's `ts`. `key` marks the message so that `findPosted` knows it. */
  post(message: SlackMessage, key: string): Promise<string>;
  /** False: the message is gone, because someone deleted it. */
  update(ts: string, message: SlackMessage, key: string): Promise<boolean>;
  /** The `ts` of a message that was posted for this key since `since`; null when there is none. */
  findPosted(key: string, since: Date): Promise<string | null>;
}

const EVENT_TYPE = 'passrole_case';

/** What Slack answers when it is set up wrongly, and what to do. Everything else is Slack's own word. */
const advice: Readonly<Record<string, string>> = {
  channel_not_found: 'Is the channel id right, and is the bot a member of it? Invite it with /invite.',
  not_in_channel: 'Invite the bot to the channel with /invite.',
  is_archived: 'The channel is archived: choose another one.',
  invalid_auth: 'The bot token in the secret is wrong or was revoked.',
  token_revoked: 'The bot token in the secret was revoked: install the app again.',
  account_inactive: 'The bot token in the secret belongs to a removed app: install it again.',
  missing_scope: 'The app needs the scopes chat:write and channels:history (groups:history for a private channel).',
};

function explain(doing: string, error: unknown): Error {
  const words = error instanceof Error ? error.message : String(error);
  const code = Object.keys(advice).find((known) => words.includes(known));
  return new Error(`${doing} failed: ${words}.${code === undefined ? '' : ` ${advice[code]}`}`, { cause: error });
}

async function attempt<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explain(doing, error);
  }
}

const nothing = (): void => undefined;

/** What goes wrong is thrown and logged by the function, as JSON; the client would write lines of its own beside it. */
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

export function slackChannel(settings: {
  readonly token: string;
  readonly channel: string;
  readonly apiUrl: string | null;
}): SlackChannel {
  const { token, channel, apiUrl } = settings;
  const client = new WebClient(token, {
    timeout: 8_000,
    rejectRateLimitedCalls: true,
    // No retry here: a lost answer would be posted twice. The queue brings the case again, and what went out is found first.
    retryConfig: { retries: 0 },
    logger: silent,
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
  });
  const body = ({ text, blocks }: SlackMessage, key: string) => ({
    channel,
    text,
    blocks: blocks.map((block) => ({ ...block })) as never,
    metadata: { event_type: EVENT_TYPE, event_payload: { case: key } },
  });
  return {
    post: (message, key) =>
      attempt(`Posting to the Slack channel ${channel}`, async () => {
        const { ts } = await client.chat.postMessage({
          ...body(message, key),
          unfurl_links: false,
          unfurl_media: false,
        });
        if (ts === undefined) throw new Error('Slack answered without a message id');
        return ts;
      }),
    update: (ts, message, key) =>
      attempt(`Editing the message ${ts} in the Slack channel ${channel}`, async () => {
        try {
          await client.chat.update({ ...body(message, key), ts });
          return true;
        } catch (error) {
          if (error instanceof Error && error.message.includes('message_not_found')) return false;
          throw error;
        }
      }),
    findPosted: (key, since) =>
      attempt(`Looking for an earlier message in the Slack channel ${channel}`, async () => {
        const oldest = String(Math.floor(since.getTime() / 1000) - 60);
        const pages = client.paginate('conversations.history', {
          channel,
          oldest,
          limit: 200,
          include_all_metadata: true,
        });
        for await (const page of pages) {
          for (const message of (page as unknown as { messages?: readonly SlackHistoryMessage[] }).messages ?? []) {
            if (message.metadata?.event_type === EVENT_TYPE && message.metadata.event_payload?.case === key)
              return message.ts ?? null;
          }
        }
        return null;
      }),
  };
}

interface SlackHistoryMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: { readonly case?: string } };
}
