/**
 * The condition operators, one row each. Source: IAM user guide, "IAM JSON policy elements: Condition operators".
 * `variables`: the guide says per operator whether policy variables are replaced in its values.
 */
import { readDate } from './policy-condition-date.ts';
import { isInRange } from './policy-condition-ip.ts';
import { type Glyph, matchesPattern, type Pattern, readPattern, type Variables } from './policy-match.ts';
import { matchesArn } from './policy-resource.ts';
import { isPlain, matchesStars } from './policy-text.ts';

/** Does one value of the request satisfy one value of the policy, negation left aside? */
export type Comparison = (policyValue: string, actual: string, variables: Variables) => boolean;
export type Family = 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn';

export interface Operator {
  readonly family: Family | 'null';
  readonly negated: boolean;
  readonly compare: Comparison;
  readonly variables: boolean;
  readonly wildcards: boolean;
  readonly set: 'ForAllValues' | 'ForAnyValue' | null;
  readonly ifExists: boolean;
}

type Row = Omit<Operator, 'set' | 'ifExists'>;

const lowerGlyph = (glyph: Glyph): Glyph =>
  glyph.kind === 'literal' ? { kind: 'literal', character: glyph.character.toLowerCase() } : glyph;
const lower = (text: string): string => Array.from(text, (character) => character.toLowerCase()).join('');

function patternRow(
  negated: boolean,
  wildcards: boolean,
  family: 'string' | 'arn',
  matches: (p: Pattern, t: string) => boolean,
): Row {
  const compare: Comparison = (policyValue, actual, variables) => {
    if (matches === matchesPattern && isPlain(policyValue))
      return wildcards ? matchesStars(policyValue, actual) : policyValue === actual;
    const pattern = readPattern(policyValue, wildcards, variables);
    return pattern !== null && matches(pattern, actual);
  };
  return { family, negated, compare, variables: true, wildcards };
}

const ignoringCase = (pattern: Pattern, text: string): boolean => matchesPattern(pattern.map(lowerGlyph), lower(text));

function comparing(
  family: 'numeric' | 'date',
  read: (text: string) => number | null,
  holds: (actual: number, limit: number) => boolean,
  negated = false,
): Row {
  const compare: Comparison = (policyValue, actual) => {
    const [limit, value] = [read(policyValue), read(actual)];
    return limit !== null && value !== null && holds(value, limit);
  };
  return { family, negated, compare, variables: false, wildcards: false };
}

/** Integer or decimal, as the guide says; an exponent is what a JSON number may become. */
function readNumber(text: string): number | null {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function orderings(prefix: 'Numeric' | 'Date'): [string, Row][] {
  const family = prefix === 'Numeric' ? 'numeric' : 'date';
  const read = prefix === 'Numeric' ? readNumber : readDate;
  return [
    [`${prefix}Equals`, comparing(family, read, (a, b) => a === b)],
    [`${prefix}NotEquals`, comparing(family, read, (a, b) => a === b, true)],
    [`${prefix}LessThan`, comparing(family, read, (a, b) => a < b)],
    [`${prefix}LessThanEquals`, comparing(family, read, (a, b) => a <= b)],
    [`${prefix}GreaterThan`, comparing(family, read, (a, b) => a > b)],
    [`${prefix}GreaterThanEquals`, comparing(family, read, (a, b) => a >= b)],
  ];
}

const TRUTH = /^(true|false)$/i;
const isSameTruth = (pattern: Pattern, text: string): boolean => TRUTH.test(text) && ignoringCase(pattern, text);

const plain = (family: Row['family'], compare: Comparison, negated = false): Row => ({
  family,
  negated,
  compare,
  variables: false,
  wildcards: false,
});

const ROWS: readonly (readonly [string, Row])[] = [
  ['StringEquals', patternRow(false, false, 'string', matchesPattern)],
  ['StringNotEquals', patternRow(true, false, 'string', matchesPattern)],
  ['StringEqualsIgnoreCase', patternRow(false, false, 'string', ignoringCase)],
  ['StringNotEqualsIgnoreCase', patternRow(true, false, 'string', ignoringCase)],
  ['StringLike', patternRow(false, true, 'string', matchesPattern)],
  ['StringNotLike', patternRow(true, true, 'string', matchesPattern)],
  ...orderings('Numeric'),
  ...orderings('Date'),
  ['Bool', { ...patternRow(false, false, 'string', isSameTruth), family: 'bool' }],
  ['BinaryEquals', plain('binary', (policyValue, actual) => policyValue === actual)],
  ['IpAddress', plain('ip', isInRange)],
  ['NotIpAddress', plain('ip', isInRange, true)],
  ['ArnEquals', patternRow(false, true, 'arn', matchesArn)],
  ['ArnLike', patternRow(false, true, 'arn', matchesArn)],
  ['ArnNotEquals', patternRow(true, true, 'arn', matchesArn)],
  ['ArnNotLike', patternRow(true, true, 'arn', matchesArn)],
  ['Null', plain('null', () => false)],
];

const OPERATORS: ReadonlyMap<string, Row> = new Map(ROWS.map(([name, row]) => [name.toLowerCase(), row]));

/**
 * Reads `ForAnyValue:StringLikeIfExists`. Null: no such operator; `Null` takes neither qualifier nor suffix. Case is ignored: IAM stores
 * policies that spell an operator in another case, and there is only one way to mean them.
 */
export function readOperator(name: string): Operator | null {
  const [, qualifier, bare = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(name) ?? [];
  const row = OPERATORS.get(bare.toLowerCase());
  if (row === undefined || (row.family === 'null' && (qualifier !== undefined || suffix !== undefined))) return null;
  const set =
    qualifier === undefined ? null : qualifier.toLowerCase() === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
  return { ...row, set, ifExists: suffix !== undefined };
}
