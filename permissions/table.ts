/** Role x action x resource: granted, and used by what. */
import { credited, type Right, type Use } from './rights.ts';
import { hasWildcard, reasonFor, type Wildcard, wildcards } from './wildcards.ts';

interface Row extends Right {
  /** Distinct resources that were asked for under this right; null: AWS itself uses it. */
  readonly used: number | null;
  /** An example of what was used. */
  readonly such: string;
  /** What is the matter with it; null: nothing. */
  readonly wrong: string | null;
}

/** `*` fits only where no call ever named a resource of its own. */
function wrongOf(right: Right, under: readonly Use[], isUsedByAws: boolean): string | null {
  if (right.action.includes('*')) return 'a star in the action';
  if (!isUsedByAws && under.length === 0) return 'never used';
  const named = under.find((use) => use.resource !== '*');
  if (right.resource === '*' && named !== undefined) return `a star where ${named.resource} would do`;
  if (hasWildcard(right) && reasonFor(right) === undefined) return 'a wildcard without a reason in wildcards.ts';
  return null;
}

export function rowsOf(
  granted: readonly Right[],
  uses: readonly Use[],
  byAws: (right: Right) => boolean,
): readonly Row[] {
  const under = new Map<Right, Use[]>(granted.map((right) => [right, []]));
  for (const use of uses) {
    const right = credited(granted, use);
    if (right !== undefined) under.get(right)?.push(use);
  }
  return granted
    .map((right) => {
      const mine = under.get(right) ?? [];
      const isUsedByAws = byAws(right);
      const such = isUsedByAws ? 'AWS itself' : (mine[0]?.resource ?? '');
      return { ...right, used: isUsedByAws ? null : mine.length, such, wrong: wrongOf(right, mine, isUsedByAws) };
    })
    .sort((a, b) => (`${a.holder} ${a.action} ${a.resource}` < `${b.holder} ${b.action} ${b.resource}` ? -1 : 1));
}

/** Reasons that no right needs any more. */
export const idleReasons = (rows: readonly Right[]): readonly Wildcard[] =>
  wildcards.filter((known) => !rows.some((row) => hasWildcard(row) && reasonFor(row) === known));

const noteOf = (row: Right): string => {
  const known = hasWildcard(row) ? reasonFor(row) : undefined;
  return known === undefined ? '' : ` [${wildcards.indexOf(known) + 1}]`;
};

export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['function or service', 'action', 'granted on', 'when', 'used on', 'for example', ''],
    ...rows.map((row) => [
      row.holder,
      row.action,
      `${row.resource}${noteOf(row)}`,
      row.condition ?? '',
      row.used === null ? '' : `${row.used}`,
      row.such === row.resource ? 'the same' : row.such,
      row.wrong === null ? '' : `WRONG: ${row.wrong}`,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0), 3));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...body] = cells;
  const notes = wildcards.map(({ reason }, at) => `[${at + 1}] ${reason}\n`);
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), '\n', ...notes].join('');
}
