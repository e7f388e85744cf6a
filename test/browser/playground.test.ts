import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buttonsBlock } from '../../lambda/core/slack/buttons.ts';
import { type Playground, startPlayground } from '../../local/playground/playground.ts';
import type { PlaygroundPorts } from '../../local/playground/ports.ts';
import { readBlocks } from '../../local/slack/block-kit.ts';
import { openRoom } from '../../local/slack/room.ts';
import { type MadeUp, madeUpInteractivity, madeUpPlayground, refusal } from '../support/playground-ports.ts';
import { startBrowser } from './chromium.ts';

let browser: Browser;
let made: MadeUp;
let playground: Playground;
/** What the browser complained about: a script that failed, a rule of the page's policy that was broken. */
let complaints: string[] = [];

beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

const now = () => new Date();

async function serve(given: Partial<PlaygroundPorts> = {}): Promise<void> {
  made = madeUpPlayground(now, given);
  playground = await startPlayground(made.ports);
}

beforeEach(async () => {
  complaints = [];
  await serve();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await playground.close();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
  page.setDefaultTimeout(5_000);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(playground.url);
  return page;
}

const live = (page: Page) => page.locator('#link-state.on').waitFor();

const post = (text: string) => made.room.post('C0123456789', { text, blocks: [], metadata: null });

describe('someone presses Save', () => {
  test('and the refusal, Slack and the mail show without loading the page anew', async () => {
    const page = await open();
    await live(page);
    await page.locator('title').evaluate((title) => {
      title.textContent = 'the same page';
    });

    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    const { ts } = post('*maria* may not pass');
    await page.locator('#slack li').waitFor();
    made.room.edit('C0123456789', ts, { text: 'maria may *not* pass' });
    await page.getByText('(edited)').waitFor();
    made.mails.add({ id: 'm1', at: now(), to: null, subject: 'PassRole denied', text: 'No policy allows it.' });
    await page.locator('#tab-mail.news').click();

    expect(await page.getByRole('alert').locator('p').textContent()).toBe(refusal.words);
    expect(await page.locator('#slack b').allTextContents()).toEqual(['PassRole Remediator', 'not']);
    expect(await page.locator('#mail pre').textContent()).toBe('No policy allows it.');
    expect([
      await page.locator('#tab-slack .count').textContent(),
      await page.locator('#tab-mail .count').textContent(),
    ]).toEqual(['1', '1']);
    expect(await page.title()).toBe('the same page');
    expect(complaints).toEqual([]);
  });

  test('with the keyboard alone', async () => {
    const page = await open();
    await live(page);
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.locator('.save:focus').count()) === 1) break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Save');
  });

  test('while npm start is not running any more, and reads what happened', async () => {
    const page = await open();
    await live(page);
    await playground.close();
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(
      /^Save did not get through: .* Is npm start still running\?$/,
    );
    await serve();
  });

  test('in a browser without scripts', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.getByRole('button', { name: 'Without MFA' }).click();
    expect(await page.getByLabel('with MFA').isChecked()).toBe(false);
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.getByRole('alert').locator('b').textContent()).toBe('Failed to update job');
  });
});

describe('the form', () => {
  test('is filled in by a situation, and says which one it is', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'A role that is allowed' }).click();
    expect({
      job: await page.getByLabel('Job', { exact: true }).inputValue(),
      crumb: await page.locator('#crumb-job').textContent(),
      pressed: await page.locator('#situations [aria-pressed=true]').allTextContents(),
    }).toEqual({ job: 'customer-dedupe', crumb: 'customer-dedupe', pressed: ['A role that is allowed'] });

    await page.getByLabel('with MFA').setChecked(false, { force: true });
    expect(await page.locator('#situations [aria-pressed=true]').count()).toBe(0);
  });

  test('takes any other role as it is typed', async () => {
    const handed: string[] = [];
    await playground.close();
    await serve({
      save: async ({ role }) => {
        handed.push(role);
        return { ok: true };
      },
    });
    const page = await open();
    expect(await page.getByLabel('Name or ARN of the role').isVisible()).toBe(false);
    await page.getByLabel('IAM role').selectOption('Another name or ARN…');
    await page.getByLabel('Name or ARN of the role').fill('etl/my-role');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.flash.good').waitFor();
    expect(handed).toEqual(['etl/my-role']);
  });
});

