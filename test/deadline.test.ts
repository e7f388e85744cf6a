import { expect, test } from '@jest/globals';
import { deadline } from '../lambda/deadline.ts';

const never = new Promise<never>(() => undefined);

test('what hangs is given up before the function is cut off, and what was done counts', async () => {
  const began = Date.now();
  const { inTime, end } = deadline(() => 4_050);
  const [done, hung, broken] = await Promise.allSettled([
    inTime(Promise.resolve('counted')),
    inTime(never),
    inTime(Promise.reject(new Error('IAM is throttled'))),
  ]);
  end();
  expect(done).toEqual({ status: 'fulfilled', value: 'counted' });
  expect(hung).toMatchObject({
    reason: { message: expect.stringMatching(/^The time of the function was nearly over/) },
  });
  expect(broken).toMatchObject({ reason: { message: 'IAM is throttled' } });
  expect(Date.now() - began).toBeLessThan(4_050);
});

test('nothing is left to wait for once the batch is done', async () => {
  const { inTime, end } = deadline(() => 60_000);
  expect(await inTime(Promise.resolve(1))).toBe(1);
  end();
});
