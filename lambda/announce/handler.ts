/**
 * The only place that speaks to people. Each channel for itself: one that is down delays its own message and no other. It hears of transitions
 * that are made, so it says nothing before it is true, and says the case as it stands by then.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { parse } from '@aws-lambda-powertools/parser';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { clientSettings, madeOnceSettings } from '../adapters/aws/clients.ts';
import { closedRound } from '../adapters/dynamodb/case-item.ts';
import { newDynamoLinks } from '../adapters/dynamodb/mail-links.ts';
import { dynamoNotificationStore } from '../adapters/dynamodb/notification-store.ts';
import { type SlackChannel, slackChannel } from '../adapters/slack/channel.ts';
import { readBotToken } from '../adapters/slack/secret.ts';
import { snsTopic, type Topic } from '../adapters/sns/topic.ts';
import { caseId, type DiagnosedCase } from '../core/case/case.ts';
import type { NotificationRecords, NotificationStore } from '../ports/notification-store.ts';
import { rulesFrom } from '../runtime/approvers-setting.ts';
import { asError } from '../runtime/as-error.ts';
import { type Change, changeShape } from '../runtime/case-change.ts';
import { whenNearlyOver } from '../runtime/deadline.ts';
import { type Environment, lambda } from '../runtime/lambda.ts';
import { logKeysOf } from '../runtime/log-keys.ts';
import { type Channel, metricNames, tellingFailedMetric, toldMetric } from '../runtime/metric-names.ts';
import { numberSetting, optionalSetting, requiredSetting, settingNames } from '../runtime/settings.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { type Notified, type NotifySettings, notifySlack, notifyTopic } from './notify.ts';
import { type LinkParts, linkChannel, notifyByLink } from './notify-by-link.ts';

interface Parts {
  readonly store: NotificationStore;
  readonly topic: Topic;
  /** Null: Slack is not configured. Asked for at each event, so that a missing secret stops Slack alone. */
  readonly slack: (() => Promise<SlackChannel>) | null;
  /** Null: mails inform and do not ask. */
  readonly byLink: LinkParts | null;
  readonly settings: NotifySettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

function slackFrom(env: Environment): (() => Promise<SlackChannel>) | null {
  const secret = optionalSetting(env, settingNames.slackSecretArn);
  if (secret === null) return null;
  const channel = requiredSetting(env, settingNames.slackChannel);
  const apiUrl = optionalSetting(env, settingNames.slackApiUrl);
  const secrets = new SecretsManagerClient(clientSettings);
  let ready: Promise<SlackChannel> | null = null;
  return async () => {
    ready ??= readBotToken(secrets, secret).then((token) => slackChannel({ token, channel, apiUrl }));
    try {
      return await ready;
    } catch (error) {
      ready = null;
      throw error;
    }
  };
}

function linksFrom(env: Environment, dynamo: DynamoDBDocumentClient, sns: SNSClient): LinkParts | null {
  const topicArn = optionalSetting(env, settingNames.linksTopicArn);
  if (topicArn === null) return null;
  return {
    links: newDynamoLinks(dynamo, requiredSetting(env, settingNames.linksTable)),
    topic: snsTopic(sns, topicArn),
    url: requiredSetting(env, settingNames.linksUrl),
    minutes: numberSetting(env, settingNames.linkMinutes, 60),
    rules: rulesFrom(env),
  };
}

const addressesOf = (byLink: LinkParts | null): readonly string[] =>
  (byLink?.rules.approvers ?? []).flatMap(({ mail }) => (mail === null ? [] : [mail]));

function wire(env: Environment): Parts {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  // No retry here: a Publish whose answer was lost would be a second mail that nobody counts. The queue brings the case again.
  const sns = new SNSClient(madeOnceSettings);
  const byLink = linksFrom(env, dynamo, sns);
  const tables = {
    cases: requiredSetting(env, settingNames.casesTable),
    notifications: requiredSetting(env, settingNames.toldTable),
  };
  return {
    store: dynamoNotificationStore(dynamo, tables, addressesOf(byLink).map(linkChannel)),
    topic: snsTopic(sns, requiredSetting(env, settingNames.topicArn)),
    byLink,
    slack: slackFrom(env),
    settings: {
      hasButtons: optionalSetting(env, settingNames.slackTeam) !== null,
      allowAdministrator: optionalSetting(env, settingNames.allowAdministrator) === 'true',
    },
    ...telemetry(env),
  };
}

async function announceCase({ caseKey: key, item }: Change, isFirst: boolean, parts: Parts): Promise<void> {
  const rounds = await parts.store.findWithRecords(key, closedRound(item));
  if (rounds.length === 0) throw new Error(`The case ${key} is not in the table: was it deleted by hand?`);
  const failures: Error[] = [];
  for (const { found, records } of rounds) {
    if (found.state !== 'open') failures.push(...(await announceRound(found, records, isFirst, parts)));
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `Case ${caseId(key)}: ${failures.map(({ message }) => message).join('; ')}`);
}

