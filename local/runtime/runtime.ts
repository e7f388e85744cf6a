/**
 * The deployed parts, running on this machine: rules, schedules, queues, pipes, function URLs and functions as the synthesised template
 * describes them. What differs from AWS: a failed message comes back after `retryDelayMs` rather than after its visibility time-out, and
 * nothing is kept once the process ends.
 */
import type { Deployment } from './deployment.ts';
import { type Functions, startFunctions } from './functions/functions.ts';
import type { TestTime } from './functions/host.ts';
import { idleWhen } from './idle.ts';
import { pipedMessage } from './queues/pipe.ts';
import { poll } from './queues/poller.ts';
import type { Message, Queue } from './queues/queue.ts';
import { buildQueues } from './queues/queues.ts';
import { type ItemChange, streamRecord } from './queues/stream-record.ts';
import { matchesPattern } from './rules/event-pattern.ts';
import { startSchedules } from './rules/schedules.ts';
import { ruleTargets } from './rules/targets.ts';
import type { Admit } from './urls/function-url.ts';
import { type OpenUrls, openUrls } from './urls/urls.ts';

export interface RuntimeSettings {
  readonly deployment: Deployment;
  /** By function id: what it gets on top of the template's settings. Asked for each container that is started. */
  readonly environment: (functionId: string) => Readonly<Record<string, string>>;
  /** Who may call a function URL. */
  readonly admit: Admit;
  /** True: schedules also come by themselves. Default: only by `tick`. */
  readonly schedules?: boolean;
  readonly retryDelayMs?: number;
  /** A queue gives a message up after so many deliveries, where the template would allow more. Left out: as the template says. */
  readonly mostReceives?: number;
  /** The Node that runs the functions. Left out: the one that runs this. */
  readonly node?: string | undefined;
  readonly time?: TestTime | undefined;
  readonly onLog?: (functionName: string, line: string) => void;
  readonly onBatch?: (functionName: string, batch: readonly Message[]) => void;
  /** `batch`: the messages that it was about; none for a URL or a schedule. */
  readonly onFailure?: (functionName: string, error: unknown, batch: readonly Message[]) => void;
}

/** Functions are named by their logical id, or by the name they log under. */
export interface Runtime {
  /** What EventBridge's default bus would receive. Returns how many rules took it. */
  deliver(event: Readonly<Record<string, unknown>>): number;
  itemChanged(change: ItemChange): void;
  queue(id: string): Queue;
  queues(): readonly { readonly id: string; readonly waiting: number }[];
  /** The loopback address of the function's URL, with a slash at its end; null when it has none. */
  url(functionName: string): string | null;
  /**
   * Every schedule once, or those of one function, as EventBridge would at that time. Resolves when the functions have succeeded, or failed
   * for the last time: `onFailure` hears of each. Throws when the function has no schedule.
   */
  tick(functionName?: string, at?: Date): Promise<void>;
  /** Ends the container that holds this access key with SIGKILL, in the middle of whatever it does. False: there is none. */
  kill(accessKeyId: string): Promise<boolean>;
  /** Resolves once nothing is under way and nothing waits; rejects when nothing has ended for `withinMs`, naming what is stuck. */
  idle(withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** The servers listen first: functions are told their addresses, and nothing calls one before the rest stands. */
export async function startRuntime(settings: RuntimeSettings): Promise<Runtime> {
  let functions: Functions | null = null;
  const urls = await openUrls({
    deployment: settings.deployment,
    admit: settings.admit,
    invoke: (fn, event) =>
      functions === null ? Promise.reject(new Error(`${fn.name} is not there yet.`)) : functions.invoke(fn, event),
    onFailure: (name, error) => settings.onFailure?.(name, error, []),
  });
  try {
    return connect(settings, urls, (started) => {
      functions = started;
    });
  } catch (error) {
    await urls.close();
    throw error;
  }
}

function connect(settings: RuntimeSettings, urls: OpenUrls, onStarted: (functions: Functions) => void): Runtime {
  const { retryDelayMs = 1_000 } = settings;
  const deployment = { ...settings.deployment, functions: settings.deployment.functions.map(urls.inSettings) };
  const onFailure = (name: string, error: unknown, batch: readonly Message[] = []): void =>
    settings.onFailure?.(name, error, batch);
  const queues = buildQueues(deployment, settings.mostReceives);
  const closing = new AbortController();
  const idle = idleWhen(() => stuck());

  const functions = startFunctions(deployment, {
    environment: settings.environment,
    onLog: (name, line) => settings.onLog?.(name, line),
    onSettled: idle.settled,
    node: settings.node,
    time: settings.time,
  });
  const targets = ruleTargets({ deployment, functions, queues, retryDelayMs, onFailure, signal: closing.signal });
  const schedules = startSchedules({ deployment, targets, byTheClock: settings.schedules === true });
  const pollers = deployment.mappings.map((mapping) => {
    const name = functions.find(mapping.FunctionName)?.name ?? mapping.FunctionName;
    return poll(queues.at(mapping.EventSourceArn), functions.host(mapping.FunctionName), {
      mapping,
      region: deployment.place.region,
      retryDelayMs,
      onBatch: (batch) => settings.onBatch?.(name, batch),
      onFailure: (error, batch) => onFailure(name, error, batch),
      onSettled: idle.settled,
    });
  });
  onStarted(functions);

  const sources = deployment.mappings.map(({ EventSourceArn }) => queues.at(EventSourceArn));
  const stuck = (): string[] => [
    ...pollers.flatMap((poller, index) => (poller.busy() > 0 ? [`${deployment.mappings[index]?.id} is at work`] : [])),
    ...functions.atWork().map((name) => `${name} is at work`),
    ...sources.flatMap((q) => (q.messages().length > 0 ? [`${q.messages().length} in ${q.arn}`] : [])),
  ];

  let sequence = 0;
  return {
    deliver(event) {
      const taking = deployment.rules.filter(
        ({ State, EventPattern }) =>
          State.startsWith('ENABLED') && EventPattern !== undefined && matchesPattern(EventPattern, event),
      );
      for (const rule of taking) void targets.fire(rule, event);
      return taking.length;
    },
    itemChanged(change) {
      sequence += 1;
      const table = deployment.tables.find(({ id }) => id === change.tableName);
      const record = table === undefined ? null : streamRecord(table, change, sequence);
      if (record === null) return;
      for (const pipe of deployment.pipes) {
        const message = pipedMessage(pipe, change.tableName, record);
        if (message !== null) queues.at(message.queueArn).send(message.body, message);
      }
    },
    queue: (id) => queues.at(deployment.queues.find((q) => q.id === id)?.arn ?? id),
    queues: () => deployment.queues.map(({ id, arn }) => ({ id, waiting: queues.at(arn).messages().length })),
    url: (name) => urls.of(functions.find(name)?.id ?? name),
    tick: (name, at = new Date()) => schedules.tick(name === undefined ? null : (functions.find(name)?.id ?? name), at),
    kill: functions.kill,
    idle: (withinMs = 90_000) => idle.wait(withinMs),
    async close() {
      closing.abort();
      schedules.close();
      for (const poller of pollers) poller.close();
      await Promise.all([urls.close(), functions.close()]);
    },
  };
}
