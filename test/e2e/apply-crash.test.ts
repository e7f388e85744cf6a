/**
 * apply is killed behind each AWS call by which it changes something, one after the other, each time in a case of its own: what is left is always
 * the same one grant, one message, one case, and a trail without a gap. Behind every single call that it makes: test/whole/apply-crash.test.ts.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { trailKey } from '../../lambda/adapters/dynamodb/case-transitions.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { type Case, caseId } from '../../lambda/core/case/case.ts';
import type { TrailEntry } from '../../lambda/core/case/trail.ts';
import { verifyTrail } from '../../lambda/core/case/verify-trail.ts';
import type { Call, Fault } from '../../local/aws/call.ts';
import { saveJob } from '../../local/save-job.ts';
import { deployWatched, type Watched } from '../support/here.ts';

const example: unknown = JSON.parse(readFileSync('examples/field-note.json', 'utf8'));
const form = { user: 'mika', job: 'nightly-orders', role: 'glue-runtime-role', mfa: true };

/** The run that begins a case, and the one that goes on where it died; the third lives. */
const MOST_KILLS = 2;

/** Behind any other call all is as it was before it. */
const writes = ['dynamodb:UpdateItem', 's3:PutObject', 'iam:PutGroupPolicy'];
const reads = ['iam:GetGroupPolicy', 'iam:SimulatePrincipalPolicy'];
const isEveryCall = process.env['KILL_BEHIND_EVERY_CALL'] === 'true';

/** Counts a process's calls; that of number `at` is its last. */
interface Armed {
  readonly at: number;
  seen: number;
  readonly killed: string[];
}

/** A deployment in which one case after the other is begun, approved and taken back. */
interface Stage {
  readonly here: Watched;
  armed: Armed | null;
}

const isApply = ({ callerArn }: Call): boolean => /assumed-role\/[^/]*Apply/.test(callerArn);

function faultOf(armed: Armed | null, call: Call): Fault | null {
  const name = `${call.service}:${call.operation}`;
  if (armed === null || armed.killed.length === MOST_KILLS || !isApply(call)) return null;
  if (!isEveryCall && !writes.includes(name)) return null;
  armed.seen += 1;
  if (armed.seen !== armed.at) return null;
  armed.killed.push(name);
  armed.seen = 0;
  return 'kill-caller-after';
}

async function setUp(): Promise<Stage> {
  let stage: Stage | null = null;
  const here = await deployWatched({ account: example, aws: { fault: (call) => faultOf(stage?.armed ?? null, call) } });
  stage = { here, armed: null };
  return stage;
}

/** Most of a case's time is waiting: for a new process, and for Slack's second. */
const STAGES = 3;
let stages: readonly Stage[] = [];
beforeAll(async () => {
  stages = await Promise.all(Array.from({ length: STAGES }, setUp));
}, 180_000);
afterAll(() => Promise.all(stages.map(({ here }) => here.close())));

async function review({ here }: Stage, path: string, body: object): Promise<Record<string, unknown>> {
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

async function theCase({ here }: Stage): Promise<Case> {
  const [only, ...others] = await here.cases();
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} cases`);
  return only;
}

function trailOf({ here }: Stage, of: Case): readonly string[] {
  const prefix = `trail/${trailKey(of.key, of.round)}/`;
  return [...here.aws.state.buckets.values()]
    .flatMap(({ objects }) => [...objects])
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => Buffer.from(body).toString('utf8'));
}

const inlineNames = ({ here }: Stage): readonly string[] => [
  ...(here.aws.state.groups.get('GlueAccess')?.inline.keys() ?? []),
];

/** Refuses a Save, approves, and lets apply die behind its call of that number, twice. Returns which calls those were. */
async function round(stage: Stage, at: number): Promise<readonly string[]> {
  const { here } = stage;
  await saveJob(here.aws, form);
  await here.runtime.idle();
  const proposed = await theCase(stage);
  if (proposed.state !== 'proposed') throw new Error(`round ${at}: the case is ${proposed.state}`);
  const messages = here.slack.messages().length;
  const armed: Armed = { at, seen: 0, killed: [] };
  stage.armed = armed;
  await review(stage, `cases/${caseId(proposed.key, proposed.round)}/approve`, {
    digest: proposed.diagnosis.proposal.digest,
  });
  await here.runtime.idle();
  stage.armed = null;

  const applied = await theCase(stage);
  expect(applied).toMatchObject({ state: 'applied', round: proposed.round, grants: [{ endsAt: null }] });
  expect(inlineNames(stage)).toEqual(['AllowPassGlueRuntimeRoleToGlue']);
  const [written] = applied.grants;
  expect(
    JSON.parse(here.aws.state.groups.get('GlueAccess')?.inline.get('AllowPassGlueRuntimeRoleToGlue')?.text ?? ''),
  ).toEqual(written?.document);
  expect(here.slack.messages()).toHaveLength(messages);
  const texts = trailOf(stage, applied);
  expect(verifyTrail(applied.key, texts, null, sha256)).toMatchObject({ kind: 'whole' });
  expect(texts.map((text) => (JSON.parse(text) as TrailEntry).to)).toEqual([
    'proposed',
    'approved',
    'approved',
    'applied',
  ]);

  await review(stage, `cases/${caseId(applied.key, applied.round)}/revert`, { reason: 'the next round' });
  await here.runtime.idle();
  expect(await theCase(stage)).toMatchObject({ state: 'reverted', grants: [] });
  expect(inlineNames(stage)).toEqual([]);
  return armed.killed;
}

test('killed behind each such call, and once more on the way from there, apply leaves the same one grant', async () => {
  const killed: (readonly string[])[] = [];
  let next = 1;
  let isOver = false;
  await Promise.all(
    stages.map(async (stage) => {
      while (!isOver) {
        const at = next;
        next += 1;
        const calls = await round(stage, at);
        if (calls.length === 0) isOver = true;
        else killed[at - 1] = calls;
      }
    }),
  );
  const first = killed.map(([begun]) => begun);
  const second = killed.flatMap(([, resumed]) => (resumed === undefined ? [] : [resumed]));
  expect([...first]).not.toContain(undefined);
  // The calls that matter most were among them.
  expect(first).toEqual(expect.arrayContaining(isEveryCall ? [...writes, ...reads] : writes));
  process.stdout.write(
    `apply was killed behind ${first.length} of its calls (${first.join(', ')}), and ${second.length} times more\n`,
  );
}, 900_000);
