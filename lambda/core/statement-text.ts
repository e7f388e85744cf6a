/** A statement as its owner would recognise it: JSON in the order of the IAM grammar, one element per line. */
import type { Statement } from './policy-document.ts';

const oneOrMany = (items: readonly string[]): string | readonly string[] =>
  items.length === 1 ? (items[0] ?? '') : items;

export function statementText(statement: Statement): string {
  const conditions: Record<string, Record<string, string | readonly string[]>> = {};
  for (const { operator, key, values } of statement.conditions) {
    conditions[operator] = { ...conditions[operator], [key]: oneOrMany(values) };
  }
  return JSON.stringify(
    {
      ...(statement.sid === null ? {} : { Sid: statement.sid }),
      Effect: statement.effect,
      [statement.actions.not ? 'NotAction' : 'Action']: oneOrMany(statement.actions.patterns),
      ...(statement.resources === null
        ? {}
        : { [statement.resources.not ? 'NotResource' : 'Resource']: oneOrMany(statement.resources.patterns) }),
      ...(statement.conditions.length === 0 ? {} : { Condition: conditions }),
    },
    null,
    2,
  );
}
