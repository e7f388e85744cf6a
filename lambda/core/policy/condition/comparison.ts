/** What one condition operator compares and how, without its qualifier and suffix: what the files of the operators share. */
import { type Glyph, matchesPattern, type Pattern, readPattern, type Variables } from '../pattern.ts';
import { isPlain, matchesStars } from '../plain-pattern.ts';

/** Does one value of the request satisfy one value of the policy, negation left aside? */
export type Comparison = (policyValue: string, actual: string, variables: Variables) => boolean;
export type Family = 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn';

/** `variables`: the guide says per operator whether policy variables are replaced in its values. */
export interface BareOperator {
  readonly family: Family | 'null';
  readonly negated: boolean;
  readonly compare: Comparison;
  readonly variables: boolean;
  readonly wildcards: boolean;
}

/** By name, as the guide spells it. */
export type Operators = readonly (readonly [string, BareOperator])[];

const lowerGlyph = (glyph: Glyph): Glyph =>
  glyph.kind === 'literal' ? { kind: 'literal', character: glyph.character.toLowerCase() } : glyph;
const lower = (text: string): string => Array.from(text, (character) => character.toLowerCase()).join('');

export const ignoringCase = (pattern: Pattern, text: string): boolean =>
  matchesPattern(pattern.map(lowerGlyph), lower(text));

export function patternOperator(
  negated: boolean,
  wildcards: boolean,
  family: 'string' | 'arn' | 'bool',
  matches: (p: Pattern, t: string) => boolean,
): BareOperator {
  const compare: Comparison = (policyValue, actual, variables) => {
    if (matches === matchesPattern && isPlain(policyValue))
      return wildcards ? matchesStars(policyValue, actual) : policyValue === actual;
    const pattern = readPattern(policyValue, wildcards, variables);
    return pattern !== null && matches(pattern, actual);
  };
  return { family, negated, compare, variables: true, wildcards };
}

export const plainOperator = (family: BareOperator['family'], compare: Comparison, negated = false): BareOperator => ({
  family,
  negated,
  compare,
  variables: false,
  wildcards: false,
});

function comparing(
  family: 'numeric' | 'date',
  read: (text: string) => number | null,
  holds: (actual: number, limit: number) => boolean,
  negated = false,
): BareOperator {
  const compare: Comparison = (policyValue, actual) => {
    const [limit, value] = [read(policyValue), read(actual)];
    return limit !== null && value !== null && holds(value, limit);
  };
  return plainOperator(family, compare, negated);
}

export const orderings = (
  prefix: 'Numeric' | 'Date',
  family: 'numeric' | 'date',
  read: (text: string) => number | null,
): Operators => [
  [`${prefix}Equals`, comparing(family, read, (a, b) => a === b)],
  [`${prefix}NotEquals`, comparing(family, read, (a, b) => a === b, true)],
  [`${prefix}LessThan`, comparing(family, read, (a, b) => a < b)],
  [`${prefix}LessThanEquals`, comparing(family, read, (a, b) => a <= b)],
  [`${prefix}GreaterThan`, comparing(family, read, (a, b) => a > b)],
  [`${prefix}GreaterThanEquals`, comparing(family, read, (a, b) => a >= b)],
];
