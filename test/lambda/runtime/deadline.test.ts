import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { deadline } from '../../../lambda/runtime/deadline.ts';

const never = new Promise<never>(() => undefined);

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('what hangs is given up four seconds before the function is cut off, and what was done counts', async () => {
  const { inTime, end } = deadline(() => 30_000);
  let isOver = false;
  const outcomes = Promise.allSettled([
    inTime(Promise.resolve('counted')),
    inTime(never),
    inTime(Promise.reject(new Error('IAM is throttled'))),
  ]).finally(() => {
    isOver = true;
  });
  await jest.advanceTimersByTimeAsync(25_999);
  expect(isOver).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  const [done, hung, broken] = await outcomes;
  end();
  expect(done).toEqual({ status: 'fulfilled', value: 'counted' });
  expect(hung).toMatchObject({
    reason: { message: expect.stringMatching(/^The time of the function was nearly over/) },
  });
  expect(broken).toMatchObject({ reason: { message: 'IAM is throttled' } });
});

test('nothing is left to wait for once the batch is done', async () => {
  const { inTime, end } = deadline(() => 60_000);
  expect(await inTime(Promise.resolve(1))).toBe(1);
  end();
  expect(jest.getTimerCount()).toBe(0);
});
