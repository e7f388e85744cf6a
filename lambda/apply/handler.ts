/** The only IAM writer. It is called by the queue of decided cases and by the schedule, and by nobody outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { parse } from '@aws-lambda-powertools/parser';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { awsAccountReader, noJobs } from '../adapters/account-reader.ts';
import { clientSettings } from '../adapters/aws/clients.ts';
import { dynamoCaseTransitions } from '../adapters/dynamodb/case-transitions.ts';
import { currentRound } from '../adapters/dynamodb/current-round.ts';
import { dynamoClaims } from '../adapters/dynamodb/policy-claims.ts';
import { iamGrantWriter } from '../adapters/iam/grant-writer.ts';
import { ownAccount } from '../adapters/own-account.ts';
import { trailBucket } from '../adapters/s3/trail-bucket.ts';
import { sha256 } from '../adapters/sha256.ts';
import { type Case, caseId } from '../core/case/case.ts';
import { asError } from '../runtime/as-error.ts';
import { type Change, changeShape } from '../runtime/case-change.ts';
import { type Environment, lambda } from '../runtime/lambda.ts';
import { logKeysOf } from '../runtime/log-keys.ts';
import { applyMetric, metricNames } from '../runtime/metric-names.ts';
import { requiredSetting, settingNames } from '../runtime/settings.ts';
import { telemetry } from '../runtime/telemetry.ts';
import type { ApplyParts, Outcome } from './change-case.ts';
import { grantRules } from './grant-rules.ts';
import { applyCase, settleDue } from './handle-case.ts';

interface Parts extends Omit<ApplyParts, 'remaining'> {
  /** The round that a message is about; null: there is no such case. */
  readonly roundOf: (change: Change) => Promise<number | null>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

type Scheduled = EventBridgeEvent<string, unknown>;

function wire(env: Environment): Parts {
  const table = requiredSetting(env, settingNames.casesTable);
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const iam = new IAMClient(clientSettings);
  const region = env['AWS_REGION'] ?? '';
  const trail = trailBucket({ bucket: requiredSetting(env, settingNames.trailBucket), region, env });
  return {
    transitions: dynamoCaseTransitions(dynamo, table, trail),
    account: awsAccountReader(iam, ownAccount(env), noJobs),
    writer: iamGrantWriter(iam),
    claims: dynamoClaims(dynamo, table),
    rules: grantRules(env),
    sha256,
    clock: () => new Date(),
    sleep: async (milliseconds) => {
      await sleep(milliseconds);
    },
    roundOf: ({ caseKey, item }) => currentRound(dynamo, table, caseKey, item),
    ...telemetry(env),
  };
}

/** The case as it was read; null: it was not. */
interface Seen {
  of: Case | null;
}

const keysOf = ({ of }: Seen, key: string, round?: number) =>
  of === null ? { case: caseId(key, round) } : logKeysOf(of);

function report({ logger, metrics, clock }: Parts, key: string, round: number, seen: Seen, outcome: Outcome): void {
  const { to, what } = outcome;
  logger.info(to === null ? 'Left as it is' : `Moved to ${to}`, { ...keysOf(seen, key, round), what });
  if (to === null) return;
  metrics.addMetric(applyMetric(to), MetricUnit.Count, 1);
  if (to !== 'applied' || seen.of?.state !== 'approved') return;
  const took = clock().getTime() - Date.parse(seen.of.approvedAt);
  metrics.addMetric(metricNames.rulingToAllowed, MetricUnit.Milliseconds, took);
}

const watching = (seen: Seen): Pick<ApplyParts, 'onRead'> => ({
  onRead: (of) => {
    seen.of = of;
  },
});

function delayed({ logger, metrics }: Parts, key: string, seen: Seen, error: Error): void {
  metrics.addMetric(metricNames.applyDelayed, MetricUnit.Count, 1);
  logger.error('A case could not be worked on and is tried again', { ...keysOf(seen, key), error });
}

async function workOn(parts: Parts, change: Change, remaining: () => number): Promise<void> {
  const { caseKey: key } = change;
  const seen: Seen = { of: null };
  try {
    const round = await parts.roundOf(change);
    if (round === null) throw new Error(`The case ${key} is not in the table: was it deleted by hand?`);
    report(parts, key, round, seen, await applyCase(key, round, { ...parts, ...watching(seen), remaining }));
  } catch (error) {
    delayed(parts, key, seen, asError(error));
    throw error;
  }
}

function fromQueue(parts: Parts, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const remaining = (): number => context.getRemainingTimeInMillis();
  const underWay = new Map<string, Promise<void>>();
  const handle = async ({ body }: SQSRecord): Promise<void> => {
    const change = parse(JSON.parse(body), undefined, changeShape);
    const name = `${change.caseKey} ${change.item}`;
    const work = underWay.get(name) ?? workOn(parts, change, remaining);
    underWay.set(name, work);
    await work;
  };
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, handle, processor, { context, throwOnFullBatchFailure: false });
}

/** At a time. */
const MOST_DUE = 25;
/** One case takes a few seconds where nothing has to spread. Milliseconds. */
const ENOUGH = 30_000;
/** A case that failed is left alone for so long, so that the others have their turn. Milliseconds. */
const PUT_OFF_MS = 900_000;

/** Returns what went wrong; null: nothing. */
async function settleOne(
  parts: Parts,
  { key, round }: { readonly key: string; readonly round: number },
  remaining: () => number,
): Promise<Error | null> {
  const seen: Seen = { of: null };
  try {
    report(parts, key, round, seen, await settleDue(key, round, { ...parts, ...watching(seen), remaining }));
    await parts.transitions.keepTrail(key, round);
    return null;
  } catch (error) {
    delayed(parts, key, seen, asError(error));
    const until = new Date(parts.clock().getTime() + PUT_OFF_MS);
    // What cannot be put off is due again in the next round: the others have had their turn by then.
    await parts.transitions
      .putOff(key, round, until)
      .catch((further: unknown) => delayed(parts, key, seen, asError(further)));
    return asError(error);
  }
}

/** Each case for itself: one that fails does not keep the others waiting. Throws at the end, for the alarm. */
async function fromSchedule(parts: Parts, context: Context): Promise<void> {
  const remaining = (): number => context.getRemainingTimeInMillis();
  const failures: Error[] = [];
  const seen = new Set<string>();
  for (;;) {
    const due = await parts.transitions.due(parts.clock(), MOST_DUE);
    const fresh = due.filter(({ key, round }) => !seen.has(`${key} ${round}`));
    // An index may lag behind: what comes again was done a moment ago.
    if (fresh.length === 0) break;
    for (const one of fresh) {
      if (remaining() < ENOUGH) break;
      seen.add(`${one.key} ${one.round}`);
      const failure = await settleOne(parts, one, remaining);
      if (failure !== null) failures.push(failure);
    }
    if (remaining() < ENOUGH) break;
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
