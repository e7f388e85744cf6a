/** Weighs whether the role trusts the service: for certain, not at all, or under conditions that only the service could tell of. */
import { parseRoleArn } from './arn.ts';
import type { Denial } from './denial.ts';
import type { Question } from './diagnosis.ts';
import { type ServiceTrust, trustsService } from './policy.ts';
import type { Condition } from './policy-document.ts';

export const trustOf = ({ role, roleArn, service }: Question): ServiceTrust =>
  trustsService(role.trust, service, parseRoleArn(roleArn)?.account ?? null);

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
