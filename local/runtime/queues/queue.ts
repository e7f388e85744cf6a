/** SQS as a Lambda function sees it: at least once, batches, partial failures, a receive count and a dead-letter queue; FIFO by group. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';

export interface Message {
  readonly id: string;
  readonly body: string;
  /** FIFO only: one group is worked off in order, by one worker at a time. */
  readonly group: string | null;
  receiveCount: number;
  /** Milliseconds since the epoch. */
  visibleAt: number;
  inFlight: boolean;
}

export interface Queue {
  readonly arn: string;
  send(body: string, fifo?: { readonly group: string; readonly deduplication: string }): void;
  messages(): readonly Message[];
  /** Takes every message out: for a dead-letter queue's redrive. */
  drain(): readonly Message[];
}

interface QueueSettings {
  readonly arn: string;
  readonly fifo: boolean;
  readonly deadLetters: { readonly queue: () => Queue; readonly maxReceiveCount: number } | null;
}

export interface WorkerQueue extends Queue {
  /** Called whenever there may be something to do. */
  onActivity: () => void;
  /** Up to `most` visible messages, now in flight. */
  receive(most: number, now: number): Message[];
  delete(message: Message): void;
  /** Back into the queue after `delayMs`, or into the dead-letter queue once it was received too often. */
  release(message: Message, now: number, delayMs: number): void;
  /** When the next hidden message comes into sight; null when none is hidden. One held back by its group waits for that, not for a time. */
  nextVisibleAt(now: number): number | null;
}

export function queue({ arn, fifo, deadLetters }: QueueSettings): WorkerQueue {
  let held: Message[] = [];
  const seen = new Set<string>();
  const self: WorkerQueue = {
    arn,
    onActivity: () => undefined,
    send(body, order) {
      if (fifo && order === undefined) throw new Error(`${arn} is a FIFO queue: a message needs a group.`);
      if (order !== undefined) {
        if (seen.has(order.deduplication)) return;
        seen.add(order.deduplication);
      }
      held.push({
        id: randomUUID(),
        body,
        group: order?.group ?? null,
        receiveCount: 0,
        visibleAt: 0,
        inFlight: false,
      });
      self.onActivity();
    },
    messages: () => held,
    drain() {
      const taken = held;
      held = [];
      return taken;
    },
    receive(most, now) {
      const busy = new Set(
        held.filter((m) => m.inFlight || m.visibleAt > now).flatMap((m) => (m.group === null ? [] : [m.group])),
      );
      const free = held.filter((m) => !m.inFlight && m.visibleAt <= now && (m.group === null || !busy.has(m.group)));
      // As many of one group as there are, then those of the next: SQS developer guide, "FIFO queue delivery logic".
      const groups = new Map<string | null, Message[]>();
      for (const message of free) {
        const group = groups.get(message.group) ?? [];
        group.push(message);
        groups.set(message.group, group);
      }
      const batch = [...groups.values()].flat().slice(0, most);
      for (const message of batch) {
        message.inFlight = true;
        message.receiveCount += 1;
      }
      return batch;
    },
    delete(message) {
      held = held.filter((other) => other !== message);
    },
    release(message, now, delayMs) {
      message.inFlight = false;
      message.visibleAt = now + delayMs;
      if (deadLetters === null || message.receiveCount < deadLetters.maxReceiveCount) return;
      self.delete(message);
      const order = message.group === null ? undefined : { group: message.group, deduplication: randomUUID() };
      deadLetters.queue().send(message.body, order);
    },
    nextVisibleAt(now) {
      const hidden = held.filter((m) => !m.inFlight && m.visibleAt > now).map((m) => m.visibleAt);
      return hidden.length === 0 ? null : Math.min(...hidden);
    },
  };
  return self;
}

const responseShape = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** The ids that the function gave back. An answer of another shape is read as success, as Lambda does with null and `{}`. */
export function failedIds(response: unknown): ReadonlySet<string> {
  const parsed = responseShape.safeParse(response);
  return new Set(parsed.success ? parsed.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) : []);
}

/** The event that Lambda's poller hands to the function. */
export const sqsEvent = (source: string, region: string, batch: readonly Message[]): object => ({
  Records: batch.map(({ id, body, group, receiveCount }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: '0',
      ...(group === null ? {} : { MessageGroupId: group }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: source,
    awsRegion: region,
  })),
});
