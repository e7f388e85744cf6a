/**
 * What would make a matched Deny stop matching, in the hands of the person who was denied: sign in with MFA, come from an allowed network,
 * use an allowed region. One condition that fails is enough, as the conditions of a statement must all hold.
 */
import type { ContextEntry } from './evidence.ts';
import type { ConditionMatch, StatementMatch } from './policy.ts';
import type { Lift } from './verdict.ts';

export interface PlannedLift extends Lift {
  /** The key as the lifted request would carry it, for the second simulation. */
  readonly entry: ContextEntry;
}

const or = (values: readonly string[]): string =>
  values.length < 2 ? (values[0] ?? '') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;

const baseOf = (operator: string): string =>
  operator
    .toLowerCase()
    .replace(/^(foranyvalue|forallvalues):/, '')
    .replace(/ifexists$/, '');

/** A value that the pattern matches: its wildcards spelt with one plain character. */
const example = (pattern: string): string => pattern.replace(/\*/g, '').replace(/\?/g, 'x');

function liftMfa(key: string, operator: string, values: readonly string[]): PlannedLift | null {
  if (key === 'aws:multifactorauthpresent') {
    const onAbsence = operator === 'null' && values.some((value) => value.toLowerCase() === 'true');
    const onFalse = operator === 'bool' && values.every((value) => value.toLowerCase() === 'false');
    if (!onAbsence && !onFalse) return null;
    const entry: ContextEntry = { key: 'aws:MultiFactorAuthPresent', type: 'boolean', values: ['true'] };
    return { key: entry.key, sentence: 'Sign in with MFA.', entry };
  }
  if (key === 'aws:multifactorauthage' && (operator.startsWith('numericgreaterthan') || operator === 'null')) {
    const entry: ContextEntry = { key: 'aws:MultiFactorAuthAge', type: 'numeric', values: ['0'] };
    const within = operator === 'null' ? '' : ` (not longer than ${or(values)} seconds ago)`;
    return { key: entry.key, sentence: `Sign in with MFA again${within}.`, entry };
  }
  return null;
}

function liftPlace(key: string, operator: string, values: readonly string[]): PlannedLift | null {
  const first = values[0];
  if (first === undefined || first.includes('$')) return null;
  const excludesOthers =
    operator === 'stringnotequals' || operator === 'stringnotlike' || operator === 'stringnotequalsignorecase';
  if (key === 'aws:sourceip' && operator === 'notipaddress') {
    const entry: ContextEntry = { key: 'aws:SourceIp', type: 'ip', values: [first.split('/')[0] ?? first] };
    return { key: entry.key, sentence: `Come from an allowed network: ${or(values)}.`, entry };
  }
  if (key === 'aws:requestedregion' && excludesOthers) {
    const entry: ContextEntry = { key: 'aws:RequestedRegion', type: 'string', values: [example(first)] };
    return { key: entry.key, sentence: `Work in an allowed region: ${or(values)}.`, entry };
  }
  if (key === 'aws:sourcevpce' && excludesOthers) {
    const entry: ContextEntry = { key: 'aws:SourceVpce', type: 'string', values: [example(first)] };
    return { key: entry.key, sentence: `Come through an allowed VPC endpoint: ${or(values)}.`, entry };
  }
  if (key === 'aws:sourcevpc' && excludesOthers) {
    const entry: ContextEntry = { key: 'aws:SourceVpc', type: 'string', values: [example(first)] };
    return { key: entry.key, sentence: `Come from an allowed VPC: ${or(values)}.`, entry };
  }
  return null;
}

function liftCondition({ condition }: ConditionMatch): PlannedLift | null {
  const key = condition.key.toLowerCase();
  const operator = baseOf(condition.operator);
  return liftMfa(key, operator, condition.values) ?? liftPlace(key, operator, condition.values);
}

/** Null: no condition of this Deny is in the requester's hands. */
export function planLift(deny: StatementMatch): PlannedLift | null {
  for (const condition of deny.conditions) {
    const lift = liftCondition(condition);
    if (lift !== null) return lift;
  }
  return null;
}
