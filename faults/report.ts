/** The outcomes as a table that is read in a terminal, and that Markdown understands. */
import { faultKinds } from './kinds.ts';
import type { Outcome, Tried } from './outcome.ts';
import type { Wavering } from './run.ts';
import { tryName } from './try.ts';

const columns = [
  'done',
  'done-although',
  'done-again',
  'by-schedule',
  'dead-letter',
  'named',
  'not-met',
  'wrong',
] as const;
const heads: Readonly<Record<Outcome['kind'], string>> = {
  done: 'done after retry',
  'done-although': 'told that it failed, done',
  'done-again': 'told, tried again, done',
  'by-schedule': 'done by the schedule',
  'dead-letter': 'dead letter, redriven, done',
  named: 'named state',
  'not-met': 'not met',
  wrong: 'WRONG',
};

export function tableOf(tried: readonly Tried[]): string {
  const count = (of: readonly Tried[], kind: Outcome['kind']): string =>
    String(of.filter(({ outcome }) => outcome.kind === kind).length);
  const row = (name: string, of: readonly Tried[]): string[] => [
    name,
    String(of.length),
    ...columns.map((kind) => count(of, kind)),
  ];
  const rows = [
    ['fault', 'tries', ...columns.map((kind) => heads[kind])],
    ...faultKinds.map((kind) =>
      row(
        kind,
        tried.filter((one) => one.kind === kind),
      ),
    ),
    row('all', tried),
  ];
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('');
}

/** Which named states there were, how often. */
export function namesOf(tried: readonly Tried[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of tried)
    if (outcome.kind === 'named') counts.set(outcome.name, (counts.get(outcome.name) ?? 0) + 1);
  return [...counts].map(([name, n]) => `  ${n} x ${name}\n`).join('');
}

/** Of all tries. A call is not always made as often as in the clean run, as announce joins changes that meet; more than these, and the figures say less than they seem to. */
const MOST_NOT_MET = 0.05;

/** Null: enough of them were reached. */
export function tooFewMet(tried: readonly Tried[]): string | null {
  const notMet = tried.filter(({ outcome }) => outcome.kind === 'not-met').length;
  return notMet <= tried.length * MOST_NOT_MET
    ? null
    : `${notMet} of ${tried.length} tries never came to their call: at most ${MOST_NOT_MET * 100} % may.\n`;
}

export const wrongLines = (tried: readonly Tried[]): string =>
  tried
    .flatMap((one) =>
      one.outcome.kind === 'wrong'
        ? [`WRONG ${one.outcome.sentences.join('; ')}\n      npm run faults -- --only '${tryName(one)}'\n`]
        : [],
    )
    .join('');

/** What was seen once and not again: a race, or a machine that was too busy. */
export const waveringLines = (wavering: readonly Wavering[]): string =>
  wavering
    .map(
      ({ tries, sentences }) =>
        `Wrong among others, and well alone: ${sentences.join('; ')}\n      npm run faults -- --only ${tries.map((one) => `'${tryName(one)}'`).join(' ')}\n`,
    )
    .join('');

export const sentenceOf = (one: Tried): string => {
  const { outcome } = one;
  const more =
    'reason' in outcome
      ? outcome.reason
      : 'words' in outcome
        ? outcome.words
        : 'sentences' in outcome
          ? outcome.sentences.join('; ')
          : '';
  const name = outcome.kind === 'named' ? ` ${outcome.name}` : '';
  return `${tryName(one)}: ${heads[outcome.kind]}${name}${more === '' ? '' : ` (${more.slice(0, 300)})`}\n`;
};
