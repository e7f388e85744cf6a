/** Who may approve and what may be written to on this machine: everybody and everything of the account, as far as a function's settings hold it. */
import { isServiceLinked, parseRoleArn } from '../lambda/core/iam/arn.ts';
import type { Account, AccountRole } from './account/account.ts';
import { slackUsersOf } from './deploy-here.ts';
import { bot } from './slack/bot.ts';

/** The settings of cdk.json of the same names. */
export interface LocalAnswering {
  readonly approvers: readonly {
    readonly name: string;
    readonly slack: string;
    readonly aws: readonly string[];
    readonly mail?: string;
  }[];
  readonly grantTo: {
    readonly groups: readonly string[];
    readonly users: readonly string[];
    readonly roles: readonly string[];
  };
  readonly review: { readonly slack: { readonly teamId: string }; readonly mail: Readonly<Record<string, never>> };
}

/** So many get links by mail: enough to see, and the mailbox stays readable. */
const WITH_MAIL = 2;

/** Bytes of JSON for people, and as many for what may be written to: less than lib/settings/answering.ts lets a function's settings hold. */
const MOST = 1_400;

/** The first of them that fit into what is left. */
function fitting<Item>(items: readonly Item[], left: { bytes: number }): Item[] {
  return items.filter((item) => {
    left.bytes -= Buffer.byteLength(JSON.stringify(item)) + 1;
    return left.bytes >= 0;
  });
}

/** Not those that IAM lets nobody change. */
function canChange({ arn }: AccountRole): boolean {
  const role = parseRoleArn(arn);
  return role !== null && !role.path.startsWith('/aws-reserved/') && !isServiceLinked(role);
}

/** Where nobody lives (RFC 2606). The name may hold what an address may not. */
const mailOf = (name: string): string => `${name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')}@example.com`;

const unique = (names: readonly string[]): string[] => [...new Set(names)];
const pathAndName = ({ path, name }: { readonly path: string; readonly name: string }): string =>
  `${path.slice(1)}${name}`;

/** Null for an account without people, where nobody could approve, or with nothing to write to. Of several accounts: all of them. */
export function answeringFor(accounts: readonly Account[]): LocalAnswering | null {
  const people = accounts.flatMap((account) => {
    const slack = slackUsersOf(account);
    return account.users.map(({ name, arn }, at) => ({ name, slack: slack[at]?.id ?? '', aws: [arn] }));
  });
  const apart = people.filter(
    ({ name, slack }, at) =>
      people.findIndex((other) => other.name.toLowerCase() === name.toLowerCase() || other.slack === slack) === at,
  );
  const withMail = apart.map((person, at) => (at < WITH_MAIL ? { ...person, mail: mailOf(person.name) } : person));
  const approvers = fitting(withMail, { bytes: MOST });
  const left = { bytes: MOST };
  const grantTo = {
    groups: fitting(unique(accounts.flatMap(({ groups }) => groups.map(pathAndName))), left),
    users: fitting(unique(accounts.flatMap(({ users }) => users.map(pathAndName))), left),
    roles: fitting(unique(accounts.flatMap(({ roles }) => roles.filter(canChange).map(pathAndName))), left),
  };
  const isEmpty = Object.values(grantTo).every(({ length }) => length === 0);
  return approvers.length === 0 || isEmpty
    ? null
    : { approvers, grantTo, review: { slack: { teamId: bot.team_id }, mail: {} } };
}
