/** Short names for the people and things of a denial, as a reader would say them. */
import { parseRoleArn, pathAndName } from './arn.ts';
import type { Denial, Identity } from './denial.ts';

/** Null for a service that acts on its own behalf, and where the event leaves it out. */
export const identityArn = (identity: Identity | null): string | null =>
  identity !== null && 'arn' in identity ? identity.arn : null;

/** `maria` for a user, `etl-admin (session anna)` for a role session. */
export function whoOf(denial: Denial): string {
  const arn = identityArn(denial.identity) ?? denial.principalArn;
  if (arn === null) return denial.identity === null ? 'someone' : `${denial.identity.type} (not named)`;
  const [kind = '', ...rest] = (arn.split(':')[5] ?? arn).split('/');
  if (kind === 'assumed-role') return `${rest[0]} (session ${rest.slice(1).join('/')})`;
  return rest.at(-1) ?? kind;
}

export function roleNameOf(denial: Denial): string {
  if (denial.roleArn === null) return 'a role that is not named';
  const role = parseRoleArn(denial.roleArn);
  return role === null ? denial.roleArn : pathAndName(role);
}
