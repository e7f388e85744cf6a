import { describe, expect, test } from '@jest/globals';
import { buttonsBlock } from '../../../../lambda/core/slack/buttons.ts';
import { playgroundApp } from '../../../../local/playground/app.tsx';
import { readBlocks } from '../../../../local/slack/block-kit.ts';
import { madeUpInteractivity, madeUpPlayground } from '../../../support/playground-ports.ts';

const now = () => new Date('2026-11-23T18:24:43Z');
const CHANNEL = 'C0123456789';
const hostile = '<img src=x onerror="alert(1)">';

function start(isInteractive = true) {
  const hands = madeUpInteractivity(now);
  const made = madeUpPlayground(now, isInteractive ? { interactivity: hands.interactivity } : {});
  const app = playgroundApp(made.ports, { now, timeZone: 'UTC' });
  const read = readBlocks(buttonsBlock({ case: 'c'.repeat(32), round: 1, digest: 'd'.repeat(64) }));
  if (!read.ok) throw new Error(read.messages.join(' '));
  const { ts } = made.room.post(CHANNEL, { text: 'a case', blocks: read.blocks, metadata: null });
  const send = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    app.request(`http://localhost/slack/${path}`, {
      method: 'POST',
      headers: {
        origin: 'http://localhost',
        'content-type': 'application/x-www-form-urlencoded',
        'x-part': 'slack',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
  const page = async (query = '') => (await app.request(`http://localhost/${query}`)).text();
  const press = (action: string, as = 'U0SORA') => send('press', { as, press: `${ts} passrole_${action}` });
  return { ...hands, app, ts, send, press, page };
}

describe('the buttons of a message', () => {
  test('are on the page, and belong to the form that says who presses', async () => {
    const { page, ts } = start();
    const html = await page();
    expect(
      [...html.matchAll(/<button type="submit" form="slack-hands" name="press" value="([^"]+)"/g)].map((of) => of[1]),
    ).toEqual(
      ['approve', 'approve_8h', 'approve_7d', 'reject', 'evidence'].map((action) => `${ts} passrole_${action}`),
    );
    expect(html).toMatch(/<form id="slack-hands"[^>]*>.*<option value="U0MARIA" selected="">maria<\/option>/s);
    expect(html).toContain('&quot;title&quot;:&quot;Approve this grant?&quot;');
  });

  test('are not there when no app would answer, nor is anybody to be', async () => {
    const { page, press } = start(false);
    const html = await page();
    expect(html).not.toMatch(/slack-hands|block-actions|id="modals"/);
    expect((await press('reject')).status).toBe(404);
  });

  test('hand over who pressed what', async () => {
    const { press, done, ts } = start();
    const answer = await press('approve_8h');
    expect([answer.status, await answer.text(), done]).toEqual([
      200,
      '',
      [{ ts, actionId: 'passrole_approve_8h', user: 'U0SORA' }],
    ]);
  });

  test('that did not work say so in Slack’s words, and what failed here in its own', async () => {
    const { press, ts } = start();
    expect(await (await press('approve')).text()).toMatch(
      /^<div class="slack-note" role="alert">.*<p>This didn’t work\.<\/p>/,
    );
    const failed = await press('evidence');
    expect([failed.status, await failed.text()]).toEqual([
      500,
      expect.stringContaining(`<p>The message ${ts} has no such button.</p>`),
    ]);
  });

  test.each([
    ['a stranger', { as: 'U0STRANGER', press: '1.2 passrole_reject' }, 'that person is not in this workspace'],
    ['nobody', { press: '1.2 passrole_reject' }, 'that person is not in this workspace'],
    ['nothing', { as: 'U0SORA' }, 'Press one of the buttons.'],
    ['half a button', { as: 'U0SORA', press: 'passrole_reject' }, 'Press one of the buttons.'],
  ])('are not pressed for %s', async (_, fields, words) => {
    const { send, done } = start();
    const answer = await send('press', fields);
    expect([answer.status, await answer.text(), done]).toEqual([422, expect.stringContaining(words), []]);
  });

  test('are not pressed from another site, nor with a body beyond measure', async () => {
    const { send, done, ts } = start();
    const fields = { as: 'U0SORA', press: `${ts} passrole_reject` };
    for (const path of ['press', 'submit', 'close'])
      expect((await send(path, fields, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await send('press', fields, { 'content-length': '70000' })).status).toBe(413);
    expect(done).toEqual([]);
  });
});

describe('a modal', () => {
  test('stands on the page of the person who opened it, and on no other', async () => {
    const { press, page } = start();
    await press('reject');
    expect(await page('?as=U0SORA')).toMatch(
      /role="dialog".*Reject this grant.*<textarea[^>]*name="value:reason\/text"/s,
    );
    expect(await page('?as=U0MARIA')).not.toContain('role="dialog"');
    expect(await page()).not.toContain('role="dialog"');
  });

  test('is sent with what was typed, line breaks as Slack has them', async () => {
    const { press, send, done } = start();
    await press('reject');
    await send('submit', { as: 'U0SORA', view: 'V0000000001', 'value:reason/text': 'one\r\ntwo' });
    expect(done.at(-1)).toEqual({ viewId: 'V0000000001', user: 'U0SORA', values: { 'reason/text': 'one\ntwo' } });
  });

  test('without the script keeps what was typed, next to what is wrong with it', async () => {
    const { press, send } = start();
    await press('reject');
    const typed = { as: 'U0SORA', view: 'V0000000001', 'value:reason/text': hostile };
    const html = await (await send('submit', typed, { 'x-part': '' })).text();
    expect(html).toContain('<!doctype html>');
    expect(html).toMatch(
      /aria-invalid="true"[^>]*>&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;<\/textarea><p class="modal-error" id="V0000000001-1-error">Say more\.<\/p>/,
    );
    expect(html).not.toContain(hostile);
  });

  test('is closed by the one whom it belongs to', async () => {
    const { press, send, screens } = start();
    await press('reject');
    await send('close', { as: 'U0MARIA' });
    expect(screens.openViews('U0SORA')).toHaveLength(1);
    await send('close', { as: 'U0SORA' });
    expect(screens.openViews('U0SORA')).toEqual([]);
  });
});

test('a line for one person is on that person’s page alone, and is no markup', async () => {
  const { screens, page } = start();
  screens.notify({ channel: CHANNEL, user: 'U0SORA', text: hostile, blocks: [] });
  const html = await page('?as=U0SORA');
  expect(html).toContain('Only visible to you');
  expect(html).toContain('&lt;img src=x');
  expect(await page('?as=U0MARIA')).not.toContain('Only visible to you');
});

test.each(['%3Cscript%3E', 'U0STRANGER', ''])('a page for %j is that of the first person', async (as) => {
  expect(await start().page(`?as=${as}`)).toContain('<option value="U0MARIA" selected="">');
});

test('live updates bring modals, as the person sees them who looks', async () => {
  const { app, press } = start();
  await press('reject');
  const hear = async (as: string) => {
    const answer = await app.request(`http://localhost/events?as=${as}`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!heard.includes('event: mail')) heard += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    return heard;
  };
  expect(await hear('U0SORA')).toMatch(/event: modals\ndata: <li class="modal"/);
  expect(await hear('U0MARIA')).toMatch(/event: modals\ndata: \n/);
});
