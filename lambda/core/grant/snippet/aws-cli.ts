/**
 * The grant as an AWS CLI command for a POSIX shell. Overwrites a policy of that name, as IAM does. Source: AWS CLI command reference,
 * `aws iam put-group-policy`.
 */

import type { Holder } from '../../policy/sourced-policy.ts';
import { type Grant, jsonText, shellWord } from './quoting.ts';

const commands: Readonly<Record<Holder['kind'], { readonly command: string; readonly option: string }>> = {
  group: { command: 'put-group-policy', option: '--group-name' },
  user: { command: 'put-user-policy', option: '--user-name' },
  role: { command: 'put-role-policy', option: '--role-name' },
};

/** A name may begin with a dash, and would then be read as another option. */
export const option = (name: string, value: string): string =>
  `${name}${value.startsWith('-') ? '=' : ' '}${shellWord(value)}`;

/** One command over many lines. */
export const command = (...parts: readonly string[]): string => parts.join(' \\\n  ');

export function grantAsAwsCli({ target, policyName, document }: Grant): string {
  const { command: put, option: of } = commands[target.kind];
  return command(
    `aws iam ${put}`,
    option(of, target.name),
    option('--policy-name', policyName),
    option('--policy-document', jsonText(document)),
  );
}
