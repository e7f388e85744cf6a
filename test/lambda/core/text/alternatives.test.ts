import { expect, test } from '@jest/globals';
import { quotedAlternatives } from '../../../../lambda/core/text/alternatives.ts';

test.each([
  [[], 'nothing'],
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d, e or f'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e, f or 1 more'],
])('%j is read as "%s"', (items, words) => {
  expect(quotedAlternatives(items)).toBe(words);
});
