/**
 * Takes an answer from whoever AWS says is calling, and records it. Holds no right in IAM. Behind a function URL of type AWS_IAM: its
 * policy says who may call, the list of approvers who may decide.
 */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../adapters/aws/clients.ts';
import { dynamoCaseList } from '../../adapters/dynamodb/case-list.ts';
import { dynamoCaseTransitions } from '../../adapters/dynamodb/case-transitions.ts';
import { trailBucket } from '../../adapters/s3/trail-bucket.ts';
import type { Case } from '../../core/case/case.ts';
import type { Proof } from '../../core/case/decision.ts';
import type { RulingRules } from '../../core/case/ruling.ts';
import { caseView } from '../../core/wording/case-view.ts';
import type { CaseList } from '../../ports/case-list.ts';
import type { CaseTransitions } from '../../ports/case-transitions.ts';
import { rulesFrom } from '../../runtime/approvers-setting.ts';
import { asError } from '../../runtime/as-error.ts';
import { type Environment, lambda } from '../../runtime/lambda.ts';
import { logKeysOf } from '../../runtime/log-keys.ts';
import { metricNames } from '../../runtime/metric-names.ts';
import { requiredSetting, settingNames } from '../../runtime/settings.ts';
import { telemetry } from '../../runtime/telemetry.ts';
import { errorAnswer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import { noteRuling } from '../note-ruling.ts';
import { refusalStatus } from '../refusal-status.ts';
import { approveCase, type Ruled, rejectCase, revertCase } from '../rule-on-case.ts';
import type { UrlEvent } from '../url-event.ts';
import { type ReviewRequest, readReviewRequest } from './request.ts';

export interface ReviewParts {
  readonly transitions: CaseTransitions;
  readonly cases: CaseList;
  readonly rules: RulingRules;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'>;
}

/** Payload format 2.0. */
export type ReviewEvent = UrlEvent & {
  readonly requestContext: UrlEvent['requestContext'] & {
    readonly authorizer?: { readonly iam?: { readonly userArn?: string | null } };
  };
};

function wire(env: Environment): ReviewParts {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const table = requiredSetting(env, settingNames.casesTable);
  const bucket = requiredSetting(env, settingNames.trailBucket);
  const trail = trailBucket({ bucket, region: env['AWS_REGION'] ?? '', env });
  return {
    transitions: dynamoCaseTransitions(dynamo, table, trail),
    cases: dynamoCaseList(dynamo, table),
    rules: rulesFrom(env),
    now: () => new Date(),
    ...telemetry(env),
  };
}

const notThere = (id: string): HttpAnswer =>
  errorAnswer(404, 'no-such-case', `There is no case ${id}. GET /cases lists them.`);

function answerOf(ruled: Ruled, id: string): HttpAnswer {
  switch (ruled.kind) {
    case 'done':
      return jsonAnswer(200, { ruling: ruled.ruling, case: caseView(ruled.of) });
    case 'refused':
      return errorAnswer(refusalStatus[ruled.why], ruled.why, ruled.sentence);
    case 'missing':
      return notThere(id);
    default:
      return ruled satisfies never;
  }
}

type CaseRequest = Exclude<ReviewRequest, { kind: 'list' | 'unusable' }>;

async function rulingOn(of: Case, request: Exclude<CaseRequest, { kind: 'show' }>, proof: Proof, parts: ReviewParts) {
  const ruling = { transitions: parts.transitions, rules: parts.rules, now: parts.now() };
  const decider = { key: of.key, round: of.round, proof };
  switch (request.kind) {
    case 'approve':
      return approveCase(ruling, { ...decider, digest: request.digest, term: { hours: request.hours } });
    case 'reject':
      return rejectCase(ruling, { ...decider, digest: request.digest, reason: request.reason });
    case 'revert':
      return revertCase(ruling, { ...decider, reason: request.reason });
    default:
      return request satisfies never;
  }
}

async function onCase(request: CaseRequest, userArn: string, parts: ReviewParts): Promise<HttpAnswer> {
  const of = await parts.cases.named(request.id);
  if (of === null) return notThere(request.id);
  if (of === 'ambiguous')
    return errorAnswer(
      409,
      'ambiguous',
      `More than one case begins with ${request.id}: give the key that the list shows.`,
    );
  if (request.kind === 'show') return jsonAnswer(200, { case: caseView(of) });
  const ruled = await rulingOn(of, request, { via: 'aws', as: userArn }, parts);
  const about = { ...logKeysOf(of), asked: request.kind, by: userArn };
  noteRuling(ruled, about, { ...parts, now: parts.now() });
  return answerOf(ruled, request.id);
}

async function listOf(request: Extract<ReviewRequest, { kind: 'list' }>, { cases }: ReviewParts): Promise<HttpAnswer> {
  try {
    const page = await cases.list(request);
    return jsonAnswer(200, { cases: page.cases.map(caseView), next: page.next });
  } catch (error) {
    // A cursor that is not one of the list's own.
    if (error instanceof RangeError) return errorAnswer(400, 'malformed', error.message);
    throw error;
  }
}

async function answer(event: ReviewEvent, parts: ReviewParts): Promise<HttpAnswer> {
  const userArn = event.requestContext.authorizer?.iam?.userArn;
  if (!userArn) {
    parts.logger.error(
      'A request without an AWS identity: the function URL must be of type AWS_IAM. Was it changed by hand?',
    );
    return errorAnswer(401, 'no-identity', 'Sign the request with AWS Signature Version 4, service lambda.');
  }
  const request = readReviewRequest(event);
  switch (request.kind) {
    case 'unusable':
      return request.answer;
    case 'list':
      return listOf(request, parts);
    case 'show':
    case 'approve':
    case 'reject':
    case 'revert':
      return onCase(request, userArn, parts);
    default:
      return request satisfies never;
  }
}

/** What breaks is logged whole and answered without its words: they may name what the caller has no business with. */
export async function review(parts: ReviewParts, event: ReviewEvent): Promise<HttpAnswer> {
  try {
    return await answer(event, parts);
  } catch (error) {
    parts.metrics.addMetric(metricNames.reviewFailed, MetricUnit.Count, 1);
    parts.logger.error('A request failed', asError(error));
    const sentence =
      'Something failed on our side; its log says what. Look at the case before you try again: the ruling may stand.';
    return errorAnswer(500, 'failed', sentence);
  } finally {
    parts.metrics.publishStoredMetrics();
  }
}

export const handler = lambda(review, wire);
