/** Conditions, one by one. Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators". */
import { asRegExp, partsOf, type ReadVariable, wholly } from './reference-patterns.ts';

/** Values of the request by condition key. No values: the key is absent. */
export type Context = Readonly<Record<string, readonly string[]>>;

type Test = (wanted: string, actual: string, variables: ReadVariable | null) => boolean;

const text =
  (wild: boolean, flags: string): Test =>
  (wanted, actual, variables) => {
    const source = asRegExp(wanted, { any: wild ? '.*' : null, one: wild ? '.' : null, variables });
    return source !== null && wholly(source, `s${flags}u`).test(actual);
  };

/** "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character match wildcards." */
const arn: Test = (wanted, actual, variables) => {
  const have = partsOf(actual);
  if (have.length < 6 || have[0] !== 'arn') return false;
  const parts = partsOf(wanted);
  return parts.every((part, at) => {
    const source = asRegExp(part, { any: '.*', one: '.', variables });
    return source !== null && wholly(source).test(have[at] ?? '');
  });
};

const isNumber = (word: string): boolean => /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(word);
const isMoment = (word: string): boolean => !Number.isNaN(moment(word));
const moment = (word: string): number =>
  /^\d{4}(-\d\d){0,2}$|^\d{4}-\d\d-\d\dT/.test(word) ? Date.parse(word) : isNumber(word) ? Number(word) * 1000 : NaN;

const compared =
  (
    holds: (actual: number, limit: number) => boolean,
    is: (word: string) => boolean,
    value: (word: string) => number,
  ): Test =>
  (wanted, actual) =>
    is(wanted) && is(actual) && holds(value(actual), value(wanted));

const truth: Test = (wanted, actual, variables) =>
  /^(true|false)$/i.test(actual) && text(false, 'i')(wanted, actual, variables);

/** Bits of an IPv4 address in dotted form; null: something else. IPv6 is not generated. */
function bitsOf(address: string): string | null {
  const octets = address.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256)) return null;
  return octets.map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
}

const within: Test = (wanted, actual) => {
  const [base = '', length = '32'] = wanted.split('/');
  const [network, host] = [bitsOf(base), bitsOf(actual)];
  return network !== null && host !== null && network.slice(0, Number(length)) === host.slice(0, Number(length));
};

const orders: Readonly<Record<string, (actual: number, limit: number) => boolean>> = {
  Equals: (actual, limit) => actual === limit,
  LessThan: (actual, limit) => actual < limit,
  LessThanEquals: (actual, limit) => actual <= limit,
  GreaterThan: (actual, limit) => actual > limit,
  GreaterThanEquals: (actual, limit) => actual >= limit,
};

const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['StringEquals', text(false, '')],
  ['StringEqualsIgnoreCase', text(false, 'i')],
  ['StringLike', text(true, '')],
  ['Bool', truth],
  ['IpAddress', within],
  ['ArnEquals', arn],
  ['ArnLike', arn],
  ...Object.entries(orders).flatMap(([name, holds]): [string, Test][] => [
    [`Numeric${name}`, compared(holds, isNumber, Number)],
    [`Date${name}`, compared(holds, isMoment, moment)],
  ]),
]);

const plainName = (name: string): string => name.replace(/^NotIp/, 'Ip').replace(/^(String|Arn|Numeric|Date)Not/, '$1');

function holds(operator: string, wanted: readonly string[], actual: readonly string[], variables: ReadVariable | null) {
  const [, set, name = '', lenient] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return wanted.some((value) => (value === 'true') === (actual.length === 0));
  const isNegated = plainName(name) !== name;
  const test = tests.get(plainName(name));
  if (test === undefined) throw new Error(`${operator} is not generated`);
  if (actual.length === 0) return lenient !== undefined || (set === undefined ? isNegated : set === 'ForAllValues');
  const one = (value: string) => wanted.some((pattern) => test(pattern, value, variables)) !== isNegated;
  if (set === undefined) return isNegated ? actual.every(one) : actual.some(one);
  // An empty value is, to the set operators, none at all.
  if (actual.every((value) => value === '')) return set === 'ForAllValues';
  return set === 'ForAllValues' ? actual.every(one) : actual.some(one);
}

export function conditionsHold(
  condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>,
  context: Context,
  variables: ReadVariable | null,
): boolean {
  const valuesOf = (key: string) =>
    Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ?? [];
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, typeof wanted === 'string' ? [wanted] : wanted, valuesOf(key), variables),
    ),
  );
}
