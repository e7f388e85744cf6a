/** The way in by the link of a mail on the local AWS: looking changes nothing, and deciding takes a person, once, in time, where the risk is low. */

import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Links } from '../../../../lambda/ports/mail-links.ts';
import { minutesIn, startCaseTables } from '../../../support/case-table.ts';
import { ACCOUNT } from '../../../support/denial.ts';
import { inMail, KEY, type Reviewed, reviewed } from '../../../support/review-case.ts';

let tables: Awaited<ReturnType<typeof startCaseTables>>;
let at: Reviewed;
let mail: Awaited<ReturnType<typeof inMail>>;
beforeAll(async () => {
  tables = await startCaseTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  at = await reviewed(tables);
  await at.deny();
  mail = await inMail(tables, at);
});

const DANA = 'dana@example.com';
const ROLE = 'glue-runtime-role';
const approval = { decision: 'approve', term: 'good', confirm: ROLE };
const state = async () => (await at.find()).state;
const post = (token: string, form: Readonly<Record<string, string>> = approval) =>
  mail.request('POST', `/${token}`, { form });

/** Rewrites what the diagnosis says of the risk, as only a program with the table's own rights could. */
async function withRisk(level: string): Promise<void> {
  const { diagnosis } = await at.find();
  await tables.client.send(
    new UpdateCommand({
      TableName: at.table,
      Key: { caseKey: KEY, item: 'case' },
      UpdateExpression: 'SET diagnosis = :diagnosis',
      ExpressionAttributeValues: {
        ':diagnosis': JSON.stringify({ ...diagnosis, risk: { level, reasons: ['It may read every secret.'] } }),
      },
    }),
  );
}

describe('a link that works', () => {
  test.each([
    ['8h', 8],
    ['7d', 168],
    ['good', null],
  ])('approves with the term %s, in the name of the person it was sent to', async (term, hours) => {
    const answer = await post(await mail.linkFor(DANA), { ...approval, term });
    expect([answer.status, answer.page]).toEqual([200, expect.stringContaining('is approved under your name')]);
    expect(await at.find()).toMatchObject({
      state: 'approved',
      term: { hours },
      approvals: [{ by: { via: 'mail', as: DANA, name: 'Dana Scully' } }],
    });
  });

  test('rejects with a reason', async () => {
    const form = { decision: 'reject', reason: 'Use a role of your own.', confirm: ROLE };
    expect((await post(await mail.linkFor(DANA), form)).status).toBe(200);
    expect(await at.find()).toMatchObject({ state: 'rejected', rejection: { reason: 'Use a role of your own.' } });
  });

  test('shows the case, its grant, its risk and who gains, with a form that sends nothing anywhere else', async () => {
    const { status, headers, page } = await mail.request('GET', `/${await mail.linkFor(DANA)}`);
    expect(status).toBe(200);
    for (const words of ['AllowPassGlueRuntimeRoleToGlue', 'Who gains', 'Risk of passing this role', '<form'])
      expect(page).toContain(words);
    expect(page).not.toMatch(/<script|action=|href=|src=/);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
      'strict-transport-security': expect.stringContaining('max-age='),
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]+='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      ),
    });
  });
});

describe('a mail scanner', () => {
  test('opens the link as often as it likes, in every way it knows, and changes nothing', async () => {
    const token = await mail.linkFor(DANA);
    const before = await at.find();
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])
      await mail.request(method, `/${token}`);
    expect(await at.find()).toEqual(before);
    expect((await post(token)).status).toBe(200);
  });

  test.each([
    ['an empty form', {}],
    ['a form as it stands on the page', { decision: 'approve', term: '8h', confirm: '' }],
    ['a form filled with anything', { decision: 'approve', term: '8h', confirm: 'yes' }],
    ['a rejection filled with anything', { decision: 'reject', reason: 'test', confirm: 'test' }],
    ['a term that is none', { decision: 'approve', term: 'constructor', confirm: ROLE }],
    ['a decision that is none', { decision: 'revert', confirm: ROLE }],
    ['a rejection without a reason', { decision: 'reject', reason: ' ', confirm: ROLE }],
  ])('posts %s, which decides nothing and leaves the link as it was', async (_, form) => {
    const token = await mail.linkFor(DANA);
    const answer = await post(token, form);
    expect([answer.status, answer.page]).toEqual([422, expect.stringContaining('Nothing was decided')]);
    expect(await state()).toBe('proposed');
    expect(await mail.links.find(token)).toMatchObject({ usedAt: null });
    expect((await post(token)).status).toBe(200);
  });

  test('posts what no form of a page is', async () => {
    const token = await mail.linkFor(DANA);
    expect(
      (await mail.request('POST', `/${token}`, { text: '{"decision":"approve"}', type: 'application/json' })).status,
    ).toBe(415);
    expect((await mail.request('POST', `/${token}`, { text: `confirm=${'x'.repeat(20_000)}` })).status).toBe(413);
    expect(await state()).toBe('proposed');
  });
});

