import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clip } from '../../../../lambda/core/text/clip.ts';

describe('a text that has to fit', () => {
  test('stays as it is when it is just as long as it may be', () => {
    expect(clip('abcde', 5)).toBe('abcde');
  });

  test('ends in an ellipsis, within its length, when it is one too long', () => {
    expect(clip('abcdef', 5)).toBe('abcd…');
  });

  test('is not cut through a character outside the basic plane', () => {
    expect(clip('ab😀cd', 4)).toBe('ab…');
  });

  test('is not cut through an escape', () => {
    expect(clip(['a', '&amp;', 'b'], 6)).toBe('a…');
  });

  test('is never longer than asked, and always begins as it did', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 6 })),
        fc.integer({ min: 1, max: 40 }),
        (pieces, most) => {
          const whole = pieces.join('');
          const cut = clip(pieces, most);
          expect(cut.length).toBeLessThanOrEqual(most);
          if (cut !== whole) expect(whole.startsWith(cut.slice(0, -1)) && cut.endsWith('…')).toBe(true);
          else expect(whole.length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
