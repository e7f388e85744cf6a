import { describe, expect, test } from '@jest/globals';
import { playgroundApp } from '../../../local/playground/app.tsx';
import type { JobForm, PlaygroundPorts } from '../../../local/playground/ports.ts';
import { FIELD_NOTE_ROLE, madeUpPlayground, refusal } from '../../support/playground-ports.ts';
import { until } from '../../support/until.ts';

const now = () => new Date('2026-11-23T18:24:43Z');
const origin = 'http://127.0.0.1:4173';

function start(given: Partial<PlaygroundPorts> = {}, mostListeners = 16) {
  const made = madeUpPlayground(now, given);
  const app = playgroundApp(made.ports, { now, timeZone: 'UTC', mostListeners, heartbeatMs: 20 });
  const get = async (path: string) => app.request(`${origin}${path}`);
  const save = async (fields: Record<string, string>, headers: Record<string, string> = { 'x-part': 'flash' }) =>
    app.request(`${origin}/save`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  return { ...made, app, get, save };
}

const fieldNote = { user: 'maria', job: 'nightly-orders', role: FIELD_NOTE_ROLE, otherRole: '', mfa: 'on' };
const hostile = '"><script>alert(1)</script>';
const escaped = '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;';

describe('the page', () => {
  test('opens with the first situation in the form', async () => {
    const page = await (await start().get('/')).text();
    expect(page).toMatch(/^<!doctype html><html lang="en">/);
    expect(page).toContain(`<option value="${FIELD_NOTE_ROLE}" selected="">glue-runtime-role</option>`);
    expect(page).toContain('<input type="checkbox" name="mfa" checked=""/>');
    expect(page).toContain('maria (GlueAccess, Developers)');
    expect(page).toContain('kenji (no group)');
    expect(page).toContain('thumbnails (does not trust Glue)');
  });

  test('opens with another situation without any script', async () => {
    const page = await (await start().get('/?situation=1')).text();
    expect(page).toContain('<input type="checkbox" name="mfa"/>');
  });

  test.each(['9', '-1', 'x', ''])('a situation %j that there is not is the first one', async (situation) => {
    const page = await (await start().get(`/?situation=${situation}`)).text();
    expect(page).toContain(`<option value="${FIELD_NOTE_ROLE}" selected="">`);
  });

  test('opens with the first of everything in an account without situations', async () => {
    const page = await (await start({ situations: () => [] }).get('/')).text();
    expect(page).toContain('<option value="nightly-orders" selected="">');
    expect(page).toContain(`<option value="${FIELD_NOTE_ROLE}" selected="">`);
  });

  test('shows what was posted, mailed and heard before it was opened', async () => {
    const { room, mails, stages, get } = start();
    room.post('C0123456789', {
      text: '',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*The grant*' } }],
      metadata: null,
    });
    mails.add({ id: 'm1', at: now(), to: null, subject: 'PassRole denied: maria', text: 'No policy allows it.' });
    stages.add({ at: now(), stage: 'case', text: 'Diagnosed in 0.4 s: missing-allow', caseId: '4f1c9a02be' });
    const page = await (await get('/')).text();
    expect(page).toContain('<div class="block-section"><div><b>The grant</b></div></div>');
    expect(page).toContain('<h3 class="mail-subject">PassRole denied: maria</h3>');
    expect(page).toContain('Diagnosed in 0.4 s: missing-allow<span class="line-case"> 4f1c9a02be</span>');
  });

  test('marks a message that was edited', async () => {
    const { room, get } = start();
    const { ts } = room.post('C0123456789', { text: 'before', blocks: [], metadata: null });
    expect(await (await get('/')).text()).not.toContain('(edited)');
    room.edit('C0123456789', ts, { text: 'after' });
    expect(await (await get('/')).text()).toContain('title="23 Nov 2026, 18:24">(edited)</span>');
  });

  test('no name of the account becomes markup', async () => {
    const { room, mails, stages, get } = start({
      accountId: hostile,
      region: hostile,
      slackChannelName: hostile,
      people: () => [{ name: hostile, groups: [hostile] }],
      jobs: () => [{ name: hostile, role: hostile }],
      roles: () => [{ arn: hostile, name: hostile, trustsGlue: false }],
      situations: () => [{ label: hostile, form: { user: hostile, job: hostile, role: `x${hostile}`, mfa: true } }],
    });
    room.post(hostile, {
      text: hostile,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: hostile } },
        { type: 'section', text: { type: 'mrkdwn', text: hostile }, fields: [{ type: 'mrkdwn', text: hostile }] },
        { type: 'context', elements: [{ type: 'mrkdwn', text: hostile }] },
      ],
      metadata: null,
    });
    mails.add({ id: hostile, at: now(), to: null, subject: hostile, text: hostile });
    stages.add({ at: now(), stage: 'failed', text: hostile, caseId: hostile });

    const page = await (await get('/')).text();

    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<script type="module" src="/client/main.js">');
    expect(page.split(escaped).length).toBeGreaterThan(20);
  });

  test.each([
    ['/', 'text/html; charset=UTF-8'],
    ['/style/page.css', 'text/css; charset=utf-8'],
    ['/style/icon.svg', 'image/svg+xml; charset=utf-8'],
    ['/client/main.js', 'text/javascript; charset=utf-8'],
  ])('%s is sent with headers that let nothing else in', async (path, type) => {
    const { status, headers } = await start().get(path);
    const of = (name: string) => headers.get(name);
    expect({
      status,
      type: of('content-type'),
      policy: of('content-security-policy'),
      frames: of('x-frame-options'),
      sniffing: of('x-content-type-options'),
      referrer: of('referrer-policy'),
      cache: of('cache-control'),
    }).toEqual({
      status: 200,
      type,
      policy:
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      frames: 'DENY',
      sniffing: 'nosniff',
      referrer: 'no-referrer',
      cache: 'no-store',
    });
  });

  test('every file that the page names is there, and holds no inline style or script', async () => {
    const { get } = start();
    const page = await (await get('/')).text();
    const named = [...page.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    for (const path of named) expect([path, (await get(path)).status]).toEqual([path, 200]);
    expect(page).not.toMatch(/ style=| on[a-z]+=|<style/);
  });

  test.each(['/style/ports.ts', '/style/../ports.ts', '/client/%2e%2e/ports.ts', '/ports.ts'])(
    '%s is not sent',
    async (path) => {
      expect((await start().get(path)).status).toBe(404);
    },
  );
});

