/** Cases for a terminal, a spreadsheet and a program. What came from outside cannot move a cursor, nor be taken for a formula. */
import pc from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { printable } from '../lambda/core/text/printable.ts';
import type { ShownCase } from './case-shapes.ts';
import { adviceLines, inCodeLines, widthOf } from './terminal.ts';

/** One line of JSON with its control and invisible characters escaped: parses to the same value. */
export const inert = (line: string): string =>
  line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );

/** JSON over many lines that may be looked at in a terminal. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).split('\n').map(inert).join('\n');

const columns = ['CASE', 'STATE', 'WHO', 'ROLE', 'SERVICE', 'DENIALS', 'LAST'] as const;
/** Characters. What is longer is cut in the table; `show` has it whole. */
const widest: readonly number[] = [18, 10, 28, 36, 16, 7, 20];

const rowOf = ({ id, state, who, role, service, denials }: ShownCase): readonly string[] =>
  [id, state, who, role, service, String(denials.count), denials.lastAt].map(printable);

const cut = (value: string, most: number): string => {
  const letters = [...value];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : value;
};

const tints: Readonly<Record<string, (text: string) => string>> = {
  proposed: pc.yellow,
  applied: pc.green,
  confirmed: pc.green,
  failed: pc.red,
};

export function caseTable(cases: readonly ShownCase[]): string {
  const rows = cases.map((of) => rowOf(of).map((value, at) => cut(value, widest[at] ?? 20)));
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map((row) => [...(row[at] ?? '')].length)));
  const pad = (value: string, at: number): string => value + ' '.repeat((widths[at] ?? 0) - [...value].length);
  const lineOf = (row: readonly string[]): string =>
    row
      .map((value, at) => (at === 1 ? (tints[value] ?? String)(pad(value, at)) : pad(value, at)))
      .join('  ')
      .trimEnd();
  return [pc.bold(lineOf(columns)), ...rows.map(lineOf)].map((line) => `${line}\n`).join('');
}

/** RFC 4180. A leading = + - @, tab or line break would make a spreadsheet run it. */
const field = (value: string): string => {
  const inert = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return `"${inert.replaceAll('"', '""')}"`;
};

export function caseCsv(cases: readonly ShownCase[]): string {
  const head = ['case', 'state', 'who', 'role', 'service', 'denials', 'first', 'last', 'verdict', 'risk', 'outcome'];
  const rows = cases.map(({ id, state, subject, role, service, denials, verdict, risk, outcome }) => [
    id,
    state,
    subject.principal,
    subject.roleArn ?? role,
    service,
    String(denials.count),
    denials.firstAt,
    denials.lastAt,
    verdict?.kind ?? '',
    risk?.level ?? '',
    outcome ?? '',
  ]);
  return [head, ...rows].map((row) => `${row.map((value) => field(printable(value))).join(',')}\r\n`).join('');
}

const LABEL = 12;
function line(label: string, value: string): string {
  const [first = '', ...rest] = wrapAnsi(printable(value), widthOf() - LABEL - 2, { hard: false }).split('\n');
  const start = `  ${pc.dim(label.padEnd(LABEL))}${first}\n`;
  return start + rest.map((more) => `${' '.repeat(LABEL + 2)}${more}\n`).join('');
}

const documentText = (document: unknown): string =>
  printableJson(document)
    .split('\n')
    .map((text) => `    ${pc.cyan(text)}\n`)
    .join('');

/** What an approver decides on: where it is written, who gains, and the exact document. */
export function grantText({ proposal, risk }: ShownCase): string {
  if (proposal === null) return '';
  const { target, policyName, why, gains, document, digest } = proposal;
  const gaining = gains.length === 0 ? 'nobody yet: the group has no members' : gains.join(', ');
  return [
    `\n${pc.bold('The grant')}\n`,
    line('Written to', `${target.kind} ${target.name}, as inline policy ${policyName}. ${why}`),
    line('Who gains', gaining),
    line('Digest', digest),
    risk === null ? '' : line('Risk', [risk.level, ...risk.reasons].join('. ')),
    `\n${documentText(document)}`,
  ].join('');
}

export function caseText(of: ShownCase): string {
  const { id, state, who, role, service, subject, denials, verdict, approvals, grants, earlier, moves, outcome, next } =
    of;
  const title = printable(`${who} may not pass ${role} to ${service}`);
  return [
    `\n${pc.bold(title)}\n\n`,
    line('Case', id),
    line('State', state),
    outcome === null ? '' : line('Outcome', outcome),
    line('Next', next),
    verdict === null ? '' : line('Verdict', verdict.sentence),
    line('Who', subject.principal),
    line('Role', subject.roleArn ?? 'not stated'),
    line('Denials', `${denials.count}, first ${denials.firstAt}, last ${denials.lastAt}`),
    approvals.map(({ by, at }) => line('Approved', `${by.name} (${by.via}, ${by.as}) at ${at}`)).join(''),
    grants
      .map(({ target, policyName, writtenAt, endsAt }) =>
        line(
          'Granted',
          `${policyName} on ${target.kind} ${target.name} at ${writtenAt}, ${endsAt === null ? 'for good' : `until ${endsAt}`}`,
        ),
      )
      .join(''),
    earlier === null ? '' : line('Earlier', `${earlier.id}, ${earlier.state} at ${earlier.closedAt}`),
    line('Trail', `${moves} ${moves === 1 ? 'move' : 'moves'}`),
    grantText(of),
    adviceLines(of.advice),
    inCodeLines(of.snippets),
  ].join('');
}
