/** The words of a refusal. Source: IAM user guide, "Troubleshoot access denied error messages". */
import type { StoredPolicy } from '../state/policies-of.ts';

export type Layer =
  | 'service control policy'
  | 'identity-based policy'
  | 'permissions boundary'
  | 'resource-based policy';

export type Refusal =
  | { readonly effect: 'implicit'; readonly layer: Layer }
  /** `policy` is null where it has no name of its own: a resource-based one. */
  | { readonly effect: 'explicit'; readonly layer: Layer; readonly policy: StoredPolicy | null };

interface Refused {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly refusal: Refusal;
}

const article = (layer: Layer): string => (layer === 'identity-based policy' ? 'an' : 'a');

/** AWS names a policy by its ARN since January 2026; an inline policy has none. */
function reason(action: string, refusal: Refusal): string {
  if (refusal.effect === 'implicit') return `because no ${refusal.layer} allows the ${action} action`;
  const arn = refusal.policy?.source.arn ?? null;
  return `with an explicit deny in ${article(refusal.layer)} ${refusal.layer}${arn === null ? '' : `: ${arn}`}`;
}

export const denialWords = ({ principalArn, action, resource, refusal }: Refused): string =>
  `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${reason(action, refusal)}`;
