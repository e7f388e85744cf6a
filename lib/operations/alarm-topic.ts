import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { checkAddresses } from '../settings/mail-addresses.ts';

export interface AlarmTopicProps {
  /** E-mail addresses; SNS asks each for its consent. */
  readonly alarmsTo: readonly string[];
}

/**
 * Where alarms go. Nothing that is watched speaks through it: announce may not publish here, so what stops the announcements does not stop
 * the alarm about them.
 *
 * Not under AWS's own key, through which CloudWatch and EventBridge may not publish, nor under one of ours, which disabled would silence
 * every alarm at once. An alarm names queues, functions and whoever wrote to IAM; nothing secret.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { alarmsTo }: AlarmTopicProps) {
    super(scope, id);
    checkAddresses(
      'alarmsTo',
      alarmsTo,
      "Write it like 'oncall@example.com'; subscribe anything else to `alarms.topic`",
    );
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    const stack = Stack.of(this);
    // A policy of our own takes the place of the default one, which let this account's alarms in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
        },
      }),
    );
    for (const address of alarmsTo) this.topic.addSubscription(new EmailSubscription(address));
  }
}
