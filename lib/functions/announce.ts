import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { settingNames } from '../../lambda/runtime/settings.ts';
import type { Answering } from '../settings/answering.ts';
import { grantSlack, type SlackProps } from '../settings/slack.ts';
import { NotificationStore } from '../store/notification-store.ts';
import { handlerFunction } from './handler-function.ts';
import type { MadeFor } from './made-for.ts';

/** Where it speaks. */
export interface Channels {
  readonly notices: { grantPublish(fn: LambdaFunction): void };
  readonly slack: SlackProps | undefined;
}

/** Reads cases, speaks to people, and keeps what it has sent in a table of its own. */
export function announceFunction(
  { scope, shared, cases }: MadeFor,
  answering: Answering | null,
  { notices, slack }: Channels,
): LambdaFunction {
  const announce = handlerFunction(scope, 'Announce', {
    ...shared,
    name: 'announce',
    description: 'tells people about a case, in Slack and by mail',
    timeout: Duration.seconds(30),
  });
  cases.grantAnnounce(announce);
  new NotificationStore(scope, 'Told', shared).grantAnnounce(announce);
  notices.grantPublish(announce);
  if (slack) grantSlack(announce, slack);
  if (answering === null) return announce;
  announce.addEnvironment(settingNames.allowAdministrator, String(answering.allowAdministrator));
  // It shows buttons only where something answers them.
  if (answering.slackTeam !== null) announce.addEnvironment(settingNames.slackTeam, answering.slackTeam);
  return announce;
}
