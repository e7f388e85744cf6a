/** Reads a denial, gathers evidence, decides, writes the case. It cannot write IAM and knows no Slack secret. */

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { awsAccountReader } from './adapters/aws-account-reader.ts';
import { clientSettings } from './adapters/aws-clients.ts';
import { dynamoCaseStore } from './adapters/dynamo-case-store.ts';
import { sha256 } from './adapters/sha256.ts';
import { caseId, caseKey, subjectOf } from './core/case.ts';
import type { Denial } from './core/denial.ts';
import { readDenialEvent } from './core/denial-event.ts';
import { investigate } from './investigate.ts';
import type { AccountReader, CaseStore } from './ports.ts';
import { type Environment, lambda } from './runtime.ts';
import { requiredSetting, settingNames } from './settings.ts';

interface Parts {
  readonly account: AccountReader;
  readonly store: CaseStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

function wire(env: Environment): Parts {
  const table = requiredSetting(env, settingNames.casesTable);
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const clients = {
    iam: new IAMClient(clientSettings),
    sts: new STSClient(clientSettings),
    glue: new GlueClient(clientSettings),
  };
  const metrics = new Metrics();
  return { account: awsAccountReader(clients), store: dynamoCaseStore(dynamo, table), logger: new Logger(), metrics };
}

/** Throws for what is not a CloudTrail event at all: after its retries the queue keeps it in the dead-letter queue, whole. */
function readRecord({ body, messageId }: SQSRecord, { logger, metrics }: Parts): Denial | null {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch (error) {
    throw new Error(`Message ${messageId} is not JSON: only the denial rule should send to this queue.`, {
      cause: error,
    });
  }
  const reading = readDenialEvent(event);
  switch (reading.kind) {
    case 'denial':
      return reading.denial;
    case 'not-a-denial':
      metrics.addMetric('NotADenial', MetricUnit.Count, 1);
      logger.info('Not a PassRole denial', { messageId, why: reading.why });
      return null;
    case 'malformed':
      metrics.addMetric('MalformedEvent', MetricUnit.Count, 1);
      throw new Error(`Message ${messageId} cannot be read: ${reading.why}`);
    default:
      return reading satisfies never;
  }
}

async function settle(denial: Denial, eventId: string, { account, store, logger, metrics }: Parts): Promise<void> {
  const subject = subjectOf(denial);
  const key = caseKey(subject, sha256);
  const about = { case: caseId(key), eventId };
  const recorded = await store.record({ key, subject, denial, eventId, now: new Date() });
  metrics.addMetric(recorded.kind === 'duplicate' ? 'DuplicateDelivery' : 'Denial', MetricUnit.Count, 1);
  if (recorded.kind !== 'to-diagnose') {
    logger.info(recorded.kind === 'counted' ? 'Counted a repeat' : 'Delivered before', about);
    return;
  }

  const diagnosis = await investigate(denial, account, sha256);

  const saved = await store.saveDiagnosis({ key, eventId, denial, diagnosis, now: new Date() });
  const { kind } = diagnosis.verdict;
  metrics.addMetric(`Verdict-${kind}`, MetricUnit.Count, 1);
  logger.info(saved ? 'Diagnosed' : 'Diagnosed, but another worker was first', { ...about, verdict: kind });
}

async function run(parts: Parts, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const { logger, metrics } = parts;
  // Deliveries of one event that meet in a batch are one piece of work.
  const underWay = new Map<string, Promise<void>>();
  const handle = async (record: SQSRecord): Promise<void> => {
    try {
      const denial = readRecord(record, parts);
      if (denial === null) return;
      const eventId = denial.eventId ?? record.messageId;
      const work = underWay.get(eventId) ?? settle(denial, eventId, parts);
      underWay.set(eventId, work);
      await work;
    } catch (error) {
      metrics.addMetric('DenialDelayed', MetricUnit.Count, 1);
      logger.error('A denial goes back to its queue', error instanceof Error ? error : new Error(String(error)));
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
