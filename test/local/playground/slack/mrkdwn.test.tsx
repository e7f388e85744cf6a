/** @jsxImportSource hono/jsx */
import { describe, expect, test } from '@jest/globals';
import { type Clock, slackDate } from '../../../../local/playground/clock.ts';
import { readMrkdwn, readPlainText } from '../../../../local/playground/slack/mrkdwn.ts';
import { Marks } from '../../../../local/playground/slack/mrkdwn-view.tsx';

const clock: Clock = { now: new Date('2026-11-23T18:30:00Z'), timeZone: 'Asia/Tokyo' };
const html = (text: string): string => String(<Marks marks={readMrkdwn(text)} clock={clock} />);

describe('Slack’s markup as HTML', () => {
  test.each([
    ['plain words', 'plain words'],
    ['*bold*', '<b>bold</b>'],
    ['_italic_', '<i>italic</i>'],
    ['~gone~', '<s>gone</s>'],
    ['`code`', '<code>code</code>'],
    ['*bold with _italic_ in it*', '<b>bold with <i>italic</i> in it</b>'],
    ['*bold with `a*b` in it*', '<b>bold with <code>a*b</code> in it</b>'],
    ['_*both*_', '<i><b>both</b></i>'],
    ['(*bold*), then', '(<b>bold</b>), then'],
    ['one\ntwo', 'one<br/>two'],
    ['```\n{\n  "a": 1\n}```', '<pre>{\n  &quot;a&quot;: 1\n}</pre>'],
    ['`a *b* c`', '<code>a *b* c</code>'],
    ['R&amp;D &lt;now&gt;', 'R&amp;D &lt;now&gt;'],
    ['`a &lt; b`', '<code>a &lt; b</code>'],
    [':key: here', '<span class="emoji" role="img" aria-label="key">🔑</span> here'],
    [
      '<https://example.com/a?b=1&amp;c=2#d|the page>',
      '<a href="https://example.com/a?b=1&amp;c=2#d" target="_blank" rel="noopener noreferrer">the page</a>',
    ],
    [
      '<https://example.com>',
      '<a href="https://example.com" target="_blank" rel="noopener noreferrer">https://example.com</a>',
    ],
    [
      '<!date^1795458283^{date_short_pretty} {time_secs}|2026-11-23>',
      '<time datetime="2026-11-23T18:24:43.000Z" title="2026-11-23">Today 03:24:43</time>',
    ],
  ])('%j', (text, wanted) => {
    expect(html(text)).toBe(wanted);
  });
});

describe('what is not well formed stays text', () => {
  test.each([
    'glue_runtime_role and my_other_role',
    '2*3*4',
    '*not closed',
    '*not closed\non this line*',
    '* not bold *',
    '*',
    '**',
    '``',
    '_​name_​',
    ':not_an_emoji_of_ours:',
    'at 18:24:43 sharp',
    '```',
  ])('%j', (text) => {
    expect(html(text)).toBe(text.replaceAll('\n', '<br/>'));
  });
});

describe('what means harm comes out as text', () => {
  test.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['*<img src=x onerror=alert(1)>*', '<b>&lt;img src=x onerror=alert(1)&gt;</b>'],
    ['```<script>```', '<pre>&lt;script&gt;</pre>'],
    ['<javascript:alert(1)|click>', '&lt;javascript:alert(1)|click&gt;'],
    ['<JavaScript:alert(1)|click>', '&lt;JavaScript:alert(1)|click&gt;'],
    ['<http://example.com|not encrypted>', '&lt;http://example.com|not encrypted&gt;'],
    ['<data:text/html,x|click>', '&lt;data:text/html,x|click&gt;'],
    ['<//example.com|click>', '&lt;//example.com|click&gt;'],
    ['<https://example.com/" onclick="x|click>', '&lt;https://example.com/&quot; onclick=&quot;x|click&gt;'],
    ['<https://|click>', '&lt;https://|click&gt;'],
    [
      '<https://a.example|&lt;b&gt;>',
      '<a href="https://a.example" target="_blank" rel="noopener noreferrer">&lt;b&gt;</a>',
    ],
    ['&amp;lt;b&amp;gt;', '&amp;lt;b&amp;gt;'],
    ['&quot;&#39;', '&amp;quot;&amp;#39;'],
    ['<!date^99999999999999^{date}|never>', '&lt;!date^99999999999999^{date}|never&gt;'],
  ])('%j', (text, wanted) => {
    expect(html(text)).toBe(wanted);
  });

  test.each([
    ['<!channel>', '@channel'],
    ['<!here|here>', '@here'],
    ['<@U0123456789>', '@U0123456789'],
    ['<#C0123456789|glue-help>', '#glue-help'],
    ['<!subteam^S1|@admins>', '@admins'],
  ])('%s would call people, and shows that it would', (text, words) => {
    expect(html(text)).toBe(`<span class="mention">${words}</span>`);
  });

  test.each(['*a', '*_', '`', '<', '*`a`', ':', '_*~'])('a long row of %j is read in no time', (piece) => {
    const text = piece.repeat(3000 / piece.length);
    const before = performance.now();
    readMrkdwn(text);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

test('a plain text knows emoji and no other markup', () => {
  expect(readPlainText(':key: *a* <https://example.com> &lt;')).toEqual([
    { kind: 'emoji', name: 'key', text: '🔑' },
    { kind: 'text', text: ' *a* <https://example.com> &lt;' },
  ]);
});

describe('Slack’s dates', () => {
  test.each([
    ['{date_num} {time}', '2026-11-23T18:24:43Z', '2026-11-24 03:24'],
    ['{date_pretty}', '2026-11-23T18:24:43Z', 'Today'],
    ['{date_short_pretty}', '2026-11-23T14:59:59Z', 'Yesterday'],
    ['{date_long_pretty}', '2026-11-22T14:59:59Z', '22 Nov 2026'],
    ['{date_short}, {time_secs}', '2026-11-22T14:59:59Z', '22 Nov 2026, 23:59:59'],
    ['{week}', '2026-11-22T14:59:59Z', '{week}'],
  ])('%s', (format, at, wanted) => {
    expect(slackDate(format, new Date(at), clock)).toBe(wanted);
  });
});
