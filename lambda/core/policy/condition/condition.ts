/** One condition of a statement against the values of a request. Source: IAM user guide, "IAM JSON policy elements: Condition operators". */

import type { ContextEntry } from '../context-entry.ts';
import type { Condition, PolicyDocument } from '../document.ts';
import type { Variables, VariableValue } from '../pattern.ts';
import { type Operator, readOperator } from './operator.ts';

/** The request's values by condition key in lower case. No values: the key is known to be absent. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** Keys compare without case; of a key given twice the last counts. */
export function requestContext(entries: readonly ContextEntry[]): RequestContext {
  return new Map(entries.map((entry) => [entry.key.toLowerCase(), entry.values]));
}

/** `unlisted` says what a key stands for that the request does not list. */
export function variablesOf(
  version: PolicyDocument['version'],
  context: RequestContext,
  unlisted: VariableValue = { kind: 'unset' },
): Variables {
  if (version !== '2012-10-17') return null;
  return (key) => {
    const values = context.get(key.toLowerCase());
    if (values === undefined) return unlisted;
    const [text, ...more] = values;
    // Only single-valued keys work as variables ("Single-valued vs. multivalued context keys").
    return text === undefined || more.length > 0 ? { kind: 'unset' } : { kind: 'text', text };
  };
}

/** A statement is looked at many times in a diagnosis, and its operators stay what they are. */
const read = new WeakMap<Condition, Operator | null>();

/** Throws for an operator that no parsed document can hold. */
export function operatorOf(condition: Condition): Operator {
  const operator = read.get(condition) ?? readOperator(condition.operator);
  read.set(condition, operator);
  if (operator === null) {
    throw new Error(
      `Unknown condition operator "${condition.operator}": read the document with parsePolicyDocument first.`,
    );
  }
  return operator;
}

function holdsWithoutKey({ set, ifExists, negated }: Operator): boolean {
  if (ifExists) return true;
  if (set !== null) return set === 'ForAllValues';
  return negated;
}

/**
 * Several policy values are OR, and NOR under a negated operator. Several request values without ForAllValues/ForAnyValue: AWS only says
 * not to do that; here one match is enough, and a negated operator holds when there is none.
 */
export function conditionHolds(condition: Condition, actual: readonly string[] | null, variables: Variables): boolean {
  const operator = operatorOf(condition);
  const present = actual !== null && actual.length > 0;
  if (operator.family === 'null') return condition.values.some((value) => value.toLowerCase() === String(!present));
  if (!present) return holdsWithoutKey(operator);
  const matches = (text: string) => condition.values.some((value) => operator.compare(value, text, variables));
  if (operator.set === null) return actual.some(matches) !== operator.negated;
  // "If the context key value resolves to a null dataset, such as an empty string" it counts as without values.
  if (actual.every((text) => text === '')) return operator.set === 'ForAllValues';
  const satisfies = (text: string) => matches(text) !== operator.negated;
  return operator.set === 'ForAllValues' ? actual.every(satisfies) : actual.some(satisfies);
}
