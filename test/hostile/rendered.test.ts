/** Whoever names things for us writes nothing of ours: each output, read by a parser of its kind, has the shape that harmless names give it. */
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { readOne } from '../../bin/case-shapes.ts';
import { caseCsv, caseTable, caseText } from '../../bin/case-text.ts';
import { terminalText } from '../../bin/terminal.ts';
import type { Case, DiagnosedCase } from '../../lambda/core/case/case.ts';
import { slackMessage } from '../../lambda/core/slack/blocks.ts';
import { evidenceView } from '../../lambda/core/slack/views.ts';
import { announcementOf } from '../../lambda/core/wording/announcement.ts';
import { caseView } from '../../lambda/core/wording/case-view.ts';
import { plainText, subjectOf } from '../../lambda/core/wording/mail-text.ts';
import type { AnnouncedCase } from '../../lambda/core/wording/outcome.ts';
import { casePage, messagePage, pageAnswer } from '../../lambda/review/mail/page.tsx';
import { anyCase } from '../support/any-diagnosis.ts';
import { hostileName } from '../support/hostile-names.ts';
import { patience, runs } from '../support/runs.ts';
import { foreign, textsOf } from '../support/slack-markup.ts';

jest.setTimeout(patience);

const rules = { approvers: [], allowAdministrator: false };

/** Letters, digits and what our own identifiers, times and ARNs are made of. */
const harmless = (text: string): string => text.replace(/[^A-Za-z0-9 _\-:.,/@+=*?]/gu, 'x');

/** The same case with harmless names: as many of each, and empty where they were empty. `text` is JSON of a statement, whose lines are its own. */
const withHarmlessNames = (of: AnnouncedCase): AnnouncedCase =>
  JSON.parse(
    JSON.stringify(of, (key, value: unknown) =>
      typeof value !== 'string' ? value : key === 'text' ? value.split('\n').map(harmless).join('\n') : harmless(value),
    ),
  );

type Node = DefaultTreeAdapterTypes.Node;

/** Elements with their attributes' names, in order; what is written in them aside. */
function skeleton(node: Node): unknown {
  const children =
    'childNodes' in node
      ? node.childNodes.flatMap((child) => (child.nodeName === '#text' ? [] : [skeleton(child)]))
      : [];
  const attributes = 'attrs' in node ? node.attrs.map(({ name }) => name) : [];
  return [node.nodeName, attributes, children];
}

/** Throws for what a browser would have to guess. */
const treeOf = (html: string): unknown =>
  skeleton(
    parse(html, {
      onParseError: ({ code, startOffset }) => {
        throw new Error(`${code} at ${html.slice(Math.max(0, startOffset - 40), startOffset + 40)}`);
      },
    }),
  );

const page = (of: AnnouncedCase, typed: string): string =>
  pageAnswer(
    200,
    casePage({
      of: of as DiagnosedCase,
      rules,
      owner: typed,
      endsAt: '2026-11-20T10:14:05Z',
      waits: true,
      typed: { reason: typed, confirm: typed },
      sentence: typed,
    }),
  ).body;

/** Which lines of a mail are ours alone: headings, and what to do next. */
const headings = (mail: string): readonly string[] =>
  mail.split('\n').map((line) => (/^NEXT: /.test(line) ? 'NEXT' : /^[A-Z][^a-z]*$/.test(line) ? 'HEADING' : ''));

/** Snippets have tests of their own, `test/lambda/core/grant/snippet`; a region that is none gives no link to AWS's page. */
const without = { inCode: { intro: '', snippets: {} }, detailsUrl: null };

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Each colour of ours, as it is written in a terminal: `ESC [ 1 m`. */
const ourColours = new RegExp(`${String.fromCharCode(27)}\\[(?:0|1|2|22|3[0-79]|9[0-7])m`, 'g');

/** RFC 4180. Throws for what does not keep to it. */
function fieldsOf(csv: string): readonly (readonly string[])[] {
  return csv
    .split('\r\n')
    .slice(0, -1)
    .map((row) => {
      const fields = [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)];
      if (fields.map(([whole]) => whole).join('') !== row) throw new Error(`No row: ${row}`);
      return fields.map(([, inside = '']) => inside);
    });
}

