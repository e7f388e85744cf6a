/** The ARNs that IAM's operations are checked against. */
import type { Need } from '../authorization/authorize.ts';
import type { HolderKind } from '../state/holders.ts';
import type { LocalState } from '../state/state.ts';

/** A name that does not exist is taken to have no path. */
function holderArn(state: LocalState, kind: HolderKind, name: string): string {
  const known = { user: state.users, group: state.groups, role: state.roles }[kind];
  return known.get(name)?.arn ?? `arn:${state.partition}:iam::${state.accountId}:${kind}/${name}`;
}

export const holderNeed = (state: LocalState, action: string, kind: HolderKind, name: string): Need[] => [
  { action: `iam:${action}`, resource: holderArn(state, kind, name) },
];

/** For lists, which have no resource. Source: Service Authorization Reference, "IAM". */
export const accountNeed = (action: string): Need[] => [{ action: `iam:${action}`, resource: '*' }];
