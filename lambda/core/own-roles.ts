/** The remediator's own roles: never passed, never written to. Whoever held one could approve, or write, a grant of its choice. */
import { parseRoleArn, type RoleArn } from './arn.ts';
import type { Holder } from './sourced-policy.ts';

/** What the construct's roles carry, so that they are known without any setting: by another stack, another region, the command line. */
export const ownRoleTag = { key: 'passrole-remediator', value: 'own-role' } as const;

interface Tagged {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Those of the roles that carry the tag: its key in any case, as IAM tells keys apart without it. Whoever may tag a role only makes it one
 * that is refused; whoever may untag ours hides it from all that do not know its name.
 */
export const taggedOwn = (roles: readonly Tagged[]): readonly string[] =>
  roles
    .filter(({ tags }) =>
      Object.entries(tags).some(([key, value]) => key.toLowerCase() === ownRoleTag.key && value === ownRoleTag.value),
    )
    .map(({ name }) => name);

/** IAM tells role names apart without case. */
export const isOwnRole = (name: string, ownRoles: readonly string[]): boolean =>
  ownRoles.some((own) => own.toLowerCase() === name.toLowerCase());

/** One sentence; null: the role is none of ours. */
export function ownPassed(role: RoleArn, ownRoles: readonly string[]): string | null {
  const name = parseRoleArn(role)?.name ?? '';
  return isOwnRole(name, ownRoles)
    ? `The role ${name} counts as one of our own, by its name or its tag, and is never passed.`
    : null;
}

/** One sentence; null: the target is none of ours. */
export const ownTarget = ({ kind, name }: Holder, ownRoles: readonly string[]): string | null =>
  kind === 'role' && isOwnRole(name, ownRoles)
    ? `The role ${name} counts as one of our own, by its name or its tag, and is never written to.`
    : null;
