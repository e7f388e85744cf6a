/** Slack's Web API, as far as announcing needs it. Scopes: `chat:write`, `channels:history` (or `groups:history` for a private channel). */
import { ErrorCode, type Logger, LogLevel, WebClient } from '@slack/web-api';
import pLimit from 'p-limit';
import type { SlackMessage } from '../../core/slack/blocks.ts';
import { asError } from '../../runtime/as-error.ts';

/** `refused`: Slack answered, and the message certainly did not go out. What is thrown leaves that open. */
export type Posted =
  | { readonly kind: 'posted'; readonly ts: string }
  | { readonly kind: 'refused'; readonly error: Error };

export interface SlackChannel {
  /** `key` marks the message so that `findPosted` knows it. */
  post(message: SlackMessage, key: string): Promise<Posted>;
  /** False: the message can be edited no more, because someone deleted it or the app was installed anew. */
  update(ts: string, message: SlackMessage, key: string): Promise<boolean>;
  /** The `ts` of a message that was posted for this key within ten minutes from `since`; null when there is none. */
  findPosted(key: string, since: Date): Promise<string | null>;
}

/** "Generally allows posting one message per second per channel" (Slack, "Rate limits"). Milliseconds. */
const PACE_MS = 1_100;

/** A claim is older than its post by a function's time-out at the most. */
const SEARCH_SECONDS = 600;
const MOST_PAGES = 10;

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
  const words = asError(error).message;
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

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null);

/** "It's possible some aspect of the operation succeeded before the error was raised." Source: Slack, chat.postMessage, errors. */
const leavesOpen = new Set(['fatal_error', 'internal_error']);

/** What Slack answered; the client puts there whatever is no JSON as well, such as half an answer or a proxy's page. */
const answeredBy = (error: unknown): string => {
  const data = error instanceof Error && 'data' in error ? error.data : null;
  return typeof data === 'object' && data !== null && 'error' in data ? String(data.error) : '';
};

/** Slack's own no, as against an answer that was lost on the way. */
function isRefusal(error: unknown): boolean {
  if (codeOf(error) === ErrorCode.RateLimitedError) return true;
  const answer = answeredBy(error);
  return codeOf(error) === ErrorCode.PlatformError && /^\w+$/.test(answer) && !leavesOpen.has(answer);
}

const gone = ['message_not_found', 'cant_update_message', 'edit_window_closed'];

/** One call at a time, and none sooner than the pace after the last: a burst would be refused, and come back as a burst. */
function paced(paceMs: number): <T>(call: () => Promise<T>) => Promise<T> {
  const oneAtATime = pLimit(1);
  let last = 0;
  return (call) =>
    oneAtATime(async () => {
      const wait = last + paceMs - Date.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      last = Date.now();
      return call();
    });
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
  /** Between two messages. Milliseconds. */
  readonly paceMs?: number;
}): SlackChannel {
  const { token, channel, apiUrl, paceMs = PACE_MS } = settings;
  const client = new WebClient(token, {
    timeout: 8_000,
    rejectRateLimitedCalls: true,
    // No retry here: a lost answer would be posted twice. The queue brings the case again, and what went out is found first.
    retryConfig: { retries: 0 },
    logger: silent,
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
  });
  const pace = paced(paceMs);
  const body = ({ text, blocks }: SlackMessage, key: string) => ({
    channel,
    text,
    blocks: blocks.map((block) => ({ ...block })) as never,
    metadata: { event_type: EVENT_TYPE, event_payload: { case: key } },
  });
  return {
    post: async (message, key) => {
      const doing = `Posting to the Slack channel ${channel}`;
      try {
        const { ts } = await pace(() =>
          client.chat.postMessage({ ...body(message, key), unfurl_links: false, unfurl_media: false }),
        );
        if (ts === undefined) throw new Error('Slack answered without a message id');
        return { kind: 'posted', ts };
      } catch (error) {
        if (isRefusal(error)) return { kind: 'refused', error: explain(doing, error) };
        throw explain(doing, error);
      }
    },
    update: (ts, message, key) =>
      attempt(`Editing the message ${ts} in the Slack channel ${channel}`, async () => {
        try {
          await pace(() => client.chat.update({ ...body(message, key), ts }));
          return true;
        } catch (error) {
          if (error instanceof Error && gone.some((code) => error.message.includes(code))) return false;
          throw error;
        }
      }),
    findPosted: (key, since) =>
      attempt(`Looking for an earlier message in the Slack channel ${channel}`, async () => {
        const from = Math.floor(since.getTime() / 1000) - 60;
        const pages = client.paginate('conversations.history', {
          channel,
          oldest: String(from),
          latest: String(from + SEARCH_SECONDS),
          limit: 200,
          include_all_metadata: true,
        });
        let read = 0;
        for await (const page of pages) {
          for (const message of (page as unknown as { messages?: readonly SlackHistoryMessage[] }).messages ?? []) {
            if (message.metadata?.event_type === EVENT_TYPE && message.metadata.event_payload?.case === key)
              return message.ts ?? null;
          }
          read += 1;
          if (read === MOST_PAGES)
            throw new Error(
              `more than ${MOST_PAGES * 200} messages in ten minutes: it cannot be told whether it was posted`,
            );
        }
        return null;
      }),
  };
}

interface SlackHistoryMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: { readonly case?: string } };
}
