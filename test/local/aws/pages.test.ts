import { paginateGetJobs } from '@aws-sdk/client-glue';
import {
  type IAMClient,
  ListUsersCommand,
  paginateGetAccountAuthorizationDetails,
  paginateGetGroup,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListPolicies,
  paginateListRoles,
  paginateListUsers,
  paginateListUserTags,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountOf, type OpenedAws, openAws } from './clients.ts';

const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } };
const account = accountOf({
  users: {
    a: { groups: ['G1', 'G2', 'G3'], managed: ['P1', 'P2', 'P3'], tags: { k1: '1', k2: '2', k3: '3' } },
    b: { groups: ['G1'] },
    c: { groups: ['G1'] },
  },
  groups: { G1: { inline: { I1: policy, I2: policy, I3: policy } }, G2: {}, G3: {} },
  roles: {
    r1: { trust: 'glue.amazonaws.com' },
    r2: { trust: 'glue.amazonaws.com' },
    r3: { trust: 'glue.amazonaws.com' },
  },
  policies: { P1: policy, P2: policy, P3: policy },
  jobs: { j1: { role: 'r1' }, j2: { role: 'r1' }, j3: { role: 'r1' } },
});

async function sizes<Page>(pages: AsyncIterable<Page>, size: (page: Page) => number): Promise<number[]> {
  const found: number[] = [];
  for await (const page of pages) found.push(size(page));
  return found;
}

describe.each([
  [1, [1, 1, 1]],
  [2, [2, 1]],
  [3, [3]],
])('lists in pages of %i', (pageSize, expected) => {
  let local: OpenedAws;
  let iam: IAMClient;
  beforeAll(async () => {
    local = await openAws({ account, pageSize });
    iam = local.iam();
  });
  afterAll(() => local.close());

  test("the SDK's paginators find everything, once", async () => {
    const client = iam;
    const found = await Promise.all([
      sizes(paginateListUsers({ client }, {}), ({ Users }) => Users?.length ?? 0),
      sizes(paginateListRoles({ client }, {}), ({ Roles }) => Roles?.length ?? 0),
      sizes(paginateGetGroup({ client }, { GroupName: 'G1' }), ({ Users }) => Users?.length ?? 0),
      sizes(paginateListGroupsForUser({ client }, { UserName: 'a' }), ({ Groups }) => Groups?.length ?? 0),
      sizes(
        paginateListAttachedUserPolicies({ client }, { UserName: 'a' }),
        ({ AttachedPolicies }) => AttachedPolicies?.length ?? 0,
      ),
      sizes(paginateListGroupPolicies({ client }, { GroupName: 'G1' }), ({ PolicyNames }) => PolicyNames?.length ?? 0),
      sizes(paginateListUserTags({ client }, { UserName: 'a' }), ({ Tags }) => Tags?.length ?? 0),
      sizes(paginateListPolicies({ client }, { Scope: 'Local' }), ({ Policies }) => Policies?.length ?? 0),
      sizes(paginateGetJobs({ client: local.glue() }, {}), ({ Jobs }) => Jobs?.length ?? 0),
      sizes(
        paginateSimulatePrincipalPolicy(
          { client },
          {
            PolicySourceArn: 'arn:aws:iam::111122223333:user/a',
            ActionNames: ['s3:GetObject', 's3:PutObject', 'sns:Publish'],
          },
        ),
        ({ EvaluationResults }) => EvaluationResults?.length ?? 0,
      ),
    ]);
    expect(found).toEqual(found.map(() => expected));
  });

  test('the whole account, users before groups before roles before policies', async () => {
    const kinds: string[] = [];
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, {})) {
      kinds.push(...(page.UserDetailList ?? []).map(({ UserName }) => `user ${UserName}`));
      kinds.push(...(page.GroupDetailList ?? []).map(({ GroupName }) => `group ${GroupName}`));
      kinds.push(...(page.RoleDetailList ?? []).map(({ RoleName }) => `role ${RoleName}`));
      kinds.push(...(page.Policies ?? []).map(({ PolicyName }) => `policy ${PolicyName}`));
    }
    const names = (kind: string, letter: string) => [1, 2, 3].map((n) => `${kind} ${letter}${n}`);
    expect(kinds).toEqual([
      'user a',
      'user b',
      'user c',
      ...names('group', 'G'),
      ...names('role', 'r'),
      ...names('policy', 'P'),
    ]);
  });

  test('a filter leaves out the rest', async () => {
    const filtered = paginateGetAccountAuthorizationDetails({ client: iam }, { Filter: ['Group'] });
    expect(
      await sizes(
        filtered,
        ({ UserDetailList, GroupDetailList }) => (GroupDetailList?.length ?? 0) - (UserDetailList?.length ?? 0),
      ),
    ).toEqual(expected);
  });
});

describe('what a caller asks for', () => {
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws({ account });
  });
  afterAll(() => local.close());

  test('MaxItems cuts a page', async () => {
    const { Users, IsTruncated, Marker } = await local.iam().send(new ListUsersCommand({ MaxItems: 2 }));
    expect([Users?.length, IsTruncated, typeof Marker]).toEqual([2, true, 'string']);
  });

  test.each([0, 1001])('MaxItems of %i is refused', async (MaxItems) => {
    await expect(local.iam().send(new ListUsersCommand({ MaxItems }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  test('a marker that was not given out is refused', async () => {
    await expect(local.iam().send(new ListUsersCommand({ Marker: 'mine' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});
