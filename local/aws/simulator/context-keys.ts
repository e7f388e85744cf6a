/** Which condition keys policies speak of, in conditions and in variables, and which of them AWS's simulator fills in by itself. */

import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import type { PolicyDocument } from '../../../lambda/core/policy/document.ts';
import { variablesIn } from '../../../lambda/core/policy/pattern.ts';
import type { SourcedPolicy } from '../../../lambda/core/policy/sourced-policy.ts';
import type { LocalState } from '../state/state.ts';

function keysOf({ version, statements }: PolicyDocument): string[] {
  return statements.flatMap(({ conditions, resources }) => {
    const inConditions = conditions.map(({ key }) => key);
    const texts = [...(resources?.patterns ?? []), ...conditions.flatMap(({ values }) => values)];
    return [...inConditions, ...(version === '2012-10-17' ? texts.flatMap(variablesIn) : [])];
  });
}

/** Each key once, as first written; keys compare without case. */
export function contextKeys(policies: readonly SourcedPolicy[]): string[] {
  const keys = policies.flatMap(({ document }) => keysOf(document));
  return [...new Map(keys.toReversed().map((key) => [key.toLowerCase(), key])).values()].toReversed();
}

/** A few Principal and organization keys; everything else must be supplied. AWS publishes no list [?]. */
export function filledIn({ accountId, organization }: LocalState): ContextEntry[] {
  const entry = (key: string, value: string): ContextEntry => ({ key, type: 'string', values: [value] });
  return [
    entry('aws:PrincipalAccount', accountId),
    entry('aws:PrincipalIsAWSService', 'false'),
    ...(organization === null ? [] : [entry('aws:PrincipalOrgID', organization.id)]),
  ];
}

/** Keys of all statements, of unrelated ones too, as AWS reports them. */
export function missingKeys(policies: readonly SourcedPolicy[], context: readonly ContextEntry[]): string[] {
  const known = new Set(context.map(({ key }) => key.toLowerCase()));
  return contextKeys(policies).filter((key) => !known.has(key.toLowerCase()));
}
