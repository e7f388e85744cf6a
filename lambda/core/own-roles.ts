/** The remediator's own roles: never passed, never written to. Whoever held one could approve, or write, a grant of its choice. */
import { parseRoleArn, type RoleArn } from './arn.ts';
import type { Holder } from './evidence.ts';

/** IAM tells role names apart without case. */
export const isOwnRole = (name: string, ownRoles: readonly string[]): boolean =>
  ownRoles.some((own) => own.toLowerCase() === name.toLowerCase());

/** One sentence; null: the role is none of ours. */
export function ownPassed(role: RoleArn, ownRoles: readonly string[]): string | null {
  const name = parseRoleArn(role)?.name ?? '';
  return isOwnRole(name, ownRoles) ? `The role ${name} is one of our own, which is never passed.` : null;
}

/** One sentence; null: the target is none of ours. */
export const ownTarget = ({ kind, name }: Holder, ownRoles: readonly string[]): string | null =>
  kind === 'role' && isOwnRole(name, ownRoles)
    ? `The role ${name} is one of our own, which is never written to.`
    : null;
