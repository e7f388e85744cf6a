/**
 * What would make a matched Deny stop matching, in the hands of the person who was denied: sign in with MFA, come from an allowed network,
 * use an allowed region. One condition that fails is enough, as the conditions of a statement must all hold.
 */

import { conditionHolds, operatorOf } from '../policy/condition/condition.ts';
import type { Operator } from '../policy/condition/operator.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import type { Condition } from '../policy/document.ts';
import type { ConditionMatch, StatementMatch, StatementParts } from '../policy/evaluate.ts';
import { quotedAlternatives } from '../text/alternatives.ts';
import type { Lift } from './matched-deny.ts';

interface PlannedLift extends Lift {
  /** The key as the lifted request would carry it, for the second simulation. */
  readonly entry: ContextEntry;
}

const planned = (key: string, type: ContextEntry['type'], value: string, sentence: string): PlannedLift => ({
  key,
  sentence,
  entry: { key, type, values: [value] },
});

/** A value that the pattern matches: its wildcards spelt with one plain character. */
const example = (pattern: string): string => pattern.replace(/^\*+$/, 'x').replace(/\*/g, '').replace(/\?/g, 'x');

/** How a place that a Deny wants is named, by condition key in lower case, and what the key is of. */
const places: ReadonlyMap<string, { readonly key: string; readonly type: ContextEntry['type']; readonly say: string }> =
  new Map([
    ['aws:sourceip', { key: 'aws:SourceIp', type: 'ip', say: 'Come from an allowed network' }],
    ['aws:requestedregion', { key: 'aws:RequestedRegion', type: 'string', say: 'Work in an allowed region' }],
    ['aws:sourcevpce', { key: 'aws:SourceVpce', type: 'string', say: 'Come through an allowed VPC endpoint' }],
    ['aws:sourcevpc', { key: 'aws:SourceVpc', type: 'string', say: 'Come from an allowed VPC' }],
  ]);

/** Operators that list what is allowed: in a Deny the negated ones, in an Allow the plain ones. */
const listsAllowed = {
  Deny: /^(for(anyvalue|allvalues):)?(notipaddress|stringnot)/i,
  Allow: /^(for(anyvalue|allvalues):)?(ipaddress|string(equals|like))/i,
} as const;

/** Values to try, the likeliest first; whether one of them changes the outcome is seen by trying. */
function candidates({ operator, key, values }: ConditionMatch['condition'], effect: 'Allow' | 'Deny'): PlannedLift[] {
  const name = key.toLowerCase();
  if (name === 'aws:multifactorauthpresent') {
    return [planned('aws:MultiFactorAuthPresent', 'boolean', 'true', 'Sign in with MFA.')];
  }
  if (name === 'aws:multifactorauthage') {
    const within = /numeric/i.test(operator) ? ` (not longer than ${quotedAlternatives(values)} seconds ago)` : '';
    return [planned('aws:MultiFactorAuthAge', 'numeric', '0', `Sign in with MFA again${within}.`)];
  }
  if (name === 'aws:tokenissuetime' && effect === 'Deny' && /^dateless/i.test(operator)) {
    // What "Revoke active sessions" writes. A session of this very moment is what the statement says at the earliest.
    const sentence = `Sign in again, for a session that began after ${quotedAlternatives(values)}.`;
    return values.map((value) => planned('aws:TokenIssueTime', 'date', value, sentence));
  }
  const place = places.get(name);
  if (place === undefined || !listsAllowed[effect].test(operator)) return [];
  const stated = values.filter((value) => !value.includes('$'));
  const sentence = `${place.say}: ${quotedAlternatives(stated)}.`;
  return stated.map((value) =>
    planned(place.key, place.type, place.type === 'ip' ? (value.split('/')[0] ?? value) : example(value), sentence),
  );
}

const isSameKey = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const liftCondition = ({ condition }: ConditionMatch): PlannedLift | undefined =>
  candidates(condition, 'Deny').find(({ entry }) => !conditionHolds(condition, entry.values, null));

/**
 * What the requester would have to do for an Allow to apply that only missed by its conditions; null when one of them is not in the
 * requester's hands, or when the action or the resource missed as well.
 */
