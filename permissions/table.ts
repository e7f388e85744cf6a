/** Function x action x resource: granted, and used by what. */
import { covers, type Right, type Use } from './rights.ts';

export interface Row extends Right {
  /** Distinct resources that were asked for under this right; null: Lambda itself uses it. */
  readonly used: number | null;
  /** An example of what was used. */
  readonly such: string;
  /** What is the matter with it; null: nothing. */
  readonly wrong: string | null;
}

/** `*` fits only where no call ever named a resource of its own. */
function wrongOf({ action, resource }: Right, under: readonly Use[], isLambdas: boolean): string | null {
  if (action.includes('*')) return 'a star in the action';
  if (!isLambdas && under.length === 0) return 'never used';
  const named = under.find((use) => use.resource !== '*');
  if (resource === '*' && named !== undefined) return `a star where ${named.resource} would do`;
  return null;
}

export function rowsOf(
  granted: readonly Right[],
  uses: readonly Use[],
  byLambda: (right: Right) => boolean,
): readonly Row[] {
  return granted
    .map((right) => {
      const under = uses.filter((use) => covers(right, use));
      const isLambdas = byLambda(right);
      const such = isLambdas ? 'Lambda itself' : (under[0]?.resource ?? '');
      return { ...right, used: isLambdas ? null : under.length, such, wrong: wrongOf(right, under, isLambdas) };
    })
    .sort((a, b) => (`${a.fn} ${a.action} ${a.resource}` < `${b.fn} ${b.action} ${b.resource}` ? -1 : 1));
}

export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['function', 'action', 'granted on', 'used on', 'for example', ''],
    ...rows.map(({ fn, action, resource, used, such, wrong }) => [
      fn,
      action,
      resource,
      used === null ? '' : `${used}`,
      such === resource ? 'the same' : such,
      wrong === null ? '' : `WRONG: ${wrong}`,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0), 3));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('');
}
