/** Whose policies decide: the user, or the role behind the session. AWS's simulator refuses session ARNs. */

import type { Denial } from '../denial/denial.ts';
import { identityArn } from '../denial/names.ts';
import { parseRoleArn, parseRoleSessionArn, parseUserArn, splitArn } from '../iam/arn.ts';

export type PrincipalRef =
  | {
      readonly kind: 'user';
      readonly name: string;
      readonly arn: string;
      readonly account: string;
      readonly partition: string;
    }
  /** `arn` is null when only the session is known: its path must be looked up by name, never rebuilt. */
  | {
      readonly kind: 'role';
      readonly name: string;
      readonly arn: string | null;
      readonly account: string;
      readonly partition: string;
    }
  | { readonly kind: 'none'; readonly why: string };

function fromArn(arn: string): PrincipalRef {
  const user = parseUserArn(arn);
  if (user) return { kind: 'user', name: user.name, arn, account: user.account, partition: user.partition };
  const session = parseRoleSessionArn(arn);
  if (session)
    return { kind: 'role', name: session.roleName, arn: null, account: session.account, partition: session.partition };
  const role = parseRoleArn(arn);
  if (role) return { kind: 'role', name: role.name, arn, account: role.account, partition: role.partition };
  const parts = splitArn(arn);
  if (parts?.resource === 'root') {
    return {
      kind: 'none',
      why: 'The call was made by the account root, whose rights no policy of this account gives or takes.',
    };
  }
  if (parts?.resource.startsWith('federated-user/')) {
    return { kind: 'none', why: `${arn} is a federated user: the policies of its session are not kept in IAM.` };
  }
  return { kind: 'none', why: `${arn} is not the ARN of an IAM user or a role session; it may be redacted or cut.` };
}

/** What names the caller. */
type Caller = Pick<Denial, 'identity' | 'principalArn'>;

function fromIdentity(denial: Caller): PrincipalRef | null {
  const { identity } = denial;
  if (identity === null) return null;
  switch (identity.type) {
    case 'IAMUser':
      return fromArn(identity.arn);
    case 'AssumedRole':
      return fromArn(identity.roleArn ?? identity.arn);
    case 'Root':
    case 'FederatedUser':
      return fromArn(identity.arn);
    case 'IdentityCenterUser':
      return {
        kind: 'none',
        why: 'The call was made by an Identity Center user directly, whose rights are not kept in IAM.',
      };
    case 'AWSService':
      return {
        kind: 'none',
        why: `The call was made by an AWS service (${identity.invokedBy ?? 'not named'}) on its own behalf.`,
      };
    case 'other':
      return {
        kind: 'none',
        why: `The event names a principal type that is not known here: ${identity.stated || 'empty'}.`,
      };
    default:
      return identity satisfies never;
  }
}

/** Two ARNs of one principal: sessions of one role may differ in their names, and a role may show without its path. */
const areSame = (one: PrincipalRef, other: PrincipalRef): boolean =>
  one.kind !== 'none' && one.kind === other.kind && one.name === other.name && one.account === other.account;

const isSomeone = (ref: PrincipalRef | null): ref is PrincipalRef => ref !== null && ref.kind !== 'none';

/** The event was caused by one principal and its message speaks of another: nothing in it can then be relied on. */
export function contradictsItself(denial: Caller): boolean {
  const said = denial.principalArn === null ? null : fromArn(denial.principalArn);
  const recorded = fromIdentity(denial);
  return identityArn(denial.identity) !== null && isSomeone(said) && recorded !== null && !areSame(recorded, said);
}

/** The event's identity first, the message's words where that is no one in particular; a contradiction of the two is not decided. */
export function principalOf(denial: Caller): PrincipalRef {
  const arn = identityArn(denial.identity);
  const said = denial.principalArn === null ? null : fromArn(denial.principalArn);
  const recorded = fromIdentity(denial);
  if (arn === null && isSomeone(said)) return said;
  if (recorded === null) return said ?? { kind: 'none', why: 'The message does not say who was refused.' };
  if (contradictsItself(denial)) {
    return {
      kind: 'none',
      why: `The event was caused by ${arn}, but its message speaks of ${denial.principalArn}.`,
    };
  }
  return recorded;
}