const shownOf = (of: AnnouncedCase, principal: string) =>
  readOne(
    JSON.parse(
      JSON.stringify({
        case: caseView({
          ...of,
          subject: { accountId: '111122223333', principal, roleArn: principal, eventSource: principal },
          transitionCount: 1,
          lastEntry: null,
        } as unknown as Case),
      }),
    ),
  );

describe('whatever everything is called', () => {
  test('the page of a link has the elements that it has for harmless names, and no other', () => {
    fc.assert(
      fc.property(anyCase, hostileName, (of, typed) => {
        expect(treeOf(page(of, typed))).toEqual(treeOf(page(withHarmlessNames(of), 'x')));
      }),
      runs(0.1),
    );
  });

  test('a page that says one sentence has the same elements whatever it says', () => {
    const wanted = treeOf(pageAnswer(403, messagePage('Not decided', 'x')).body);
    fc.assert(
      fc.property(hostileName, (name) => {
        expect(treeOf(pageAnswer(403, messagePage(name, `${name} is not in the list.`)).body)).toEqual(wanted);
      }),
      runs(0.1),
    );
  });

  test('the mail has the lines and headings that it has for harmless names, and its subject is one line', () => {
    fc.assert(
      fc.property(anyCase, (of) => {
        const announcement = { ...announcementOf(of), ...without };
        const usual = { ...announcementOf(withHarmlessNames(of)), ...without };
        const mail = plainText(announcement);
        expect(headings(mail)).toEqual(headings(plainText(usual)));
        expect(mail.replaceAll('\n', '')).not.toMatch(invisible);
        expect(subjectOf(announcement)).toMatch(/^PassRole [\x20-\x7e]{1,90}$/);
      }),
      runs(0.1),
    );
  });

  test('Slack reads no markup but ours, in a message and in the evidence', () => {
    fc.assert(
      fc.property(anyCase, (of) => {
        const announcement = announcementOf(of);
        const { text, blocks } = slackMessage(announcement, true);
        const view = evidenceView(announcement).blocks.flatMap((block) => (block.type === 'input' ? [] : [block]));
        expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
        for (const part of [...blocks, ...view].filter(({ type }) => type !== 'header').flatMap(textsOf)) {
          expect(part.replace(/<(?:!date\^|https:)[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
          expect(part.replaceAll('\n', '')).not.toMatch(invisible);
        }
        for (const part of blocks.filter(({ type }) => type !== 'header').flatMap(textsOf))
          expect(foreign(part)).not.toMatch(/[*_~`<>]|:[\w+-]+:/);
      }),
      runs(0.1),
    );
  });

  test('a terminal is told nothing but letters and our colours, and nothing outside stands at the start of a line', () => {
    fc.assert(
      fc.property(anyCase, (of) => {
        const announcement = { ...announcementOf(of), ...without };
        const lines = terminalText(announcement).replace(ourColours, '').split('\n');
        expect(lines.join('')).not.toMatch(invisible);
        const ours =
          /^(?: {2}|$|● |What denies it$|The grant(?:, not enough alone)?$|The permission set |The trust policy of |Why the access there is|Simulated by AWS$|Risk of passing this role: |Checklist$)/;
        expect(lines.filter((line) => !ours.test(line))).toEqual([]);
      }),
      runs(0.1),
    );
  });

  test('a case in a terminal is letters and our colours, in a table one line, in a spreadsheet eleven fields that run nothing', () => {
    fc.assert(
      fc.property(anyCase, hostileName, (of, principal) => {
        const shown = shownOf(of, principal);
        const text = caseText({ ...shown, snippets: {} });
        expect(text.replace(ourColours, '').replaceAll('\n', '')).not.toMatch(invisible);
        expect(caseTable([shown]).split('\n')).toHaveLength(3);
        const [, row, ...more] = fieldsOf(caseCsv([shown]));
        expect([row?.length, more]).toEqual([11, []]);
        expect(row?.filter((field) => /^[=+\-@\t\r\n]/.test(field) || invisible.test(field))).toEqual([]);
      }),
      runs(0.1),
    );
  });
});
