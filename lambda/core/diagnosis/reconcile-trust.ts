/** Whether the role trusts the service: for certain, not at all, or under conditions that only the service could know. */

import type { Denial } from '../denial/denial.ts';
import type { Question } from '../explanation/question.ts';
import { parseRoleArn } from '../iam/arn.ts';
import { assumingActions } from '../iam/passed-to-service-table.ts';
import type { Condition, PolicyDocument } from '../policy/document.ts';
import { type ServiceTrust, trustsService } from '../policy/evaluate.ts';

/** Of a service that does more than assume a role, by the first of its actions with which the role does not trust it. */
export function wholeTrust(
  trust: PolicyDocument,
  service: string,
  account: string | null,
  time: string | null,
): ServiceTrust {
  const [first, ...more] = assumingActions(service).map((action) =>
    trustsService(trust, service, account, action, time),
  );
  if (first === undefined) throw new Error(`The service table has no action by which ${service} assumes a role.`);
  const missing = [first, ...more].find(({ trusts }) => !trusts);
  if (missing !== undefined || more.length === 0) return missing ?? first;
  const unique = <T>(of: (trust: ServiceTrust) => readonly T[]): readonly T[] => [
    ...new Map([first, ...more].flatMap(of).map((one) => [JSON.stringify(one), one])).values(),
  ];
  return { ...first, conditions: unique((of) => of.conditions), deniedUnder: unique((of) => of.deniedUnder) };
}

export function trustOf({ role, roleArn, service, replay }: Question): ServiceTrust {
  const [time = null] = replay.entries.find(({ key }) => key === 'aws:CurrentTime')?.values ?? [];
  return wholeTrust(role.trust, service, parseRoleArn(roleArn)?.account ?? null, time);
}

/** A stated Deny, or a layer that is stated, comes before the trust: no change of the trust policy would lift it. */
export const trustMayBeTheReason = ({ effect, policyType }: Denial): boolean =>
  policyType === 'role-trust' || (effect !== 'explicit' && (policyType === null || policyType === 'identity'));

/** What the trust of the role hangs on: a grant would not mend that. */
export function openTrust(
  { role, service }: Question,
  { conditions, deniedUnder }: Pick<ServiceTrust, 'conditions' | 'deniedUnder'>,
): readonly string[] {
  const words = (some: readonly Condition[]): string =>
    some.map(({ key, operator, values }) => `${key} ${operator} ${values.join(' or ')}`).join(' and ');
  const unknown = 'what the service sends is not known';
  return [
    ...(conditions.length === 0 ? [] : [`${role.name} trusts ${service} only if ${words(conditions)}; ${unknown}.`]),
    ...deniedUnder.map((some) => `${role.name} keeps ${service} out if ${words(some)}; ${unknown}.`),
  ];
}
