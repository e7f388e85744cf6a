/** Where the grant belongs: the group that already gives the service, else the user; for a session, its role. */

import type { Group, Principal } from '../account/evidence.ts';
import { coversAction } from '../policy/pattern.ts';
import type { Holder, SourcedPolicy } from '../policy/sourced-policy.ts';
import { isOfService } from '../risk/resource-reach.ts';
import { isOfIdentityCenter, permissionSetOf } from './advice.ts';

export type Target =
  | { readonly kind: 'target'; readonly target: Holder; readonly why: string; readonly gains: readonly string[] }
  /** Only its permission set can change the role. */
  | { readonly kind: 'permission-set'; readonly permissionSet: string; readonly why: string }
  | { readonly kind: 'none'; readonly why: string };

/** Some Allow of this policy gives the action on something of its service, whatever its conditions. */
function allowsAction(policy: SourcedPolicy, action: string): boolean {
  const service = action.split(':')[0] ?? '';
  return policy.document.statements.some(
    ({ effect, actions, resources }) =>
      effect === 'Allow' &&
      resources !== null &&
      actions.patterns.some((pattern) => coversAction(pattern, action)) !== actions.not &&
      (resources.not || resources.patterns.some((pattern) => isOfService(pattern, service))),
  );
}

const policiesOf = (principal: Principal, group: Group): readonly SourcedPolicy[] =>
  principal.policies.filter(
    ({ source }) => source.attachedTo.kind === 'group' && source.attachedTo.name === group.name,
  );

/** Fewest members first, then by name, so that the same account always gives the same answer. */
function narrowest(groups: readonly Group[]): Group | null {
  const sorted = [...groups].sort((a, b) => a.members.length - b.members.length || (a.name < b.name ? -1 : 1));
  return sorted[0] ?? null;
}

function userTarget(principal: Principal, action: string | null): Target {
  const giving =
    action === null
      ? []
      : principal.groups.filter((g) => policiesOf(principal, g).some((p) => allowsAction(p, action)));
  const near = principal.groups.filter((g) => policiesOf(principal, g).some((p) => allowsAction(p, 'iam:PassRole')));
  const group = narrowest(giving) ?? narrowest(near);
  if (group === null) {
    return {
      kind: 'target',
      target: { kind: 'user', name: principal.name },
      why: 'No group of the user gives access to the service, so the grant would go to the user alone. A group would be better.',
      gains: [principal.name],
    };
  }
  const why = giving.includes(group)
    ? `${group.name} already gives its members ${action}.`
    : `${group.name} already gives its members PassRole on other roles.`;
  return { kind: 'target', target: { kind: 'group', name: group.name }, why, gains: group.members };
}

function roleTarget(principal: Principal): Target {
  if (isOfIdentityCenter(principal)) {
    const permissionSet = permissionSetOf(principal.name);
    const why = `${principal.name} belongs to IAM Identity Center: it can only be changed through its permission set${permissionSet === null ? '' : ` ${permissionSet}`}, in the management account.`;
    return permissionSet === null ? { kind: 'none', why } : { kind: 'permission-set', permissionSet, why };
  }
  if (principal.path.startsWith('/aws-service-role/')) {
    return { kind: 'none', why: `${principal.name} is a service-linked role: its permissions cannot be changed.` };
  }
  return {
    kind: 'target',
    target: { kind: 'role', name: principal.name },
    why: `The call was made by a session of the role ${principal.name}; a role cannot be in a group.`,
    gains: [principal.name],
  };
}

/** `action`: the denied call in IAM's terms (`glue:UpdateJob`); null when it is not known. */
export function chooseTarget(principal: Principal, action: string | null): Target {
  switch (principal.kind) {
    case 'user':
      return userTarget(principal, action);
    case 'role':
      return roleTarget(principal);
    default:
      return principal.kind satisfies never;
  }
}
