/** Users, groups and roles by name, with AWS's own words for one that is not there. */
import { AwsError, noSuchEntity } from '../aws-error.ts';
import type { LocalGroup, LocalRole, LocalState, LocalUser } from './state.ts';

export type HolderKind = 'user' | 'group' | 'role';
export type LocalHolder = LocalUser | LocalGroup | LocalRole;

function found<T>(value: T | undefined, kind: HolderKind, name: string): T {
  if (value === undefined) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  return value;
}

export const userNamed = ({ users }: LocalState, name: string): LocalUser => found(users.get(name), 'user', name);
export const groupNamed = ({ groups }: LocalState, name: string): LocalGroup => found(groups.get(name), 'group', name);
export const roleNamed = ({ roles }: LocalState, name: string): LocalRole => found(roles.get(name), 'role', name);

export function holderNamed(state: LocalState, kind: HolderKind, name: string): LocalHolder {
  switch (kind) {
    case 'user':
      return userNamed(state, name);
    case 'group':
      return groupNamed(state, name);
    case 'role':
      return roleNamed(state, name);
    default:
      return kind satisfies never;
  }
}

export const membersOf = ({ users }: LocalState, groupName: string): LocalUser[] =>
  [...users.values()].filter(({ groups }) => groups.includes(groupName));

/** In the order of the user's list; a group that was taken away while running is left out. */
export const groupsOf = ({ groups }: LocalState, user: LocalUser): LocalGroup[] =>
  user.groups.flatMap((name) => groups.get(name) ?? []);

/** Roles that only AWS may change. Source: IAM user guide, "Service-linked roles"; IAM Identity Center, "Reserved roles". */
export function refuseProtectedRole({ name, path }: LocalRole): void {
  if (!path.startsWith('/aws-reserved/') && !path.startsWith('/aws-service-role/')) return;
  throw new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}
