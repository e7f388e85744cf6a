/** Lambda's event source mapping: feeds a function from a queue, a few batches at the same time. */
import type { DeployedMapping } from '../deployment.ts';
import type { FunctionHost } from '../functions/host.ts';
import { failedIds, type Message, sqsEvent, type WorkerQueue } from './queue.ts';

interface Poller {
  /** Batches under way. */
  busy(): number;
  close(): void;
}

interface PollerSettings {
  readonly mapping: DeployedMapping;
  readonly region: string;
  /** How long a failed message stays hidden. Deployed, this is the queue's visibility time-out; here it is short. Milliseconds. */
  readonly retryDelayMs: number;
  readonly onBatch: (batch: readonly Message[]) => void;
  readonly onFailure: (error: unknown, batch: readonly Message[]) => void;
  readonly onSettled: () => void;
}

export function poll(source: WorkerQueue, host: FunctionHost, settings: PollerSettings): Poller {
  const { mapping, region, retryDelayMs } = settings;
  let underWay = 0;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  const work = async (batch: readonly Message[]): Promise<void> => {
    settings.onBatch(batch);
    let failed: ReadonlySet<string>;
    try {
      failed = failedIds(await host.invoke(sqsEvent(source.arn, region, batch)));
    } catch (error) {
      settings.onFailure(error, batch);
      failed = new Set(batch.map(({ id }) => id));
    }
    for (const message of batch) {
      if (failed.has(message.id)) source.release(message, Date.now(), retryDelayMs);
      else source.delete(message);
    }
  };

  const pump = (): void => {
    if (closed) return;
    // One clock reading for both questions: a message that comes into sight between two would be neither taken nor waited for.
    const now = Date.now();
    while (underWay < mapping.ScalingConfig.MaximumConcurrency) {
      const batch = source.receive(mapping.BatchSize, now);
      if (batch.length === 0) break;
      underWay += 1;
      void work(batch).finally(() => {
        underWay -= 1;
        pump();
        settings.onSettled();
      });
    }
    const next = source.nextVisibleAt(now);
    if (timer !== null) clearTimeout(timer);
    timer = next === null ? null : setTimeout(pump, next - now);
  };

  source.onActivity = () => setImmediate(pump);
  return {
    busy: () => underWay,
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