describe('Save', () => {
  test('hands over exactly what stands in the form', async () => {
    const handed: JobForm[] = [];
    const { save } = start({
      save: async (form) => {
        handed.push(form);
        return { ok: true };
      },
    });
    await save(fieldNote);
    await save({ user: 'kenji', job: 'customer-dedupe', role: '', otherRole: ' glue-runtime-rolle ' });
    expect(handed).toEqual([
      { user: 'maria', job: 'nightly-orders', role: FIELD_NOTE_ROLE, mfa: true },
      { user: 'kenji', job: 'customer-dedupe', role: 'glue-runtime-rolle', mfa: false },
    ]);
  });

  test('that is refused shows the console’s red bar with AWS’s words', async () => {
    const answer = await start().save(fieldNote);
    const bar = await answer.text();
    expect(answer.status).toBe(200);
    expect(bar).toMatch(/^<div class="flash bad" role="alert">/);
    expect(bar).toContain(`<b>Failed to update job</b><p>${refusal.words}</p>`);
  });

  test('that went through shows a green bar', async () => {
    const role = 'arn:aws:iam::111122223333:role/service-role/AWSGlueServiceRole-etl';
    const bar = await (await start().save({ ...fieldNote, role })).text();
    expect(bar).toMatch(/^<div class="flash good" role="status">/);
    expect(bar).toContain('<b>Successfully updated job nightly-orders</b>');
  });

  test('without the script answers with the whole page, the bar and the form as it was sent', async () => {
    const page = await (await start().save({ ...fieldNote, role: '', otherRole: 'my-own' }, {})).text();
    expect(page).toContain('Failed to update job');
    expect(page).toContain('value="my-own"');
  });

  test.each([
    [
      'a person who is not there',
      { user: 'nobody' },
      'Choose who presses Save: nobody in this account is called “nobody”.',
    ],
    ['a job that is not there', { job: 'x' }, 'Choose a job: none in this account is called “x”.'],
    ['no role', { role: '' }, 'Choose a role, or type the name or ARN of one.'],
    ['a role that is too long', { role: 'r'.repeat(2049) }, 'The role has 2049 characters; Glue takes at most 2048.'],
    [
      'a role with a line break in it',
      { role: 'a\nb' },
      'The role contains control characters: was it pasted with a line break?',
    ],
    ['a hostile name', { user: hostile }, `nobody in this account is called “${escaped}”.`],
  ])('with %s is not sent on, and says why', async (_, fields, words) => {
    const { save } = start({
      save: () => {
        throw new Error('must not be called');
      },
    });
    const answer = await save({ ...fieldNote, ...fields });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(words);
  });

  test('takes a role of 2,048 characters', async () => {
    expect((await start().save({ ...fieldNote, role: 'r'.repeat(2048) })).status).toBe(200);
  });

  test('that fails on this machine says so', async () => {
    const { save } = start({ save: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:4566')) });
    const answer = await save(fieldNote);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain(
      '<b>Something on this machine failed</b><p>connect ECONNREFUSED 127.0.0.1:4566</p>',
    );
  });

  test('from another site is refused', async () => {
    expect((await start().save(fieldNote, { origin: 'https://evil.example' })).status).toBe(403);
  });

  test('of more than 64 KiB is refused', async () => {
    const answer = await start().save({ ...fieldNote, role: 'r'.repeat(70_000) }, { 'content-length': '70200' });
    expect(answer.status).toBe(413);
  });
});

test.each(['http://evil.example:4173/', 'http://192.168.1.7:4173/', 'http://localhost.evil.example/'])(
  '%s is not answered',
  async (url) => {
    expect((await start().app.request(url)).status).toBe(421);
  },
);

test.each(['http://localhost:4173/', 'http://[::1]:4173/'])('%s is answered', async (url) => {
  expect((await start().app.request(url)).status).toBe(200);
});

describe('live updates', () => {
  /** Reads until `enough` says so, then goes away. */
  async function listen(answer: Response, enough: (heard: string) => boolean): Promise<string> {
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('no body');
    let heard = '';
    while (!enough(heard)) {
      const { value, done } = await reader.read();
      if (done) break;
      heard += value;
    }
    await reader.cancel();
    return heard;
  }

  test('begin with every part of the page as it is', async () => {
    const { stages, get } = start();
    stages.add({ at: now(), stage: 'event', text: 'CloudTrail event heard' });
    const answer = await get('/events');
    const heard = await listen(answer, (text) => text.includes('event: mail'));
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect([...heard.matchAll(/^(?:event|retry): (.*)$/gm)].map(([, word]) => word)).toEqual([
      '1000',
      'steps',
      'log',
      'slack',
      'mail',
    ]);
    expect(heard).toContain('CloudTrail event heard');
  });

  test('bring a change as it happens, and nothing that did not change', async () => {
    const { mails, get } = start();
    const answer = await get('/events');
    setTimeout(() => mails.add({ id: 'm1', at: now(), to: null, subject: 'Hello', text: 'World' }), 5);
    const heard = await listen(answer, (text) => text.includes('Hello'));
    expect([...heard.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      'steps',
      'log',
      'slack',
      'mail',
      'mail',
    ]);
  });

  test('say now and then that they are still there', async () => {
    const heard = await listen(await start().get('/events'), (text) => text.includes('still here'));
    expect(heard).toContain('\n: still here\n\n');
  });

  test('are for a few pages at a time; one that closes makes room', async () => {
    const { get } = start({}, 1);
    const first = await get('/events');
    const second = await get('/events');
    expect([second.status, second.headers.get('retry-after'), await second.text()]).toEqual([
      503,
      '5',
      'Too many pages are open: close one.',
    ]);

    await listen(first, (text) => text.includes('event: mail'));
    await until(async () => {
      const third = await get('/events');
      await third.body?.cancel();
      return third.status === 200;
    });
  });

  test('stop listening to the account once a page is closed', async () => {
    let listening = 0;
    const slack = {
      list: () => [],
      onChange: () => {
        listening += 1;
        return () => {
          listening -= 1;
        };
      },
    };
    const { get } = start({ slack });
    const answer = await get('/events');
    expect(listening).toBe(1);
    await listen(answer, (text) => text.includes('event: mail'));
    await until(() => listening === 0);
  });
});
