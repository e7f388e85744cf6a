import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { code, codeBlocks, escaped, prose } from '../../../../lambda/core/slack/mrkdwn.ts';
import { name } from '../../../support/any-diagnosis.ts';

describe('a sentence with names in it', () => {
  test.each([
    ['maria may not pass glue-runtime-role to Glue.', 'maria may not pass glue-runtime-role to Glue.'],
    ['the role glue_runtime_role.', 'the role `glue_runtime_role`.'],
    ['*x* and _y_, ~z~', '`*x*` and `_y_`, `~z~`'],
    ['begin with AWSGlueServiceRole*.', 'begin with `AWSGlueServiceRole*`.'],
    ['P (group *all*) allows', 'P (group `*all*`) allows'],
    ['arn:aws:iam::111122223333:role/x; and more', '`arn:aws:iam::111122223333:role/x`; and more'],
    ['from 2001:db8::1.', 'from `2001:db8::1`.'],
    ['iam:PassRole on x', 'iam:PassRole on x'],
    ['a `tick` and ``` three', "a `'tick'` and `'''` three"],
    ['<!channel> & <@U1|you>', '&lt;!channel&gt; &amp; &lt;@U1|you&gt;'],
    ['two\nlines', 'two lines'],
    ['***', '`***`'],
    [' .,; ', ' .,; '],
    ['', ''],
  ])('%j is written as %j', (text, written) => {
    expect(prose(text, 500)).toBe(written);
  });

  test('is cut before a name in code, not inside', () => {
    expect(prose('the role glue_runtime_role', 26)).toBe('the role …');
    expect(prose('the role glue_runtime_role', 28)).toBe('the role `glue_runtime_role`');
  });

  test('is cut before an escape, not inside', () => {
    expect(prose('a&b', 6)).toBe('a…');
    expect(prose('a&b', 7)).toBe('a&amp;b');
  });
});

describe('a name in code', () => {
  test.each([
    ['x', 10, '`x`'],
    ['a`b', 10, "`a'b`"],
    ['', 10, '` `'],
    ['<&>', 15, '`&lt;&amp;&gt;`'],
    ['<&>', 14, '`&lt;&amp;…`'],
    ['abcdef', 7, '`abcd…`'],
  ])('%j in %i characters is %j', (text, most, written) => {
    expect(code(text, most)).toBe(written);
  });
});

describe('a document', () => {
  test('stands in one block as long as it fits', () => {
    expect(codeBlocks('{\n  "a": 1\n}', 18)).toEqual(['```{\n  "a": 1\n}```']);
  });

  test('goes on in the next block, from line to line, when it is one too long', () => {
    expect(codeBlocks('{\n  "a": 1\n}', 17)).toEqual(['```{\n  "a": 1```', '```}```']);
  });

  test('with a line that fits into no block is cut within it, but not within an escape', () => {
    expect(codeBlocks('ab&cd', 12)).toEqual(['```ab```', '```&amp;c```', '```d```']);
  });

  test('cannot close its block', () => {
    expect(codeBlocks('a```*b*', 50)).toEqual(["```a'''*b*```"]);
  });
});

describe('whatever the text', () => {
  const most = fc.integer({ min: 8, max: 400 });
  const entities = /&(?!(amp|lt|gt);)|[<>]/;

  test('a sentence fits, escapes are whole, code spans are closed, and outside them nothing is a mark', () => {
    fc.assert(
      fc.property(name, most, (text, length) => {
        const written = prose(text, length);
        expect(written.length).toBeLessThanOrEqual(length);
        expect(written).not.toMatch(entities);
        expect(written).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(written.replace(/`[^`]+`/g, '')).not.toMatch(/[*_~`]|:[\w+-]+:/);
      }),
      { numRuns: 200 },
    );
  });

  test('code fits, is closed and has no tick in it', () => {
    fc.assert(
      fc.property(name, most, (text, length) => {
        const written = code(text, length);
        expect(written.length).toBeLessThanOrEqual(length);
        expect(written).toMatch(/^`[^`\n]+`$/);
        expect(written).not.toMatch(entities);
      }),
      { numRuns: 200 },
    );
  });

  test('a document is whole over all its blocks, and each of them fits and is closed', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.integer({ min: 20, max: 300 }), (lines, length) => {
        const text = lines.map((line) => line.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}`]/gu, '')).join('\n');
        const blocks = codeBlocks(text, length);
        for (const block of blocks) {
          expect(block.length).toBeLessThanOrEqual(length);
          expect(block).toMatch(/^```[^`]+```$/);
          expect(block).not.toMatch(entities);
        }
        const shown = blocks.map((block) => block.slice(3, -3)).join('');
        expect(shown.replaceAll('\n', '')).toBe(escaped(text.replaceAll('\n', ''), Number.POSITIVE_INFINITY));
      }),
      { numRuns: 200 },
    );
  });
});
