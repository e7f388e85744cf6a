/**
 * Three times of execution, told apart: import (nothing happens), cold start (`wire`, once a container), every event (`run`).
 * A `wire` that fails is tried again with the next event: a secret that is there by then is found.
 */
import type { Context } from 'aws-lambda';

export type Environment = Readonly<Record<string, string | undefined>>;

export function lambda<Event, Result, Parts>(
  run: (parts: Parts, event: Event, context: Context) => Promise<Result>,
  wire: (env: Environment) => Parts | Promise<Parts>,
): (event: Event, context: Context) => Promise<Result> {
  let wired: Promise<Parts> | null = null;
  return async (event, context) => {
    wired ??= Promise.resolve(wire(process.env));
    try {
      return await run(await wired, event, context);
    } catch (error) {
      await wired.catch(() => {
        wired = null;
      });
      throw error;
    }
  };
}
