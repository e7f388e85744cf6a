import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ownRolePathOf } from '../../lambda/core/iam/own-role-path.ts';
import { deadLetterQueue } from '../queues/work-queue.ts';
import { addressOf, alarms } from './alarms.ts';

export interface OwnPoliciesWatchProps {
  readonly installation: string;
  readonly topic: ITopic;
}

/** The CDK's own target lets EventBridge publish on behalf of every rule, of every account. */
const fromRule = (arn: string, input: RuleTargetInput, deadLetters: Queue): IRuleTarget => ({
  bind: () => ({ arn, input, deadLetterConfig: { arn: deadLetters.queueArn } }),
});

/** Where CloudTrail records IAM's calls, by partition. Source: IAM user guide, "Logging IAM and AWS STS API calls with AWS CloudTrail". */
const iamRegions = ['us-east-1', 'us-gov-west-1', 'cn-north-1'];

/** Says at synthesis that a stack in this region hears of no such write by itself. A region that is known only at deployment says nothing. */
export function sayWhereIamIsHeard(scope: Construct, region: string): void {
  if (Token.isUnresolved(region) || iamRegions.includes(region)) return;
  Annotations.of(scope).addInfo(
    `IAM's calls are not recorded in ${region}: have them sent on from where they are, as ${addressOf('ownPolicyWritten')} says.`,
  );
}

/**
 * Tells of every write to IAM under our policies' names by anybody but a remediator of this account, with who it was. A rule and not a metric:
 * each one matters, and the mail says at once whose it is.
 *
 * Roles on the path of apply's are left out, whoever has their sessions: what apply does stands in the trail of its installation
 * (docs/runbook.md). So is a role that somebody makes or takes over there: docs/security.md.
 *
 * IAM's calls are recorded in one region only, us-east-1 in most partitions. A rule anywhere else hears of them only where another rule there
 * sends them on: docs/runbook.md says how.
 */
export class OwnPoliciesWatch extends Construct {
  /** Warnings that the topic did not take: CloudTrail's events, as the rule had them. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { installation, topic }: OwnPoliciesWatchProps) {
    super(scope, id);
    const { region, partition, account } = Stack.of(this);
    sayWhereIamIsHeard(this, region);
    const writers = `arn:${partition}:iam::${account}:role${ownRolePathOf('apply')}`;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', 'unordered');
    const field = (path: string): string => EventField.fromPath(`$.detail.${path}`);
    const { impact, sign } = alarms.ownPolicyWritten;
    const rule = new Rule(this, 'Rule', {
      description: 'passrole-remediator: inline policies under our names, written or deleted by others',
      eventPattern: {
        source: ['aws.iam'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['iam.amazonaws.com'],
          eventName: ['Put', 'Delete'].flatMap((verb) =>
            ['Group', 'User', 'Role'].map((kind) => `${verb}${kind}Policy`),
          ),
          errorCode: [{ exists: false }],
          // CloudTrail has the name as the caller wrote it, and IAM tells names apart without regard to case.
          requestParameters: { policyName: [{ prefix: { 'equals-ignore-case': 'allowpass' } }] },
          // A user or root has no session, and so no issuer.
          userIdentity: {
            sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': { prefix: writers } }] } },
          },
        },
      },
      targets: [
        fromRule(
          topic.topicArn,
          RuleTargetInput.fromText(
            `${impact}. ${sign}: ${field('userIdentity.arn')} called ${field('eventName')} for ${field('requestParameters.policyName')} at ${field('eventTime')} (event ${field('eventID')}, account ${field('recipientAccountId')}). What to do: ${addressOf('ownPolicyWritten')} (installation ${installation})`,
          ),
          this.deadLetters,
        ),
      ],
    });
    const fromThisRule = {
      principals: [new ServicePrincipal('events.amazonaws.com')],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    };
    this.deadLetters.addToResourcePolicy(
      new PolicyStatement({ ...fromThisRule, actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    topic.addToResourcePolicy(
      new PolicyStatement({
        ...fromThisRule,
        sid: 'WritesUnderOurNames',
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
    );
  }
}
