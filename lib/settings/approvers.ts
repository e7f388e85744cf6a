/** Who may approve: from the words of the `approvers` prop to what the functions read. */
import { Token } from 'aws-cdk-lib';
import { type Approver, isIdentityCenterRole } from '../../lambda/core/case/approver.ts';
import { isServiceLinked, parseRoleArn, parseRoleSessionArn, parseUserArn } from '../../lambda/core/iam/arn.ts';
import { ownRolePath } from '../../lambda/core/iam/own-role-path.ts';
import { isMailAddress } from './mail-addresses.ts';
import { SettingError } from './setting-error.ts';

export interface ApproverProps {
  /** What others are shown, such as `Dana Scully`. Unique. */
  readonly name: string;
  /** Slack user id such as `U0123456789`: in Slack, the person's profile, "Copy member ID". Never the name, which people change. */
  readonly slack?: string;
  /**
   * The person's own ARNs: users (`arn:aws:iam::111122223333:user/dana`), roles that nobody else can assume, and sessions of Identity Center
   * (`arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/dana`).
   *
   * All of them, as it is by them that a person is kept from approving their own denial, by whatever way in. Empty only for someone who
   * has none.
   */
  readonly aws: readonly string[];
  /** Mail address. It proves nothing by itself. */
  readonly mail?: string;
}

const refuse = (value: string, cause: string, next: string): SettingError =>
  new SettingError(`approvers: '${value}' ${cause}. ${next}.`);

function checkArn(arn: string): void {
  if (Token.isUnresolved(arn) || parseUserArn(arn) !== null) return;
  const role = parseRoleArn(arn);
  const session = parseRoleSessionArn(arn);
  if (role !== null && isIdentityCenterRole(role.name)) {
    throw refuse(
      arn,
      'is a role of Identity Center, which everybody with its permission set shares',
      `List the person's session: 'arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/<user name>'`,
    );
  }
  if (role?.path.toLowerCase().startsWith(ownRolePath))
    throw refuse(arn, 'is a role of a remediator, which is nobody', "List the person's own identity");
  if (role !== null && isServiceLinked(role))
    throw refuse(arn, 'is a service-linked role, which only a service can assume', "List the person's own identity");
  if (role !== null) return;
  if (session !== null && isIdentityCenterRole(session.roleName)) return;
  if (session !== null) {
    throw refuse(
      arn,
      'is a session whose name its caller chooses, so it proves nobody',
      "List the role's own ARN, if the person alone can assume it",
    );
  }
  throw refuse(
    arn,
    'is not the ARN of a user, a role or a session of Identity Center',
    "Write it like 'arn:aws:iam::111122223333:user/dana', without wildcards: aws sts get-caller-identity shows the person's own",
  );
}

function checkPerson({ name, slack, aws, mail }: ApproverProps): void {
  if (!/^\S(?:.{0,78}\S)?$/u.test(name) || /\p{C}/u.test(name)) {
    throw refuse(
      name,
      'is not a name that can be shown',
      'Write 1 to 80 characters on one line, without spaces around them',
    );
  }
  if (slack !== undefined && !Token.isUnresolved(slack) && !/^[UW][A-Z0-9]{2,30}$/.test(slack)) {
    throw refuse(
      slack,
      'is not a Slack user id',
      "Write the id, such as 'U0123456789': in Slack, the profile, 'Copy member ID'",
    );
  }
  if (mail !== undefined && !isMailAddress(mail)) {
    throw refuse(mail, 'is not an e-mail address', "Write it like 'dana@example.com', or leave it out");
  }
  aws.forEach(checkArn);
  if (slack === undefined && aws.length === 0) {
    throw refuse(
      name,
      'has neither a Slack id nor an AWS identity, so nothing could prove them',
      "Give 'slack' or 'aws'",
    );
  }
}

/** A role by account and name, as it is found whatever its path: a session's ARN has none. Anything else as it is. */
function principalIn(arn: string): string {
  const role = Token.isUnresolved(arn) ? null : parseRoleArn(arn);
  return role === null ? arn : `arn:${role.partition}:iam::${role.account}:role/${role.name}`;
}

/** Two people with one identity would be two approvals by one person. */
function checkApart(list: readonly ApproverProps[]): void {
  const owners = new Map<string, string>();
  // IAM tells names apart without case.
  const claim = (identity: string, owner: string): void => {
    const other = owners.get(identity.toLowerCase());
    if (other !== undefined) {
      const whose = other === owner ? `stands there twice for ${owner}` : `belongs to both ${other} and ${owner}`;
      throw refuse(identity, whose, 'Each identity proves one person: keep it once');
    }
    owners.set(identity.toLowerCase(), owner);
  };
  const names = new Set<string>();
  for (const { name, slack, aws, mail } of list) {
    if (names.has(name.toLowerCase()))
      throw refuse(name, 'stands there twice', 'Make one entry of the two, or tell two people apart');
    names.add(name.toLowerCase());
    for (const identity of [...aws.map(principalIn), ...(slack === undefined ? [] : [slack])]) claim(identity, name);
    if (mail !== undefined) claim(mail, name);
  }
}

const accountOf = (arn: string): string | null =>
  Token.isUnresolved(arn)
    ? null
    : ((parseUserArn(arn) ?? parseRoleArn(arn) ?? parseRoleSessionArn(arn))?.account ?? null);

/**
 * What is wrong where an identity is of another account: it can neither call the review function nor be the one who was denied, so it is a slip
 * of the number. Names the identity and both accounts; null: all are of one.
 *
 * @param account of the stack; one that is known only at deployment is compared with nothing.
 */
export function accountMismatch(list: readonly ApproverProps[], account: string): SettingError | null {
  const arns = list.flatMap(({ aws }) => aws);
  const known = Token.isUnresolved(account) ? null : account;
  // Of two accounts at most one can be right.
  const expected = known ?? arns.map(accountOf).find((one) => one !== null) ?? null;
  const strange = arns.find((arn) => accountOf(arn) !== null && accountOf(arn) !== expected);
  if (strange === undefined) return null;
  const other = known === null ? `others are of ${expected}` : `the remediator is deployed to ${expected}`;
  return refuse(
    strange,
    `is of account ${accountOf(strange)}, and ${other}`,
    "List identities of the remediator's own account: people of another can neither answer nor be refused there",
  );
}

/** @throws SettingError naming the entry that cannot be meant, why, and what to write. */
export function readApprovers(list: readonly ApproverProps[]): readonly Approver[] {
  if (list.length === 0) {
    throw new SettingError(
      'approvers: the list is empty, so nobody could approve. Name people, or leave it out for advice only.',
    );
  }
  list.forEach(checkPerson);
  checkApart(list);
  return list.map(({ name, slack, aws, mail }) => ({ name, slack: slack ?? null, aws: [...aws], mail: mail ?? null }));
}
