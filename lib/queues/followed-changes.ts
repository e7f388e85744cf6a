import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CaseState } from '../../lambda/core/case/case.ts';
import { ownRolePathOf } from '../../lambda/core/iam/own-role-path.ts';
import { nameIn } from '../settings/installation.ts';
import type { CaseStore } from '../store/case-store.ts';
import { deadLetterQueue, type WorkQueueProps, workQueue } from './work-queue.ts';

export interface FollowedChangesProps extends Pick<WorkQueueProps, 'attempts' | 'batchSize'> {
  readonly cases: CaseStore;
  readonly installation: string;
  /** Part of the names of its queues and its pipe: `announcements`. */
  readonly name: string;
  readonly worker: LambdaFunction;
  /** Whom the changes go to, as people say it: `the announcements`. */
  readonly to: string;
  /** Only of cases that are in one of these states after the change. Left out: of all. */
  readonly states?: readonly CaseState[];
}

/** Half of the day that a stream keeps its records, so that the other half is left for whoever reads the pipe's dead letters. */
const maxRecordAgeSeconds = 12 * 60 * 60;

/**
 * The way from a changed case to a function: stream, pipe, FIFO queue. The message is `{"caseKey": "...", "item": "case"}`, nothing else; `item` names an
 * earlier round where one has changed: `closed#0001`.
 *
 * One case is one message group, so one worker at a time has it, in order. Why not straight from the stream: docs/decisions/0004.
 */
export class FollowedChanges extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** What the pipe could not put into the queue. Holds positions in the stream, not messages: it cannot be redriven. */
  readonly pipeDeadLetters: Queue;
  readonly pipeName: string;

  constructor(
    scope: Construct,
    id: string,
    { cases, worker, to, states, installation, name, ...tries }: FollowedChangesProps,
  ) {
    super(scope, id);
    const { queue, deadLetters } = workQueue(this, 'Queue', worker, {
      ...tries,
      order: { fifo: nameIn(installation, name) },
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.pipeDeadLetters = deadLetterQueue(this, 'PipeDeadLetters', 'unordered');

    const role = pipeRole(this, to);
    const source = cases.grantFollow(role);
    const targets = [queue.queueArn, this.pipeDeadLetters.queueArn];
    role.addToPolicy(new PolicyStatement({ sid: 'QueueChanges', actions: ['sqs:SendMessage'], resources: targets }));

    const pipe = new CfnPipe(this, 'Pipe', {
      // Whether CloudFormation shortens the names that it makes for pipes is not documented; 64 characters are allowed.
      name: nameIn(installation, name),
      description: `passrole-remediator: changed cases to ${to}`,
      roleArn: role.roleArn,
      source,
      sourceParameters: {
        dynamoDbStreamParameters: {
          // From the oldest record: changes made while the pipe is being created are followed, too.
          startingPosition: 'TRIM_HORIZON',
          batchSize: 10,
          maximumRecordAgeInSeconds: maxRecordAgeSeconds,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: this.pipeDeadLetters.queueArn },
        },
        filterCriteria: { filters: changedCases(states).map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
      },
      target: queue.queueArn,
      targetParameters: {
        inputTemplate: '{"caseKey": <$.dynamodb.Keys.caseKey.S>, "item": <$.dynamodb.Keys.item.S>}',
        sqsQueueParameters: { messageGroupId: '$.dynamodb.Keys.caseKey.S', messageDeduplicationId: '$.eventID' },
      },
    });
    // A pipe is refused at creation while its role may not yet read the stream.
    pipe.node.addDependency(role);
    this.pipeName = pipe.ref;
  }
}

/** The case as it stands, and earlier rounds where they change once more, as by a reversal; not their being put away, nor removals. */
const changedCases = (states: readonly CaseState[] | undefined) =>
  [
    { eventName: ['INSERT', 'MODIFY'], item: 'case' },
    { eventName: ['MODIFY'], item: { prefix: 'closed#' } },
  ].map(({ eventName, item }) => ({
    eventName,
    dynamodb: { Keys: { item: { S: [item] } }, ...(states && { NewImage: { state: { S: states } } }) },
  }));

function pipeRole(scope: Construct, to: string): Role {
  const stack = Stack.of(scope);
  const ownPipes = stack.formatArn({ service: 'pipes', resource: 'pipe', resourceName: '*' });
  return new Role(scope, 'PipeRole', {
    path: ownRolePathOf('pipe'),
    description: `passrole-remediator: follows the case store and fills the queue to ${to}`,
    assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': ownPipes } },
    }),
  });
}
