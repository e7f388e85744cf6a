import { expect, test } from '@jest/globals';
import { lazy } from '../../../lambda/runtime/lazy.ts';

test('is loaded once, by the first who needs it, and again after it failed', async () => {
  const loads: number[] = [];
  const load = lazy(async () => {
    loads.push(loads.length);
    if (loads.length === 1) throw new Error('the setting GRANT_TO is not JSON');
    return loads.length;
  });
  expect(loads).toEqual([]);
  await expect(load()).rejects.toThrow('GRANT_TO');
  expect(await Promise.all([load(), load(), load()])).toEqual([2, 2, 2]);
});
