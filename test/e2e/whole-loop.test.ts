/** The whole loop through built bundles, each under its own role: refused, told, approved, written, proved, tried again, confirmed, recorded. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { trailKey } from '../../lambda/adapters/dynamodb/case-transitions.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { type Case, caseId } from '../../lambda/core/case/case.ts';
import type { TrailEntry } from '../../lambda/core/case/trail.ts';
import { verifyTrail } from '../../lambda/core/case/verify-trail.ts';
import { APPROVER_ATTRIBUTE } from '../../lambda/runtime/approver-attribute.ts';
import { saveJob } from '../../local/save-job.ts';
import { deployWatched, type Watched } from '../support/here.ts';
import { keptEntries } from '../support/secrets-in-logs.js';

const example: unknown = JSON.parse(readFileSync('examples/field-note.json', 'utf8'));
const form = { user: 'mika', job: 'nightly-orders', role: 'glue-runtime-role', mfa: true };

let here: Watched;
const clicker = 'U0SORA';

function trailTexts(of: Case): readonly string[] {
  const [bucket] = [...here.aws.state.buckets.values()];
  const prefix = `trail/${trailKey(of.key, of.round)}/`;
  return [...(bucket?.objects ?? [])]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => Buffer.from(body).toString('utf8'));
}

async function theCase(): Promise<Case> {
  const [only, ...others] = await here.cases();
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} cases`);
  return only;
}

const theMessage = () => {
  const [only, ...others] = here.slack.messages();
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} messages`);
  return only;
};

const press = async (actionId: string, user = clicker) => {
  const pressed = await here.slack.press({ ts: theMessage().ts, actionId, user });
  await here.runtime.idle();
  return pressed;
};

beforeEach(async () => {
  here = await deployWatched({ account: example });
}, 60_000);
afterEach(() => here.close());

const inline = () => [...(here.aws.state.groups.get('GlueAccess')?.inline.keys() ?? [])];

/** The link of the newest mail to one approver alone. */
function linkOf(): { readonly to: string; readonly url: string } {
  const [mail] = here.aws.sent.filter(({ attributes }) => attributes[APPROVER_ATTRIBUTE] !== undefined).slice(-1);
  const url = /http:\/\/\S+/.exec(mail?.message ?? '')?.[0];
  const to = mail?.attributes[APPROVER_ATTRIBUTE]?.value;
  if (url === undefined || to === undefined) throw new Error('No mail holds a link.');
  return { to, url };
}

async function review(path: string, body: object): Promise<number> {
  const accessKeyId = here.aws.keyFor({ kind: 'user', name: 'sora', console: true, mfa: true });
  const { region } = here.deployment.place;
  const signer = new AwsClient({ accessKeyId, secretAccessKey: 'local', service: 'lambda', region });
  const headers = { 'content-type': 'application/json' };
  const url = new URL(path, here.runtime.url('review') ?? '');
  const { status } = await signer.fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  await here.runtime.idle();
  return status;
}

describe('the field note', () => {
  test('from the refused Save to the confirmed case', async () => {
    expect(await saveJob(here.aws, form)).toMatchObject({ ok: false });
    await here.runtime.idle();
    expect(await theCase()).toMatchObject({ state: 'proposed' });

    expect(here.errors).toEqual([]);
    expect((await press('passrole_approve')).seen).toMatchObject({ kind: 'ok' });
    const applied = await theCase();
    expect(applied).toMatchObject({
      state: 'applied',
      grants: [{ policyName: 'AllowPassGlueRuntimeRoleToGlue', endsAt: null }],
    });
    expect(here.aws.state.groups.get('GlueAccess')?.inline.get('AllowPassGlueRuntimeRoleToGlue')).toBeDefined();
    expect(JSON.stringify(theMessage().blocks)).not.toContain('passrole_approve');

    expect(await saveJob(here.aws, form)).toEqual({ ok: true });
    await here.runtime.idle();
    const confirmed = await theCase();
    expect(confirmed).toMatchObject({ state: 'confirmed' });

    const texts = trailTexts(confirmed);
    const entries = texts.map((text) => JSON.parse(text) as TrailEntry);
    expect(entries.map(({ to }) => to)).toEqual(['proposed', 'approved', 'approved', 'applied', 'confirmed']);
    expect(verifyTrail(confirmed.key, texts, null, sha256)).toEqual({ kind: 'whole', entries: 5 });
    expect(here.errors).toEqual([]);
  }, 120_000);

  test('by the link of a mail: opening it changes nothing, deciding by it writes the grant', async () => {
    await saveJob(here.aws, { ...form, user: 'ren' });
    await here.runtime.idle();
    const { to, url } = linkOf();
    // What the look through all logs at the end of the run goes by.
    const looked = keptEntries(process.env['KEEP_LOGS'] ?? '');
    expect(looked.filter(({ value }) => value !== undefined && url.endsWith(`/${value}`))).not.toEqual([]);
    expect(looked.filter(({ from }) => from === 'announce')).not.toEqual([]);
    const opened = await fetch(url);
    expect([opened.status, await opened.text()]).toEqual([200, expect.stringContaining('Who gains')]);
    expect((await theCase()).state).toBe('proposed');
    const form8h = { decision: 'approve', term: '8h', confirm: 'glue-runtime-role' };
    const decided = await fetch(url, { method: 'POST', body: new URLSearchParams(form8h) });
    expect(decided.status).toBe(200);
    await here.runtime.idle();
    const applied = await theCase();
    expect(applied).toMatchObject({ state: 'applied', approvals: [{ by: { via: 'mail', as: to } }] });
    const text = here.aws.state.groups.get('GlueAccess')?.inline.get('AllowPassGlueRuntimeRoleToGlue')?.text ?? '';
    expect(JSON.parse(text)).toMatchObject({
      Statement: [{ Condition: { DateLessThan: { 'aws:CurrentTime': expect.any(String) } } }],
    });
    expect((await fetch(url, { method: 'POST', body: new URLSearchParams(form8h) })).status).toBe(410);
    expect(here.errors).toEqual([]);
  }, 120_000);

  test('a grant of an earlier round can be taken back, and its own message says so', async () => {
    await saveJob(here.aws, form);
    await here.runtime.idle();
    await press('passrole_approve');
    expect(await saveJob(here.aws, form)).toEqual({ ok: true });
    await here.runtime.idle();
    const first = await theCase();
    expect(first.state).toBe('confirmed');
    const [{ ts } = { ts: '' }] = here.slack.messages();

    // Somebody takes the policy away by hand, so that the next Save is refused in a round of its own.
    here.aws.state.groups.get('GlueAccess')?.inline.delete('AllowPassGlueRuntimeRoleToGlue');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await saveJob(here.aws, form);
    await here.runtime.idle();
    expect(await theCase()).toMatchObject({ round: 2, state: 'proposed' });
    expect(here.slack.messages()).toHaveLength(2);

    expect(await review(`cases/${caseId(first.key, 1)}/revert`, { reason: 'gone already' })).toBe(200);
    const message = here.slack.messages().find((message) => message.ts === ts);
    expect(JSON.stringify(message?.blocks)).toContain('Reverted');
    expect(await theCase()).toMatchObject({ round: 2, state: 'proposed' });
    expect(inline()).toEqual([]);
    expect(here.errors).toEqual([]);
  }, 120_000);
});
