/** Short names for the people and things of a denial, as a reader would say them. */
import { parseRoleArn, pathAndName } from '../iam/arn.ts';
import { quoted } from '../text/quoted.ts';
import type { Denial, Identity } from './denial.ts';

/** Null for a service that acts on its own behalf, and where the event leaves it out. */
export const identityArn = (identity: Identity | null): string | null =>
  identity !== null && 'arn' in identity ? identity.arn : null;

function unnamed(identity: Identity | null): string {
  if (identity === null) return 'someone';
  if (identity.type === 'AWSService')
    return identity.invokedBy === null ? 'an AWS service' : quoted(identity.invokedBy);
  return `${identity.type === 'other' && identity.stated !== '' ? quoted(identity.stated) : identity.type} (not named)`;
}

/** `maria` for a user, `etl-admin (session anna)` for a role session. A message's ARN may be cut or redacted anywhere. */
export function whoOf(denial: Denial): string {
  const arn = identityArn(denial.identity) ?? denial.principalArn;
  if (arn === null || arn === '') return unnamed(denial.identity);
  const [kind = '', ...rest] = (arn.split(':').slice(5).join(':') || arn).split('/');
  const [role, ...session] = rest.filter((part) => part !== '');
  if (kind === 'assumed-role' && role !== undefined) {
    return session.length === 0 ? quoted(role) : `${quoted(role)} (session ${quoted(session.join('/'))})`;
  }
  return quoted([role, ...session].at(-1) || kind || arn);
}

export function roleNameOf(denial: Denial): string {
  if (denial.roleArn === null) return 'a role that is not named';
  const role = parseRoleArn(denial.roleArn);
  return quoted(role === null ? denial.roleArn : pathAndName(role));
}
