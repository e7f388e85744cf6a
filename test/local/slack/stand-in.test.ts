import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ChatPostMessageArguments, type ConversationsHistoryResponse, WebClient } from '@slack/web-api';
import { type SlackStandIn, startSlackStandIn } from '../../../local/slack/stand-in.ts';

let slack: SlackStandIn | null = null;

/** WebClient writes every refusal to the console. */
beforeEach(() => {
  jest.spyOn(console, 'error').mockReturnValue();
  jest.spyOn(console, 'warn').mockReturnValue();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await slack?.close();
  slack = null;
});

const at = new Date('2026-11-23T18:24:43Z');

async function start(options: Parameters<typeof startSlackStandIn>[0] = {}): Promise<SlackStandIn> {
  slack = await startSlackStandIn({ now: () => at, ...options });
  return slack;
}

const client = ({ url }: SlackStandIn, token: string | undefined = 'xoxb-1') =>
  new WebClient(token, { slackApiUrl: url, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });

const divider = { type: 'divider' } as const;
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error && 'data' in error ? error.data : error;
  }
  return 'not refused';
}

describe('what Slack keeps', () => {
  test('a message is there as it was posted', async () => {
    const stand = await start();
    const answer = await client(stand).chat.postMessage({
      channel: 'C0123456789',
      text: 'fallback',
      blocks: [section('*hello*')],
      metadata: { event_type: 'passrole_case', event_payload: { case: 'k1' } },
    });

    expect(answer.ts).toBe('1795458283.000100');
    expect(stand.messages()).toEqual([
      {
        ts: '1795458283.000100',
        channel: 'C0123456789',
        text: 'fallback',
        blocks: [section('*hello*')],
        metadata: { event_type: 'passrole_case', event_payload: { case: 'k1' } },
        postedAt: at,
        editedAt: null,
      },
    ]);
  });

  test('two messages of the same second have different ids, in the order in which they came', async () => {
    const stand = await start();
    for (const text of ['a', 'b']) await client(stand).chat.postMessage({ channel: 'C0123456789', text });
    expect(stand.messages().map(({ ts, text }) => [ts, text])).toEqual([
      ['1795458283.000100', 'a'],
      ['1795458283.000200', 'b'],
    ]);
  });

  test('an edit changes what it names and leaves the rest', async () => {
    const stand = await start();
    const metadata = { event_type: 'passrole_case', event_payload: { case: 'k1' } };
    const { ts } = await client(stand).chat.postMessage({
      channel: 'C0123456789',
      text: 'before',
      blocks: [divider],
      metadata,
    });

    await client(stand).chat.update({ channel: 'C0123456789', ts: String(ts), text: 'after' });

    expect(stand.messages()).toEqual([
      { ts, channel: 'C0123456789', text: 'after', blocks: [divider], metadata, postedAt: at, editedAt: at },
    ]);
  });

  test('whoever listens hears a post and an edit, until they stop listening', async () => {
    const stand = await start();
    let heard = 0;
    const stop = stand.onChange(() => {
      heard += 1;
    });
    const { ts } = await client(stand).chat.postMessage({ channel: 'C0123456789', text: 'a' });
    await client(stand).chat.update({ channel: 'C0123456789', ts: String(ts), text: 'b' });
    stop();
    await client(stand).chat.postMessage({ channel: 'C0123456789', text: 'c' });
    expect(heard).toBe(2);
  });

  test('the app learns who it is', async () => {
    const answer = await client(await start()).auth.test();
    expect([answer.ok, answer.user, answer.bot_id]).toEqual([true, 'passrole-remediator', 'B0PASSROLE']);
  });

  test('a call as JSON is understood as well as a form', async () => {
    const stand = await start();
    const response = await fetch(`${stand.url}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-1', 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel: 'C0123456789', blocks: [divider] }),
    });
    expect(await response.json()).toMatchObject({ ok: true, channel: 'C0123456789' });
    expect(stand.messages()).toHaveLength(1);
  });
});

describe('the history of a channel', () => {
  const texts = ({ messages = [] }: ConversationsHistoryResponse) => messages.map(({ text }) => text);

  async function five(): Promise<{ stand: SlackStandIn; ids: string[] }> {
    const stand = await start();
    const ids: string[] = [];
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      ids.push(String((await client(stand).chat.postMessage({ channel: 'C0123456789', text })).ts));
    }
    await client(stand).chat.postMessage({ channel: 'C0OTHER', text: 'elsewhere' });
    return { stand, ids };
  }

  test('comes newest first, page by page, of one channel', async () => {
    const { stand } = await five();
    const pages: unknown[] = [];
    for await (const page of client(stand).paginate('conversations.history', { channel: 'C0123456789', limit: 2 })) {
      const { has_more, ...rest } = page as ConversationsHistoryResponse;
      pages.push([texts(rest), has_more]);
    }
    expect(pages).toEqual([
      [['e', 'd'], true],
      [['c', 'b'], true],
      [['a'], false],
    ]);
  });

  test('begins after `oldest` and ends before `latest`, both left out', async () => {
    const { stand, ids } = await five();
    const between = { channel: 'C0123456789', oldest: String(ids[0]), latest: String(ids[4]) };
    expect(texts(await client(stand).conversations.history(between))).toEqual(['d', 'c', 'b']);
    expect(texts(await client(stand).conversations.history({ ...between, inclusive: true }))).toEqual([
      'e',
      'd',
      'c',
      'b',
      'a',
    ]);
  });

  test('shows metadata only to those who ask for it', async () => {
    const stand = await start();
    const metadata = { event_type: 'passrole_case', event_payload: { case: 'k1' } };
    await client(stand).chat.postMessage({ channel: 'C0123456789', text: 'a', metadata });
    const shown = async (include_all_metadata: boolean) =>
      (await client(stand).conversations.history({ channel: 'C0123456789', include_all_metadata })).messages?.[0]
        ?.metadata;
    expect([await shown(true), await shown(false)]).toEqual([metadata, undefined]);
  });

  test.each([
    [{ cursor: 'bm90IGEgY3Vyc29y' }, 'invalid_cursor'],
    [{ limit: 0 }, 'invalid_limit'],
    [{ oldest: 'yesterday' }, 'invalid_ts_oldest'],
    [{ latest: 'tomorrow' }, 'invalid_ts_latest'],
  ])('%j is refused as %s', async (args, error) => {
    const call = client(await start()).conversations.history({ channel: 'C0123456789', ...args });
    expect(await refusal(call)).toMatchObject({ ok: false, error });
  });
});

describe('what Slack refuses', () => {
  const post = async (args: object, token?: string) => {
    const stand = await start();
    return refusal(
      client(stand, token).chat.postMessage({ channel: 'C0123456789', text: 'x', ...args } as ChatPostMessageArguments),
    );
  };

  test('a token that is not a bot token', async () => {
    expect(await post({}, 'xoxp-1')).toMatchObject({ error: 'invalid_auth' });
  });

  test('no token at all', async () => {
    const { url } = await start();
    const response = await fetch(`${url}auth.test`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(await response.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  test.each(['#general', 'general', 'U0123456789', 'c0123456789', ''])(
    'the channel %j, which is no channel id',
    async (channel) => {
      expect(await post({ channel })).toMatchObject({ error: 'channel_not_found' });
    },
  );

  test('a method that it does not have', async () => {
    expect(await refusal(client(await start()).apiCall('views.push'))).toMatchObject({ error: 'unknown_method' });
  });

  test('an edit of a message that is not there', async () => {
    const call = client(await start()).chat.update({ channel: 'C0123456789', ts: '1.000100', text: 'x' });
    expect(await refusal(call)).toMatchObject({ error: 'message_not_found' });
  });

  test('a message without any content', async () => {
    expect(await post({ text: '' })).toMatchObject({ error: 'no_text' });
  });

  test('blocks that are not a list', async () => {
    expect(await post({ blocks: '{' })).toMatchObject({ error: 'invalid_blocks_format' });
  });

  test('metadata without an event type', async () => {
    expect(await post({ metadata: { event_payload: {} } })).toMatchObject({ error: 'invalid_metadata_format' });
  });

  const long = (n: number) => 'x'.repeat(n);
  const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });
  const fields = (n: number, text = 'x') => ({
    type: 'section',
    fields: Array.from({ length: n }, () => ({ type: 'mrkdwn', text })),
  });
  const context = (n: number) => ({
    type: 'context',
    elements: Array.from({ length: n }, () => ({ type: 'mrkdwn', text: 'x' })),
  });

  test.each([
    ['a section text', [section(long(3001))], 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    ['an empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ['a header', [divider, header(long(151))], 'must be less than 151 characters [json-pointer:/blocks/1/text/text]'],
    [
      'markup in a header',
      [{ type: 'header', text: { type: 'mrkdwn', text: '*x*' } }],
      'must be plain_text [json-pointer:/blocks/0/text/type]',
    ],
    ['eleven fields', [fields(11)], 'no more than 10 items allowed [json-pointer:/blocks/0/fields]'],
    [
      'a long field',
      [fields(1, long(2001))],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    ['no fields', [fields(0)], 'no fewer than 1 items allowed [json-pointer:/blocks/0/fields]'],
    ['eleven elements', [context(11)], 'no more than 10 items allowed [json-pointer:/blocks/0/elements]'],
    ['an empty section', [{ type: 'section' }], 'missing required field: text or fields [json-pointer:/blocks/0]'],
    ['an unknown type', [{ type: 'marquee' }], 'unsupported type [json-pointer:/blocks/0/type]'],
    ['an unknown property', [{ ...divider, colour: 'red' }], 'additional property: colour [json-pointer:/blocks/0]'],
    ['51 blocks', Array.from({ length: 51 }, () => divider), 'no more than 50 items allowed [json-pointer:/blocks]'],
  ])('%s', async (_, blocks, message) => {
    expect(await post({ blocks })).toMatchObject({ error: 'invalid_blocks', errors: [`[ERROR] ${message}`] });
  });

  test('nothing that is just within the limits', async () => {
    const blocks = [
      section(long(3000)),
      header(long(150)),
      fields(1, long(2000)),
      fields(10),
      context(10),
      ...Array(45).fill(divider),
    ];
    expect(await post({ blocks })).toBe('not refused');
  });

  test('blocks that are each short enough, and too long together', async () => {
    expect(await post({ blocks: Array.from({ length: 5 }, () => section(long(3000))) })).toMatchObject({
      error: 'msg_blocks_too_long',
    });
  });
});

describe('when Slack is in trouble', () => {
  test('it asks to come back later', async () => {
    const stand = await start({ fault: () => 'rate-limited' });
    await expect(client(stand).auth.test()).rejects.toThrow('you may retry this request in 1 seconds');
  });

  test('it answers with the error that was asked for, for the method that was asked for', async () => {
    const stand = await start({ fault: (method) => (method === 'chat.update' ? 'error:internal_error' : null) });
    expect((await client(stand).auth.test()).ok).toBe(true);
    const call = client(stand).chat.update({ channel: 'C0123456789', ts: '1.000100', text: 'x' });
    expect(await refusal(call)).toMatchObject({ error: 'internal_error' });
  });

  test.each([
    ['drop', 0],
    ['drop-answer', 1],
  ] as const)('after %s the caller sees a broken connection, and %d messages are there', async (fault, posted) => {
    const stand = await start({ fault: () => fault });
    await expect(client(stand).chat.postMessage({ channel: 'C0123456789', text: 'x' })).rejects.toThrow(
      'A request error occurred',
    );
    expect(stand.messages()).toHaveLength(posted);
  });

  test('a port that is taken is named, with what to do', async () => {
    const { port } = await start();
    await expect(startSlackStandIn({ port })).rejects.toThrow(
      new RegExp(`The Slack stand-in cannot listen on 127\\.0\\.0\\.1:${port}: .* choose another port`),
    );
  });
});
