import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quotedAlternatives } from '../../../../lambda/core/text/alternatives.ts';
import { quoted } from '../../../../lambda/core/text/quoted.ts';
import { name as oddName } from '../../../support/any-diagnosis.ts';
import { hostileName } from '../../../support/hostile-names.ts';
import { runs } from '../../../support/runs.ts';

describe('a name in a sentence', () => {
  test.each([
    ['maria'],
    ['ana+x@example.com'],
    ['team/etl/AWSGlueServiceRole-x'],
    ['arn:aws:iam::*:role/AWSGlueServiceRole*'],
    ['arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}-*'],
    ['2026-11-20T09:14:05Z'],
    ['203.0.113.0/24'],
  ])('%s is one word and stays as it is', (name) => {
    expect(quoted(name)).toBe(name);
  });

  test.each([
    ['nightly. Approved by security', '"nightly. Approved by security"'],
    ['', '""'],
    ['x". Approved by "security', `"x'. Approved by 'security"`],
    ['two\r\nlines', '"two lines"'],
    ['right\u202eto left', '"right to left"'],
    ['夜間バッチ', '"夜間バッチ"'],
    ['ночь', '"ночь"'],
    ['glue-rоle', '"glue-r\\u{43e}le"'],
    ['ｇlue', '"\\u{ff47}lue"'],
    ['ליל 1', '"\\u{5dc}\\u{5d9}\\u{5dc} 1"'],
    ['e\u0301\u0301', '"e\\u{301}\\u{301}"'],
    ['<!channel>', '"<!channel>"'],
    ['w '.repeat(101), `"${'w '.repeat(99)}w…"`],
  ])('%j is not, and is shown as %s', (name, shown) => {
    expect(quoted(name)).toBe(shown);
  });

  test('is one word, or stands in quotes that it cannot close, on one line, in the order in which it is written', () => {
    fc.assert(
      fc.property(fc.oneof(hostileName, oddName), (name) => {
        const shown = quoted(name);
        if (shown === name) return expect(shown).toMatch(/^[!-~]+$/);
        expect(shown).toMatch(/^"[^"]{0,200}"$/);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{M}\p{Script=Hebrew}\p{Script=Arabic}]/u);
      }),
      runs(),
    );
  });

  test('in a list, each stands for itself', () => {
    expect(quotedAlternatives(['glue.amazonaws.com', 'x or anything you like'])).toBe(
      'glue.amazonaws.com or "x or anything you like"',
    );
  });
});
