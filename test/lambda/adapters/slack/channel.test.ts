import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type SlackChannel, slackChannel } from '../../../../lambda/adapters/slack/channel.ts';
import type { SlackMessage } from '../../../../lambda/core/slack/blocks.ts';
import { type SlackFault, type SlackStandIn, startSlackStandIn } from '../../../../local/slack/stand-in.ts';

const CHANNEL = 'C0123456789';
let slack: SlackStandIn | null = null;
afterEach(async () => {
  jest.restoreAllMocks();
  await slack?.close();
  slack = null;
});

async function channel(
  settings: { token?: string; channel?: string; paceMs?: number; fault?: (method: string) => SlackFault | null } = {},
) {
  const { fault, ...rest } = settings;
  slack = await startSlackStandIn(fault === undefined ? {} : { fault });
  const client: SlackChannel = slackChannel({
    token: 'xoxb-1',
    channel: CHANNEL,
    paceMs: 0,
    ...rest,
    apiUrl: slack.url,
  });
  /** The message's `ts`; throws Slack's refusal. */
  const post = async (of: SlackMessage, key: string): Promise<string> => {
    const posted = await client.post(of, key);
    if (posted.kind === 'refused') throw posted.error;
    return posted.ts;
  };
  return { ...client, tryPost: client.post, post, stand: slack };
}

const message = (text: string): SlackMessage => ({
  text,
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }],
});
const justNow = () => new Date(Date.now() - 30_000);

describe('a case in Slack', () => {
  test('is posted once and then edited in place', async () => {
    const { post, update, stand } = await channel();
    const ts = await post(message('first'), 'k1');
    await update(ts, message('second'), 'k1');
    expect(stand.messages().map(({ ts, text, blocks, metadata }) => ({ ts, text, blocks, metadata }))).toEqual([
      { ts, ...message('second'), metadata: { event_type: 'passrole_case', event_payload: { case: 'k1' } } },
    ]);
  });

  test('whose message someone deleted cannot be edited, and says so without failing', async () => {
    const { post, update } = await channel();
    const ts = await post(message('x'), 'k1');
    expect([await update(ts, message('y'), 'k1'), await update('1795458283.000100', message('y'), 'k1')]).toEqual([
      true,
      false,
    ]);
  });

  test('is found again by its key', async () => {
    const { post, findPosted } = await channel();
    await post(message('another case'), 'k0');
    const ts = await post(message('mine'), 'k1');
    expect([await findPosted('k1', justNow()), await findPosted('k2', justNow())]).toEqual([ts, null]);
  });

  test('is found again behind more than a page of other messages', async () => {
    const { post, findPosted, stand } = await channel();
    const ts = await post(message('mine'), 'k1');
    for (let other = 0; other < 230; other += 1) await post(message(`other ${other}`), `other-${other}`);
    expect(stand.messages()).toHaveLength(231);
    expect(await findPosted('k1', justNow())).toBe(ts);
  }, 30_000);

  test('is not found when it was posted before the time that is asked about', async () => {
    const { post, findPosted } = await channel();
    await post(message('mine'), 'k1');
    expect(await findPosted('k1', new Date(Date.now() + 120_000))).toBeNull();
  });
});

describe('trouble with Slack is told with what to do', () => {
  const posting = async (settings: Parameters<typeof channel>[0]) => {
    const { post } = await channel(settings);
    return post(message('x'), 'k1');
  };

  test('a wrong token', async () => {
    await expect(posting({ token: 'nonsense' })).rejects.toThrow(
      `Posting to the Slack channel ${CHANNEL} failed: An API error occurred: invalid_auth. The bot token in the secret is wrong or was revoked.`,
    );
  });

  test('a channel name where its id should be', async () => {
    await expect(posting({ channel: 'glue-help' })).rejects.toThrow(/channel_not_found\. Is the channel id right/);
  });

  test.each([
    ['not_in_channel', 'Invite the bot to the channel with /invite.'],
    ['is_archived', 'The channel is archived'],
    ['missing_scope', 'The app needs the scopes chat:write'],
    ['token_revoked', 'install the app again'],
    ['account_inactive', 'belongs to a removed app'],
  ])('%s', async (code, words) => {
    await expect(posting({ fault: () => `error:${code}` })).rejects.toThrow(words);
  });

  test.each(['cant_update_message', 'edit_window_closed'])('%s means that it can only be posted anew', async (code) => {
    const { update } = await channel({ fault: () => `error:${code}` });
    expect(await update('1795458283.000100', message('x'), 'k1')).toBe(false);
  });

  test('an edit that fails for another reason', async () => {
    const { update } = await channel({ fault: () => 'error:fatal_error' });
    await expect(update('1795458283.000100', message('x'), 'k1')).rejects.toThrow(
      `Editing the message 1795458283.000100 in the Slack channel ${CHANNEL} failed: An API error occurred: fatal_error.`,
    );
  });

  test.each<[SlackFault, string]>([
    ['rate-limited', 'refused'],
    ['error:not_in_channel', 'refused'],
  ])('%s is a certain no: nothing need be looked for before the next try', async (fault, kind) => {
    const { tryPost } = await channel({ fault: () => fault });
    expect((await tryPost(message('x'), 'k1')).kind).toBe(kind);
  });

  test.each<SlackFault>([
    'drop-answer',
    'garble-answer',
    'internal-error',
    'error:fatal_error',
    'error:internal_error',
  ])('%s leaves open whether it went out, so it is looked for before the next try', async (fault) => {
    const { tryPost } = await channel({ fault: () => fault });
    await expect(tryPost(message('x'), 'k1')).rejects.toThrow('Posting to the Slack channel');
  });

  test('a rate limit is handed back to the queue at once, not waited for', async () => {
    const calls: string[] = [];
    const { post } = await channel({
      fault: (method) => {
        calls.push(method);
        return 'rate-limited';
      },
    });
    await expect(post(message('x'), 'k1')).rejects.toThrow('you may retry this request in 1 seconds');
    expect(calls).toEqual(['chat.postMessage']);
  });

  test('a lost answer is not answered by a second post: the queue brings the case again, and the first is found', async () => {
    let calls = 0;
    const { post, findPosted, stand } = await channel({
      fault: () => {
        calls += 1;
        return calls === 1 ? 'drop-answer' : null;
      },
    });
    await expect(post(message('x'), 'k1')).rejects.toThrow('Posting to the Slack channel');
    expect(await findPosted('k1', justNow())).toBe(stand.messages()[0]?.ts);
    expect(stand.messages().length).toBe(1);
  });
});

test('messages keep their distance, so that a burst is not refused', async () => {
  const { post } = await channel({ paceMs: 40 });
  const started = performance.now();
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => post(message(key), key)));
  expect(performance.now() - started).toBeGreaterThanOrEqual(3 * 40 - 5);
});
