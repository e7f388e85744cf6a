/** What holds for every value that the unknown keys of a request could have had: found by trying them all. */
import { conditionKeys, valuesInRequests } from './any-policy.ts';
import type { Context } from './reference-conditions.ts';
import {
  type RawPolicy,
  type RawRequest,
  type RawStatement,
  referenceApplies,
  referenceDecision,
} from './reference-evaluator.ts';
import type { Layers } from './reference-simulator.ts';

/** Every way to fill in what the text speaks of and the request does not list: absent, and each value of these tests' world. */
function completions(text: string, context: Context): Context[] {
  const known = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const open = conditionKeys.filter(
    (key) => !known.has(key.toLowerCase()) && text.toLowerCase().includes(key.toLowerCase()),
  );
  return open.reduce<Context[]>(
    (all, key) => all.flatMap((one) => [one, ...valuesInRequests(key).map((value) => ({ ...one, [key]: [value] }))]),
    [context],
  );
}

const always = (text: string, request: RawRequest, holds: (request: RawRequest) => boolean): boolean =>
  completions(text, request.context).every((context) => holds({ ...request, context }));

const deniesOf = (policy: RawPolicy): RawStatement[] =>
  [policy.Statement].flat().filter(({ Effect }) => Effect === 'Deny');

/** Some Deny of the identity-based policies applies, whatever is unknown. */
export const isCertainlyDenied = ({ identity }: Layers, request: RawRequest): boolean =>
  identity.some((policy) =>
    deniesOf(policy).some((deny) =>
      always(JSON.stringify(deny), request, (filled) => referenceApplies(deny, policy, filled)),
    ),
  );

const neverAllows = (policy: RawPolicy, request: RawRequest): boolean =>
  always(JSON.stringify(policy), request, (filled) => referenceDecision([policy], filled) !== 'allowed');

/** The boundary or a service control policy stands in the way, whatever is unknown and whatever is granted. */
export const isCertainlyFenced = ({ boundary, organization }: Layers, request: RawRequest): boolean =>
  [...(boundary === null ? [] : [boundary]), ...(organization ?? [])].some((policy) => neverAllows(policy, request));
