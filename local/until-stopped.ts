/** What the programs that run until Ctrl-C have in common: a port from the command line, and the wait for the end. */
import { InvalidArgumentError } from 'commander';

export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number up to 65535; 0 takes a free one.');
}

export const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    // Not once: the signal arrives from the terminal and again from the process that started this one.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
