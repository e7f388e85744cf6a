/** The only IAM writer. It is called by the queue of decided cases and by the schedule, and by nobody outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { parse } from '@aws-lambda-powertools/parser';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { awsAccountReader, noJobs } from './adapters/aws-account-reader.ts';
import { clientSettings } from './adapters/aws-clients.ts';
import { currentRound } from './adapters/current-round.ts';
import { dynamoCaseMoves } from './adapters/dynamo-case-moves.ts';
import { iamGrantWriter } from './adapters/iam-grant-writer.ts';
import { sha256 } from './adapters/sha256.ts';
import { trailBucket } from './adapters/trail-bucket.ts';
import { applyCase, settleDue } from './apply-case.ts';
import type { ApplyParts, Outcome } from './apply-parts.ts';
import { grantRules } from './apply-settings.ts';
import { caseId } from './core/case.ts';
import { type Environment, lambda } from './runtime.ts';
import { requiredSetting, settingNames } from './settings.ts';

interface Parts extends Omit<ApplyParts, 'remaining'> {
  /** The round that a case is in; null: there is no such case. */
  readonly roundOf: (key: string) => Promise<number | null>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

type Scheduled = EventBridgeEvent<string, unknown>;

/** What the pipe sends for each change of a case. */
const changeShape = z.object({ caseKey: z.string().check(z.minLength(1)) });

function wire(env: Environment): Parts {
  const table = requiredSetting(env, settingNames.casesTable);
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const iam = new IAMClient(clientSettings);
  const region = env['AWS_REGION'] ?? '';
  const trail = trailBucket({ bucket: requiredSetting(env, settingNames.trailBucket), region, env });
  return {
    moves: dynamoCaseMoves(dynamo, table, trail),
    account: awsAccountReader({ iam, sts: new STSClient(clientSettings) }, noJobs),
    writer: iamGrantWriter(iam),
    rules: grantRules(env),
    sha256,
    clock: () => new Date(),
    sleep: async (milliseconds) => {
      await sleep(milliseconds);
    },
    roundOf: (key) => currentRound(dynamo, table, key),
    logger: new Logger(),
    metrics: new Metrics(),
  };
}

function report({ logger, metrics }: Parts, key: string, round: number, { to, what }: Outcome): void {
  logger.info(to === null ? 'Left as it is' : `Moved to ${to}`, { case: caseId(key, round), what });
  if (to !== null) metrics.addMetric(`Apply-${to}`, MetricUnit.Count, 1);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function delayed({ logger, metrics }: Parts, key: string, error: Error): void {
  metrics.addMetric('ApplyDelayed', MetricUnit.Count, 1);
  logger.error('A case could not be worked on and is tried again', { case: caseId(key), error });
}

async function workOn(parts: Parts, key: string, remaining: () => number): Promise<void> {
  try {
    const round = await parts.roundOf(key);
    if (round === null) throw new Error(`The case ${key} is not in the table: was it deleted by hand?`);
    report(parts, key, round, await applyCase(key, round, { ...parts, remaining }));
  } catch (error) {
    delayed(parts, key, asError(error));
    throw error;
  }
}

function fromQueue(parts: Parts, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const remaining = (): number => context.getRemainingTimeInMillis();
  const underWay = new Map<string, Promise<void>>();
  const handle = async ({ body }: SQSRecord): Promise<void> => {
    const { caseKey } = parse(JSON.parse(body), undefined, changeShape);
    const work = underWay.get(caseKey) ?? workOn(parts, caseKey, remaining);
    underWay.set(caseKey, work);
    await work;
  };
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, handle, processor, { context, throwOnFullBatchFailure: false });
}

/** The next turn brings the rest. */
const MOST_DUE = 25;
/** One case takes a few seconds where nothing has to spread. Milliseconds. */
const ENOUGH = 30_000;

/** Each case for itself: one that fails does not keep the others waiting. Throws at the end, for the alarm. */
async function fromSchedule(parts: Parts, context: Context): Promise<void> {
  const remaining = (): number => context.getRemainingTimeInMillis();
  const failures: Error[] = [];
  for (const { key, round } of await parts.moves.due(parts.clock(), MOST_DUE)) {
    if (remaining() < ENOUGH) break;
    try {
      report(parts, key, round, await settleDue(key, round, { ...parts, remaining }));
    } catch (error) {
      delayed(parts, key, asError(error));
      failures.push(asError(error));
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} due cases: ${failures.map((f) => f.message).join('; ')}`);
}

async function run(parts: Parts, event: SQSEvent | Scheduled, context: Context): Promise<SQSBatchResponse | null> {
  try {
    if ('Records' in event) return await fromQueue(parts, event, context);
    if (event.source !== 'aws.events')
      throw new Error('apply is called by its queue and its schedule only, and this event is of neither.');
    await fromSchedule(parts, context);
    return null;
  } finally {
    parts.metrics.publishStoredMetrics();
  }
}

export const handler = lambda(run, wire);
