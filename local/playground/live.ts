/**
 * Server-sent events: each carries one part of the page whole, so a client that was away for a while is up to date again with the first
 * answer. A slow client is sent the latest state, never a backlog.
 */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';

export interface Feed {
  readonly name: string;
  html(): string | Promise<string>;
  onChange(listener: () => void): () => void;
}

const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 1_000;

/** A bell that rings when somebody pulls it, or after a while. */
function bell() {
  let ring: (() => void) | null = null;
  return {
    pull: () => ring?.(),
    /** True when it was pulled. */
    wait: (ms: number): Promise<boolean> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        ring = () => {
          clearTimeout(timer);
          resolve(true);
        };
      }),
  };
}

/** One answer of `/events`. Ends when the reader goes away. */
export function sendLive(c: Context, feeds: readonly Feed[], onEnd: () => void, heartbeatMs = HEARTBEAT_MS): Response {
  return streamSSE(c, async (stream) => {
    const { pull, wait } = bell();
    const due = new Set(feeds);
    const stops = feeds.map((feed) =>
      feed.onChange(() => {
        due.add(feed);
        pull();
      }),
    );
    stream.onAbort(pull);
    try {
      await stream.write(`retry: ${RECONNECT_MS}\n\n`);
      while (!stream.aborted) {
        for (const feed of [...due]) {
          due.delete(feed);
          await stream.writeSSE({ event: feed.name, data: await feed.html() });
        }
        if (due.size === 0 && !stream.aborted && !(await wait(heartbeatMs))) await stream.write(': still here\n\n');
      }
    } finally {
      for (const stop of stops) stop();
      onEnd();
    }
  });
}
