/**
 * The deployed parts, running on this machine: rule, queues, pipe and functions as the synthesised template describes them.
 * What differs from AWS: a failed message comes back after `retryDelayMs` rather than after its visibility time-out, and nothing is kept
 * once the process ends.
 */
import type { Deployment } from './deployment.ts';
import { matchesPattern } from './event-pattern.ts';
import { type FunctionHost, functionHost } from './function-host.ts';
import { fillTemplate, valueAt } from './pipe-template.ts';
import { poll } from './poller.ts';
import { type Message, type Queue, queue, type WorkerQueue } from './queue.ts';

/** One change of one item, as the table's stream would carry it. Keys are in DynamoDB's own form: `{caseKey: {S: "..."}}`. */
export interface ItemChange {
  readonly tableName: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: Readonly<Record<string, unknown>>;
}

export interface RuntimeSettings {
  readonly deployment: Deployment;
  /** By function id: what it gets on top of the template's settings. */
  readonly environment: (functionId: string) => Readonly<Record<string, string>>;
  readonly retryDelayMs?: number;
  readonly onLog?: (functionName: string, line: string) => void;
  readonly onBatch?: (functionName: string, batch: readonly Message[]) => void;
  readonly onFailure?: (functionName: string, error: unknown) => void;
}

export interface Runtime {
  /** What EventBridge's default bus would receive. Returns how many rules took it. */
  deliver(event: Readonly<Record<string, unknown>>): number;
  itemChanged(change: ItemChange): void;
  queue(id: string): Queue;
  queues(): readonly { readonly id: string; readonly waiting: number }[];
  /** Resolves once nothing is under way and nothing waits; rejects after `withinMs`, naming what is stuck. */
  idle(withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

function buildQueues({ queues }: Deployment): Map<string, WorkerQueue> {
  const byArn = new Map<string, WorkerQueue>();
  const named = (arn: string): WorkerQueue => {
    const found = byArn.get(arn);
    if (found === undefined) throw new Error(`The template names the queue ${arn}, which it does not contain.`);
    return found;
  };
  for (const { arn, FifoQueue, RedrivePolicy } of queues) {
    const deadLetters =
      RedrivePolicy === undefined
        ? null
        : { queue: () => named(RedrivePolicy.deadLetterTargetArn), maxReceiveCount: RedrivePolicy.maxReceiveCount };
    byArn.set(arn, queue({ arn, fifo: FifoQueue === true, deadLetters }));
  }
  return byArn;
}

export function startRuntime(settings: RuntimeSettings): Runtime {
  const { deployment, retryDelayMs = 1_000 } = settings;
  const queues = buildQueues(deployment);
  const at = (arn: string): WorkerQueue => {
    const found = queues.get(arn);
    if (found === undefined) throw new Error(`${arn} is not a queue of the template.`);
    return found;
  };
  const hosts = new Map<string, FunctionHost>(
    deployment.functions.map((fn) => [
      fn.id,
      functionHost(fn, { environment: settings.environment(fn.id), onLog: (line) => settings.onLog?.(fn.name, line) }),
    ]),
  );
  const nameOf = (id: string): string => deployment.functions.find((fn) => fn.id === id)?.name ?? id;

  let sequence = 0;
  const waiters = new Set<() => void>();
  const settled = (): void => {
    for (const check of waiters) check();
  };
  const pollers = deployment.mappings.map((mapping) => {
    const host = hosts.get(mapping.FunctionName);
    if (host === undefined)
      throw new Error(`The mapping ${mapping.id} feeds ${mapping.FunctionName}, which is not in the template.`);
    const name = nameOf(mapping.FunctionName);
    return poll(at(mapping.EventSourceArn), host, {
      mapping,
      region: deployment.place.region,
      retryDelayMs,
      onBatch: (batch) => settings.onBatch?.(name, batch),
      onFailure: (error) => settings.onFailure?.(name, error),
      onSettled: settled,
    });
  });
  const sources = new Set(deployment.mappings.map(({ EventSourceArn }) => EventSourceArn));
  const stuck = (): string[] => [
    ...pollers.flatMap((poller, index) => (poller.busy() > 0 ? [`${deployment.mappings[index]?.id} is at work`] : [])),
    ...[...queues.values()]
      .filter(({ arn }) => sources.has(arn))
      .flatMap((q) => (q.messages().length > 0 ? [`${q.messages().length} in ${q.arn}`] : [])),
  ];

  return {
    deliver(event) {
      const taking = deployment.rules.filter(
        (rule) => rule.State.startsWith('ENABLED') && matchesPattern(rule.EventPattern, event),
      );
      for (const rule of taking) for (const target of rule.Targets) at(target.Arn).send(JSON.stringify(event));
      return taking.length;
    },
    itemChanged({ tableName, eventName, keys }) {
      sequence += 1;
      const record = { eventID: String(sequence), eventName, eventSource: 'aws:dynamodb', dynamodb: { Keys: keys } };
      for (const pipe of deployment.pipes) {
        const { Filters } = pipe.SourceParameters.FilterCriteria;
        if (!pipe.Source.includes(`:table/${tableName}/`)) continue;
        if (!Filters.some(({ Pattern }) => matchesPattern(JSON.parse(Pattern), record))) continue;
        const { InputTemplate, SqsQueueParameters } = pipe.TargetParameters;
        at(pipe.Target).send(fillTemplate(InputTemplate, record), {
          group: String(valueAt(SqsQueueParameters.MessageGroupId, record)),
          deduplication: String(valueAt(SqsQueueParameters.MessageDeduplicationId, record)),
        });
      }
    },
    queue: (id) => at(deployment.queues.find((q) => q.id === id)?.arn ?? id),
    queues: () => deployment.queues.map(({ id, arn }) => ({ id, waiting: at(arn).messages().length })),
    idle: (withinMs = 30_000) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (stuck().length > 0) return;
          clearTimeout(timer);
          waiters.delete(check);
          resolve();
        };
        const timer = setTimeout(() => {
          waiters.delete(check);
          reject(new Error(`Still not idle after ${withinMs} ms: ${stuck().join('; ')}.`));
        }, withinMs);
        waiters.add(check);
        setImmediate(check);
      }),
    async close() {
      for (const poller of pollers) poller.close();
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}
