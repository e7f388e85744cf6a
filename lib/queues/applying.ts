import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CaseStore } from '../store/case-store.ts';
import { FollowedChanges } from './followed-changes.ts';
import { deadLetterQueue } from './work-queue.ts';

export interface ApplyingProps {
  readonly cases: CaseStore;
  readonly installation: string;
  readonly worker: LambdaFunction;
}

/**
 * When apply works: as soon as a case is approved or to be reverted, and every five minutes for what is due, which also finds a case
 * that was lost on the way. Nothing else may call it.
 */
export class Applying extends Construct {
  readonly changes: FollowedChanges;
  /** Rounds of the schedule that failed, for whoever looks for the cause; the next round does their work. */
  readonly scheduleDeadLetters: Queue;

  constructor(scope: Construct, id: string, { cases, installation, worker }: ApplyingProps) {
    super(scope, id);
    this.changes = new FollowedChanges(this, 'Changes', {
      cases,
      installation,
      name: 'decisions',
      worker,
      to: 'apply',
      states: ['approved', 'reverting'],
      // Eighteen minutes apart: an hour and a half; the schedule tries as well.
      attempts: 5,
      // One may take the whole time-out, waiting for IAM to spread the grant.
      batchSize: 1,
    });

    this.scheduleDeadLetters = deadLetterQueue(this, 'ScheduleDeadLetters', 'unordered');
    const retries = { retryAttempts: 2, maxEventAge: Duration.minutes(10) };
    const { queueArn } = this.scheduleDeadLetters;
    worker.configureAsyncInvoke({ ...retries, onFailure: { bind: () => ({ destination: queueArn }) } });
    // CDK's SqsDestination would grant two rights that Lambda does not use.
    worker.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    new Rule(this, 'Schedule', {
      description: 'passrole-remediator: what is due is applied, ended or expired',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaTarget(worker, { ...retries, deadLetterQueue: this.scheduleDeadLetters })],
    });
  }
}
