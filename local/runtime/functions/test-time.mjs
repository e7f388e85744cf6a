// For a function's process under test: every wait is shorter by a factor, and the clock can be put ahead. Nothing of it runs without TEST_TIME.
import diagnostics from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

/** Not put ahead: for the function's own deadline. */
export const realNow = Date.now;

let now = { ahead: 0, limits: 'all' };
/** `ahead`: milliseconds. */
export const setTestTime = (time) => {
  now = time;
};

function putClockAhead() {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + now.ahead);
      else super(...given);
    }
    static now() {
      return RealDate.now() + now.ahead;
    }
  };
}

/** Calls of this process that are not answered yet, by node:http, as the SDK makes them, or by fetch. */
function openCalls() {
  let open = 0;
  diagnostics.subscribe('http.client.request.start', ({ request }) => {
    open += 1;
    request.once('close', () => {
      open -= 1;
    });
  });
  const { fetch } = globalThis;
  globalThis.fetch = async (...given) => {
    open += 1;
    try {
      return await fetch(...given);
    } finally {
      open -= 1;
    }
  };
  return () => open;
}

/**
 * Waits, back-off and time-outs alike, so that what outlasts what stays as it is. Where calls have no limit, no time-out ends one, however slow
 * the machine is, as all that is called here answers: what comes due while a call is open comes due again.
 */
export function useTestTime({ hurry }) {
  putClockAhead();
  const open = openCalls();
  const isHeld = () => now.limits !== 'all' && open() > 0;
  const { setTimeout } = globalThis;
  const hurried = (work, ms, ...rest) => {
    const due = (...given) => (isHeld() ? timer.refresh() : work(...given));
    const timer = setTimeout(due, ms / hurry, ...rest);
    return timer;
  };
  Object.defineProperties(hurried, Object.getOwnPropertyDescriptors(setTimeout));
  globalThis.setTimeout = hurried;
  timers.setTimeout = hurried;
  const { setTimeout: wait } = timersPromises;
  timersPromises.setTimeout = (ms, ...rest) => wait(ms / hurry, ...rest);
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) =>
    now.limits === 'all' ? timeout.call(AbortSignal, Math.round(ms / hurry)) : new AbortController().signal;
  syncBuiltinESMExports();
}
