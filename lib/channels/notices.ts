import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { checkAddresses } from '../settings/mail-addresses.ts';

export interface NoticesProps {
  /** E-mail addresses; SNS asks each for its consent. */
  readonly notify: readonly string[];
}

/** The topic that tells people who do not use Slack. Anything may subscribe to it. */
export class Notices extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { notify }: NoticesProps) {
    super(scope, id);
    checkAddresses('notify', notify, "Write it like 'data-platform@example.com'; Slack has a prop of its own");
    this.topic = new Topic(this, 'Topic', {
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    for (const address of notify) this.topic.addSubscription(new EmailSubscription(address));
  }

  /** No grant on the key: that of AWS already admits whoever in the account may publish through SNS. */
  grantPublish(fn: LambdaFunction): void {
    fn.addEnvironment(settingNames.topicArn, this.topic.topicArn);
    fn.addToRolePolicy(
      new PolicyStatement({ sid: 'TellByTopic', actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
  }
}
