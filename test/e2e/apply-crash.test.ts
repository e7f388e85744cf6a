/**
 * apply is killed behind every single AWS call that it makes, one after the other, each time in a case of its own: what is left is always the
 * same one grant, one message, one case, and a trail without a gap.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { trailKey } from '../../lambda/adapters/dynamo-case-moves.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { type Case, caseId } from '../../lambda/core/case.ts';
import { type TrailEntry, verifyTrail } from '../../lambda/core/trail.ts';
import type { Call } from '../../local/aws/call.ts';
import { saveJob } from '../../local/save-job.ts';
import { deployWatched, type Watched } from '../support/here.ts';

const example: unknown = JSON.parse(readFileSync('examples/field-note.json', 'utf8'));
const form = { user: 'mika', job: 'nightly-orders', role: 'glue-runtime-role', mfa: true };

let here: Watched;
/** Fewer than apply's queue tries, so that the last try of a case lives. */
const MOST_KILLS = 4;
/** Which call is a process's last: the one of that number, counted up from process to process, or the first of that name, once. */
type Aim = { readonly from: number } | { readonly behind: string };
let armed: { readonly aim: Aim; seen: number; readonly killed: string[] } | null = null;

function isLast({ service, operation }: Call): boolean {
  if (armed === null) return false;
  const { aim, killed } = armed;
  armed.seen += 1;
  return 'behind' in aim
    ? killed.length === 0 && aim.behind === `${service}:${operation}`
    : killed.length < MOST_KILLS && armed.seen === aim.from + killed.length;
}

const isApply = ({ callerArn }: Call): boolean => /assumed-role\/[^/]*Apply/.test(callerArn);

beforeAll(async () => {
  here = await deployWatched({
    account: example,
    aws: {
      fault: (call) => {
        if (armed === null || !isApply(call) || !isLast(call)) return null;
        armed.killed.push(`${call.service}:${call.operation}`);
        armed.seen = 0;
        return 'kill-caller-after';
      },
    },
  });
}, 60_000);
afterAll(() => here.close());

async function review(path: string, body: object): Promise<Record<string, unknown>> {
  const accessKeyId = here.aws.keyFor({ kind: 'user', name: 'sora', console: true, mfa: true });
  const signer = new AwsClient({
    accessKeyId,
    secretAccessKey: 'local',
    service: 'lambda',
    region: here.deployment.place.region,
  });
  const headers = { 'content-type': 'application/json' };
  const url = new URL(path, here.runtime.url('review') ?? '');
  const answer = await signer.fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const json = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

async function theCase(): Promise<Case> {
  const [only, ...others] = await here.cases();
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} cases`);
  return only;
}

function trailOf(of: Case): readonly string[] {
  const prefix = `trail/${trailKey(of.key, of.round)}/`;
  return [...here.aws.state.buckets.values()]
    .flatMap(({ objects }) => [...objects])
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => Buffer.from(body).toString('utf8'));
}

const inlineNames = (): readonly string[] => [...(here.aws.state.groups.get('GlueAccess')?.inline.keys() ?? [])];

/** Refuses a Save, approves, and lets apply die where `aim` says. Returns the calls that it died behind. */
async function round(aim: Aim): Promise<readonly string[]> {
  await saveJob(here.aws, form);
  await here.runtime.idle();
  const proposed = await theCase();
  if (proposed.state !== 'proposed') throw new Error(`round ${JSON.stringify(aim)}: the case is ${proposed.state}`);
  const messages = here.slack.messages().length;
  armed = { aim, seen: 0, killed: [] };
  await review(`cases/${caseId(proposed.key, proposed.round)}/approve`, { digest: proposed.diagnosis.proposal.digest });
  await here.runtime.idle();
  const { killed } = armed;
  armed = null;

  const applied = await theCase();
  expect(applied).toMatchObject({ state: 'applied', round: proposed.round, grants: [{ endsAt: null }] });
  expect(inlineNames()).toEqual(['AllowPassGlueRuntimeRoleToGlue']);
  const [written] = applied.grants;
  expect(
    JSON.parse(here.aws.state.groups.get('GlueAccess')?.inline.get('AllowPassGlueRuntimeRoleToGlue')?.text ?? ''),
  ).toEqual(written?.document);
  expect(here.slack.messages()).toHaveLength(messages);
  const texts = trailOf(applied);
  expect(verifyTrail(applied.key, texts, null, sha256)).toMatchObject({ kind: 'whole' });
  expect(texts.map((text) => (JSON.parse(text) as TrailEntry).to)).toEqual([
    'proposed',
    'approved',
    'approved',
    'applied',
  ]);

  await review(`cases/${caseId(applied.key, applied.round)}/revert`, { reason: 'the next round' });
  await here.runtime.idle();
  expect(await theCase()).toMatchObject({ state: 'reverted', grants: [] });
  expect(inlineNames()).toEqual([]);
  return killed;
}

test('killed behind each of its calls, apply leaves the same one grant', async () => {
  const killedAt: string[] = [];
  for (;;) {
    const killed = await round({ from: killedAt.length + 1 });
    if (killed.length === 0) break;
    killedAt.push(...killed);
  }
  // A process that goes on after a kill makes fewer calls, so that counting may miss one: those that matter most are aimed at.
  for (const call of [
    'iam:PutGroupPolicy',
    'iam:GetGroupPolicy',
    'dynamodb:UpdateItem',
    's3:PutObject',
    'iam:SimulatePrincipalPolicy',
  ]) {
    expect(killedAt.includes(call) ? [call] : await round({ behind: call })).toEqual([call]);
  }
  process.stdout.write(`apply was killed behind ${killedAt.length} calls: ${killedAt.join(', ')}\n`);
}, 600_000);
