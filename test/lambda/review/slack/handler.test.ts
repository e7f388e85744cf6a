/** The way in from Slack on the local AWS: signed by Slack itself, just now, once, by somebody who is listed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { slackSecretCache } from '../../../../lambda/adapters/slack/secret-cache.ts';
import { encodeButton } from '../../../../lambda/core/slack/buttons.ts';
import { minutesIn, startCaseTables } from '../../../support/case-table.ts';
import { inSlack, KEY, pressOf, type Reviewed, reviewed, SECRET, submitOf } from '../../../support/review-case.ts';

let tables: Awaited<ReturnType<typeof startCaseTables>>;
let at: Reviewed;
let slack: Awaited<ReturnType<typeof inSlack>>;
let value: string;
beforeAll(async () => {
  tables = await startCaseTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  at = await reviewed(tables);
  await at.deny();
  slack = await inSlack(tables, at);
  value = encodeButton({ case: KEY, round: 1, digest: await at.digest() });
});

const send = async (payload: unknown, changes?: { at?: Date; secret?: string }) => {
  const { statusCode, body } = await slack.send(slack.requestOf(payload, changes));
  return [statusCode, body === '' ? '' : JSON.parse(body)];
};
const state = async () => (await at.find()).state;
const handled = [200, ''];

describe('a press', () => {
  test.each([
    ['approve', null],
    ['approve_8h', 8],
    ['approve_7d', 168],
  ])('%s approves, and the person is told', async (action, hours) => {
    expect(await send(pressOf(action, value))).toEqual(handled);
    expect(await at.find()).toMatchObject({
      state: 'approved',
      term: { hours },
      approvals: [{ by: { via: 'slack', as: 'U0DANA', name: 'Dana Scully' } }],
    });
    expect(slack.shown.lines).toEqual([
      { channel: 'C0123456789', user: 'U0DANA', text: expect.stringContaining('Case abcdef0123 is approved') },
    ]);
  });

  test('Reject opens the window, and submitting it rejects', async () => {
    expect(await send(pressOf('reject', value))).toEqual(handled);
    expect(slack.shown.views).toMatchObject([{ trigger: '1.2.abc', view: { callback_id: 'passrole_reject' } }]);
    expect(await state()).toBe('proposed');
    expect(await send(submitOf(value, 'Use a role of your own.'))).toEqual(handled);
    expect(await at.find()).toMatchObject({ state: 'rejected', rejection: { reason: 'Use a role of your own.' } });
  });

  test('Show evidence opens the evidence and decides nothing', async () => {
    expect(await send(pressOf('evidence', value))).toEqual(handled);
    expect(slack.shown.views).toMatchObject([{ view: { callback_id: 'passrole_evidence' } }]);
    expect(await state()).toBe('proposed');
  });

  test('stands although the person cannot be told', async () => {
    slack.trouble.notify = true;
    expect(await send(pressOf('approve', value))).toEqual(handled);
    expect(await state()).toBe('approved');
    expect(at.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('of another kind than ours is taken and does nothing', async () => {
    expect(await send({ type: 'view_closed' })).toEqual(handled);
  });
});

describe('not taken, and nothing is changed', () => {
  const refused = async (changes: { at?: Date; secret?: string }) => {
    const [status, body] = await send(pressOf('approve', value), changes);
    expect(await state()).toBe('proposed');
    expect(slack.shown.lines).toEqual([]);
    return [status, body.error];
  };
  test('forged', async () => expect(await refused({ secret: 'another-secret-of-slack' })).toEqual([401, 'forged']));
  test('late', async () => expect(await refused({ at: minutesIn(4) })).toEqual([401, 'late']));
  test('early', async () => expect(await refused({ at: minutesIn(16) })).toEqual([401, 'early']));

  test('replayed, also by two at the same time', async () => {
    const request = slack.requestOf(pressOf('evidence', value));
    const answers = await Promise.all([slack.send(request), slack.send(request)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
    expect((await slack.send(request)).statusCode).toBe(401);
    expect(slack.shown.views).toHaveLength(1);
  });

  test('not a payload of Slack', async () => {
    expect((await send({ type: 'block_actions' }))[0]).toBe(400);
    expect((await send(['x']))[0]).toBe(400);
  });
});

describe('refused in words to the person alone', () => {
  const refused = async (payload: unknown) => {
    expect(await send(payload)).toEqual(handled);
    expect(await state()).toBe('proposed');
    return slack.shown.lines.map(({ text }) => text).join();
  };
  test('another workspace', async () => {
    expect(await refused(pressOf('approve', value, { team: 'T0OTHER' }))).toContain(
      'Only members of the Slack workspace',
    );
  });
  test('somebody who is not listed, by every button', async () => {
    for (const action of ['approve', 'reject', 'evidence']) {
      expect(await refused(pressOf(action, value, { user: 'U0MALLORY' }))).toContain('not in the list of approvers');
    }
    expect(slack.shown.views).toEqual([]);
  });
  test('the denied person', async () => {
    expect(await refused(pressOf('approve', value, { user: 'U0MARIA' }))).toContain('Somebody else has to decide');
  });
  test('an old button', async () => {
    const old = encodeButton({ case: KEY, round: 1, digest: '0'.repeat(64) });
    expect(await refused(pressOf('approve', old))).toContain('The proposal has changed');
  });
  test('a case that expired', async () => {
    at.clock.now = minutesIn(24 * 60 + 1);
    expect(await refused(pressOf('approve', value))).toContain('expired');
  });
  test('a case that is not there, and a button that is not ours', async () => {
    const gone = encodeButton({ case: 'f'.repeat(32), round: 1, digest: '0'.repeat(64) });
    expect(await refused(pressOf('approve', gone))).toContain('not there any more');
    expect(await refused(pressOf('approve', 'x'))).toContain('not one of this version');
  });
});

describe('refused in the window', () => {
  const refused = async (payload: unknown) => {
    const [status, body] = await send(payload);
    expect([status, await state(), body.response_action]).toEqual([200, 'proposed', 'errors']);
    return body.errors.reason;
  };
  test('the denied person', async () => {
    expect(await refused(submitOf(value, 'no', { user: 'U0MARIA' }))).toContain('Somebody else has to decide');
  });
  test('somebody who is not listed, or of another workspace', async () => {
    expect(await refused(submitOf(value, 'no', { user: 'U0MALLORY' }))).toContain('not in the list');
    expect(await refused(submitOf(value, 'no', { team: 'T0OTHER' }))).toContain('Only members');
  });
  test('a reason of white space', async () => {
    expect(await refused(submitOf(value, '   '))).toContain('A reason of 1 to 500 characters');
  });
  test('a case that cannot be written just now', async () => {
    Object.assign(slack.parts, {
      transitions: { ...at.transitions, make: () => Promise.reject(new Error('throttled')) },
    });
    expect(await refused(submitOf(value, 'no'))).toContain('Submit it again');
  });
});

test('a rotated secret is read again, at most once a minute', async () => {
  let secret = SECRET;
  let reads = 0;
  const cache = slackSecretCache(async () => {
    reads += 1;
    return { botToken: 'xoxb-1', signingSecret: secret };
  });
  slack = await inSlack(tables, { ...at, table: `${at.table}Again` }, cache);
  expect(await send(pressOf('evidence', value))).toEqual(handled);
  secret = 'rotated-secret-of-slack';
  expect((await send(pressOf('evidence', value), { secret }))[0]).toBe(401);
  expect(reads).toBe(1);
  at.clock.now = minutesIn(12);
  expect(await send(pressOf('evidence', value), { secret })).toEqual(handled);
  expect(reads).toBe(2);
  for (let n = 0; n < 5; n += 1)
    expect((await send(pressOf('evidence', value), { secret: `forged-by-somebody-${n}` }))[0]).toBe(401);
  expect(reads).toBe(2);
});
