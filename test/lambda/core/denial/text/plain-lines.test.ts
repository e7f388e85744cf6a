import { describe, expect, test } from '@jest/globals';
import { plainLines } from '../../../../../lambda/core/denial/text/plain-lines.ts';

describe('what was put around and between the words goes', () => {
  test.each([
    ['a JSON string in a JSON string', String.raw`say \\\"no\\\"\\nthen`, 'say "no"\nthen'],
    ['a lone backslash', 'no\\', 'no'],
    ['a backslash before a letter stays', String.raw`\S+`, String.raw`\S+`],
    ['Markdown escapes', String.raw`a\_b\-c`, 'a_b-c'],
    ['escaped quotes, slashes and the like', String.raw`\u0022\u0027\u002f\u0026`, `"'/&`],
    ['an escaped bracket stays, it stands around a redaction', String.raw`\u003cid\u003e`, String.raw`\u003cid\u003e`],
    ['colours as they are', '\u001b[1;31mred\u001b[0m\u001b[K', 'red'],
    ['colours written in JSON', String.raw`\u001b[31mred\u001b[0m`, 'red'],
    ['colours written in code', String.raw`\x1b[31mred\033[0m`, 'red'],
    ['entities by name', 'a&quot;b&apos;c&nbsp;d', `a"b'c d`],
    ['entities by number', 'a&#39;b&#x22;c&#x2F;d&#58;e&#10;f&#xA0;g', `a'b"c/d:e\nf g`],
    ['entities of what is not seen', 'a&shy;b&#8203;c&#x200B;d&ZeroWidthSpace;e', 'abcde'],
    ['colons as other languages write them', 'a：b', 'a:b'],
    ['entities of entities', 'a&amp;quot;b&amp;amp;#39;c', `a"b'c`],
    ['other entities stay, they stand around a redaction', '&lt;id&gt;&#60;&#x3e;', '&lt;id&gt;&#60;&#x3e;'],
    ...['br', 'p', 'div', 'tr', 'td', 'li', 'pre'].map((tag) => [
      `a ${tag} tag breaks the line`,
      `a<${tag}>b</${tag} >c<${tag} class="x"/>d`,
      'a\nb\nc\nd',
    ]),
    ...['code', 'b', 'strong', 'em', 'i', 'span', 'a', 'wbr', 'mark', 'u', 'tt', 'kbd', 'samp', 'font'].map((tag) => [
      `a ${tag} tag leaves no gap`,
      `a<${tag}>b</${tag}>c<${tag} class="x">d`,
      'abcd',
    ]),
    ['a redaction is no tag', '<account-id> <user>', '<account-id> <user>'],
    ['line ends of every kind', 'a\r\nb\rc\u2028d\fe\u0085f', 'a\nb\nc\nd\ne\nf'],
    ['runs of blanks', 'a \t\u00a0 b', 'a b'],
    ['invisible characters', 'a\u200bb\u00adc\ufeffd\u0000e', 'abcde'],
    ['lines with nothing on them become one, which no wrapped line goes across', 'a\n │ \n\n> \nb', 'a\n\nb'],
    ['line ends of Windows are one line end, written in JSON too', String.raw`a\r\nb`, 'a\nb'],
    [
      'the frames of lines',
      '│ a │\n> b\n&gt; c\n// d\n### e\n * f\n- g\n+ h\n, i\n! j',
      'a\nb\nc\nd\ne\nf\ng\nh\ni\nj',
    ],
    ['frames in frames', '> │ // # a', 'a'],
    [
      'numbers and times of a log',
      '307 | a\n2026-11-20T09:14:05.123Z b\n[2026-11-20 09:14:05,123] c\n2026-11-20T09:14:05+01:00 d\n##[error]e',
      'a\nb\nc\nd\ne',
    ],
    ['continued lines', 'a \\\nb', 'a\nb'],
    ['a line that begins with a part of a name', '/anna\n-role\n*.x\n12digits\n#1', '/anna\n-role\n*.x\n12digits\n#1'],
  ])('%s', (_, text, plain) => {
    expect(plainLines(text ?? '').text).toBe(plain);
  });
});
