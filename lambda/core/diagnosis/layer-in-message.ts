/** What the message itself says refused the call, as a sentence and, where nothing can be checked, as the verdict. */
import type { Denial, PolicyLayer } from '../denial/denial.ts';
import type { Verdict } from './verdict.ts';

const layerNames: Readonly<Record<PolicyLayer, string>> = {
  identity: 'an identity-based policy',
  'permissions-boundary': 'a permissions boundary',
  session: 'a session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
  resource: 'a resource-based policy',
  'vpc-endpoint': 'a VPC endpoint policy',
  'role-trust': 'a role trust policy',
};

/** The message as a source: `AWS's message says: an explicit deny in a service control policy (p-abc)`. */
export function reasonInMessage(denial: Denial): string | null {
  if (denial.effect === null && denial.policyType === null) return null;
  const layer = denial.policyType === null ? 'a policy' : layerNames[denial.policyType];
  const named = denial.policyArn === null ? '' : ` (${denial.policyArn})`;
  return denial.effect === 'explicit'
    ? `AWS's message says: an explicit deny in ${layer}${named}.`
    : `AWS's message says: ${layer.replace(/^an? /, 'no ')}${named} allows it.`;
}

/** The layers that only the message names, with what it says of them: no simulation sees a session or an endpoint policy, or an RCP. */
export function layerInMessage(denial: Denial): LayerInMessage | null {
  const { policyType, policyArn } = denial;
  const effect = denial.effect ?? 'implicit';
  switch (policyType) {
    case 'scp':
    case 'rcp':
      return { kind: 'organization-policy', layer: policyType, effect, policyId: policyArn };
    case 'session':
      return { kind: 'session-policy', effect, policyArn };
    case 'vpc-endpoint':
      return { kind: 'endpoint-policy', effect, policyArn, endpointId: denial.request.vpcEndpointId };
    case 'permissions-boundary':
    case 'identity':
    case 'resource':
    case 'role-trust':
    case null:
      return null;
    default:
      return policyType satisfies never;
  }
}

type Layered<Kind extends Verdict['kind']> = Omit<Extract<Verdict, { kind: Kind }>, 'said' | 'underneath'>;

export type LayerInMessage = Layered<'organization-policy'> | Layered<'session-policy'> | Layered<'endpoint-policy'>;

/**
 * The verdict where the principal's policies cannot be looked at or simulated, for the reason `why`: the layer that the message states, with
 * nothing known of what lies underneath. `unclear` where it states none.
 */
export function verdictOfMessage(denial: Denial, why: string): Verdict {
  const said = reasonInMessage(denial);
  const underneath = { kind: 'unknown' as const, why };
  const layer = layerInMessage(denial);
  if (said !== null && layer !== null) return { ...layer, said: [said], underneath };
  if (said === null || denial.policyType !== 'permissions-boundary') return { kind: 'unclear', reasons: [why] };
  const { effect, policyArn: boundaryArn } = denial;
  const parts = { boundaryArn, denies: [], misses: [] };
  return { kind: 'permissions-boundary', effect: effect ?? 'implicit', ...parts, said: [said], underneath };
}
