import { AttributeType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { APPROVER_ATTRIBUTE } from '../../lambda/runtime/approver-attribute.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { protectedTable } from '../store/protected-table.ts';

export interface MailLinksProps {
  /** Mail addresses of those who may decide by a link; SNS asks each for its consent. */
  readonly addresses: readonly string[];
  /** How long a link works. */
  readonly minutes: number;
  readonly retainData: boolean;
}

/**
 * Links in mails: what is kept of them, and the topic that takes each to its one approver. Whoever else subscribes to that topic without a
 * filter reads the links of all.
 */
export class MailLinks extends Construct {
  readonly table: Table;
  readonly topic: Topic;
  private readonly minutes: number;

  constructor(scope: Construct, id: string, { addresses, minutes, retainData }: MailLinksProps) {
    super(scope, id);
    this.minutes = minutes;
    this.table = protectedTable(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      retainData,
    });
    this.topic = new Topic(this, 'Topic', {
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    for (const address of addresses) {
      const forThem = SubscriptionFilter.stringFilter({ allowlist: [address] });
      this.topic.addSubscription(new EmailSubscription(address, { filterPolicy: { [APPROVER_ATTRIBUTE]: forThem } }));
    }
  }

  /** Makes links and sends them. `url`: where they lead, with a slash at its end. */
  grantSend(fn: LambdaFunction, url: string): void {
    fn.addEnvironment(settingNames.linksTable, this.table.tableName);
    fn.addEnvironment(settingNames.linksTopicArn, this.topic.topicArn);
    fn.addEnvironment(settingNames.linksUrl, url);
    fn.addEnvironment(settingNames.linkMinutes, String(this.minutes));
    fn.addToRolePolicy(
      new PolicyStatement({ sid: 'MakeLinks', actions: ['dynamodb:PutItem'], resources: [this.table.tableArn] }),
    );
    fn.addToRolePolicy(
      new PolicyStatement({ sid: 'SendLinks', actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
  }

  /** Reads a link by its secret part and uses it up. */
  grantUse(fn: LambdaFunction): void {
    fn.addEnvironment(settingNames.linksTable, this.table.tableName);
    fn.addToRolePolicy(
      new PolicyStatement({
        sid: 'UseLinks',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
      }),
    );
  }
}
