/**
 * What a statement could still come to if keys that the request does not list had values. A part's outcomes are found by trying a value
 * that matches, where there is one, and a value that does not; so "decided" is certain, while "depends" may be said of two conditions that
 * contradict each other over one unlisted key.
 */
import { conditionHolds, operatorOf, type RequestContext, variablesOf } from './condition/condition.ts';
import type { Operator } from './condition/operator.ts';
import type { Condition, PolicyDocument } from './document.ts';
import { type Glyph, type Pattern, readPattern, type Variables, type VariableValue, variablesIn } from './pattern.ts';
import { coversResource } from './resource-pattern.ts';

interface Outcomes {
  readonly canMatch: boolean;
  readonly canMiss: boolean;
  /** The unlisted keys that take part, as written. */
  readonly keys: readonly string[];
}

/** A character that no policy and no request holds. */
const STRANGE = '\u{10FFFF}';
const UNLISTED: readonly VariableValue[] = [{ kind: 'unset' }, { kind: 'unknown' }, { kind: 'text', text: STRANGE }];

interface Asked {
  readonly version: PolicyDocument['version'];
  readonly context: RequestContext;
}

const unlistedIn = (keys: readonly string[], { version, context }: Asked): string[] =>
  version === '2012-10-17' ? keys.filter((key) => !context.has(key.toLowerCase())) : [];

const spelt = (glyph: Glyph): string => (glyph.kind === 'literal' ? glyph.character : 'x');

/** An ARN of six parts, as a pattern with fewer is completed. */
function speltArn(pattern: Pattern): string {
  const [, ...rest] = pattern.map(spelt).join('').split(':');
  return ['arn', ...rest, ...Array.from({ length: Math.max(0, 5 - rest.length) }, () => 'x')].join(':');
}

/**
 * A text that none of the patterns matches, if there is one: strange characters, which only a pattern of nothing but wildcards matches, in
 * the smallest number that none of those takes.
 */
function unlike(patterns: readonly string[]): string[] {
  const bare = patterns.filter((pattern) => /^[*?]*$/.test(pattern));
  const taken = new Set(bare.filter((pattern) => !pattern.includes('*')).map((pattern) => pattern.length));
  const open = bare.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.replaceAll('*', '').length);
  let length = 0;
  while (taken.has(length)) length++;
  return open.some((least) => least <= length) ? [] : [STRANGE.repeat(length)];
}

function samples(condition: Condition, operator: Operator, variables: Variables): readonly string[] {
  const { values } = condition;
  switch (operator.family) {
    case 'string':
    case 'arn': {
      const patterns = values.map((value) => readPattern(value, operator.wildcards, variables) ?? []);
      if (operator.family === 'arn') return [STRANGE, ...patterns.map(speltArn)];
      return [...unlike(values), STRANGE, ...patterns.map((pattern) => pattern.map(spelt).join(''))];
    }
    case 'numeric':
      return [STRANGE, ...values, '-1e300', '1e300'];
    case 'date':
      return [STRANGE, ...values, '-62135596800', '253402300799'];
    case 'bool':
      return [STRANGE, 'true', 'false'];
    case 'ip':
      return [STRANGE, ...values.map((range) => range.split('/')[0] ?? '')];
    case 'binary':
      return [STRANGE, ...values];
    case 'null':
      return [STRANGE];
    default:
      return operator.family satisfies never;
  }
}

/** Absent, and each sample alone. To the set operators the empty text is a case of its own, and so are several values. */
function assignments(condition: Condition, operator: Operator, variables: Variables): (readonly string[] | null)[] {
  const each = samples(condition, operator, variables);
  const alone = [null, ...each.map((sample) => [sample])];
  return operator.set === null ? alone : [...alone, [''], ['', ...each]];
}

export function conditionOutcomes(condition: Condition, asked: Asked): Outcomes {
  const operator = operatorOf(condition);
  const listed = asked.context.get(condition.key.toLowerCase());
  const inValues = operator.variables ? unlistedIn(condition.values.flatMap(variablesIn), asked) : [];
  const seen = new Set<boolean>();
  for (const unlisted of inValues.length === 0 ? UNLISTED.slice(0, 1) : UNLISTED) {
    const variables = variablesOf(asked.version, asked.context, unlisted);
    for (const actual of listed === undefined ? assignments(condition, operator, variables) : [listed]) {
      seen.add(conditionHolds(condition, actual, variables));
      if (seen.size === 2) break;
    }
  }
  const keys = [...(listed === undefined ? [condition.key] : []), ...inValues];
  return { canMatch: seen.has(true), canMiss: seen.has(false), keys };
}

/** Of a Resource (or, with `not`, NotResource) element. */
export function resourceOutcomes(patterns: readonly string[], not: boolean, resource: string, asked: Asked): Outcomes {
  const keys = unlistedIn(patterns.flatMap(variablesIn), asked);
  const results = (keys.length === 0 ? UNLISTED.slice(0, 1) : UNLISTED).map((unlisted) => {
    const variables = variablesOf(asked.version, asked.context, unlisted);
    return patterns.some((pattern) => coversResource(pattern, resource, variables)) !== not;
  });
  return { canMatch: results.includes(true), canMiss: results.includes(false), keys };
}
