import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { type Answering, setRules } from '../settings/answering.ts';
import { grantSlack, type SlackProps } from '../settings/slack.ts';
import { Tickets } from '../store/tickets.ts';
import { handlerFunction } from './handler-function.ts';
import type { MadeFor } from './made-for.ts';

/** Reads and writes cases by their key, writes the trail, uses up tickets, reads Slack's secret. Null: no buttons. */
export function reviewSlackFunction(
  { scope, shared, cases, trail }: MadeFor,
  answering: Answering,
  slack: SlackProps,
): LambdaFunction | null {
  if (answering.slackTeam === null) return null;
  const review = handlerFunction(scope, 'ReviewSlack', {
    ...shared,
    name: 'review-slack',
    description: 'takes answers from Slack',
    timeout: Duration.seconds(20),
  });
  cases.grantRule(review);
  trail.grantAppend(review);
  new Tickets(scope, 'Tickets', shared).grantUse(review);
  grantSlack(review, slack);
  setRules(review, answering);
  review.addEnvironment(settingNames.slackTeam, answering.slackTeam);
  return review;
}
