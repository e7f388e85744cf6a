/**
 * May this caller do this? The one seam every check goes through. Source: IAM user guide, "Policy evaluation logic": a Deny anywhere wins,
 * then service control policies, identity-based policies and the permissions boundary must each allow.
 */

import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import type { PolicyDocument } from '../../../lambda/core/policy/document.ts';
import { type AccessRequest, type Evaluation, evaluate } from '../../../lambda/core/policy/evaluate.ts';
import type { Holder } from '../../../lambda/core/policy/sourced-policy.ts';
import { callerArn } from '../identity/caller.ts';
import type { Caller } from '../state/caller.ts';
import {
  boundaryPolicy,
  ownPolicies,
  type StoredPolicy,
  serviceControlPolicy,
  userPolicies,
} from '../state/policies-of.ts';
import type { LocalState } from '../state/state.ts';
import { denialWords, type Layer, type Refusal } from './denial-words.ts';
import { resourceRefusal } from './resource-policy.ts';

/** What an operation needs before it is done. */
export interface Need {
  /** `glue:UpdateJob`. */
  readonly action: string;
  /** An ARN; `*` for actions that have no resource. */
  readonly resource: string;
  /** Keys of this action alone, such as `iam:PassedToService`. */
  readonly context?: readonly ContextEntry[];
  /** The resource's own policy, if it has one. Its Denies count; an Allow of it gives nothing here. */
  readonly resourcePolicy?: PolicyDocument | null;
}

export type Authorization = { readonly allowed: true } | { readonly allowed: false; readonly words: string };

/** One kind of policy with all of its members; each kind that is there must allow. */
interface PolicyLayer {
  readonly layer: Layer;
  readonly policies: readonly StoredPolicy[];
}

const organizationLayer = ({ organization }: LocalState, holder: Holder): PolicyLayer[] =>
  organization === null
    ? []
    : [
        {
          layer: 'service control policy',
          policies: organization.serviceControlPolicies.map((policy) => serviceControlPolicy(policy, holder)),
        },
      ];

const boundaryLayer = (policy: StoredPolicy | null): PolicyLayer[] =>
  policy === null ? [] : [{ layer: 'permissions boundary', policies: [policy] }];

function layersOf(state: LocalState, caller: Exclude<Caller, { kind: 'administrator' }>): PolicyLayer[] {
  const holder: Holder = { kind: caller.kind, name: caller.name };
  const user = caller.kind === 'user' ? state.users.get(caller.name) : undefined;
  const role = caller.kind === 'role' ? state.roles.get(caller.name) : undefined;
  const identity =
    user !== undefined ? userPolicies(state, user) : role !== undefined ? ownPolicies(state, 'role', role) : [];
  const boundaryArn = user?.boundaryArn ?? role?.boundaryArn ?? null;
  return [
    ...organizationLayer(state, holder),
    { layer: 'identity-based policy', policies: identity },
    ...boundaryLayer(boundaryPolicy(state, holder, boundaryArn)),
  ];
}

/** Null: allowed. Which of several Denies AWS names is not documented; here the outermost layer's first. */
function refusalOf(layers: readonly PolicyLayer[], request: AccessRequest): Refusal | null {
  const evaluated: { readonly layer: Layer; readonly policies: readonly StoredPolicy[]; readonly found: Evaluation }[] =
    layers.map(({ layer, policies }) => ({ layer, policies, found: evaluate(policies, request) }));
  for (const { layer, policies, found } of evaluated) {
    const deny = found.denies[0]?.policy;
    const policy = policies.find((candidate) => candidate === deny);
    if (policy !== undefined) return { effect: 'explicit', layer, policy };
  }
  const silent = evaluated.find(({ found }) => found.allows.length === 0);
  return silent === undefined ? null : { effect: 'implicit', layer: silent.layer };
}

export function authorize(
  state: LocalState,
  caller: Caller,
  { action, resource, context = [], resourcePolicy = null }: Need,
  requestContext: readonly ContextEntry[],
): Authorization {
  const request = { action, resource, context: [...requestContext, ...context] };
  const refusal =
    resourceRefusal(state, caller, resourcePolicy, request) ??
    (caller.kind === 'administrator' ? null : refusalOf(layersOf(state, caller), request));
  if (refusal === null) return { allowed: true };
  return { allowed: false, words: denialWords({ principalArn: callerArn(state, caller), action, resource, refusal }) };
}
