/** What a person pressed or submitted in Slack, done: who they are and that the request is new was proven before. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { SlackPeople } from '../../adapters/slack/people.ts';
import { approverOf } from '../../core/case/approver.ts';
import { caseId } from '../../core/case/case.ts';
import type { Proof } from '../../core/case/decision.ts';
import { type RulingRules, termWords } from '../../core/case/ruling.ts';
import { actionOf, type ButtonValue, decodeButton, hoursOf } from '../../core/slack/buttons.ts';
import type { SlackInteraction } from '../../core/slack/interaction.ts';
import { prose } from '../../core/slack/mrkdwn.ts';
import { evidenceView, REASON, REJECT_VIEW, rejectView } from '../../core/slack/views.ts';
import { announcementOf } from '../../core/wording/announcement.ts';
import type { CaseTransitions } from '../../ports/case-transitions.ts';
import { asError } from '../../runtime/as-error.ts';
import { metricNames } from '../../runtime/metric-names.ts';
import { emptyAnswer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import { noteRuling } from '../note-ruling.ts';
import { approveCase, type Ruled, rejectCase } from '../rule-on-case.ts';

type Press = Extract<SlackInteraction, { kind: 'press' }>;
type Submit = Extract<SlackInteraction, { kind: 'submit' }>;

export interface SlackRulingParts {
  readonly transitions: CaseTransitions;
  readonly rules: RulingRules;
  readonly people: SlackPeople;
  /** Team id whose people may act. */
  readonly team: string;
  /** Where somebody who submitted a window is notified: the window names no channel. Null: they are not. */
  readonly channel: string | null;
  readonly now: Date;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'>;
}

/** Null: this person may act. */
function whyNot({ team, user }: Press | Submit, parts: SlackRulingParts): string | null {
  if (team !== parts.team) return 'Only members of the Slack workspace that this app serves may do that.';
  return approverOf({ via: 'slack', as: user }, parts.rules.approvers) === null
    ? `${user} is not in the list of approvers. Ask one of them, or add the name to the setting "approvers" and deploy again.`
    : null;
}

/** A courtesy: what was ruled stands, whether the person hears of it or not. */
async function notify(channel: string | null, user: string, sentence: string, parts: SlackRulingParts): Promise<void> {
  if (channel === null) return;
  try {
    await parts.people.notify(channel, user, prose(sentence, 3000));
  } catch (error) {
    parts.logger.error('The person was not notified', asError(error));
  }
}

const gone = 'This case is not there any more. Press Save again for a new one.';

function outcomeOf(ruled: Ruled): string {
  switch (ruled.kind) {
    case 'refused':
      return ruled.sentence;
    case 'missing':
      return gone;
    case 'done': {
      const id = caseId(ruled.of.key, ruled.of.round);
      switch (ruled.ruling) {
        case 'noted':
          return `Your approval of case ${id} is noted. The risk asks for a second person.`;
        case 'approved':
          return `Case ${id} is approved${ruled.of.state === 'approved' ? ` ${termWords(ruled.of.term)}` : ''}. The grant is being written; the message says when it works.`;
        case 'rejected':
          return `Case ${id} is rejected. Nothing is written.`;
        case 'reverting':
          return `Case ${id}: the grant is being taken back.`;
        default:
          return ruled.ruling satisfies never;
      }
    }
    default:
      return ruled satisfies never;
  }
}

const aboutOf = (value: ButtonValue, by: string) => ({ case: caseId(value.case, value.round), by });

/** A window that does not open is reported, as nothing else shows it. */
async function open(
  press: Press,
  parts: SlackRulingParts,
  view: Parameters<SlackPeople['openView']>[1],
): Promise<void> {
  try {
    await parts.people.openView(press.triggerId, view);
  } catch (error) {
    parts.logger.error('A window did not open', asError(error));
    await notify(press.channel, press.user, asError(error).message, parts);
  }
}

async function showEvidence(press: Press, value: ButtonValue, parts: SlackRulingParts): Promise<void> {
  const of = await parts.transitions.find(value.case, value.round);
  if (of === null) return notify(press.channel, press.user, gone, parts);
  if (of.state === 'open')
    return notify(press.channel, press.user, 'The case is being diagnosed: try again in a minute.', parts);
  return open(press, parts, evidenceView(announcementOf(of)));
}

/** Always 200 with an empty body: Slack shows anything else as its own failure, without our words. */
export async function onPress(press: Press, parts: SlackRulingParts): Promise<HttpAnswer> {
  const { channel, user } = press;
  const action = actionOf(press.actionId);
  const value = decodeButton(press.value);
  if (action === null || value === null) {
    parts.logger.warn('A button that is not ours', { user });
    await notify(
      channel,
      user,
      'This button is not one of this version. Look at the newest message of the case.',
      parts,
    );
    return emptyAnswer;
  }
  const not = whyNot(press, parts);
  if (not !== null) {
    parts.metrics.addMetric(metricNames.rulingRefused, 'Count', 1);
    parts.logger.warn('Refused', { ...aboutOf(value, user), team: press.team, why: not });
    await notify(channel, user, not, parts);
    return emptyAnswer;
  }
  switch (action) {
    case 'evidence':
      await showEvidence(press, value, parts);
      return emptyAnswer;
    case 'reject':
      await open(press, parts, rejectView(value));
      return emptyAnswer;
    case 'approve':
    case 'approve_8h':
    case 'approve_7d': {
      const proof: Proof = { via: 'slack', as: user };
      const term = { hours: hoursOf[action] };
      const ruled = await approveCase(parts, {
        key: value.case,
        round: value.round,
        proof,
        digest: value.digest,
        term,
      });
      noteRuling(ruled, aboutOf(value, user), parts);
      await notify(channel, user, outcomeOf(ruled), parts);
      return emptyAnswer;
    }
    default:
      return action satisfies never;
  }
}

/** Shown at the input; the window stays open with what was written. Plain text. */
const problem = (sentence: string): HttpAnswer =>
  jsonAnswer(200, { response_action: 'errors', errors: { [REASON.block]: sentence } });

export async function onSubmit(submit: Submit, parts: SlackRulingParts): Promise<HttpAnswer> {
  if (submit.callbackId !== REJECT_VIEW) return emptyAnswer;
  const value = decodeButton(submit.privateMetadata);
  if (value === null) return problem('This window is not one of this version. Close it and press the button again.');
  const not = whyNot(submit, parts);
  if (not !== null) {
    parts.metrics.addMetric(metricNames.rulingRefused, 'Count', 1);
    parts.logger.warn('Refused', { ...aboutOf(value, submit.user), team: submit.team, why: not });
    return problem(not);
  }
  const reason = submit.values[REASON.value] ?? '';
  const proof: Proof = { via: 'slack', as: submit.user };
  let ruled: Ruled;
  try {
    ruled = await rejectCase(parts, { key: value.case, round: value.round, proof, digest: value.digest, reason });
  } catch (error) {
    parts.metrics.addMetric(metricNames.reviewFailed, 'Count', 1);
    parts.logger.error('A rejection failed', { ...aboutOf(value, submit.user), error: asError(error) });
    return problem('This could not be recorded just now. Submit it again in a moment.');
  }
  noteRuling(ruled, aboutOf(value, submit.user), parts);
  if (ruled.kind !== 'done') return problem(outcomeOf(ruled));
  await notify(parts.channel, submit.user, outcomeOf(ruled), parts);
  return emptyAnswer;
}
