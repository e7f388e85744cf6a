/** Reads a role's trust policy: may this service assume the role? */

import type { Condition, PolicyDocument, PrincipalElement, Statement } from './policy-document.ts';
import { coversAction } from './policy-match.ts';

export interface ServiceTrust {
  /** Some Allow names the service and the action, and no unconditional Deny does. */
  readonly trusts: boolean;
  /** All service principals that Allow statements name, in order, each once. */
  readonly services: readonly string[];
  /** A Deny without conditions names the service and the action. */
  readonly denied: boolean;
  /** Conditions on the allowing statement, the least conditional one if there are several. Not evaluated: what the service will send is not known. */
  readonly conditions: readonly Condition[];
  /** Conditions of each Deny that would apply only under them. */
  readonly deniedUnder: readonly (readonly Condition[])[];
}

/** `*` and `{"AWS": "*"}` mean everyone. Source: IAM user guide, "AWS JSON policy elements: Principal", "All principals". */
function names(principals: PrincipalElement, service: string): boolean {
  return (principals.any || principals.services.includes(service)) !== principals.not;
}

function speaksOf(statement: Statement, service: string, action: string): boolean {
  const acts = statement.actions.patterns.some((pattern) => coversAction(pattern, action)) !== statement.actions.not;
  return acts && statement.principals !== null && names(statement.principals, service);
}

/** `servicePrincipal` is exact, for example `glue.amazonaws.com`. */
export function trustsService(
  trust: PolicyDocument,
  servicePrincipal: string,
  action = 'sts:AssumeRole',
): ServiceTrust {
  const speaking = trust.statements.filter((statement) => speaksOf(statement, servicePrincipal, action));
  const [allow] = speaking
    .filter((statement) => statement.effect === 'Allow')
    .sort((one, other) => one.conditions.length - other.conditions.length);
  const denies = speaking.filter((statement) => statement.effect === 'Deny');
  const denied = denies.some((statement) => statement.conditions.length === 0);
  const services = trust.statements.flatMap(({ effect, principals }) =>
    effect === 'Allow' && principals !== null && !principals.not ? principals.services : [],
  );
  return {
    trusts: allow !== undefined && !denied,
    services: [...new Set(services)],
    denied,
    conditions: allow?.conditions ?? [],
    deniedUnder: denies.filter((statement) => statement.conditions.length > 0).map((statement) => statement.conditions),
  };
}
