import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CaseStore } from './case-store.ts';
import { deadLetterQueue, workQueue } from './queue.ts';

export interface AnnouncementsProps {
  readonly cases: CaseStore;
  readonly worker: NodejsFunction;
}

/** Half of the day that a stream keeps its records, so that the other half is left for whoever reads the pipe's dead letters. */
const maxRecordAgeSeconds = 12 * 60 * 60;

/**
 * The way from a changed case to announce: stream, pipe, FIFO queue. The message is `{"caseKey": "..."}`, nothing else.
 *
 * One case is one message group, so one worker at a time tells of it, in order. Why not straight from the stream: docs/decisions/0011.
 */
export class Announcements extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** What the pipe could not put into the queue. Holds positions in the stream, not messages: it cannot be redriven. */
  readonly pipeDeadLetters: Queue;

  constructor(scope: Construct, id: string, { cases, worker }: AnnouncementsProps) {
    super(scope, id);
    const { queue, deadLetters } = workQueue(this, 'Queue', 'fifo', worker);
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.pipeDeadLetters = deadLetterQueue(this, 'PipeDeadLetters', 'unordered');

    const role = pipeRole(this);
    const source = cases.grantFollow(role);
    const targets = [queue.queueArn, this.pipeDeadLetters.queueArn];
    role.addToPolicy(
      new PolicyStatement({ sid: 'QueueAnnouncements', actions: ['sqs:SendMessage'], resources: targets }),
    );

    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'passrole-remediator: changed cases to the announcements',
      roleArn: role.roleArn,
      source,
      sourceParameters: {
        dynamoDbStreamParameters: {
          // From the oldest record: changes made while the pipe is being created are told, too.
          startingPosition: 'TRIM_HORIZON',
          batchSize: 10,
          maximumRecordAgeInSeconds: maxRecordAgeSeconds,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: this.pipeDeadLetters.queueArn },
        },
        filterCriteria: { filters: [{ pattern: JSON.stringify(changedCase) }] },
      },
      target: queue.queueArn,
      targetParameters: {
        inputTemplate: '{"caseKey": <$.dynamodb.Keys.caseKey.S>}',
        sqsQueueParameters: { messageGroupId: '$.dynamodb.Keys.caseKey.S', messageDeduplicationId: '$.eventID' },
      },
    });
    // A pipe is refused at creation while its role may not yet read the stream.
    pipe.node.addDependency(role);
  }
}

/** Not the trail, nor removals, nor what announce itself writes down about its messages: that would go round in circles. */
const changedCase = { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { item: { S: ['case'] } } } };

function pipeRole(scope: Construct): Role {
  const stack = Stack.of(scope);
  const ownPipes = stack.formatArn({ service: 'pipes', resource: 'pipe', resourceName: '*' });
  return new Role(scope, 'PipeRole', {
    description: 'passrole-remediator: follows the case store and fills the queue of announcements',
    assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': ownPipes } },
    }),
  });
}
