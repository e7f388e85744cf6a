// For a function's process under test: every wait is shorter by a factor, and the clock can be put ahead. Nothing of it runs without TEST_TIME.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

/** Not put ahead: for the function's own deadline. */
export const realNow = Date.now;

let ahead = 0;
/** Milliseconds. */
export const putAhead = (ms) => {
  ahead = ms;
};

function putClockAhead() {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + ahead);
      else super(...given);
    }
    static now() {
      return RealDate.now() + ahead;
    }
  };
}

/** Waits, back-off and time-outs alike, so that what outlasts what stays as it is. */
export function useTestTime({ hurry }) {
  putClockAhead();
  const { setTimeout } = globalThis;
  const hurried = (work, ms, ...rest) => setTimeout(work, ms / hurry, ...rest);
  Object.defineProperties(hurried, Object.getOwnPropertyDescriptors(setTimeout));
  globalThis.setTimeout = hurried;
  timers.setTimeout = hurried;
  const { setTimeout: wait } = timersPromises;
  timersPromises.setTimeout = (ms, ...rest) => wait(ms / hurry, ...rest);
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.round(ms / hurry));
  syncBuiltinESMExports();
}
