/** Reads a denial, gathers evidence, decides, writes the case; hears of the next call that goes through. It cannot write IAM and knows no Slack secret. */

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pLimit from 'p-limit';
import { clientSettings } from '../adapters/aws/clients.ts';
import { dynamoCaseStore } from '../adapters/dynamodb/case-store.ts';
import { dynamoCaseTransitions } from '../adapters/dynamodb/case-transitions.ts';
import { caseId } from '../core/case/case.ts';
import type { SuccessfulCall } from '../core/case/confirmation.ts';
import { readSuccessfulCall } from '../core/case/successful-call.ts';
import type { Denial } from '../core/denial/denial.ts';
import { readDenialEvent } from '../core/denial/event.ts';
import { otherAccountIn } from '../core/denial/event-account.ts';
import { heartbeatOf, isFreshHeartbeat } from '../core/denial/heartbeat.ts';
import type { CaseStore, Recorded } from '../ports/case-store.ts';
import type { CaseTransitions } from '../ports/case-transitions.ts';
import { asError } from '../runtime/as-error.ts';
import { deadline } from '../runtime/deadline.ts';
import { type Environment, lambda } from '../runtime/lambda.ts';
import { lazy, lazyTrail } from '../runtime/lazy.ts';
import { metricNames, verdictMetric } from '../runtime/metric-names.ts';
import { listSetting, numberSetting, optionalSetting, requiredSetting, settingNames } from '../runtime/settings.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { confirmBy } from './confirm.ts';
import { counting, type Denied, deniedIn } from './count-together.ts';
import type { Diagnose } from './diagnosing.ts';

