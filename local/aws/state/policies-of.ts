/** The policies that count for a user, a group or a role, in the form the core evaluates. */
import { policySize } from '../../../lambda/core/policy/parse.ts';
import type { Holder, PolicySource, SourcedPolicy } from '../../../lambda/core/policy/sourced-policy.ts';
import type { ManagedPolicy, ServiceControlPolicy, StoredDocument } from '../../account/account.ts';
import { groupsOf, type HolderKind, type LocalHolder } from './holders.ts';
import type { LocalState, LocalUser } from './state.ts';

/** With the text, for the positions that the simulator reports. */
export interface StoredPolicy extends SourcedPolicy {
  readonly text: string;
}

const sourced = ({ text, document }: StoredDocument, source: PolicySource): StoredPolicy => ({
  source,
  document,
  text,
  size: policySize(text),
});

function managedPolicy(policy: ManagedPolicy, attachedTo: Holder): StoredPolicy {
  const kind = policy.scope === 'AWS' ? 'aws-managed' : 'customer-managed';
  return sourced(policy, { kind, name: policy.name, arn: policy.arn, attachedTo });
}

/** Its own: attached and inline, without those of its groups. */
export function ownPolicies(state: LocalState, kind: HolderKind, holder: LocalHolder): StoredPolicy[] {
  const attachedTo: Holder = { kind, name: holder.name };
  const attached = holder.attached.flatMap((arn) => state.policies.get(arn) ?? []);
  return [
    ...attached.map((policy) => managedPolicy(policy, attachedTo)),
    ...[...holder.inline.values()].map((policy) =>
      sourced(policy, { kind: 'inline', name: policy.name, arn: null, attachedTo }),
    ),
  ];
}

export function userPolicies(state: LocalState, user: LocalUser): StoredPolicy[] {
  return [
    ...ownPolicies(state, 'user', user),
    ...groupsOf(state, user).flatMap((group) => ownPolicies(state, 'group', group)),
  ];
}

export function boundaryPolicy(state: LocalState, attachedTo: Holder, boundaryArn: string | null): StoredPolicy | null {
  const policy = boundaryArn === null ? undefined : state.policies.get(boundaryArn);
  return policy === undefined ? null : managedPolicy(policy, attachedTo);
}

/** Service control policies stand for the whole account; `attachedTo` is who is asked about. */
export const serviceControlPolicy = (policy: ServiceControlPolicy, attachedTo: Holder): StoredPolicy =>
  sourced(policy, { kind: 'customer-managed', name: policy.name, arn: policy.arn, attachedTo });