export function planMeeting(allow: StatementParts): readonly PlannedLift[] | null {
  if (!allow.action.matches || !allow.resource.matches) return null;
  const missed = allow.conditions.filter(({ matches }) => !matches);
  // One value for a key has to do for every condition on it.
  const steps = missed.map(({ condition: { key } }) => {
    const onKey = allow.conditions.map(({ condition }) => condition).filter((other) => isSameKey(other.key, key));
    const tried = onKey.flatMap((condition) => candidates(condition, 'Allow'));
    return tried.find(({ entry }) => onKey.every((condition) => conditionHolds(condition, entry.values, null)));
  });
  const planned = steps.filter((step): step is PlannedLift => step !== undefined);
  return missed.length > 0 && planned.length === missed.length ? planned : null;
}

/**
 * Null: no condition of this Deny is in the requester's hands. A key that the request is not known to have carried comes before one that is
 * known: where it is in doubt whether the Deny matched at all, that key is the doubt.
 */
export function planLift(deny: StatementMatch): PlannedLift | null {
  const inDoubt = new Set(deny.dependsOn.map((key) => key.toLowerCase()));
  const isInDoubt = ({ condition }: ConditionMatch): boolean => inDoubt.has(condition.key.toLowerCase());
  const ordered = [...deny.conditions.filter(isInDoubt), ...deny.conditions.filter((match) => !isInDoubt(match))];
  return ordered.map(liftCondition).find((lift) => lift !== undefined) ?? null;
}

const typeOf: Readonly<Record<Exclude<Operator['family'], 'binary'>, ContextEntry['type']>> = {
  string: 'string',
  arn: 'string',
  numeric: 'numeric',
  date: 'date',
  bool: 'boolean',
  ip: 'ip',
  null: 'string',
};

/** Values of the key's own type: those that the policy speaks of, and some that it hardly does. */
function guesses({ values }: Condition, family: Exclude<Operator['family'], 'binary'>): readonly string[] {
  const stated = values.filter((value) => !value.includes('$'));
  switch (family) {
    case 'string':
    case 'arn':
      return [...stated.map(example), 'x'];
    case 'null':
      return ['x'];
    case 'numeric':
      return [...stated, '0', '1000000000000'];
    case 'date':
      return [...stated, '1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
    case 'bool':
      return ['true', 'false'];
    case 'ip':
      return [...stated.map((range) => range.split('/')[0] ?? range), '192.0.2.1'];
    default:
      return family satisfies never;
  }
}

/**
 * A value that an unknown key may have had for the Deny not to match: for a simulation of what is underneath, where a message proves that it
 * did not match. Nothing that anybody could be asked to do. Null: it hangs on no unknown key of a condition, or no value would do.
 */
export function planDoubt({ conditions, dependsOn }: StatementMatch): ContextEntry | null {
  for (const { condition } of conditions) {
    const { family, set } = operatorOf(condition);
    if (family === 'binary' || !dependsOn.some((key) => isSameKey(key, condition.key))) continue;
    const value = guesses(condition, family).find((guess) => !conditionHolds(condition, [guess], null));
    const type = set !== null && typeOf[family] === 'string' ? 'stringList' : typeOf[family];
    if (value !== undefined) return { key: condition.key, type, values: [value] };
  }
  return null;
}

/**
 * The only value that an unknown key can have had if the Deny did not match: MFA under `BoolIfExists aws:MultiFactorAuthPresent false`. Null:
 * several would do, or the Deny hangs on something else as well.
 */
export function onlyLift({ conditions, dependsOn }: StatementMatch): ContextEntry | null {
  const [key, ...others] = dependsOn;
  const [only, ...more] = conditions.filter(({ condition }) => key !== undefined && isSameKey(condition.key, key));
  if (key === undefined || only === undefined || others.length > 0 || more.length > 0) return null;
  const { condition } = only;
  const { family, set } = operatorOf(condition);
  if (family !== 'bool' || set !== null || !conditionHolds(condition, null, null)) return null;
  const [value, ...rest] = ['true', 'false'].filter((text) => !conditionHolds(condition, [text], null));
  return value === undefined || rest.length > 0 ? null : { key, type: 'boolean', values: [value] };
}
