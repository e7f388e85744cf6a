/** The remediator's own roles: never passed, never written to. Whoever held one could approve, or write, a grant of its choice. */
import { parseRoleArn, type RoleArn } from '../iam/arn.ts';
import { isOnOwnPath } from '../iam/own-role-path.ts';
import type { Holder } from '../policy/sourced-policy.ts';

/** What the construct's roles carry, so that they are known without any setting: by another stack, another region, the command line. */
export const ownRoleTag = { key: 'passrole-remediator', value: 'own-role' } as const;

interface Marked {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

const carriesTag = ({ tags }: Marked): boolean =>
  Object.entries(tags).some(([key, value]) => key.toLowerCase() === ownRoleTag.key && value === ownRoleTag.value);

/**
 * Those of the roles that carry the tag, its key in any case, as IAM tells keys apart without it; and those that stand under our path. Whoever
 * may tag or make a role only makes it one that is refused; whoever may untag ours hides it from nobody who sees its path.
 */
export const markedOwn = (roles: readonly Marked[]): readonly string[] =>
  roles.filter((role) => carriesTag(role) || isOnOwnPath(role.arn)).map(({ name }) => name);

/** IAM tells role names apart without case. */
export const isOwnRole = (name: string, ownRoles: readonly string[]): boolean =>
  ownRoles.some((own) => own.toLowerCase() === name.toLowerCase());

/** One sentence; null: the role is none of ours. */
export function ownPassed(role: RoleArn, ownRoles: readonly string[]): string | null {
  const name = parseRoleArn(role)?.name ?? '';
  return isOnOwnPath(role) || isOwnRole(name, ownRoles)
    ? `The role ${name} counts as one of our own, by its name, its path or its tag, and is never passed.`
    : null;
}

/** One sentence; null: the target is none of ours. */
export const ownTarget = ({ kind, name }: Holder, ownRoles: readonly string[]): string | null =>
  kind === 'role' && isOwnRole(name, ownRoles)
    ? `The role ${name} counts as one of our own, by its name, its path or its tag, and is never written to.`
    : null;
