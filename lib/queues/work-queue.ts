import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface WorkQueue {
  readonly queue: Queue;
  /** What the worker could not do in all its attempts. Redrive it from the SQS console once the cause is mended. */
  readonly deadLetters: Queue;
}

/**
 * `fifo`: the name of the queue without `.fifo`; the sender names the message group and the deduplication id of every message. It has a name as
 * CloudFormation does not shorten those that it makes for FIFO queues, and SQS refuses more than 80 characters (aws-cdk#11041,
 * cloudformation-coverage-roadmap#280).
 */
export type QueueOrder = 'unordered' | { readonly fifo: string };

/** Of a queue's name, with `.fifo`. Source: SQS developer guide, "Amazon SQS message quotas". */
const LONGEST_NAME = 80;

/** CloudFormation wants the property absent rather than false for a queue without order. */
function orderProps(order: QueueOrder): Pick<QueueProps, 'fifo' | 'queueName'> {
  if (order === 'unordered') return {};
  const queueName = `${order.fifo}.fifo`;
  if (queueName.length > LONGEST_NAME)
    throw new Error(`The queue name ${queueName} has ${queueName.length} characters, and SQS takes ${LONGEST_NAME}.`);
  return { fifo: true, queueName };
}

const protectedQueue = (order: QueueOrder): QueueProps => ({
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  ...orderProps(order),
});

const ofDeadLetters = (order: QueueOrder): QueueOrder =>
  order === 'unordered' ? order : { fifo: `${order.fifo}-dead-letters` };

/** Keeps messages for the longest that SQS offers: two weeks for someone to come back, mend and redrive. */
export function deadLetterQueue(scope: Construct, id: string, order: QueueOrder): Queue {
  return new Queue(scope, id, { ...protectedQueue(order), retentionPeriod: Duration.days(14) });
}

export interface WorkQueueProps {
  readonly order: QueueOrder;
  /** How often a message is tried, a little more than six time-outs of the worker apart, before it goes to the dead letters. */
  readonly attempts: number;
  /** Messages that one call works off at most, ten unless told otherwise. More than ten only without order: Lambda then waits up to a second for them to gather. */
  readonly batchSize?: number;
}

/** What Lambda asks of batches of more than ten. */
const GATHER = Duration.seconds(1);

/**
 * A queue that one function works off. The function reports which messages of a batch failed; only those come back.
 *
 * @param worker has a time-out; SQS hides a message for six times as long and the time to gather a batch, as Lambda asks, so that nobody else
 * gets it meanwhile.
 */
export function workQueue(
  scope: Construct,
  id: string,
  worker: LambdaFunction,
  { order, attempts, batchSize = 10 }: WorkQueueProps,
): WorkQueue {
  if (worker.timeout === undefined)
    throw new Error(`The function that works off queue ${id} has no time-out. Set one on it.`);
  if (order !== 'unordered' && batchSize > 10)
    throw new Error(`Queue ${id} is a FIFO queue: Lambda takes at most 10 messages of it at a time, not ${batchSize}.`);
  const gathers = batchSize > 10 ? GATHER : Duration.seconds(0);
  const deadLetters = deadLetterQueue(scope, `${id}DeadLetters`, ofDeadLetters(order));
  const queue = new Queue(scope, id, {
    ...protectedQueue(order),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: attempts },
    visibilityTimeout: Duration.seconds(worker.timeout.toSeconds() * 6 + gathers.toSeconds()),
  });
  // Two at a time, the least that Lambda offers: the rate limits of IAM's simulator and of Slack are low, and a backlog can wait.
  const feed = new EventSourceMapping(scope, `${id}Feed`, {
    target: worker,
    eventSourceArn: queue.queueArn,
    batchSize,
    ...(batchSize > 10 ? { maxBatchingWindow: gathers } : {}),
    reportBatchItemFailures: true,
    maxConcurrency: 2,
  });
  // What Lambda's poller uses, and not the two more that CDK's event source grants.
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  worker.addToRolePolicy(new PolicyStatement({ actions, resources: [queue.queueArn] }));
  // Lambda refuses a mapping to a queue that the role may not read yet.
  feed.node.addDependency(worker.role ?? worker);
  return { queue, deadLetters };
}
