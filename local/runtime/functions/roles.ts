/** The functions' own roles, from the template into the local account, so that what they may do is what their policies say. */
import type { Account } from '../../account/account.ts';
import { parseAccount } from '../../account/read-account.ts';
import type { Deployment } from '../deployment.ts';

export function withFunctionRoles(account: Account, { roles, policies }: Deployment): Account {
  const source = {
    accountId: account.accountId,
    region: account.region,
    partition: account.partition,
    roles: Object.fromEntries(
      roles.map(({ id, Path, AssumeRolePolicyDocument }) => {
        const own = policies.filter(({ Roles }) => Roles.includes(id));
        const inline = Object.fromEntries(own.map((policy) => [policy.id, policy.PolicyDocument]));
        return [id, { path: Path, trust: AssumeRolePolicyDocument, inline }];
      }),
    ),
  };
  const parsed = parseAccount(source);
  if (parsed.kind === 'unusable') {
    throw new Error(
      `The template's roles are not what the local account takes: ${parsed.problems.map(({ at, why }) => `${at}: ${why}`).join('; ')}`,
    );
  }
  return { ...account, roles: [...account.roles, ...parsed.account.roles] };
}
