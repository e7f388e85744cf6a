import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Watched } from '../settings/watch.ts';
import { denialPattern } from './event-patterns.ts';
import { workQueue } from './work-queue.ts';

export interface DenialsProps {
  readonly watched: Watched;
  readonly worker: LambdaFunction;
}

/** Six minutes apart: half an hour. */
const attempts = 5;

/** Repeats that meet in a batch are counted together: docs/decisions/0002-counting-denials-exactly-once.md. Lambda itself stops gathering at 6 MB. */
const batchSize = 100;

/** How a denial comes in: CloudTrail's event on the default bus, one rule, one queue, worked off by diagnose. */
export class Denials extends Construct {
  readonly queue: Queue;
  /** Keeps what the rule could not deliver as well as what diagnose could not do: SQS redrives only from queues that are dead letters of another. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { watched, worker }: DenialsProps) {
    super(scope, id);
    const { queue, deadLetters } = workQueue(this, 'Queue', worker, { order: 'unordered', attempts, batchSize });
    this.queue = queue;
    this.deadLetters = deadLetters;

    new Rule(this, 'Rule', {
      description: 'passrole-remediator: calls that were refused because of iam:PassRole',
      eventPattern: denialPattern(watched),
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}
