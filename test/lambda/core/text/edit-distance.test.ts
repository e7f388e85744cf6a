import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { editDistance } from '../../../../lambda/core/text/edit-distance.ts';

test('the distance of two texts is as a library counts it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'R', ':'), maxLength: 12 });
  fc.assert(fc.property(word, word, (one, other) => expect(editDistance(one, other)).toBe(distance(one, other))));
});
