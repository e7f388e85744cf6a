/**
 * Many people approve and as many reject one case at the same time, while the deployed parts carry out what comes of it. So many that all have read
 * the case before the first has written; a thousand of each in test/whole/thousand-rulings.test.ts.
 */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { dynamoCaseTransitions, trailKey } from '../../lambda/adapters/dynamodb/case-transitions.ts';
import { trailBucket } from '../../lambda/adapters/s3/trail-bucket.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import type { TrailEntry } from '../../lambda/core/case/trail.ts';
import { verifyTrail } from '../../lambda/core/case/verify-trail.ts';
import type { Trail } from '../../lambda/ports/trail.ts';
import { approveCase, rejectCase } from '../../lambda/review/rule-on-case.ts';
import { saveJob } from '../../local/save-job.ts';
import { casesTable, deployWatched, notices, type Watched } from '../support/here.ts';

const example: unknown = JSON.parse(readFileSync('examples/field-note.json', 'utf8'));
const PAIRS = Number(process.env['RULING_PAIRS'] ?? 40);

let here: Watched;
beforeAll(async () => {
  here = await deployWatched({ account: example });
}, 60_000);
afterAll(() => here.close());

/** As the review function makes its transitions; in this process, as two thousand of those would not fit on a machine. */
function rulingParts() {
  const { region } = here.deployment.place;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: here.aws.url, region, credentials }));
  const env = { AWS_ENDPOINT_URL: here.aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const bucket = here.deployment.buckets[0]?.name ?? '';
  // All of them share one process with the S3 that they ask, so each waits for the others, for as long as it takes. The SDK opens fifty connections
  // at most; fetch opens one for each, and gives up those that are not accepted within ten seconds.
  const trail = trailBucket({ bucket, region, env, timing: { timeoutMs: 3_600_000, firstWaitMs: 200 } });
  const inTurn = pLimit(50);
  const turns: Trail = {
    append: (...entry) => inTurn(() => trail.append(...entry)),
    read: (...which) => inTurn(() => trail.read(...which)),
  };
  const sora = { name: 'sora', slack: null, aws: ['arn:aws:iam::111122223333:user/sora'], mail: null };
  return {
    transitions: dynamoCaseTransitions(client, casesTable(here), turns),
    rules: { approvers: [sora], allowAdministrator: false },
    now: new Date(),
    bucket,
  };
}

test('one ruling, at most one write, one outcome told, and a trail that holds', async () => {
  await saveJob(here.aws, { user: 'mika', job: 'nightly-orders', role: 'glue-runtime-role', mfa: true });
  await here.runtime.idle();
  const [proposed] = await here.cases();
  if (proposed?.state !== 'proposed') throw new Error(`The case is ${proposed?.state}.`);
  const noticesBefore = notices(here).length;
  const parts = rulingParts();
  const decider = {
    key: proposed.key,
    round: 1,
    proof: { via: 'aws', as: 'arn:aws:iam::111122223333:user/sora' },
    digest: proposed.diagnosis.proposal.digest,
  } as const;

  const outcomes = await Promise.all(
    Array.from({ length: PAIRS }, () => [
      approveCase(parts, { ...decider, term: { hours: null } }),
      rejectCase(parts, { ...decider, reason: 'no' }),
    ]).flat(),
  );
  await here.runtime.idle(240_000);

  const won = outcomes.flatMap((one) => (one.kind === 'done' ? [one.ruling] : []));
  expect(won).toHaveLength(1);
  expect(outcomes.filter((one) => one.kind === 'refused')).toHaveLength(2 * PAIRS - 1);
  const isApproved = won[0] === 'approved';
  expect((await here.cases()).map(({ state }) => state)).toEqual([isApproved ? 'applied' : 'rejected']);
  expect(here.calls.filter((call) => call === 'iam:PutGroupPolicy')).toHaveLength(isApproved ? 1 : 0);
  expect(notices(here)).toHaveLength(noticesBefore + 1);
  expect(here.slack.messages()).toHaveLength(1);
  expect(JSON.stringify(here.slack.messages())).toContain(isApproved ? 'Applied' : 'Rejected');

  const prefix = `trail/${trailKey(proposed.key, 1)}/`;
  const texts = [...(here.aws.state.buckets.get(parts.bucket)?.objects ?? [])]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => Buffer.from(body).toString('utf8'));
  expect(texts.map((text) => (JSON.parse(text) as TrailEntry).to)).toEqual(
    isApproved ? ['proposed', 'approved', 'approved', 'applied'] : ['proposed', 'rejected'],
  );
  expect(verifyTrail(proposed.key, texts, null, sha256)).toEqual({ kind: 'whole', entries: texts.length });
  expect(here.errors).toEqual([]);
}, 600_000);
