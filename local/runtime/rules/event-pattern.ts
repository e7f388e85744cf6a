/**
 * EventBridge's pattern language, as far as rules and pipe filters here use it: exact values, prefix, suffix, wildcard, anything-but, exists,
 * equals-ignore-case, `$or`. An operator that is not known throws: a pattern must not match by accident.
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */
import { type Fields, isFields } from '../../../lambda/core/denial/json-fields.ts';

/** `*` stands for any run of characters. Two pointers, so that many stars cost no more than text length times pattern length. */
function matchesWildcard(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      mark = t;
      p += 1;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      t = mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

const unknown = (operator: string): Error =>
  new Error(`The event pattern uses "${operator}", which the local runtime does not know.`);

/** A text to begin or end with, or `{"equals-ignore-case": text}`. */
function matchesEdge(operator: 'prefix' | 'suffix', operand: unknown, text: string | null): boolean {
  const ignoringCase = isFields(operand) ? operand['equals-ignore-case'] : undefined;
  const edge = ignoringCase ?? operand;
  if (typeof edge !== 'string') throw unknown(`${operator}: ${JSON.stringify(operand)}`);
  if (text === null) return false;
  const [whole, part] = ignoringCase === undefined ? [text, edge] : [text.toLowerCase(), edge.toLowerCase()];
  return operator === 'prefix' ? whole.startsWith(part) : whole.endsWith(part);
}

function matchesOperator(operator: string, operand: unknown, value: unknown): boolean {
  const text = typeof value === 'string' ? value : null;
  switch (operator) {
    case 'exists':
      return (value !== undefined) === operand;
    case 'prefix':
    case 'suffix':
      return matchesEdge(operator, operand, text);
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(operand).toLowerCase();
    case 'wildcard':
      return text !== null && matchesWildcard(String(operand), text);
    case 'anything-but':
      return (
        value !== undefined && !(Array.isArray(operand) ? operand : [operand]).some((item) => matchesItem(item, value))
      );
    default:
      throw unknown(operator);
  }
}

function matchesItem(item: unknown, value: unknown): boolean {
  if (!isFields(item)) return item === value;
  return Object.entries(item).every(([operator, operand]) => matchesOperator(operator, operand, value));
}

function matchesField(wanted: unknown, value: unknown): boolean {
  if (Array.isArray(wanted)) {
    const values = Array.isArray(value) ? value : [value];
    return values.some((one) => wanted.some((item) => matchesItem(item, one)));
  }
  return isFields(wanted) && matchesPattern(wanted, isFields(value) ? value : {});
}

export function matchesPattern(pattern: Fields, event: Fields): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or')
      return Array.isArray(wanted) && wanted.some((branch) => isFields(branch) && matchesPattern(branch, event));
    return matchesField(wanted, Object.hasOwn(event, name) ? event[name] : undefined);
  });
}
