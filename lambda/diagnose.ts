/** Reads a denial, gathers evidence, decides, writes the case; hears of the next call that goes through. It cannot write IAM and knows no Slack secret. */

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { clientSettings } from './adapters/aws-clients.ts';
import { dynamoCaseMoves } from './adapters/dynamo-case-moves.ts';
import { dynamoCaseStore } from './adapters/dynamo-case-store.ts';
import { sha256 } from './adapters/sha256.ts';
import { trailBucket } from './adapters/trail-bucket.ts';
import { confirmBy } from './confirm.ts';
import { caseId, caseKey, subjectOf } from './core/case.ts';
import type { SuccessfulCall } from './core/confirmation.ts';
import type { Denial } from './core/denial.ts';
import { readDenialEvent } from './core/denial-event.ts';
import { isHeartbeat } from './core/heartbeat.ts';
import { readSuccessfulCall } from './core/successful-call.ts';
import type { Diagnose } from './diagnosing.ts';
import { metricNames, verdictMetric } from './metric-names.ts';
import type { CaseMoves, CaseStore } from './ports.ts';
import { type Environment, lambda } from './runtime.ts';
import { listSetting, numberSetting, optionalSetting, requiredSetting, settingNames } from './settings.ts';

interface Parts {
  /** Loads what a diagnosis needs, once a container. */
  readonly diagnosing: () => Promise<Diagnose>;
  readonly store: CaseStore;
  readonly moves: CaseMoves;
  /** Null: there is no heartbeat. */
  readonly heartbeatRole: string | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

function wire(env: Environment): Parts {
  const table = requiredSetting(env, settingNames.casesTable);
  const region = env['AWS_REGION'] ?? '';
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const trail = trailBucket({
    bucket: requiredSetting(env, settingNames.trailBucket),
    region,
    env,
  });
  const proposalHours = numberSetting(env, settingNames.proposalHours, 24);
  const ownRoles = listSetting(env, settingNames.ownRoles);
  let loading: Promise<Diagnose> | null = null;
  return {
    diagnosing: () => {
      loading ??= import('./diagnosing.ts')
        .then(({ diagnosing }) => diagnosing({ region, env, ownRoles }))
        .catch((error: unknown) => {
          loading = null;
          throw error;
        });
      return loading;
    },
    store: dynamoCaseStore(dynamo, { table, trail, proposalHours }),
    moves: dynamoCaseMoves(dynamo, table, trail),
    heartbeatRole: optionalSetting(env, settingNames.heartbeatRole),
    logger: new Logger(),
    metrics: new Metrics(),
  };
}

type Heard = { readonly denial: Denial } | { readonly call: SuccessfulCall };

/** Throws for what is not a CloudTrail event at all: after its retries the queue keeps it in the dead-letter queue, whole. */
function readRecord({ body, messageId }: SQSRecord, { heartbeatRole, logger, metrics }: Parts): Heard | null {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch (error) {
    throw new Error(`Message ${messageId} is not JSON: only the denial rule should send to this queue.`, {
      cause: error,
    });
  }
  const call = readSuccessfulCall(event);
  if (call !== null) return { call };
  const reading = readDenialEvent(event);
  switch (reading.kind) {
    case 'denial':
      if (!isHeartbeat(reading.denial, heartbeatRole)) return { denial: reading.denial };
      metrics.addMetric(metricNames.heartbeat, MetricUnit.Count, 1);
      logger.info('Heartbeat', { eventId: reading.denial.eventId, refusedAt: reading.denial.time });
      return null;
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

async function settle(denial: Denial, eventId: string, parts: Parts): Promise<void> {
  const { diagnosing, store, logger, metrics } = parts;
  const subject = subjectOf(denial);
  const key = caseKey(subject, sha256);
  const about = { case: caseId(key), eventId };
  const recorded = await store.record({ key, subject, denial, eventId, now: new Date() });
  metrics.addMetric(
    recorded.kind === 'duplicate' ? metricNames.duplicateDelivery : metricNames.denial,
    MetricUnit.Count,
    1,
  );
  if (recorded.kind !== 'to-diagnose') {
    logger.info(recorded.kind === 'counted' ? 'Counted a repeat' : 'Delivered before', about);
    return;
  }

  const diagnose = await diagnosing();
  const diagnosis = await diagnose(denial);

  const { moves, of } = recorded;
  const saved = await store.saveDiagnosis({ key, eventId, moves, of, denial, diagnosis, now: new Date() });
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

async function confirm(call: SuccessfulCall, { store, moves, logger, metrics }: Parts): Promise<void> {
  for (const key of await confirmBy(call, { store, moves, now: new Date() })) {
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
      : { case: caseId(caseKey(subjectOf(heard.denial), sha256)), eventId: heard.denial.eventId };

async function run(parts: Parts, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const { logger, metrics } = parts;
  // Deliveries of one event that meet in a batch are one piece of work.
  const underWay = new Map<string, Promise<void>>();
  const handle = async (record: SQSRecord): Promise<void> => {
    let heard: Heard | null = null;
    try {
      heard = readRecord(record, parts);
      if (heard === null) return;
      if ('call' in heard) return await confirm(heard.call, parts);
      const { denial } = heard;
      const eventId = denial.eventId ?? record.messageId;
      const work = underWay.get(eventId) ?? settle(denial, eventId, parts);
      underWay.set(eventId, work);
      await work;
    } catch (error) {
      metrics.addMetric(metricNames.denialDelayed, MetricUnit.Count, 1);
      logger.error('A denial, or a call that may confirm, goes back to its queue', {
        ...keysOf(heard),
        messageId: record.messageId,
        error: error instanceof Error ? error : new Error(String(error)),
      });
      throw error;
    }
  };
  const processor = new BatchProcessor(EventType.SQS);
  try {
    return await processPartialResponse(event, handle, processor, { context, throwOnFullBatchFailure: false });
  } finally {
    metrics.publishStoredMetrics();
  }
}

export const handler = lambda(run, wire);