/** Links count together, whoever they were sent to. */
const kindOf = (channel: string): Channel => (channel === 'slack' || channel === 'sns' ? channel : 'link');

/** A link follows its proposal, which may come long after the denial. */
const isFirstNews = (channel: string, records: NotificationRecords): boolean =>
  (channel === 'slack' || channel === 'sns') && (records[channel]?.notifiedAt ?? null) === null;

/** Returns what failed. */
async function announceRound(
  found: DiagnosedCase,
  records: NotificationRecords,
  isFirst: boolean,
  { store, topic, byLink, slack, settings, logger, metrics }: Parts,
): Promise<readonly Error[]> {
  const about = logKeysOf(found);
  const now = new Date();
  const notifying: Record<string, Promise<Notified>> = {
    sns: notifyTopic(found, records.sns, topic, store, { now, isFirst }, settings),
    ...(byLink === null ? {} : notifyByLink(found, records, byLink, store, { now, isFirst })),
    ...(slack === null
      ? {}
      : { slack: slack().then((channel) => notifySlack(found, records.slack, channel, store, now, settings)) }),
  };
  const outcomes = await Promise.allSettled(Object.values(notifying));

  const failures: Error[] = [];
  for (const [index, channel] of Object.keys(notifying).entries()) {
    const outcome = outcomes[index];
    if (outcome?.status === 'fulfilled') {
      logger.info('Told', { ...about, channel, outcome: outcome.value, state: found.state });
      if (outcome.value !== 'nothing new') metrics.addMetric(toldMetric(kindOf(channel)), MetricUnit.Count, 1);
      if (outcome.value === 'posted' && isFirstNews(channel, records)) {
        const took = Date.now() - Date.parse(found.denials.firstAt);
        metrics.addMetric(metricNames.denialToTold, MetricUnit.Milliseconds, took);
      }
    } else {
      const error = asError(outcome?.reason);
      logger.error(`Telling ${channel} failed; the queue will bring it again`, { ...about, error });
      metrics.addMetric(metricNames.tellingFailed, MetricUnit.Count, 1);
      metrics.addMetric(tellingFailedMetric(kindOf(channel)), MetricUnit.Count, 1);
      failures.push(error);
    }
  }
  return failures;
}

/** `change`: null where the message itself cannot be read. */
function notRead({ logger, metrics }: Parts, messageId: string, change: Change | null, error: unknown): void {
  metrics.addMetric(metricNames.tellingFailed, MetricUnit.Count, 1);
  logger.error('A case could not be read, or not be announced in time; the queue will bring it again', {
    ...(change === null ? {} : { case: caseId(change.caseKey, closedRound(change.item) ?? 1) }),
    messageId,
    error: asError(error),
  });
}

const HANGS =
  'The time of the function is nearly over before this was done, as when AWS or Slack is slow; Lambda ends it, unless the seconds left are enough.';

async function run(parts: Parts, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const underWay = new Map<string, Promise<void>>();
  const hanging = new Map<string, Change>();
  // Logged and no more: work that was given up and goes on would send everything a second time beside its redelivery. Lambda ends it.
  const endWarning = whenNearlyOver(
    () => context.getRemainingTimeInMillis(),
    () => {
      for (const [messageId, change] of hanging) notRead(parts, messageId, change, new Error(HANGS));
      // With the function its metrics end, too.
      if (hanging.size > 0) parts.metrics.publishStoredMetrics();
    },
  );
  // By case: resolves when its next notifying may begin, to whether that is of a first delivery. Two at once would both send what is not out yet.
  const turns = new Map<string, Promise<boolean>>();
  const handle = async ({ body, messageId, attributes }: SQSRecord): Promise<void> => {
    let change: Change | null = null;
    try {
      const read = parse(JSON.parse(body), undefined, changeShape);
      change = read;
      hanging.set(messageId, read);
      const { caseKey, item } = read;
      const name = `${caseKey} ${item}`;
      let announcing = underWay.get(name);
      if (announcing === undefined) {
        // A case's oldest message comes first: newer ones that wait behind a failing one are no first deliveries.
        const turn = turns.get(caseKey) ?? Promise.resolve(attributes.ApproximateReceiveCount === '1');
        announcing = turn.then((isFirst) => announceCase(read, isFirst, parts));
        underWay.set(name, announcing);
        const next = announcing.then(
          () => turn,
          () => false,
        );
        turns.set(caseKey, next);
      }
      await announcing;
    } catch (error) {
      // Of channels that failed each has its own line already.
      if (!(error instanceof AggregateError)) notRead(parts, messageId, change, error);
      throw error;
    } finally {
      hanging.delete(messageId);
    }
  };
  const processor = new BatchProcessor(EventType.SQS);
  try {
    return await processPartialResponse(event, handle, processor, { context, throwOnFullBatchFailure: false });
  } finally {
    endWarning();
    parts.metrics.publishStoredMetrics();
  }
}

export const handler = lambda(run, wire);
