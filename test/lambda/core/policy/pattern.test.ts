import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDate } from '../../../../lambda/core/policy/condition/date.ts';
import { isInRange } from '../../../../lambda/core/policy/condition/ip-range.ts';
import { matchesPattern, type Pattern, readPattern } from '../../../../lambda/core/policy/pattern.ts';
import { beginsAlike, matchesStars } from '../../../../lambda/core/policy/plain-pattern.ts';
import { coversResource } from '../../../../lambda/core/policy/resource-pattern.ts';

const glob = (text: string): Pattern => readPattern(text, true, null) ?? [];

const variable = (inner: string): string => `$\{${inner}}`;

/** How often the matcher looks at a piece of the pattern. */
function looks(pattern: string, text: string): number {
  let count = 0;
  const counting = new Proxy(glob(pattern), {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) count++;
      return Reflect.get(target, name, receiver);
    },
  });
  matchesPattern(counting, text);
  return count;
}

describe('wildcards', () => {
  test('a pattern made to be slow costs no more than twice its length times that of the text', () => {
    for (const stars of [5, 10, 20, 40]) {
      const pattern = `${'*a'.repeat(stars)}b`;
      expect(looks(pattern, 'a'.repeat(400))).toBeLessThanOrEqual(2 * (2 * stars + 1) * 401);
    }
  });

  test('text that differs at its beginning is given up at once', () => {
    expect(looks('arn:aws:s3:::bucket/a', `x${'a'.repeat(1000)}`)).toBeLessThan(100);
  });

  test('they agree with a regular expression on short texts', () => {
    const letters = fc.constantFrom('a', 'b', ':', '/', '.');
    const pattern = fc.string({ unit: fc.oneof(letters, fc.constantFrom('*', '?')), maxLength: 7 });
    fc.assert(
      fc.property(pattern, fc.string({ unit: letters, maxLength: 9 }), (wild, text) => {
        const source = wild.replace(/[.]/g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
        expect(matchesPattern(glob(wild), text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('a question mark is one character, also one outside the basic plane', () => {
    expect(matchesPattern(glob('a?😀'), 'a😀😀')).toBe(true);
  });
});

describe('stars alone, the common case', () => {
  test('agree with a regular expression', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 9 }), (stars, text) => {
        expect(matchesStars(stars, text)).toBe(new RegExp(`^${stars.replaceAll('*', '.*')}$`).test(text));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['*a*a', 'a', false],
    ['*a*a', 'aa', true],
    ['a*b*c', 'a-c-b', false],
  ])('%s and %s: %s', (pattern, text, matches) => {
    expect(matchesStars(pattern, text)).toBe(matches);
  });

  test('a pattern that differs from the text before its first wildcard is not looked at further', () => {
    expect(['a?b', 'a*', 'a$', 'ab', 'b*', 'abc', ''].map((pattern) => beginsAlike(pattern, 'ab'))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('a Resource element', () => {
  test('agrees with a regular expression that keeps inner wildcards within their part', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '*', '?'), maxLength: 3 });
    const value = fc.string({ unit: fc.constantFrom('a', ':'), maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 6, maxLength: 6 }),
        value,
        fc.array(value, { maxLength: 6 }),
        (parts, first, more) => {
          const regular = parts.map((text, at) => {
            const open = at === 5 ? '.' : '[^:]';
            const last = text.length - 1;
            return Array.from(text, (c, i) =>
              c === '?' ? open : c !== '*' ? c : /^\*+$/.test(text.slice(i)) || i === last ? '.*' : `${open}*`,
            ).join('');
          });
          const resource = [first, ...more].join(':');
          expect(coversResource(parts.join(':'), resource, null)).toBe(
            new RegExp(`^${regular.join(':')}$`).test(resource),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    `arn:${variable('a:b:c:d:e:f')}`,
    'arn:${a:b:c',
    '${',
    variable(''),
    '',
    ':::::::::',
    `${variable('a')}:::::${variable('b')}`,
  ])('odd text is only text: %s', (text) => {
    const variables = () => ({ kind: 'unset' }) as const;
    expect(coversResource(text, 'arn:aws:iam::111122223333:role/x', variables)).toBe(false);
  });
});

describe('dates', () => {
  test.each([
    ['2026', Date.UTC(2026, 0, 1)],
    ['2026-06', Date.UTC(2026, 5, 1)],
    ['2026-06-17', Date.UTC(2026, 5, 17)],
    ['2026-06-17T10:20Z', Date.UTC(2026, 5, 17, 10, 20)],
    ['2026-06-17T10:20:30Z', Date.UTC(2026, 5, 17, 10, 20, 30)],
    ['2026-06-17T10:20:30.25-05:30', Date.UTC(2026, 5, 17, 15, 50, 30, 250)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['1577836801', Date.UTC(2020, 0, 1, 0, 0, 1)],
    ['0', 0],
    ['-1', -1000],
  ])('%s', (text, milliseconds) => {
    expect(readDate(text)).toBe(milliseconds);
  });

  test.each([
    '',
    'yesterday',
    '2026-13',
    '2026-02-30',
    '2025-02-29',
    '2026-06-00',
    '2026-06-17T10:20:30',
    '2026-06-17T24:00Z',
    '2026-06-17T10:60Z',
    '2026-06-17T10:20:60Z',
    '2026-06-17T10:20+24:00',
    '2026-06-17 10:20Z',
    '2026-6-1',
    '1e9',
  ])('"%s" is no date', (text) => {
    expect(readDate(text)).toBeNull();
  });
});

describe('addresses', () => {
  test.each([
    ['0.0.0.0/0', '255.255.255.255'],
    ['10.0.0.0/8', '10.255.0.1'],
    ['192.0.2.128/25', '192.0.2.200'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['::/0', '2001:db8::'],
    ['2001:db8::/32', '2001:DB8:ffff::1'],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1'],
    ['::1/128', '0:0:0:0:0:0:0:1'],
    ['::ffff:192.0.2.0/120', '::ffff:192.0.2.9'],
    ['1::', '1:0:0:0:0:0:0:0'],
  ])('%s holds %s', (range, address) => {
    expect(isInRange(range, address)).toBe(true);
  });

  test.each([
    ['10.0.0.0/8', '11.0.0.0'],
    ['192.0.2.128/25', '192.0.2.127'],
    ['::/0', '192.0.2.1'],
    ['2001:db8::/33', '2001:db8:8000::'],
    ['192.0.2.0/33', '192.0.2.0'],
    ['2001:db8::/129', '2001:db8::'],
    ['192.0.2.0/', '192.0.2.0'],
    ['192.0.2.0/24/24', '192.0.2.0'],
    ['192.0.2.0/-1', '192.0.2.0'],
    ['192.0.2', '192.0.2'],
    ['192.0.2.256', '192.0.2.256'],
    ['192.0.02.1', '192.0.02.1'],
    ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'],
    ['1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1::2::3', '1::2::3'],
    ['g::', 'g::'],
    [':::', ':::'],
    ['1:192.0.2.1::', '1:192.0.2.1::'],
  ])('%s does not hold %s', (range, address) => {
    expect(isInRange(range, address)).toBe(false);
  });
});
