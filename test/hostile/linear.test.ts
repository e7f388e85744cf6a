/** No text makes a pattern or a parser of ours take longer than in proportion to its length: nobody can hang a function with a name. */
import { describe, expect, jest, test } from '@jest/globals';
import { readDenialEvent } from '../../lambda/core/denial/event.ts';
import { readDenialMessage } from '../../lambda/core/denial/message.ts';
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import { readSlackInteraction } from '../../lambda/core/slack/interaction.ts';
import { prose } from '../../lambda/core/slack/mrkdwn.ts';
import { printable } from '../../lambda/core/text/printable.ts';
import { cpuCost } from '../support/cpu-cost.ts';
import { denialEvent } from '../support/here.ts';
import { texts } from '../support/mangled-text.ts';
import { attacksOn, regularExpressionsIn } from '../support/regular-expressions.ts';
import { patience, runs } from '../support/runs.ts';

jest.setTimeout(patience);

/** Characters. A pattern that goes back over all of them from each takes 10^8 steps here, half a second; a linear one no millisecond. */
const ATTACK = 10_000;
/** Milliseconds: far from both. What takes longer may still be linear, on a machine that is busy with other work. */
const TOO_LONG = 40;
/** Times, for twice the text: 2 for a linear pattern, 4 for one that grows with the square. */
const TOO_MUCH_MORE = 3;

/** `attack` makes a text of about so many characters. */
function growsTooFast(regex: RegExp, attack: (length: number) => string): boolean {
  const run = (length: number): (() => unknown) => {
    const text = attack(length);
    return () => text.replace(regex, '');
  };
  const once = cpuCost(run(ATTACK));
  return once > TOO_LONG && cpuCost(run(2 * ATTACK)) > TOO_MUCH_MORE * Math.min(once, cpuCost(run(ATTACK)));
}

describe('regular expressions', () => {
  const all = regularExpressionsIn(['lambda', 'bin']);

  test('are found', () => {
    expect(all.length).toBeGreaterThan(150);
  });

  test('are linear, each on texts made from its own pieces', () => {
    const slow = all.flatMap(({ file, pattern, flags }) => {
      const attacks = attacksOn(pattern, ATTACK);
      const regex = new RegExp(pattern, flags.replace('y', ''));
      const found = attacks.find((_, at) => growsTooFast(regex, (length) => attacksOn(pattern, length)[at] ?? ''));
      return found === undefined ? [] : [`${file}: /${pattern}/${flags} on ${JSON.stringify(found.slice(0, 20))}`];
    });
    expect(slow).toEqual([]);
  });

  test('would be found, if one were not', () => {
    const attacks = attacksOn('(a+)b', ATTACK);
    const attack = attacks.find((_, at) => growsTooFast(/a+b/, (length) => attacksOn('(a+)b', length)[at] ?? ''));
    expect(attack).toMatch(/aaaa/);
  });
});

/** What our readers look for, again and again. */
const pieces = [
  'x',
  ' ',
  '\n',
  '│ ',
  '\\',
  '\\n',
  '"',
  '.',
  '*',
  '(',
  '<',
  '&amp;',
  '&lt;a',
  '<a ',
  '\u001b[',
  'arn:',
  'arn:aws:iam::111122223333:role/',
  'arn:aws:iam::111122223333:role/a\n',
  'User: ',
  'not authorized to perform: ',
  'is not authorized to perform: iam:PassRole on resource: ',
  'User: arn:aws:iam::111122223333:user/maria is not authorized to perform: iam:PassRole ',
  'because no ',
  'because no identity-based policy allows ',
  'with an explicit deny in a ',
  'cross-account pass role ',
  '"allowed":false "action":"iam:PassRole" "principal":{',
  '#/authorization-details/',
  'operation error A',
  '2026-11-20 09:14:05',
  ...texts.slice(0, 3),
];

/** All of them in the long run, every fifth in the usual one. */
const tried = pieces.filter((_, at) => runs().numRuns > 2_000 || at % 5 === 0);

const KB = 1024;
const long = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/**
 * How many times longer 1 MB takes than 100 KB: 10 times, or 100 if it grows with the square. A second and a half is no sign of a square, which takes
 * minutes at the least, and what takes next to nothing gives no ratio.
 */
function growth(work: (length: number) => () => unknown): number {
  const more = work(1000 * KB);
  if (cpuCost(more, 1) < 1_500) return 1;
  const some = work(100 * KB);
  return cpuCost(more) / Math.max(20, cpuCost(some));
}
const MOST_GROWTH = 25;

const inMessage = `${String(denialEvent().detail['errorMessage'])} `;

describe('1 MB takes at most 25 times as long as 100 KB', () => {
  const readers: readonly (readonly [string, (text: string) => unknown])[] = [
    ['a pasted text', readDenialMessage],
    ['the message of an event', (text) => readDenialEvent(denialEvent({ errorMessage: inMessage + text }))],
    ['a name in a page, a mail, a terminal', printable],
    ['a sentence in Slack', (text) => prose(`*${text}`, 3000)],
  ];
  test.each(readers)('%s', (_, read) => {
    const slow = tried.flatMap((piece) => {
      const times = growth((length) => {
        const text = long(piece, length);
        return () => read(text);
      });
      return times > MOST_GROWTH ? [`${JSON.stringify(piece)}: ${times.toFixed(0)} times`] : [];
    });
    expect(slow).toEqual([]);
  });

  test('a policy, and what comes from Slack', () => {
    const statement = JSON.stringify({
      Effect: 'Allow',
      Action: ['iam:*', 'glue:Get*'],
      Resource: `arn:${'*?'.repeat(20)}`,
    });
    const policy = growth((length) => {
      const text = `{"Version":"2012-10-17","Statement":[${Array.from({ length: length / statement.length }, () => statement).join(',')}]}`;
      return () => parsePolicyDocument(text);
    });
    const payload = growth((length) => {
      const text = JSON.stringify({ type: 'block_actions', actions: [{ type: 'button', value: long('"', length) }] });
      return () => readSlackInteraction(text);
    });
    expect([policy > MOST_GROWTH, payload > MOST_GROWTH]).toEqual([false, false]);
  });
});
