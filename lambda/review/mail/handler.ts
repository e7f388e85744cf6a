/**
 * Takes an answer from whoever opens the link of a mail, and records it. Holds no right in IAM. Its address is public: the secret part of the
 * link is the door. Looking changes nothing, as mail scanners open every link; deciding takes what only a person types.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../adapters/aws/clients.ts';
import { dynamoCaseTransitions } from '../../adapters/dynamodb/case-transitions.ts';
import { dynamoLinks } from '../../adapters/dynamodb/mail-links.ts';
import { trailBucket } from '../../adapters/s3/trail-bucket.ts';
import { caseId, type DiagnosedCase } from '../../core/case/case.ts';
import type { Proof } from '../../core/case/decision.ts';
import { isUnspent, linkOwner, linkState, type MailLink } from '../../core/case/mail-link.ts';
import { approvalsNeeded, type RulingRules } from '../../core/case/ruling.ts';
import { roleNameOf } from '../../core/denial/names.ts';
import type { CaseTransitions } from '../../ports/case-transitions.ts';
import type { Links } from '../../ports/mail-links.ts';
import { rulesFrom } from '../../runtime/approvers-setting.ts';
import { asError } from '../../runtime/as-error.ts';
import { type Environment, lambda } from '../../runtime/lambda.ts';
import { logKeysOf } from '../../runtime/log-keys.ts';
import { metricNames } from '../../runtime/metric-names.ts';
import { requiredSetting, settingNames } from '../../runtime/settings.ts';
import { telemetry } from '../../runtime/telemetry.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { noteRuling } from '../note-ruling.ts';
import { refusalStatus } from '../refusal-status.ts';
import { approveCase, type Ruled, rejectCase } from '../rule-on-case.ts';
import type { UrlEvent } from '../url-event.ts';
import { casePage, messagePage, pageAnswer } from './page.tsx';
import { type LinkDecision, readLinkRequest, type Typed } from './request.ts';

export interface ReviewMailParts {
  readonly transitions: CaseTransitions;
  readonly links: Links;
  readonly rules: RulingRules;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'>;
}

function wire(env: Environment): ReviewMailParts {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));
  const bucket = requiredSetting(env, settingNames.trailBucket);
  const trail = trailBucket({ bucket, region: env['AWS_REGION'] ?? '', env });
  return {
    transitions: dynamoCaseTransitions(dynamo, requiredSetting(env, settingNames.casesTable), trail),
    links: dynamoLinks(dynamo, requiredSetting(env, settingNames.linksTable)),
    rules: rulesFrom(env),
    now: () => new Date(),
    ...telemetry(env),
  };
}

/** A link that works, and the case it is about. */
interface Opened {
  readonly token: string;
  readonly link: MailLink;
  readonly of: DiagnosedCase;
  /** Name of the person that the link was sent to. */
  readonly owner: string;
}

const unknown = 'This link is not known. Was it broken over two lines in the mail? It may also have ended days ago.';
const elsewhere = 'Decide in Slack or with passrole approve, if the case still waits.';

/** An answer: it does not work, and why. */
async function open(token: string, { links, transitions, rules, now }: ReviewMailParts): Promise<Opened | HttpAnswer> {
  const link = await links.find(token);
  if (link === null) return pageAnswer(404, messagePage('Not known', unknown));
  switch (linkState(link, now())) {
    case 'used': {
      const of = await transitions.find(link.caseKey, link.round);
      if (of !== null && of.state !== 'open' && isUnspent(link, of, now())) break;
      return pageAnswer(410, messagePage('Used already', `This link was used at ${link.usedAt}; it decides once.`));
    }
    case 'ended':
      return pageAnswer(410, messagePage('Ended', `This link ended at ${link.endsAt}. ${elsewhere}`));
    case 'good':
      break;
    default:
      throw new Error('A link in a state of its own.');
  }
  const owner = linkOwner(link, rules);
  if (owner === null)
    return pageAnswer(
      403,
      messagePage('Not an approver', `${link.approver} is not in the list of approvers any more.`),
    );
  const of = await transitions.find(link.caseKey, link.round);
  if (of === null || of.state === 'open')
    return pageAnswer(404, messagePage('Gone', `The case of this link is not there any more. ${elsewhere}`));
  return { token, link, of, owner };
}

/** Shown with its form as long as this very proposal waits; without, where it was decided or has changed. */
function look({ of, link, owner }: Opened, parts: ReviewMailParts, typed: Typed | null, sentence: string | null) {
  const waits =
    of.state === 'proposed' &&
    of.diagnosis.proposal.digest === link.digest &&
    approvalsNeeded(of.diagnosis.risk.level, parts.rules.allowAdministrator) === 1 &&
    parts.now().getTime() < Date.parse(of.expiresAt);
  return casePage({ of, rules: parts.rules, owner, endsAt: link.endsAt, waits, typed, sentence });
}

