/**
 * Takes an answer from Slack and records it. Holds no right in IAM. Its address is public: the signature over the raw body is the door,
 * and each request passes it once.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../adapters/aws/clients.ts';
import { dynamoCaseTransitions } from '../../adapters/dynamodb/case-transitions.ts';
import { dynamoTickets, type Tickets } from '../../adapters/dynamodb/tickets.ts';
import { trailBucket } from '../../adapters/s3/trail-bucket.ts';
import { slackPeople } from '../../adapters/slack/people.ts';
import { readSlackSecret, type SlackSecret } from '../../adapters/slack/secret.ts';
import { type SlackSecretCache, slackSecretCache } from '../../adapters/slack/secret-cache.ts';
import {
  type IncomingRequest,
  payloadIn,
  type SlackRequest,
  verifySlackRequest,
} from '../../adapters/slack/signed-request.ts';
import { readSlackInteraction } from '../../core/slack/interaction.ts';
import { rulesFrom } from '../../runtime/approvers-setting.ts';
import { asError } from '../../runtime/as-error.ts';
import { type Environment, lambda } from '../../runtime/lambda.ts';
import { metricNames } from '../../runtime/metric-names.ts';
import { optionalSetting, requiredSetting, settingNames } from '../../runtime/settings.ts';
import { telemetry } from '../../runtime/telemetry.ts';
import { emptyAnswer, errorAnswer, type HttpAnswer } from '../http-answer.ts';
import { onPress, onSubmit, type SlackRulingParts } from './ruling.ts';

export interface ReviewSlackParts extends Omit<SlackRulingParts, 'people' | 'now'> {
  readonly secrets: SlackSecretCache;
  readonly peopleFor: (secret: SlackSecret) => SlackRulingParts['people'];
  readonly tickets: Tickets;
  readonly now: () => Date;
}

/** What a function URL sends; the part that is read. */
export interface ReviewSlackEvent {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

function wire(env: Environment): ReviewSlackParts {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const bucket = requiredSetting(env, settingNames.trailBucket);
  const trail = trailBucket({ bucket, region: env['AWS_REGION'] ?? '', env });
  const secretId = requiredSetting(env, settingNames.slackSecretArn);
  const secrets = new SecretsManagerClient(clientSettings);
  const apiUrl = optionalSetting(env, settingNames.slackApiUrl);
  return {
    transitions: dynamoCaseTransitions(dynamo, requiredSetting(env, settingNames.casesTable), trail),
    rules: rulesFrom(env),
    team: requiredSetting(env, settingNames.slackTeam),
    channel: optionalSetting(env, settingNames.slackChannel),
    tickets: dynamoTickets(dynamo, requiredSetting(env, settingNames.ticketsTable)),
    secrets: slackSecretCache(() => readSlackSecret(secrets, secretId)),
    peopleFor: ({ botToken }) => slackPeople({ token: botToken, apiUrl }),
    now: () => new Date(),
    ...telemetry(env),
  };
}

/** A signature that does not fit may be one by the secret that came after ours. */
async function verify(
  request: IncomingRequest,
  secrets: SlackSecretCache,
  now: Date,
): Promise<{ readonly verified: SlackRequest; readonly secret: SlackSecret }> {
  const secret = await secrets.current(now);
  const verified = verifySlackRequest(request, secret.signingSecret, now);
  if (verified.kind === 'genuine' || verified.why !== 'forged') return { verified, secret };
  const renewed = await secrets.renewed(now);
  if (renewed === null) return { verified, secret };
  return { verified: verifySlackRequest(request, renewed.signingSecret, now), secret: renewed };
}

/** Milliseconds. A request signed five minutes ahead of our clock is taken until ten minutes from now. */
const TICKET_MS = 3_600_000;

async function answer(event: ReviewSlackEvent, parts: ReviewSlackParts): Promise<HttpAnswer> {
  const { secrets, tickets, logger } = parts;
  const now = parts.now();
  const { headers, body, isBase64Encoded } = event;
  const { verified, secret } = await verify({ headers, body, isBase64Encoded }, secrets, now);
  if (verified.kind === 'refused') {
    logger.warn('Not from Slack, or not now', { why: verified.why, sentence: verified.sentence });
    return errorAnswer(verified.status, verified.why, verified.sentence);
  }
  const payload = payloadIn(verified.body);
  if (payload === null) return errorAnswer(400, 'malformed', 'The body is not a form with one field payload.');
  const interaction = readSlackInteraction(payload);
  switch (interaction.kind) {
    case 'other':
      return emptyAnswer;
    case 'malformed':
      logger.warn('A payload of Slack that cannot be read', { why: interaction.why });
      return errorAnswer(400, 'malformed', interaction.why);
    case 'press':
    case 'submit': {
      if (!(await tickets.use(verified.requestId, new Date(now.getTime() + TICKET_MS)))) {
        logger.warn('A request of Slack that came before', { user: interaction.user });
        return errorAnswer(401, 'replayed', 'This request was taken before. Slack sends each of them once.');
      }
      const ruling: SlackRulingParts = { ...parts, people: parts.peopleFor(secret), now };
      return interaction.kind === 'press' ? onPress(interaction, ruling) : onSubmit(interaction, ruling);
    }
    default:
      return interaction satisfies never;
  }
}

/** A failure shows in Slack as a warning sign beside the button: the press did nothing that we know of. */
export async function reviewSlack(parts: ReviewSlackParts, event: ReviewSlackEvent): Promise<HttpAnswer> {
  try {
    return await answer(event, parts);
  } catch (error) {
    parts.metrics.addMetric(metricNames.reviewFailed, 'Count', 1);
    parts.logger.error('A press failed', asError(error));
    return errorAnswer(500, 'failed', 'Something failed on our side; its log says what. Press the button again.');
  } finally {
    parts.metrics.publishStoredMetrics();
  }
}

export const handler = lambda(reviewSlack, wire);
