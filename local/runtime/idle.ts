/** Waiting until nothing is under way. */
interface Idle {
  /** To be called whenever something has ended. */
  settled(): void;
  /** Resolves once nothing is under way; rejects when nothing has ended for `withinMs`, naming what is stuck: slow is not stuck. */
  wait(withinMs: number): Promise<void>;
}

/** `stuck` names what is under way now; nothing when idle. */
export function idleWhen(stuck: () => readonly string[]): Idle {
  const waiters = new Set<() => void>();
  return {
    settled() {
      for (const check of waiters) check();
    },
    wait: (withinMs) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (stuck().length > 0) {
            timer.refresh();
            return;
          }
          clearTimeout(timer);
          waiters.delete(check);
          resolve();
        };
        const timer = setTimeout(() => {
          waiters.delete(check);
          reject(new Error(`Nothing has ended for ${withinMs} ms: ${stuck().join('; ')}.`));
        }, withinMs);
        waiters.add(check);
        setImmediate(check);
      }),
  };
}
