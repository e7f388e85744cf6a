import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { sayWhereIamIsHeard } from './operations/own-policies-watch.ts';
import { PassRoleRemediator } from './passrole-remediator.ts';
import type { ReviewProps } from './settings/answering.ts';
import type { AppSettings } from './settings/app-settings.ts';
import { accountMismatch } from './settings/approvers.ts';
import { checkRegion } from './settings/regions.ts';

export interface PassRoleRemediatorStackProps extends StackProps {
  readonly settings: AppSettings;
  /** Where `cdk deploy` would take it, as its command line tells the app: settings that cannot be meant there are refused at synthesis. */
  readonly signedInTo?: { readonly account: string | undefined; readonly region: string | undefined };
}

function reviewProps({ mail, ...review }: NonNullable<AppSettings['review']>): ReviewProps {
  if (mail === undefined) return review;
  const { linksExpireAfterMinutes: minutes } = mail;
  return { ...review, mail: minutes === undefined ? {} : { linksExpireAfter: Duration.minutes(minutes) } };
}

/** PassRoleRemediator on its own, with the addresses that an operator asks for first. */
export class PassRoleRemediatorStack extends Stack {
  constructor(scope: Construct, id: string, props: PassRoleRemediatorStackProps) {
    const { stackName, terminationProtection } = props.settings;
    super(scope, id, {
      ...(stackName !== undefined && { stackName }),
      ...(terminationProtection !== undefined && { terminationProtection }),
      ...props,
    });
    const { slack, proposalsExpireAfterHours, logRetentionDays, review, ...rest } = props.settings;
    const { stackName: _, terminationProtection: __, ...settings } = rest;
    const { account, region } = props.signedInTo ?? {};
    if (region !== undefined) checkRegion(region, { functionUrls: settings.approvers !== undefined });
    if (region !== undefined && settings.approvers !== undefined) sayWhereIamIsHeard(this, region);
    // Not refused: a pipeline may synthesise with the credentials of one account what it deploys to another.
    const mismatch = account === undefined ? null : accountMismatch(settings.approvers ?? [], account);
    if (mismatch !== null)
      Annotations.of(this).addWarningV2('passrole-remediator:signed-in-elsewhere', mismatch.message);
    const remediator = new PassRoleRemediator(this, 'Remediator', {
      ...settings,
      ...(proposalsExpireAfterHours !== undefined && {
        proposalsExpireAfter: Duration.hours(proposalsExpireAfterHours),
      }),
      ...(logRetentionDays !== undefined && { logRetention: logRetentionDays }),
      ...(review && { review: reviewProps(review) }),
      ...(slack && {
        slack: { channelId: slack.channelId, secret: Secret.fromSecretNameV2(this, 'Slack', slack.secretName) },
      }),
    });

    const { cases, trail, denials, announcements, notices, alarms, applying, reviewUrl, slackUrl, links } = remediator;
    const say = (id: string, value: string, description: string) => new CfnOutput(this, id, { value, description });
    say(
      'Installation',
      remediator.installation,
      'Which remediator of the account this is: in its names, metrics, logs and cases',
    );
    say('TopicArn', notices.topic.topicArn, 'Subscribe to it to be told of every case');
    say('AlarmTopicArn', alarms.topic.topicArn, 'Subscribe operators to it: told when something here fails');
    say('CasesTable', cases.table.tableName, 'Cases as they stand');
    say('TrailBucket', trail.bucket.bucketName, 'The append-only record of every decision');
    say('DenialQueueUrl', denials.queue.queueUrl, 'Denials that wait for diagnose');
    say(
      'DenialDeadLettersUrl',
      denials.deadLetters.queueUrl,
      'Denials nobody was told of: mend the cause, then redrive to the denial queue',
    );
    say('AnnouncementQueueUrl', announcements.queue.queueUrl, 'Changed cases that wait for announce');
    say(
      'AnnouncementDeadLettersUrl',
      announcements.deadLetters.queueUrl,
      'Announcements that were not made: mend the cause, then redrive',
    );
    say(
      'PipeDeadLettersUrl',
      announcements.pipeDeadLetters.queueUrl,
      'Changes the pipe gave up on: positions in the stream, not redrivable',
    );
    if (applying) {
      say('ApplyQueueUrl', applying.changes.queue.queueUrl, 'Approved cases that wait for apply');
      say(
        'ApplyDeadLettersUrl',
        applying.changes.deadLetters.queueUrl,
        'Approved cases that could not be applied: mend the cause, then redrive',
      );
    }
    if (reviewUrl) say('ReviewUrl', reviewUrl.url, 'For the command line, by AWS identity');
    if (links) say('LinksTopicArn', links.topic.topicArn, 'Takes links to approvers: subscribe nobody to it by hand');
    if (slackUrl) say('SlackInteractivityUrl', slackUrl.url, "The Slack app's Interactivity, Request URL");
  }
}
