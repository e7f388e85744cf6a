/** The whole loop through built bundles, each under its own role: refused, told, approved, written, proved, tried again, confirmed, recorded. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trailKey } from '../../lambda/adapters/dynamo-case-moves.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import type { Case } from '../../lambda/core/case.ts';
import { type TrailEntry, verifyTrail } from '../../lambda/core/trail.ts';
import { saveJob } from '../../local/save-job.ts';
import { deployWatched, type Watched } from '../support/here.ts';

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

beforeAll(async () => {
  here = await deployWatched({ account: example });
}, 60_000);
afterAll(() => here.close());

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
});
