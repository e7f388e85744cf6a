/** Figures as a table that is read in a terminal, and that Markdown understands. */
import { type Figure, isBroken } from './figure.ts';

const short = (value: number): string =>
  value.toLocaleString('en', value < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });

const limitOf = ({ limit }: Figure): string => (limit === null ? '' : `at ${limit.at} ${short(limit.value)}`);

export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ['what', 'figure', 'limit', ''],
    ...figures.map((figure) => [
      figure.name,
      `${short(figure.value)} ${figure.unit}`,
      limitOf(figure),
      isBroken(figure) ? 'BROKEN' : '',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 3));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('');
}
