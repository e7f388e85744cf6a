import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SlackBlock } from '../../../../lambda/core/slack/block-kit.ts';
import {
  actionId,
  actionOf,
  type ButtonValue,
  buttonActions,
  buttonsBlock,
  decodeButton,
  encodeButton,
} from '../../../../lambda/core/slack/buttons.ts';
import {
  evidenceView,
  REASON,
  REASON_LENGTH,
  rejectView,
  type SlackView,
} from '../../../../lambda/core/slack/views.ts';
import { readBlocks } from '../../../../local/slack/block-kit.ts';
import { inputName, inputsOf, readView } from '../../../../local/slack/view.ts';
import { announce } from '../../../support/announcement.ts';
import { factsOf } from '../../../support/question.ts';

const value: ButtonValue = { case: 'a'.repeat(32), round: 1, digest: '0123456789abcdef'.repeat(4) };
const hex = (digits: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map((all) => all.join(''));

describe('a button’s value', () => {
  test('is written like this', () => {
    expect(encodeButton(value)).toBe(
      `{"v":1,"case":"${'a'.repeat(32)}","round":1,"digest":"${'0123456789abcdef'.repeat(4)}"}`,
    );
  });

  test('comes back as it went out', () => {
    const any = fc.record({ case: hex(32), round: fc.integer({ min: 0, max: 999_999_999 }), digest: hex(64) });
    fc.assert(fc.property(any, (of) => expect(decodeButton(encodeButton(of))).toEqual(of)));
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['another version', encodeButton(value).replace('"v":1', '"v":2')],
    ['no version', encodeButton(value).replace('"v":1,', '')],
    ['a short case', encodeButton({ ...value, case: 'a'.repeat(31) })],
    ['capital letters', encodeButton({ ...value, case: 'A'.repeat(32) })],
    ['a long digest', encodeButton({ ...value, digest: 'a'.repeat(65) })],
    ['a negative round', encodeButton({ ...value, round: -1 })],
    ['half a round', encodeButton({ ...value, round: 0.5 })],
    ['a round with a leading zero', encodeButton(value).replace('"round":1', '"round":01')],
    ['a round that JSON cannot hold', encodeButton(value).replace('"round":1', '"round":1e3')],
    ['one field more', encodeButton(value).replace('}', ',"state":"approved"}')],
    ['a field twice', encodeButton(value).replace('"v":1', '"v":1,"v":1')],
    ['white space', ` ${encodeButton(value)}`],
    ['a line after it', `${encodeButton(value)}\n`],
    ['two thousand characters', encodeButton(value).padEnd(2000, ' ')],
  ])('with %s is none of ours', (_, text) => {
    expect(decodeButton(text)).toBeNull();
  });

  test('has no other spelling: what is read is what would be written', () => {
    const mutated = fc
      .tuple(fc.nat({ max: encodeButton(value).length - 1 }), fc.string({ maxLength: 3 }))
      .map(([at, text]) => encodeButton(value).slice(0, at) + text + encodeButton(value).slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated), (text) => {
        const read = decodeButton(text);
        expect(read === null || encodeButton(read) === text).toBe(true);
      }),
    );
  });
});

describe('the row of buttons', () => {
  const buttonsIn = (blocks: readonly SlackBlock[]) =>
    blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

  test('reads like this, and Slack takes it', () => {
    const blocks = buttonsBlock(value);
    expect(
      buttonsIn(blocks).map(({ action_id, text, style, confirm }) => [
        action_id,
        text.text,
        style ?? null,
        confirm?.text.text ?? null,
      ]),
    ).toMatchSnapshot();
    expect(readBlocks(blocks)).toEqual({ ok: true, blocks });
  });

  test('carries the same value on every button', () => {
    expect(buttonsIn(buttonsBlock(value)).map((button) => decodeButton(button.value))).toEqual(
      buttonActions.map(() => value),
    );
  });

  test('shows what the case allows, in the usual order, and is not there when that is nothing', () => {
    expect(buttonsIn(buttonsBlock(value, ['evidence', 'reject'])).map((button) => button.action_id)).toEqual([
      'passrole_reject',
      'passrole_evidence',
    ]);
    expect(buttonsBlock(value, [])).toEqual([]);
  });

  test('is known by its action ids, and by no others', () => {
    expect(buttonActions.map((action) => actionOf(actionId(action)))).toEqual(buttonActions);
    expect(['approve', 'passrole_', 'passrole_approve_9h', 'passrole_toString', ''].map(actionOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('the modal that rejects', () => {
  test('is one that Slack takes, knows its case, and asks for one reason', () => {
    const view = rejectView(value);
    const read = readView(view);
    if (!read.ok) throw new Error(read.messages.join(' '));
    expect(decodeButton(view.private_metadata)).toEqual(value);
    expect(inputsOf(read.view).map((input) => [inputName(input), input.element])).toEqual([
      [
        REASON.value,
        expect.objectContaining({ multiline: true, min_length: REASON_LENGTH.least, max_length: REASON_LENGTH.most }),
      ],
    ]);
  });
});

describe('the modal with the evidence', () => {
  const noted = announce(factsOf());
  const textOf = ({ blocks }: SlackView): string =>
    blocks.map((block) => (block.type === 'section' ? (block.text?.text ?? '') : '---')).join('\n');
  const longest = 'an *odd* <!channel> & `name`, '.repeat(60);
  const full = {
    ...noted,
    nearMisses: Array.from({ length: 400 }, (_, at) => `near miss ${at}: ${longest}`),
    checklist: noted.checklist.map((item) => ({ ...item, finding: longest })),
    risk: { ...noted.risk, reasons: Array.from({ length: 40 }, () => longest) },
  };

  test('reads like this', () => {
    expect(textOf(evidenceView(noted))).toMatchSnapshot();
  });

  test('is one that Slack takes, however much there is to show', () => {
    for (const view of [evidenceView(noted), evidenceView(full)]) expect(readView(view)).toEqual({ ok: true, view });
  });

  test('holds every near miss, and says so when it cannot', () => {
    const twenty = { ...noted, nearMisses: Array.from({ length: 20 }, (_, at) => `miss number ${at}.`) };
    expect(textOf(evidenceView(twenty)).match(/miss number \d+\./g)).toHaveLength(20);
    expect(evidenceView(full).blocks).toHaveLength(100);
    expect(textOf(evidenceView(full))).toMatch(
      /_\d+ more parts do not fit here: `passrole show \w+` prints them all\._$/,
    );
  });

  test('lets no name become markup', () => {
    const hostile = '<!channel> <https://evil.example|here> *bold*';
    const view = evidenceView({
      ...noted,
      verdict: hostile,
      nearMisses: [hostile],
      checklist: noted.checklist.map((item) => ({ ...item, finding: hostile })),
      simulation: { before: hostile, after: hostile },
      advice: { title: hostile, lines: [hostile], document: hostile },
      inCode: { intro: 'As code.', snippets: { cli: hostile } },
      risk: { ...noted.risk, reasons: [hostile] },
      grant:
        noted.grant === null
          ? null
          : {
              ...noted.grant,
              everyone: hostile,
              policyName: hostile,
              target: hostile,
              why: hostile,
              gains: hostile,
              document: hostile,
            },
    });
    // In a code span a mark is no mark.
    const outsideCode = textOf(view).replace(/```.*?```|`[^`]*`/gs, '');
    expect(outsideCode).not.toMatch(/<|>|\*bold\*/);
    expect(textOf(view)).toContain('&lt;!channel&gt;');
  });
});