interface Parts {
  /** Loads what a diagnosis needs, once a container. */
  readonly diagnosing: () => Promise<Diagnose>;
  readonly store: CaseStore;
  readonly transitions: CaseTransitions;
  /** Twelve digits: ours. */
  readonly account: string;
  /** Null: there is no heartbeat. */
  readonly heartbeatRole: string | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

function wire(env: Environment): Parts {
  const table = requiredSetting(env, settingNames.casesTable);
  const installation = requiredSetting(env, settingNames.installation);
  const region = env['AWS_REGION'] ?? '';
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const bucket = requiredSetting(env, settingNames.trailBucket);
  const trail = lazyTrail(async () => {
    const { trailBucket } = await import('../adapters/s3/trail-bucket.ts');
    return trailBucket({ bucket, region, env });
  });
  const proposalHours = numberSetting(env, settingNames.proposalHours, 24);
  const ownRoles = listSetting(env, settingNames.ownRoles);
  return {
    diagnosing: lazy(async () => {
      const { diagnosing } = await import('./diagnosing.ts');
      return diagnosing({ region, env, ownRoles });
    }),
    store: dynamoCaseStore(dynamo, { table, installation, trail, proposalHours }),
    transitions: dynamoCaseTransitions(dynamo, table, trail),
    account: requiredSetting(env, settingNames.account),
    heartbeatRole: optionalSetting(env, settingNames.heartbeatRole),
    ...telemetry(env),
  };
}

/** All share the few calls that IAM is asked at a time, so that more at once would only end later, all together. */
const DIAGNOSES_AT_ONCE = 4;

/** A large account takes ten seconds; begun later, a diagnosis could be cut off by the function's time-out, and with it all that are under way. Milliseconds. */
const LEAST_TIME_MS = 25_000;

type Heard = { readonly denied: Denied } | { readonly call: SuccessfulCall };

/** Null: a heartbeat. */
function heardIn(denial: Denial, messageId: string, { heartbeatRole, logger, metrics }: Parts): Heard | null {
  const { eventId, time } = denial;
  switch (heartbeatOf(denial, heartbeatRole)) {
    case null:
      return { denied: deniedIn(denial, messageId) };
    case 'other':
      metrics.addMetric(metricNames.otherHeartbeat, MetricUnit.Count, 1);
      logger.info('Heartbeat of another installation', { eventId, role: denial.roleArn });
      return null;
    case 'own':
      if (isFreshHeartbeat(time, new Date())) metrics.addMetric(metricNames.heartbeat, MetricUnit.Count, 1);
      logger.info('Heartbeat', { eventId, refusedAt: time });
      return null;
  }
}

/** Throws for what is not a CloudTrail event at all: after its retries the queue keeps it in the dead-letter queue, whole. */
function readRecord({ body, messageId }: SQSRecord, parts: Parts): Heard | null {
  const { account, logger, metrics } = parts;
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch (error) {
    throw new Error(`Message ${messageId} is not JSON: only the denial rule should send to this queue.`, {
      cause: error,
    });
  }
  const other = otherAccountIn(event, account);
  if (other !== null) {
    metrics.addMetric(metricNames.otherAccount, MetricUnit.Count, 1);
    logger.warn('An event of another account: nothing here may look into that account, so the event is left alone', {
      messageId,
      account: other,
    });
    return null;
  }
  const call = readSuccessfulCall(event);
  if (call !== null) return { call };
  const reading = readDenialEvent(event);
  switch (reading.kind) {
    case 'denial':
      return heardIn(reading.denial, messageId, parts);
    case 'not-a-denial':
      metrics.addMetric(metricNames.notADenial, MetricUnit.Count, 1);
      logger.info('Not a PassRole denial', { messageId, why: reading.why });
      return null;
    case 'malformed':
      metrics.addMetric(metricNames.malformedEvent, MetricUnit.Count, 1);
      throw new Error(`Message ${messageId} cannot be read: ${reading.why}`);
    default:
      return reading satisfies never;
  }
}

async function settle(
  { denial, eventId, key }: Denied,
  recorded: Recorded,
  hasTime: () => boolean,
  parts: Parts,
): Promise<void> {
  const { diagnosing, store, logger, metrics } = parts;
  const about = { case: caseId(key), eventId };
  metrics.addMetric(
    recorded.kind === 'duplicate' ? metricNames.duplicateDelivery : metricNames.denial,
    MetricUnit.Count,
    1,
  );
  if (recorded.kind !== 'to-diagnose') {
    logger.info(recorded.kind === 'counted' ? 'Counted a repeat' : 'Delivered before', about);
    return;
  }
  if (!hasTime())
    throw new Error(
      `No time is left in this batch to diagnose case ${caseId(key)}, as many cases were opened at once or IAM is slow; the queue brings it again.`,
    );

  const diagnose = await diagnosing();
  const diagnosis = await diagnose(denial);

  const { transitionCount, of } = recorded;
  const saved = await store.saveDiagnosis({ key, eventId, transitionCount, of, denial, diagnosis, now: new Date() });
  const { kind } = diagnosis.verdict;
  metrics.addMetric(verdictMetric(kind), MetricUnit.Count, 1);
  if (saved) {
    const { diagnosedProposed, diagnosedAdvised } = metricNames;
    metrics.addMetric(diagnosis.proposal === null ? diagnosedAdvised : diagnosedProposed, MetricUnit.Count, 1);
  }
  logger.info(saved ? 'Diagnosed' : 'Diagnosed, but the case was moved on in the meantime', {
    ...about,
    verdict: kind,
  });
}

async function confirm(call: SuccessfulCall, { store, transitions, logger, metrics }: Parts): Promise<void> {
  for (const key of await confirmBy(call, { store, transitions, now: new Date() })) {
    metrics.addMetric(metricNames.confirmed, MetricUnit.Count, 1);
    logger.info('Confirmed', { case: caseId(key), eventId: call.eventId });
  }
}

/** What a record can be found by, before its case was read or at all. */
const keysOf = (heard: Heard | null) =>
  heard === null
    ? {}
    : 'call' in heard
      ? { eventId: heard.call.eventId }
      : { case: caseId(heard.denied.key), eventId: heard.denied.eventId };

type Reading = { readonly heard: Heard | null } | { readonly error: unknown };

function attempt(record: SQSRecord, parts: Parts): Reading {
  try {
    return { heard: readRecord(record, parts) };
  } catch (error) {
    return { error };
  }
}

/** Deliveries of one event that meet in a batch are one piece of work. */
function settling(denied: readonly Denied[], context: Context, parts: Parts): (one: Denied) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  const recordedOf = counting(denied, parts.store);
  const oneOfFew = pLimit(DIAGNOSES_AT_ONCE);
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > LEAST_TIME_MS;
  const work = async (one: Denied): Promise<void> => {
    const recorded = await recordedOf(one);
    if (recorded.kind !== 'to-diagnose') return settle(one, recorded, hasTime, parts);
    return oneOfFew(() => settle(one, recorded, hasTime, parts));
  };
  return (one) => {
    const settled = underWay.get(one.eventId) ?? work(one);
    underWay.set(one.eventId, settled);
    return settled;
  };
}

async function run(parts: Parts, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const { logger, metrics } = parts;
  const readings = new Map(event.Records.map((record) => [record.messageId, attempt(record, parts)]));
  const denied = [...readings.values()].flatMap((reading) =>
    'heard' in reading && reading.heard !== null && 'denied' in reading.heard ? [reading.heard.denied] : [],
  );
  const settleOnce = settling(denied, context, parts);
  const { inTime, end } = deadline(() => context.getRemainingTimeInMillis());
  const handle = async ({ messageId }: SQSRecord): Promise<void> => {
    const reading = readings.get(messageId) ?? { heard: null };
    const heard = 'heard' in reading ? reading.heard : null;
    try {
      if ('error' in reading) throw reading.error;
      if (heard === null) return;
      await inTime('call' in heard ? confirm(heard.call, parts) : settleOnce(heard.denied));
    } catch (error) {
      metrics.addMetric(metricNames.denialDelayed, MetricUnit.Count, 1);
      logger.error('A denial, or a call that may confirm, goes back to its queue', {
        ...keysOf(heard),
        messageId,
        error: asError(error),
      });
      throw error;
    }
  };
  const processor = new BatchProcessor(EventType.SQS);
  try {
    return await processPartialResponse(event, handle, processor, { context, throwOnFullBatchFailure: false });
  } finally {
    end();
    metrics.publishStoredMetrics();
  }
}

export const handler = lambda(run, wire);
