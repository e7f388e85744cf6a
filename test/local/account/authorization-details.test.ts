import {
  type GetAccountAuthorizationDetailsResponse,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Account } from '../../../local/account/account.ts';
import { problemText } from '../../../local/account/problem.ts';
import { parseAccount } from '../../../local/account/read-account.ts';
import { fieldNote, type OpenedAws, openAws } from '../aws/clients.ts';

const decoded = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));

/** What the command line prints: the pages in one, documents as objects. */
async function printed(
  local: OpenedAws,
): Promise<Required<Omit<GetAccountAuthorizationDetailsResponse, 'IsTruncated' | 'Marker'>>> {
  const all = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
  const lists: Record<keyof typeof all, unknown[]> = all;
  for await (const page of paginateGetAccountAuthorizationDetails({ client: local.iam() }, {})) {
    lists.UserDetailList.push(...(page.UserDetailList ?? []));
    lists.GroupDetailList.push(...(page.GroupDetailList ?? []));
    lists.RoleDetailList.push(...(page.RoleDetailList ?? []));
    lists.Policies.push(...(page.Policies ?? []));
  }
  return JSON.parse(
    JSON.stringify(all, (key, value) => (/Document$/.test(key) && typeof value === 'string' ? decoded(value) : value)),
  );
}

/** Texts may differ in white space; what they say may not. */
const comparable = (account: Account) => ({
  ...account,
  jobs: [],
  users: account.users.map((user) => ({ ...user, createdAt: Date.parse(user.createdAt) })),
  groups: account.groups.map((group) => ({ ...group, createdAt: Date.parse(group.createdAt) })),
  roles: account.roles.map((role) => ({ ...role, createdAt: Date.parse(role.createdAt) })),
  policies: account.policies
    .map(({ arn, version, document }) => ({ arn, version, document }))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
});

describe('the output of aws iam get-account-authorization-details', () => {
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws({ pageSize: 2 });
  });
  afterAll(() => local.close());

  test('replays the account it was taken from', async () => {
    const parsed = parseAccount(await printed(local), 'ap-northeast-1');
    if (parsed.kind !== 'account') throw new Error(parsed.problems.map(problemText).join('\n'));
    expect(comparable(parsed.account)).toEqual(comparable(await fieldNote()));
  });

  test('may have jobs and a region written into it by hand', async () => {
    const source = {
      ...(await printed(local)),
      region: 'eu-central-1',
      jobs: { nightly: { role: 'glue-runtime-role' } },
    };
    const parsed = parseAccount(source);
    expect(parsed).toMatchObject({ kind: 'account', account: { region: 'eu-central-1', jobs: [{ name: 'nightly' }] } });
  });

  test('without a region it is us-east-1', async () => {
    expect(parseAccount(await printed(local))).toMatchObject({ kind: 'account', account: { region: 'us-east-1' } });
  });

  test('that was cut by --max-items is refused, as users would be missing', async () => {
    const parsed = parseAccount({ ...(await printed(local)), IsTruncated: true });
    expect(parsed).toEqual({
      kind: 'unusable',
      problems: [
        {
          at: 'IsTruncated',
          why: 'the output was cut, so users or roles are missing. Run the command again without --max-items.',
        },
      ],
    });
  });

  test('names a policy that is attached and neither in the output nor built in', async () => {
    const { Policies: _, ...rest } = await printed(local);
    const parsed = parseAccount({ ...rest, Policies: [] });
    expect(parsed.kind === 'unusable' ? parsed.problems[0]?.at : null).toBe(
      'GroupDetailList.1.AttachedManagedPolicies.0',
    );
  });

  test('that was filtered down to policies names no account', () => {
    expect(parseAccount({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] })).toMatchObject({
      kind: 'unusable',
      problems: [{ at: '', why: expect.stringContaining('Was the output filtered?') }],
    });
  });
});