describe('refused, and nothing is changed', () => {
  const refused = async (token: string, form = approval) => {
    const before = await at.find();
    const { status, page } = await post(token, form);
    expect(await at.find()).toEqual(before);
    return [status, /<h1>(.*?)<\/h1>/.exec(page)?.[1]];
  };

  test('a link that was used', async () => {
    const token = await mail.linkFor(DANA);
    await post(token);
    expect(await refused(token)).toEqual([410, 'Used already']);
    expect((await mail.request('GET', `/${token}`)).status).toBe(410);
  });

  test('one of two uses at the same time', async () => {
    const token = await mail.linkFor(DANA);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 410)]);
    expect(await at.find()).toMatchObject({ state: 'approved', approvals: [{ by: { as: DANA } }] });
  });

  test('a link that has ended, by the millisecond', async () => {
    const token = await mail.linkFor(DANA, { endsAt: minutesIn(30) });
    at.clock.now = minutesIn(30);
    expect(await refused(token)).toEqual([410, 'Ended']);
    at.clock.now = new Date(minutesIn(30).getTime() - 1);
    expect((await post(token)).status).toBe(200);
  });

  test('a link that was never made, or is cut', async () => {
    expect(await refused('A'.repeat(43))).toEqual([404, 'Not known']);
    expect((await mail.request('GET', '/A')).status).toBe(404);
    expect((await mail.request('GET', '/')).status).toBe(404);
  });

  test('the person who was refused, by a link of their own', async () => {
    expect(await refused(await mail.linkFor('maria@example.com'))).toEqual([403, 'Not decided']);
  });

  test('somebody who is no approver any more', async () => {
    expect(await refused(await mail.linkFor('fox@example.com'))).toEqual([403, 'Not an approver']);
  });

  test.each(['elevated', 'unknown', 'administrator'])('a risk that is %s', async (level) => {
    await withRisk(level);
    expect(await refused(await mail.linkFor(DANA))).toEqual([403, 'Not decided']);
  });

  test('a proposal that has changed since', async () => {
    const token = await mail.linkFor(DANA, { digest: 'f'.repeat(64) });
    expect((await mail.request('GET', `/${token}`)).page).not.toContain('<form');
    expect(await refused(token)).toEqual([409, 'Not decided']);
  });

  test('a case that has expired, although the link has not', async () => {
    const token = await mail.linkFor(DANA, { endsAt: minutesIn(100_000) });
    at.clock.now = minutesIn(24 * 60);
    expect(await refused(token)).toEqual([409, 'Not decided']);
  });

  test('a case that somebody has decided', async () => {
    const token = await mail.linkFor(DANA);
    await post(await mail.linkFor(DANA));
    expect((await mail.request('GET', `/${token}`)).page).not.toContain('<form');
    expect(await refused(token)).toEqual([409, 'Not decided']);
  });
});