const TITLES = { noted: 'Noted', approved: 'Approved', rejected: 'Rejected', reverting: 'Being taken back' } as const;

function outcomePage(ruled: Ruled, id: string): HttpAnswer {
  switch (ruled.kind) {
    case 'done': {
      const words =
        ruled.ruling === 'rejected'
          ? `Case ${id} is rejected under your name. Nothing is written.`
          : `Case ${id} is approved under your name. The grant is being written; a mail says when it works.`;
      return pageAnswer(200, messagePage(TITLES[ruled.ruling], words));
    }
    case 'refused':
      return pageAnswer(refusalStatus[ruled.why], messagePage('Not decided', ruled.sentence));
    case 'missing':
      return pageAnswer(404, messagePage('Gone', `The case of this link is not there any more. ${elsewhere}`));
    default:
      return ruled satisfies never;
  }
}

async function rule(opened: Opened, decision: LinkDecision, parts: ReviewMailParts): Promise<Ruled> {
  const { key, round } = opened.of;
  const { approver, digest } = opened.link;
  const proof: Proof = { via: 'mail', as: approver };
  const ruling = { transitions: parts.transitions, rules: parts.rules, now: parts.now() };
  const decider = { key, round, proof, digest };
  return decision.kind === 'approve'
    ? approveCase(ruling, { ...decider, term: decision.term })
    : rejectCase(ruling, { ...decider, reason: decision.reason });
}

async function release({ token, of }: Opened, attempt: string, { links, logger }: ReviewMailParts): Promise<void> {
  await links.giveBack(token, attempt).catch((lost: unknown) => {
    logger.error('A link was used up although nothing may have been decided by it', {
      ...logKeysOf(of),
      error: asError(lost),
    });
  });
}

/** The link is used up first, so that of two at the same time one decides; it works again when nothing could be recorded. */
async function decide(opened: Opened, decision: LinkDecision, parts: ReviewMailParts): Promise<HttpAnswer> {
  const { token, of, owner } = opened;
  const attempt = randomUUID();
  if (!(await parts.links.use(token, attempt, parts.now(), opened.link.usedAt)))
    return pageAnswer(410, messagePage('Used already', 'This link was used a moment ago; it decides once.'));
  let ruled: Ruled;
  try {
    ruled = await rule(opened, decision, parts);
  } catch (error) {
    await release(opened, attempt, parts);
    throw error;
  }
  noteRuling(ruled, { ...logKeysOf(of), by: owner }, { ...parts, now: parts.now() });
  // Nothing was decided by it, so it is as good as before.
  if (ruled.kind !== 'done') await release(opened, attempt, parts);
  return outcomePage(ruled, caseId(of.key, of.round));
}

async function answer(event: UrlEvent, parts: ReviewMailParts): Promise<HttpAnswer> {
  const request = readLinkRequest(event);
  if (request.kind === 'unusable') return pageAnswer(request.status, messagePage('Not taken', request.sentence));
  const opened = await open(request.token, parts);
  if ('statusCode' in opened) return opened;
  switch (request.kind) {
    case 'look':
      return pageAnswer(200, look(opened, parts, null, null));
    case 'incomplete':
      return pageAnswer(422, look(opened, parts, request.typed, request.sentence));
    case 'decide': {
      const { decision } = request;
      const role = roleNameOf(opened.of.latest);
      if (decision.confirm === role) return decide(opened, decision, parts);
      const typed = { reason: decision.kind === 'reject' ? decision.reason : '', confirm: decision.confirm };
      const sentence = `Nothing was decided: what was typed is not ${role}, the name of the role.`;
      return pageAnswer(422, look(opened, parts, typed, sentence));
    }
    default:
      return request satisfies never;
  }
}

export async function reviewMail(parts: ReviewMailParts, event: UrlEvent): Promise<HttpAnswer> {
  try {
    return await answer(event, parts);
  } catch (error) {
    parts.metrics.addMetric(metricNames.reviewFailed, MetricUnit.Count, 1);
    parts.logger.error('A link failed', asError(error));
    const sentence =
      'Something failed on our side; its log says what. Open the link again: it shows whether you decided.';
    return pageAnswer(500, messagePage('Failed', sentence));
  } finally {
    parts.metrics.publishStoredMetrics();
  }
}

export const handler = lambda(reviewMail, wire);
