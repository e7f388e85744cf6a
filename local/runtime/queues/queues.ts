/** The template's queues, tied to their dead letters. */
import type { Deployment } from '../deployment.ts';
import { queue, type WorkerQueue } from './queue.ts';

export interface Queues {
  /** By ARN. Throws for one that is not in the template. */
  at(arn: string): WorkerQueue;
  all(): readonly WorkerQueue[];
}

/** `mostReceives`: a message is given up after so many deliveries, where the template would allow more. */
export function buildQueues({ queues }: Deployment, mostReceives = Number.POSITIVE_INFINITY): Queues {
  const byArn = new Map<string, WorkerQueue>();
  const at = (arn: string): WorkerQueue => {
    const found = byArn.get(arn);
    if (found === undefined) throw new Error(`The template names the queue ${arn}, which it does not contain.`);
    return found;
  };
  for (const { arn, FifoQueue, RedrivePolicy } of queues) {
    const deadLetters =
      RedrivePolicy === undefined
        ? null
        : {
            queue: () => at(RedrivePolicy.deadLetterTargetArn),
            maxReceiveCount: Math.min(RedrivePolicy.maxReceiveCount, mostReceives),
          };
    byArn.set(arn, queue({ arn, fifo: FifoQueue === true, deadLetters }));
  }
  return { at, all: () => [...byArn.values()] };
}
