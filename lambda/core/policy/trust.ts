/** Reads a role's trust policy: may this service assume the role? */

import type { Condition, PolicyDocument, PrincipalElement, Statement } from './document.ts';
import { coversAction } from './pattern.ts';
import { type Assuming, trustOutcome } from './trust-condition.ts';

export interface ServiceTrust {
  /** Some Allow names the service and the action and may hold, and no Deny is sure to. */
  readonly trusts: boolean;
  /** All service principals that Allow statements name, in order, each once. */
  readonly services: readonly string[];
  /** A Deny names the service and the action, and is sure to apply. */
  readonly denied: boolean;
  /** What it is not known of whether the service meets it, on the allowing statement with the fewest of these. */
  readonly conditions: readonly Condition[];
  /** The same of each Deny that may apply. */
  readonly deniedUnder: readonly (readonly Condition[])[];
  /** Of each Allow that names the service itself, not as one of all, and cannot hold: why, in one clause: `it asks for sts:ExternalId, which ... does not send`. */
  readonly failing: readonly string[];
}

/** `*` and `{"AWS": "*"}` mean everyone. Source: IAM user guide, "AWS JSON policy elements: Principal", "All principals". */
function names(principals: PrincipalElement, service: string): boolean {
  return (principals.any || principals.services.includes(service)) !== principals.not;
}

function speaksOf(statement: Statement, service: string, action: string): boolean {
  const acts = statement.actions.patterns.some((pattern) => coversAction(pattern, action)) !== statement.actions.not;
  return acts && statement.principals !== null && names(statement.principals, service);
}

/** What is left open of a statement; `why`: it cannot apply, whatever the service sends. */
function outcomeOf({ conditions }: Statement, assuming: Assuming) {
  const each = conditions.map((condition) => ({ condition, outcome: trustOutcome(condition, assuming) }));
  const why = each.flatMap(({ outcome }) => (outcome.kind === 'fails' ? [outcome.why] : []))[0] ?? null;
  return { why, open: each.flatMap(({ condition, outcome }) => (outcome.kind === 'open' ? [condition] : [])) };
}

/**
 * `service` is exact, for example `glue.amazonaws.com`. `account` is the role's, `time` the denial's; null: conditions on it stay open. Whoever
 * is named by `*` under a condition for people does not trust the service.
 */
export function trustsService(
  trust: PolicyDocument,
  service: string,
  account: string | null = null,
  action = 'sts:AssumeRole',
  time: string | null = null,
): ServiceTrust {
  const assuming = { service, account, time };
  const speaking = trust.statements
    .filter((statement) => speaksOf(statement, service, action))
    .map((statement) => ({ statement, ...outcomeOf(statement, assuming) }));
  const isByName = ({ principals }: Statement): boolean => principals?.services.includes(service) === true;
  const allows = speaking.filter(({ statement }) => statement.effect === 'Allow');
  const [allow] = allows.filter(({ why }) => why === null).sort((one, other) => one.open.length - other.open.length);
  const denies = speaking.filter(({ statement, why }) => statement.effect === 'Deny' && why === null);
  const denied = denies.some(({ open }) => open.length === 0);
  const services = trust.statements.flatMap(({ effect, principals }) =>
    effect === 'Allow' && principals !== null && !principals.not ? principals.services : [],
  );
  return {
    trusts: allow !== undefined && !denied,
    services: [...new Set(services)],
    denied,
    conditions: allow?.open ?? [],
    deniedUnder: denies.filter(({ open }) => open.length > 0).map(({ open }) => open),
    failing: [...new Set(allows.flatMap((of) => (of.why === null || !isByName(of.statement) ? [] : [of.why])))],
  };
}