describe('when something breaks', () => {
  test('a decision that could not be recorded leaves the link to be used again', async () => {
    const token = await mail.linkFor(DANA);
    const broken = {
      ...mail.parts,
      transitions: { ...at.transitions, make: () => Promise.reject(new Error('DynamoDB is down')) },
    };
    const answer = await mail.request('POST', `/${token}`, { form: approval, given: broken });
    expect([answer.status, answer.page]).toEqual([500, expect.not.stringContaining('DynamoDB')]);
    expect((await post(token)).status).toBe(200);
  });

  test('a repetition by the SDK, of a use whose answer was lost, is no second use', async () => {
    const token = await mail.linkFor(DANA);
    expect(await mail.links.use(token, 'one', minutesIn(11), null)).toBe(true);
    expect(await mail.links.use(token, 'one', minutesIn(11), null)).toBe(true);
    expect(await mail.links.use(token, 'two', minutesIn(11), null)).toBe(false);
  });

  test('a link whose function died before it decided works again a minute later', async () => {
    const token = await mail.linkFor(DANA);
    await mail.links.use(token, 'one that died', minutesIn(11), null);
    at.clock.now = new Date(minutesIn(12).getTime());
    expect((await post(token)).status).toBe(410);
    at.clock.now = new Date(minutesIn(12).getTime() + 1);
    expect((await mail.request('GET', `/${token}`)).page).toContain('<form');
    expect((await post(token)).status).toBe(200);
    expect(await state()).toBe('approved');
  });

  test('of two who take the place of the one that died, one decides', async () => {
    const token = await mail.linkFor(DANA);
    await mail.links.use(token, 'one that died', minutesIn(11), null);
    const earlier = minutesIn(11).toISOString();
    expect(await mail.links.use(token, 'two', minutesIn(13), earlier)).toBe(true);
    expect(await mail.links.use(token, 'three', minutesIn(13), earlier)).toBe(false);
  });

  test('a link that has decided decides no more, when the same grant is proposed anew', async () => {
    const token = await mail.linkFor(DANA);
    await mail.links.use(token, 'one', minutesIn(11), null);
    await tables.client.send(
      new UpdateCommand({
        TableName: at.table,
        Key: { caseKey: KEY, item: 'case' },
        UpdateExpression: 'SET diagnosedAt = :later',
        ExpressionAttributeValues: { ':later': minutesIn(14).toISOString() },
      }),
    );
    at.clock.now = minutesIn(15);
    expect((await post(token)).status).toBe(410);
    expect(await state()).toBe('proposed');
  });

  test('a link cannot be given back by another attempt than the one that used it', async () => {
    const token = await mail.linkFor(DANA);
    await mail.links.use(token, 'one', minutesIn(11), null);
    await expect(mail.links.giveBack(token, 'two')).rejects.toThrow();
    expect(await mail.links.find(token)).toMatchObject({ usedAt: minutesIn(11).toISOString() });
  });

  test('a give-back that fails hides nothing of what went wrong', async () => {
    const token = await mail.linkFor(DANA);
    const links: Links = { ...mail.links, giveBack: () => Promise.reject(new Error('no')) };
    const transitions = { ...at.transitions, make: () => Promise.reject(new Error('DynamoDB is down')) };
    await mail.request('POST', `/${token}`, { form: approval, given: { ...mail.parts, links, transitions } });
    expect(at.logged.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
      expect.stringContaining('used up'),
      expect.stringContaining('DynamoDB is down'),
    ]);
  });
});

test('the table holds a hash: no secret part of a link stands in it', async () => {
  const token = await mail.linkFor(DANA);
  const { Items } = await tables.client.send(new ScanCommand({ TableName: mail.table }));
  expect(Items).toHaveLength(1);
  expect(JSON.stringify(Items)).not.toContain(token);
});

test('what people named cannot become markup of the page', async () => {
  const { latest } = await at.find();
  const evil = `"><img src=x onerror=alert(1)>\u202e`;
  const identity = { ...latest.identity, arn: `arn:aws:iam::${ACCOUNT}:user/${evil}` };
  await tables.client.send(
    new UpdateCommand({
      TableName: at.table,
      Key: { caseKey: KEY, item: 'case' },
      UpdateExpression: 'SET latest = :latest',
      ExpressionAttributeValues: { ':latest': JSON.stringify({ ...latest, identity }) },
    }),
  );
  const { page } = await mail.request('GET', `/${await mail.linkFor(DANA)}`);
  expect(page).toContain('&lt;img src=x');
  expect(page).not.toMatch(/<img|\u202e/);
});