test('text from outside never runs, however it arrives', async () => {
  const hostile = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
  await playground.close();
  await serve({ save: async () => ({ ok: false, title: hostile, words: hostile }) });
  const page = await open();
  await live(page);
  post(hostile);
  made.mails.add({ id: 'm1', at: now(), to: null, subject: hostile, text: hostile });
  made.stages.add({ at: now(), stage: 'failed', text: hostile });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('#mail li').waitFor({ state: 'attached' });

  expect(await page.locator('#slack .block-section').textContent()).toBe(hostile);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('passrole-remediator playground');
});

test('the tabs follow the arrow keys, and one pane shows at a time', async () => {
  const page = await open();
  const shown = async () => [
    await page.locator('#pane-slack').isVisible(),
    await page.locator('#pane-mail').isVisible(),
  ];
  expect(await shown()).toEqual([true, false]);
  await page.locator('#tab-slack').focus();
  await page.keyboard.press('ArrowRight');
  expect([await shown(), await page.locator(':focus').getAttribute('id')]).toEqual([[false, true], 'tab-mail']);
  await page.keyboard.press('ArrowRight');
  expect(await shown()).toEqual([true, false]);
});

test('after npm start was started again, the page catches up by itself', async () => {
  const page = await open();
  await live(page);
  const { port } = playground;
  await playground.close();
  await page.locator('#link-state.off').waitFor();
  made.mails.add({ id: 'm1', at: now(), to: null, subject: 'while you were away', text: '' });
  playground = await startPlayground(made.ports, { port });
  await page.locator('#link-state.on').waitFor({ timeout: 15_000 });
  await page.locator('#mail li').waitFor({ state: 'attached' });
}, 30_000);

test('a new line does not touch the lines before it', async () => {
  const page = await open();
  await live(page);
  made.stages.add({ at: now(), stage: 'save-refused', text: 'refused' });
  await page.locator('#log li').waitFor();
  const line = await page.locator('#log li').elementHandle();
  made.stages.add({ at: now(), stage: 'event', text: 'heard' });
  await page.locator('#log li').nth(1).waitFor();
  expect(await line?.evaluate(({ isConnected }) => isConnected)).toBe(true);
  expect(await page.locator('#log .line-text').allTextContents()).toEqual(['refused', 'heard']);
  expect(complaints).toEqual([]);
});

test.each([380, 640, 900, 1200, 1600])('at %d pixels nothing has to be scrolled sideways', async (width) => {
  post('x'.repeat(400));
  made.mails.add({ id: 'm1', at: now(), to: null, subject: 'S'.repeat(99), text: 'y'.repeat(400) });
  made.stages.add({ at: now(), stage: 'failed', text: 'z'.repeat(400) });
  const page = await open({ viewport: { width, height: 900 } });
  await live(page);
  for (const tab of ['#tab-slack', '#tab-mail']) {
    await page.locator(tab).click();
    expect(await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)).toBe(width);
  }
});

