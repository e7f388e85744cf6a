import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ContextEntry } from '../../../../lambda/core/policy/context-entry.ts';
import { evaluateStatement, type StatementMatch } from '../../../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../../../lambda/core/policy/parse.ts';

interface Request {
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
}

interface Case {
  name: string;
  version?: string;
  statement: Record<string, unknown>;
  request: Partial<Request>;
  matches: boolean;
  missed: string[];
  dependsOn?: string[];
}

interface Table {
  defaults: { statement: Record<string, unknown>; request: Request };
  cases: Case[];
}

const table = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as Table;

/** A Not form takes the place of the default's plain form. */
function wholeStatement(row: Case): Record<string, unknown> {
  const { Action, Resource, ...rest } = table.defaults.statement;
  return {
    ...rest,
    ...('NotAction' in row.statement ? {} : { Action }),
    ...('NotResource' in row.statement ? {} : { Resource }),
    ...row.statement,
  };
}

function missedParts({ action, resource, conditions }: StatementMatch): string[] {
  return [
    ...(action.matches ? [] : ['action']),
    ...(resource.matches ? [] : ['resource']),
    ...conditions.filter(({ matches }) => !matches).map(({ condition }) => `${condition.operator} ${condition.key}`),
  ];
}

const entriesOf = (context: Request['context']): ContextEntry[] =>
  Object.entries(context).map(([key, value]) => ({ key, type: 'string', values: [value].flat() }));

describe('a statement against a request, as the IAM user guide has it', () => {
  test.each(table.cases.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const source = { Version: row.version ?? '2012-10-17', Statement: [wholeStatement(row)] };
    const parsed = parsePolicyDocument(JSON.stringify(source));
    if (parsed.kind === 'unreadable') throw new Error(parsed.why);
    const [statement] = parsed.document.statements;
    if (statement === undefined) throw new Error('The document has no statement.');
    const { context, ...asked } = { ...table.defaults.request, ...row.request };

    const match = evaluateStatement(statement, 0, { ...asked, context: entriesOf(context) }, parsed.document.version);

    expect({ matches: match.matches, missed: missedParts(match), dependsOn: match.dependsOn }).toEqual({
      matches: row.matches,
      missed: row.missed,
      dependsOn: row.dependsOn ?? [],
    });
  });

  test('no two rows have the same name, so that a failure points to one', () => {
    expect(new Set(table.cases.map((row) => row.name)).size).toBe(table.cases.length);
  });
});
