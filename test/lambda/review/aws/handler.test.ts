/** The review function's API on the local AWS: who may decide, on what, and once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../../lambda/adapters/sha256.ts';
import { verifyTrail } from '../../../../lambda/core/case/verify-trail.ts';
import { minutesIn, startCaseTables } from '../../../support/case-table.ts';
import { ACCOUNT, aDenial, anna } from '../../../support/denial.ts';
import { ID, KEY, type Reviewed, reviewed, userArn } from '../../../support/review-case.ts';

let tables: Awaited<ReturnType<typeof startCaseTables>>;
let at: Reviewed;
beforeAll(async () => {
  tables = await startCaseTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  at = await reviewed(tables);
  await at.deny();
});

async function trailTexts(): Promise<readonly string[]> {
  const texts: string[] = [];
  for (;;) {
    const text = await at.trail.read(KEY, texts.length + 1);
    if (text === null) return texts;
    texts.push(text);
  }
}

describe('an approver', () => {
  test('sees the case, approves it for eight hours, and the trail says so', async () => {
    const before = (await trailTexts()).length;
    const shown = await at.call('GET', `/cases/${ID}`);
    expect(shown.body.case).toMatchObject({
      id: ID,
      state: 'proposed',
      who: 'maria',
      proposal: { policyName: 'AllowPassGlueRuntimeRoleToGlue' },
    });
    const { digest } = shown.body.case.proposal;
    const { status, body } = await at.call('POST', `/cases/${ID}/approve`, { body: { digest, hours: 8 } });
    expect({ status, ruling: body.ruling, state: body.case.state, term: body.case.term }).toEqual({
      status: 200,
      ruling: 'approved',
      state: 'approved',
      term: { hours: 8 },
    });
    expect(await at.find()).toMatchObject({
      state: 'approved',
      writing: null,
      approvals: [{ by: { via: 'aws', as: userArn('dana'), name: 'Dana Scully' }, digest, term: { hours: 8 } }],
    });
    const texts = await trailTexts();
    expect(texts).toHaveLength(before + 1);
    expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({
      from: 'proposed',
      to: 'approved',
      digest,
      decision: { before: 'implicitDeny', after: 'allowed' },
      what: 'Dana Scully approved the grant for 8 hours.',
    });
    expect(verifyTrail(KEY, texts, null, sha256)).toEqual({ kind: 'whole', entries: texts.length });
  });

  test('rejects with a reason, and nobody can decide again', async () => {
    const body = { digest: await at.digest(), reason: 'Use a role of your own.' };
    expect((await at.call('POST', `/cases/${ID}/reject`, { body })).body.case).toMatchObject({
      state: 'rejected',
      outcome: expect.stringContaining('Rejected by Dana Scully at 2026-11-20T09:10:00.000Z: Use a role of your own.'),
    });
    const again = await at.call('POST', `/cases/${ID}/approve`, { body: { digest: body.digest } });
    expect({ status: again.status, error: again.body.error }).toEqual({ status: 409, error: 'decided' });
  });

  test('has nothing to revert where nothing was written', async () => {
    const { status, body } = await at.call('POST', `/cases/${ID}/revert`, { body: { reason: 'no' } });
    expect({ status, error: body.error }).toEqual({ status: 409, error: 'nothing-to-revert' });
  });
});

describe('refused, and nothing is changed', () => {
  const ruling = async (by: string, changes: { digest?: string } = {}) => {
    const { transitionCount } = await at.find();
    const body = { digest: changes.digest ?? (await at.digest()) };
    const answer = await at.call('POST', `/cases/${ID}/approve`, { by, body });
    expect((await at.find()).transitionCount).toBe(transitionCount);
    return [answer.status, answer.body.error];
  };

  test('somebody who is not listed', async () => {
    expect(await ruling(userArn('mallory'))).toEqual([403, 'not-listed']);
    expect(await ruling(`arn:aws:sts::${ACCOUNT}:assumed-role/stranger/dana`)).toEqual([403, 'not-listed']);
  });
  test('the denied user, also by a role that is listed as hers', async () => {
    expect(await ruling(userArn('maria'))).toEqual([403, 'denied-person']);
    expect(await ruling(`arn:aws:sts::${ACCOUNT}:assumed-role/on-call/someone`)).toEqual([403, 'denied-person']);
  });
  test('a session of the denied role, whatever it is called', async () => {
    at = await reviewed(tables);
    await at.deny(aDenial({ identity: anna, principalArn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna` }));
    expect(await ruling(`arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/somebody-else`)).toEqual([
      403,
      'denied-person',
    ]);
  });
  test('an old digest', async () => {
    expect(await ruling(userArn('dana'), { digest: '0'.repeat(64) })).toEqual([409, 'old-digest']);
  });
  test('a case that expired', async () => {
    at.clock.now = minutesIn(24 * 60 + 1);
    expect(await ruling(userArn('dana'))).toEqual([409, 'expired']);
  });
  test('a request without an identity, which is logged as an error', async () => {
    const { status, body } = await at.call('GET', '/cases', { by: null });
    expect([status, body.error]).toEqual([401, 'no-identity']);
    expect(at.logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('what is not a request of ours', () => {
  test.each([
    ['GET', '/', {}, 404, 'no-such-address'],
    ['GET', '/cases/../secrets', {}, 404, 'no-such-address'],
    ['GET', '/cases/0000000000', {}, 404, 'no-such-case'],
    ['DELETE', '/cases', {}, 405, 'wrong-method'],
    ['GET', `/cases/${ID}/approve`, {}, 405, 'wrong-method'],
    ['POST', `/cases/${ID}/approve`, { text: 'digest=1', type: 'application/x-www-form-urlencoded' }, 415, 'not-json'],
    ['POST', `/cases/${ID}/approve`, { text: '{' }, 400, 'malformed'],
    ['POST', `/cases/${ID}/approve`, { text: '[]' }, 400, 'malformed'],
    ['POST', `/cases/${ID}/approve`, { body: { digest: 'a'.repeat(64), hours: 169 } }, 400, 'malformed'],
    ['POST', `/cases/${ID}/approve`, { body: { digest: 'a'.repeat(64), hours: 1.5 } }, 400, 'malformed'],
    ['POST', `/cases/${ID}/approve`, { body: { digest: 'a'.repeat(64), approver: 'dana' } }, 400, 'malformed'],
    ['POST', `/cases/${ID}/reject`, { text: JSON.stringify({ reason: 'x'.repeat(17_000) }) }, 413, 'too-large'],
    ['GET', '/cases', { query: { state: 'constructor' } }, 400, 'malformed'],
    ['GET', '/cases', { query: { most: '101' } }, 400, 'malformed'],
    ['GET', '/cases', { query: { from: 'xyz' } }, 400, 'malformed'],
  ])('%s %s %j: %i', async (method, path, options, status, error) => {
    const answer = await at.call(method, path, options);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body.sentence).toMatch(/\.$/);
  });

  test('a reason of white space alone', async () => {
    const body = { digest: await at.digest(), reason: '  ' };
    const answer = await at.call('POST', `/cases/${ID}/reject`, { body });
    expect([answer.status, answer.body.error]).toEqual([400, 'bad-reason']);
  });

  test('GET / lists the routes, with every header that guards', async () => {
    const { body, headers } = await at.call('GET', '/');
    expect(body.routes).toContain('GET /cases/{id}');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'strict-transport-security': expect.stringContaining('max-age='),
      'referrer-policy': 'no-referrer',
    });
  });
});

test('what breaks behind it is logged, and not told to the caller', async () => {
  const broken = { ...at.parts.cases, list: () => Promise.reject(new Error('table arn:secret is gone')) };
  Object.assign(at.parts, { cases: broken });
  const { status, body } = await at.call('GET', '/cases');
  expect({ status, error: body.error }).toEqual({ status: 500, error: 'failed' });
  expect(body.sentence).not.toContain('secret');
  expect(at.logged.some(({ level, text }) => level === 'error' && text.includes('arn:secret'))).toBe(true);
});
