/** What the command line prints of a text that somebody else wrote moves no cursor. */
import { expect, test } from '@jest/globals';
import { passrole } from '../support/command-line.ts';
import { denialEvent } from '../support/here.ts';

const lure = '\u001b[2J\u001b]0;x\u0007\u009b31m\u202eApproved';
/** Our line breaks aside. */
const moves = /[^\P{Cc}\n]|\p{Cf}/u;

test('an event that is no denial is refused in words without its control characters', async () => {
  const event = denialEvent({ errorMessage: `Rate exceeded ${lure}` });
  const ran = await passrole(['parse'], { input: JSON.stringify(event) });
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('Rate exceeded');
  expect(ran.err).not.toMatch(moves);
}, 60_000);

test('a denial is printed as JSON of plain characters that says the same', async () => {
  const errorMessage = `${String(denialEvent().detail['errorMessage'])} ${lure}`;
  const input = JSON.stringify(denialEvent({ errorMessage }));
  const one = await passrole(['parse'], { input });
  expect(one.out).not.toMatch(moves);
  expect(JSON.parse(one.out)).toMatchObject({ message: errorMessage });

  const line = { id: lure, text: `${String(denialEvent().detail['errorMessage'])} ${lure}` };
  const many = await passrole(['parse', '--ndjson'], { input: `${JSON.stringify(line)}\n` });
  expect(many.out).not.toMatch(moves);
  expect(JSON.parse(many.out)).toMatchObject({ id: lure, denial: { action: 'iam:PassRole' } });
}, 60_000);
