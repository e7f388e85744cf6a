import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { slackPeople } from '../../../lambda/adapters/slack/people.ts';
import { payloadIn, verifySlackRequest } from '../../../lambda/adapters/slack/signed-request.ts';
import { type ButtonValue, buttonsBlock, encodeButton } from '../../../lambda/core/slack/buttons.ts';
import { readSlackInteraction, type SlackInteraction } from '../../../lambda/core/slack/interaction.ts';
import { REASON, rejectView } from '../../../lambda/core/slack/views.ts';
import { type SlackStandIn, startSlackStandIn } from '../../../local/slack/stand-in.ts';

const CHANNEL = 'C0123456789';
const secret = 'a-secret-of-thirty-two-characters';
const value: ButtonValue = { case: 'c'.repeat(32), round: 1, digest: 'd'.repeat(64) };

/** An app that reads what comes with the real parts, and answers as the test says. */
let app: Server;
let heard: (SlackInteraction | string)[] = [];
let openSlack: (patienceMs: number) => Promise<SlackStandIn>;
let answer: { status: number; body: string; delayMs: number };
let slack: SlackStandIn;
let now: () => Date;
let configured = true;

function hear(body: string, headers: NodeJS.Dict<string | string[]>): number {
  const flat = Object.fromEntries(Object.entries(headers).map(([name, of]) => [name, String(of)]));
  const verified = verifySlackRequest({ headers: flat, body, isBase64Encoded: false }, secret, now());
  if (verified.kind === 'refused') {
    heard.push(verified.why);
    return verified.status;
  }
  heard.push(readSlackInteraction(payloadIn(verified.body) ?? ''));
  return answer.status;
}

