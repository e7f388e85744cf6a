/** The condition operators, a file for each family. Source: IAM user guide, "IAM JSON policy elements: Condition operators". */

import { arnOperators } from './arn.ts';
import { binaryOperators } from './binary.ts';
import { boolOperators } from './bool.ts';
import type { BareOperator } from './comparison.ts';
import { dateOperators } from './date.ts';
import { ipOperators } from './ip.ts';
import { nullOperators } from './null.ts';
import { numericOperators } from './numeric.ts';
import { stringOperators } from './string.ts';

export interface Operator extends BareOperator {
  readonly set: 'ForAllValues' | 'ForAnyValue' | null;
  readonly ifExists: boolean;
}

const families = [
  stringOperators,
  numericOperators,
  dateOperators,
  boolOperators,
  binaryOperators,
  ipOperators,
  arnOperators,
  nullOperators,
];

const OPERATORS: ReadonlyMap<string, BareOperator> = new Map(
  families.flat().map(([name, operator]) => [name.toLowerCase(), operator]),
);

/**
 * Reads `ForAnyValue:StringLikeIfExists`. Null: no such operator; `Null` takes neither qualifier nor suffix. Case is ignored: IAM stores
 * policies that spell an operator in another case, and there is only one way to mean them.
 */
export function readOperator(name: string): Operator | null {
  const [, qualifier, bare = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(name) ?? [];
  const operator = OPERATORS.get(bare.toLowerCase());
  if (operator === undefined) return null;
  if (operator.family === 'null' && (qualifier !== undefined || suffix !== undefined)) return null;
  const set =
    qualifier === undefined ? null : qualifier.toLowerCase() === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
  return { ...operator, set, ifExists: suffix !== undefined };
}