test.each(['light', 'dark'] as const)('in a %s room the page is easy to read', async (colorScheme) => {
  post('*maria* may not pass `glue-runtime-role`');
  made.stages.add({ at: now(), stage: 'save-refused', text: 'refused' });
  const page = await open({ colorScheme });
  await live(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  const faintTexts = await readFile(new URL('./faint-texts.js', import.meta.url), 'utf8');
  expect(await page.evaluate(faintTexts)).toEqual([]);
});

describe('someone acts in Slack', () => {
  async function withHands(options: BrowserContextOptions = {}) {
    await playground.close();
    const hands = madeUpInteractivity(now);
    const room = openRoom(now);
    const onChange = (listener: () => void) => {
      const stops = [room.onChange(listener), hands.screens.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    };
    await serve({ interactivity: hands.interactivity, slack: { list: room.list, onChange } });
    const read = readBlocks(buttonsBlock({ case: 'c'.repeat(32), round: 1, digest: 'd'.repeat(64) }));
    if (!read.ok) throw new Error(read.messages.join(' '));
    const { ts } = room.post('C0123456789', { text: 'a case', blocks: read.blocks, metadata: null });
    return { ...hands, ts, page: await open(options) };
  }

  test('is asked first, and what did not work is said', async () => {
    const { page, done, ts } = await withHands();
    await live(page);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('dialog', { name: 'Approve this grant?' }).getByRole('button', { name: 'Not yet' }).click();
    expect(done).toEqual([]);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('This didn’t work.');
    expect(done).toEqual([{ ts, actionId: 'passrole_approve', user: 'U0MARIA' }]);
    expect(complaints).toEqual([]);
  });

  test('with the keyboard: a modal takes the focus, keeps what is typed, and gives the focus back', async () => {
    const { page, done } = await withHands();
    await live(page);
    await page.getByRole('button', { name: 'Reject…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Reject this grant' }).waitFor();
    await page.keyboard.type('Use its own role.');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByText('Say more.').waitFor();
    expect(done.at(-1)).toMatchObject({ values: { 'reason/text': 'Use its own role.' } });
    expect(await page.getByLabel('Why not?').inputValue()).toBe('Use its own role.');
    expect(await page.locator(':focus').getAttribute('name')).toBe('value:reason/text');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.locator(':focus').textContent()).toBe('Reject…');
    expect(complaints).toEqual([]);
  });

  test('as somebody else, who sees what only they may see', async () => {
    const { page, screens } = await withHands();
    await live(page);
    screens.notify({ channel: 'C0123456789', user: 'U0SORA', text: 'for sora', blocks: [] });
    expect(await page.getByText('for sora').count()).toBe(0);
    await page.getByLabel('You are').selectOption('sora');
    await page.getByText('for sora').waitFor();
    expect(page.url()).toMatch(/\?as=U0SORA$/);
    await page.reload();
    await page.getByText('for sora').waitFor();
    await page.getByLabel('You are').selectOption('maria');
    await page.getByText('for sora').waitFor({ state: 'detached' });
  });

  test('in a browser without scripts', async () => {
    const { page, done } = await withHands({ javaScriptEnabled: false });
    await page.getByLabel('You are').selectOption('sora');
    await page.getByRole('button', { name: 'Reject…' }).click();
    await page.getByLabel('Why not?').fill('Use its own role.');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    expect(await page.locator('.modal-error').textContent()).toBe('Say more.');
    expect(await page.getByLabel('Why not?').inputValue()).toBe('Use its own role.');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(done).toHaveLength(2);
  });

  test.each(['light', 'dark'] as const)(
    'in a %s room, and reads it easily, on a narrow screen too',
    async (colorScheme) => {
      const { page, screens } = await withHands({ colorScheme, viewport: { width: 380, height: 800 } });
      await live(page);
      screens.notify({ channel: 'C0123456789', user: 'U0MARIA', text: 'x'.repeat(300), blocks: [] });
      await page.getByText('Only visible to you').waitFor();
      const faintTexts = await readFile(new URL('./faint-texts.js', import.meta.url), 'utf8');
      expect(await page.evaluate(faintTexts)).toEqual([]);
      expect(await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)).toBe(380);
      await page.getByRole('button', { name: 'Reject…' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await page.getByRole('dialog').boundingBox()).toMatchObject({ x: 20, width: 340 });
    },
  );
});