beforeEach(async () => {
  heard = [];
  answer = { status: 200, body: '', delayMs: 0 };
  now = () => new Date();
  configured = true;
  app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = hear(Buffer.concat(chunks).toString('utf8'), request.headers);
      setTimeout(() => response.writeHead(status).end(answer.body), answer.delayMs).unref();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as AddressInfo;
  openSlack = (patienceMs) =>
    startSlackStandIn({
      now: () => now(),
      users: [
        { id: 'U0SORA', name: 'sora' },
        { id: 'U0REN', name: 'ren' },
      ],
      signingSecret: secret,
      interactivityUrl: () => (configured ? `http://127.0.0.1:${port}/slack` : null),
      patienceMs,
    });
  slack = await openSlack(60_000);
});
afterEach(async () => {
  await slack.close();
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

async function call(method: string, body: object): Promise<unknown> {
  const response = await fetch(`${slack.url}${method}`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-1', 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function posted(blocks: readonly object[] = buttonsBlock(value)): Promise<string> {
  await call('chat.postMessage', { channel: CHANNEL, text: 'a case', blocks });
  return slack.messages().at(-1)?.ts ?? '';
}

const people = () => slackPeople({ token: 'xoxb-1', apiUrl: slack.url, patienceMs: 60_000 });

async function pressed(user = 'U0SORA', actionId = 'passrole_reject') {
  const ts = await posted();
  const acted = await slack.press({ ts, actionId, user });
  const press = heard.at(-1);
  if (typeof press !== 'object' || press.kind !== 'press') throw new Error(`not a press: ${JSON.stringify(press)}`);
  return { ts, acted, press };
}

/** The reject modal, open in front of sora. */
async function opened() {
  const { press } = await pressed();
  await people().openView(press.triggerId, rejectView(value));
  const [view] = slack.openViews('U0SORA');
  if (view === undefined) throw new Error('not open');
  return view;
}

const submit = (viewId: string, reason: string, user = 'U0SORA') =>
  slack.submitView({ viewId, user, values: { [REASON.value]: reason } });

describe('a press', () => {
  test('reaches the app signed, and names person, message and button', async () => {
    const { ts, acted, press } = await pressed('U0SORA', 'passrole_approve');
    expect(acted.seen).toEqual({ kind: 'ok' });
    expect(press).toEqual({
      kind: 'press',
      team: 'T0PLAYGRND',
      user: 'U0SORA',
      channel: CHANNEL,
      messageTs: ts,
      triggerId: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/),
      actionId: 'passrole_approve',
      value: encodeButton(value),
    });
  });

  test('is sent the way Slack sends it', async () => {
    const { acted, ts } = await pressed('U0SORA', 'passrole_approve');
    const payload = JSON.parse(payloadIn(acted.exchange?.request.body ?? '') ?? '');
    expect(acted.exchange?.request.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(payload).toEqual(
      expect.objectContaining({
        type: 'block_actions',
        team: { id: 'T0PLAYGRND', domain: 'playground' },
        user: { id: 'U0SORA', username: 'sora', name: 'sora', team_id: 'T0PLAYGRND' },
        container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
        message: expect.objectContaining({ ts, blocks: slack.messages().at(-1)?.blocks }),
        response_url: expect.stringMatching(/^http:/),
        actions: [
          expect.objectContaining({
            action_id: 'passrole_approve',
            block_id: 'passrole_ruling',
            type: 'button',
            style: 'primary',
            value: encodeButton(value),
            text: expect.objectContaining({ text: 'Approve' }),
          }),
        ],
      }),
    );
  });

  test('can be sent again to the letter, and keeps its signature', async () => {
    const { acted } = await pressed();
    if (acted.exchange === null) throw new Error('nothing was sent');
    const again = await slack.send(acted.exchange.request);
    expect(again.response?.status).toBe(200);
    expect(heard[0]).toEqual(heard[1]);
  });

  test('of somebody from another workspace says so', async () => {
    const ts = await posted();
    await slack.press({ ts, actionId: 'passrole_approve', user: { id: 'U0SORA', name: 'sora', team: 'T0OTHER' } });
    expect(heard).toEqual([expect.objectContaining({ kind: 'press', team: 'T0OTHER' })]);
  });

  test.each([
    [401, 'This didn’t work: the app responded with status code 401.'],
    [500, 'This didn’t work: the app responded with status code 500.'],
    [302, 'This didn’t work: the app responded with status code 302.'],
  ])('that the app answers with %d did not work', async (status, words) => {
    answer.status = status;
    expect((await pressed()).acted.seen).toEqual({ kind: 'trouble', words });
  });

  test('that the app answers too late timed out, and has no answer', async () => {
    await slack.close();
    slack = await openSlack(300);
    answer.delayMs = 10_000;
    const { acted } = await pressed();
    expect([acted.seen, acted.exchange?.response]).toEqual([
      { kind: 'trouble', words: 'This didn’t work: operation timed out. Apps need to respond within 3 seconds.' },
      null,
    ]);
  });

  test('goes nowhere when no app is set up', async () => {
    const ts = await posted();
    configured = false;
    expect(await slack.press({ ts, actionId: 'passrole_reject', user: 'U0SORA' })).toEqual({
      seen: { kind: 'trouble', words: 'This app is not configured to handle interactive responses.' },
      exchange: null,
    });
    expect([slack.isInteractive(), heard]).toEqual([false, []]);
  });

  test('of what is not there is not possible', async () => {
    const ts = await posted();
    const press = (at: string, actionId: string) => slack.press({ ts: at, actionId, user: 'U0SORA' });
    await expect(press('1.000100', 'passrole_reject')).rejects.toThrow('There is no message 1.000100.');
    await expect(press(ts, 'other')).rejects.toThrow(`The message ${ts} has no button other: was it edited since?`);
  });
});

test('a request made by hand is forged, late or early as the test wishes', async () => {
  const body = 'payload=%7B%7D';
  const minutes = (n: number) => new Date(Date.now() + n * 60_000);
  await slack.send(slack.signed(body, { secret: 'another-secret-of-slack' }));
  await slack.send(slack.signed(body, { at: minutes(-6) }));
  await slack.send(slack.signed(body, { at: minutes(6) }));
  await slack.send(slack.signed(body));
  expect(heard).toEqual([
    'forged',
    'late',
    'early',
    { kind: 'malformed', why: 'type is missing; Slack sends a string.' },
  ]);
});

describe('a modal', () => {
  test('opens for who pressed, and for nobody else', async () => {
    const view = await opened();
    expect([view.view.title.text, view.user, slack.openViews('U0REN')]).toEqual(['Reject this grant', 'U0SORA', []]);
  });

  test.each([
    ['twice with one press', 'exchanged_trigger_id', 'This press has opened a window already: press the button again.'],
    [
      'after three seconds',
      'expired_trigger_id',
      'More than three seconds had passed since the press: press the button again.',
    ],
    [
      'without a press',
      'invalid_trigger_id',
      'The press was made in another app or workspace: press the button again.',
    ],
  ])('does not open %s', async (how, error, next) => {
    const { press } = await pressed();
    if (error === 'exchanged_trigger_id') await people().openView(press.triggerId, rejectView(value));
    if (error === 'expired_trigger_id') now = () => new Date(Date.now() + 3_100);
    const trigger = how === 'without a press' ? '1.2.3' : press.triggerId;
    await expect(people().openView(trigger, rejectView(value))).rejects.toThrow(
      `Opening the window passrole_reject in Slack failed: ${error}. ${next}`,
    );
  });

  test('that Slack would not take does not open, and its press is not used up', async () => {
    const { press } = await pressed();
    const long = { ...rejectView(value), title: { type: 'plain_text', text: 'x'.repeat(25), emoji: false } } as const;
    await expect(people().openView(press.triggerId, long)).rejects.toThrow(
      'invalid_arguments [ERROR] must be less than 25 characters [json-pointer:/view/title/text]. The window does not fit what Slack takes.',
    );
    await people().openView(press.triggerId, rejectView(value));
    expect(slack.openViews('U0SORA')).toHaveLength(1);
  });

  test('that is sent reaches the app with what was typed, and closes', async () => {
    const { id } = await opened();
    const acted = await submit(id, 'Use its own role.\nPlease.');
    expect(acted.seen).toEqual({ kind: 'ok' });
    expect(heard.at(-1)).toEqual({
      kind: 'submit',
      team: 'T0PLAYGRND',
      user: 'U0SORA',
      viewId: id,
      callbackId: 'passrole_reject',
      privateMetadata: encodeButton(value),
      values: { 'reason/text': 'Use its own role.\nPlease.' },
    });
    expect(slack.openViews('U0SORA')).toEqual([]);
  });

  test.each([
    ['', 'Please complete this required field.'],
    ['no', 'Must be at least 3 characters.'],
    ['x'.repeat(501), 'Must be at most 500 characters.'],
  ])('with the reason %j is not sent, and says what is wrong', async (reason, words) => {
    const { id } = await opened();
    const before = heard.length;
    expect(await submit(id, reason)).toEqual({ seen: { kind: 'errors', errors: { reason: words } }, exchange: null });
    expect([slack.openViews('U0SORA')[0]?.errors, heard.length]).toEqual([{ reason: words }, before]);
  });

  test('stays open with what the app says is wrong', async () => {
    const { id } = await opened();
    answer.body = JSON.stringify({ response_action: 'errors', errors: { reason: 'Too short to be kept.' } });
    expect((await submit(id, 'because')).seen).toEqual({ kind: 'errors', errors: { reason: 'Too short to be kept.' } });
    expect(slack.openViews('U0SORA').map(({ errors }) => errors)).toEqual([{ reason: 'Too short to be kept.' }]);
  });

  test('shows another view when the app says so', async () => {
    const { id } = await opened();
    const view = { type: 'modal', title: { type: 'plain_text', text: 'Too late' }, blocks: [] };
    answer.body = JSON.stringify({ response_action: 'update', view });
    await submit(id, 'because');
    expect(slack.openViews('U0SORA').map((open) => [open.id, open.view.title.text])).toEqual([[id, 'Too late']]);
  });

  test('closes with all others when the app says so', async () => {
    const first = await opened();
    const { press } = await pressed();
    await people().openView(press.triggerId, rejectView(value));
    answer.body = JSON.stringify({ response_action: 'clear' });
    await submit(first.id, 'because');
    expect(slack.openViews('U0SORA')).toEqual([]);
  });

  test.each(['thanks', '{"response_action":"dance"}', '{"response_action":"update","view":{}}'])(
    'stays open when the app answers %j',
    async (body) => {
      const { id } = await opened();
      answer.body = body;
      expect((await submit(id, 'because')).seen).toEqual({
        kind: 'trouble',
        words: 'We had some trouble connecting. Try again?',
      });
      expect(slack.openViews('U0SORA')).toHaveLength(1);
    },
  );

  test('is nobody else’s to send, and has no inputs but its own', async () => {
    const { id } = await opened();
    await expect(submit(id, 'because', 'U0REN')).rejects.toThrow(`ren has no modal ${id} open.`);
    await expect(slack.submitView({ viewId: id, user: 'U0SORA', values: { 'a/b': 'x' } })).rejects.toThrow(
      `The modal ${id} has no input a/b.`,
    );
  });

  test('with inputs needs a button to send them, and ids that are unique', async () => {
    const { press } = await pressed();
    const { submit: _, ...unsendable } = rejectView(value);
    expect(await call('views.open', { trigger_id: press.triggerId, view: unsendable })).toEqual(
      expect.objectContaining({
        error: 'invalid_arguments',
        errors: ['[ERROR] missing required field: submit, as there is an input [json-pointer:/view]'],
      }),
    );
    const twice = { ...rejectView(value), blocks: [...rejectView(value).blocks, ...rejectView(value).blocks] };
    expect(await call('views.open', { trigger_id: press.triggerId, view: twice })).toEqual(
      expect.objectContaining({ errors: ['[ERROR] block_id already exists [json-pointer:/view/blocks]'] }),
    );
  });
});

describe('a line for one person', () => {
  test('is seen by that person alone', async () => {
    await people().notify(CHANNEL, 'U0REN', 'You were the one who was refused.');
    expect(slack.ephemerals('U0REN').map(({ text, channel }) => [channel, text])).toEqual([
      [CHANNEL, 'You were the one who was refused.'],
    ]);
    expect([slack.ephemerals('U0SORA'), slack.messages()]).toEqual([[], []]);
  });

  test.each([
    [
      'general',
      'U0REN',
      'channel_not_found. Is the channel id right, and is the bot a member of it? Invite it with /invite.',
    ],
    [CHANNEL, 'ren', 'user_not_in_channel. The person has left the channel.'],
  ])('in %s for %s is refused', async (channel, user, words) => {
    await expect(people().notify(channel, user, 'x')).rejects.toThrow(
      `Telling ${user} in the Slack channel ${channel} failed: ${words}`,
    );
  });

  test('is heard of by who listens, as are modals', async () => {
    let changes = 0;
    const stop = slack.onChange(() => {
      changes += 1;
    });
    await people().notify(CHANNEL, 'U0REN', 'x');
    expect(changes).toBe(1);
    stop();
    await people().notify(CHANNEL, 'U0REN', 'y');
    expect(changes).toBe(1);
  });
});

describe('when Slack is in trouble', () => {
  const to = (apiUrl: string) => slackPeople({ token: 'xoxb-1', apiUrl, patienceMs: 100 });

  test('and does not answer, it is said after the patience, not later', async () => {
    answer.delayMs = 10_000;
    const { port } = app.address() as AddressInfo;
    await expect(to(`http://127.0.0.1:${port}/`).notify(CHANNEL, 'U0REN', 'x')).rejects.toThrow(
      `Telling U0REN in the Slack channel ${CHANNEL} failed: no answer from Slack within 100 ms.`,
    );
  });

  test('and is not there, that is said', async () => {
    await expect(to('http://127.0.0.1:9/').openView('1.2.3', rejectView(value))).rejects.toThrow(
      'Opening the window passrole_reject in Slack failed: Slack could not be reached.',
    );
  });

  test('and answers with a page, that is said', async () => {
    const broken = createServer((_, response) => response.writeHead(502).end('<html>'));
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const at = (broken.address() as AddressInfo).port;
    await expect(to(`http://127.0.0.1:${at}/`).notify(CHANNEL, 'U0REN', 'x')).rejects.toThrow(
      'Slack answered 502 without its JSON.',
    );
    await new Promise((resolve) => broken.close(resolve));
  });
});

describe('blocks with buttons', () => {
  const button = { type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'x' } };
  const actions = (elements: readonly object[], id?: string) => ({
    type: 'actions',
    ...(id === undefined ? {} : { block_id: id }),
    elements,
  });
  const many = (n: number) => Array.from({ length: n }, (_, at) => ({ ...button, action_id: `a${at}` }));
  const asked = (change: object) => {
    const plain = (text: string) => ({ type: 'plain_text', text });
    return [
      actions([
        {
          ...button,
          confirm: { title: plain('t'), text: plain('x'), confirm: plain('y'), deny: plain('n'), ...change },
        },
      ]),
    ];
  };

  test.each([
    ['26 buttons', [actions(many(26))], 'no more than 25 items allowed [json-pointer:/blocks/0/elements]'],
    ['no buttons', [actions([])], 'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]'],
    [
      'a long label',
      [actions([{ ...button, text: { type: 'plain_text', text: 'x'.repeat(76) } }])],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a long value',
      [actions([{ ...button, value: 'x'.repeat(2001) }])],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a long action id',
      [actions([{ ...button, action_id: 'x'.repeat(256) }])],
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
    ['an action id twice', [actions([button, button])], 'action_id already exists [json-pointer:/blocks]'],
    [
      'an action id in two blocks',
      [actions([button], 'a'), actions([button], 'b')],
      'action_id already exists [json-pointer:/blocks]',
    ],
    [
      'a block id twice',
      [actions(many(1), 'a'), actions([button], 'a')],
      'block_id already exists [json-pointer:/blocks]',
    ],
    [
      'an odd style',
      [actions([{ ...button, style: 'pink' }])],
      'must be primary or danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a long question',
      asked({ text: { type: 'plain_text', text: 'x'.repeat(301) } }),
      'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
    ],
    [
      'a question without a no',
      asked({ deny: undefined }),
      'must be a valid object [json-pointer:/blocks/0/elements/0/confirm/deny]',
    ],
  ])('with %s are refused', async (_, blocks, message) => {
    expect(await call('chat.postMessage', { channel: CHANNEL, blocks })).toEqual(
      expect.objectContaining({ error: 'invalid_blocks', errors: [`[ERROR] ${message}`] }),
    );
  });

  test('within the limits are taken', async () => {
    expect(await call('chat.postMessage', { channel: CHANNEL, blocks: [actions(many(25)), ...asked({})] })).toEqual(
      expect.objectContaining({ ok: true }),
    );
  });
});
