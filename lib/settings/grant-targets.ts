/** What apply may write to: from the words of the `grantTo` prop to IAM permissions and to what the functions read. */
import { Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { isIdentityCenterRole } from '../../lambda/core/case/approver.ts';
import { ownRolePath } from '../../lambda/core/iam/own-role-path.ts';
import { SettingError } from './setting-error.ts';

/** Each `name`, or `path/name` as in its ARN, where it has a path: `data/GlueAccess`. No wildcards. */
export interface GrantToProps {
  /** Groups: every member gains what is granted. */
  readonly groups?: readonly string[];
  /** Users, for those whose groups do not fit. */
  readonly users?: readonly string[];
  /** Roles, for sessions. */
  readonly roles?: readonly string[];
}

type Kind = keyof GrantToProps;

const kinds = ['groups', 'users', 'roles'] as const satisfies readonly Kind[];
const longest: Readonly<Record<Kind, number>> = { groups: 128, users: 64, roles: 64 };

export type GrantTargets = Readonly<Record<Kind, readonly string[]>>;

const refuse = (kind: Kind, value: string, cause: string, next: string): SettingError =>
  new SettingError(`grantTo.${kind}: '${value}' ${cause}. ${next}.`);

/** What stands before the name in an ARN. */
const tailsOfArns: ReadonlySet<string> = new Set(['group', 'user', 'role', 'assumed-role']);

const bareName = (entry: string): string => entry.split('/').at(-1) ?? '';

function check(kind: Kind, entry: string): void {
  if (entry.includes('*') || entry.includes('?')) {
    throw refuse(
      kind,
      entry,
      'has a wildcard',
      'Name each one: whoever may write to a group can make its members administrators',
    );
  }
  const [first] = entry.split('/');
  if (entry.includes('/') && tailsOfArns.has(first ?? '')) {
    throw refuse(kind, entry, 'is the end of an ARN', `Write it without '${first}/'`);
  }
  if (
    entry.includes(':') ||
    !/^(?:[\x21-\x2e\x30-\x7e]+\/)*[\w+=,.@-]+$/.test(entry) ||
    bareName(entry).length > longest[kind]
  ) {
    throw refuse(kind, entry, 'is not a name', "Write it like 'GlueAccess', or with its path like 'data/GlueAccess'");
  }
  if (kind !== 'roles') return;
  if (`/${entry}`.toLowerCase().startsWith(ownRolePath)) {
    throw refuse(kind, entry, 'is a role of a remediator, which is never written to', 'Leave it out');
  }
  if (entry.startsWith('aws-reserved/') || isIdentityCenterRole(bareName(entry))) {
    throw refuse(
      kind,
      entry,
      'belongs to Identity Center, which refuses any change',
      'Leave it out: its permission set has to be changed instead',
    );
  }
  if (entry.startsWith('aws-service-role/') || /^AWSServiceRoleFor/i.test(bareName(entry))) {
    throw refuse(kind, entry, 'is a service-linked role, which cannot be changed', 'Leave it out');
  }
}

/** @throws SettingError naming the entry that cannot be meant, why, and what to write. */
export function readGrantTo(grantTo: GrantToProps): GrantTargets {
  const targets = { groups: grantTo.groups ?? [], users: grantTo.users ?? [], roles: grantTo.roles ?? [] };
  if (kinds.every((kind) => targets[kind].length === 0)) {
    throw new SettingError(
      'grantTo: it names nothing, so nothing could be applied. Name groups, users or roles, or leave it out for advice only.',
    );
  }
  for (const kind of kinds) {
    for (const [at, entry] of targets[kind].entries()) {
      check(kind, entry);
      const same = targets[kind].findIndex((other) => other.toLowerCase() === entry.toLowerCase());
      // IAM tells names apart without case.
      if (same !== at) throw refuse(kind, entry, 'stands there twice', 'Remove one of them');
    }
  }
  return targets;
}

/** Without paths, as IAM's calls name them. A name is unique in its account whatever its path. */
export const bareTargets = (targets: GrantTargets): GrantTargets => ({
  groups: [...new Set(targets.groups.map(bareName))],
  users: [...new Set(targets.users.map(bareName))],
  roles: [...new Set(targets.roles.map(bareName))],
});

const writes = {
  groups: { sid: 'WriteToGroups', resource: 'group', actions: ['iam:DeleteGroupPolicy', 'iam:PutGroupPolicy'] },
  users: { sid: 'WriteToUsers', resource: 'user', actions: ['iam:DeleteUserPolicy', 'iam:PutUserPolicy'] },
  roles: { sid: 'WriteToRoles', resource: 'role', actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'] },
} as const;

/**
 * Inline policies of exactly these. IAM knows no condition for what is written (Service Authorization Reference), so apply itself has to
 * check each document. A policy of its own: the CDK moves parts of a large default policy into managed ones.
 */
export function grantWrites(fn: LambdaFunction, targets: GrantTargets): void {
  const stack = Stack.of(fn);
  const writing = new Policy(fn, 'Writes');
  if (fn.role) writing.attachToRole(fn.role);
  for (const kind of kinds) {
    const { sid, resource, actions } = writes[kind];
    const resources = targets[kind].map((resourceName) =>
      stack.formatArn({ service: 'iam', region: '', resource, resourceName }),
    );
    if (resources.length > 0) writing.addStatements(new PolicyStatement({ sid, actions: [...actions], resources }));
  }
}
