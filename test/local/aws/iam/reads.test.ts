import {
  GetContextKeysForPrincipalPolicyCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const statement = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: "arn:aws:s3:::o'neil(*)" }],
});
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const account = accountOf({
  users: {
    mika: {
      path: '/data/',
      groups: ['Glue'],
      managed: ['Limit'],
      inline: { Own: statement('s3:GetObject') },
      boundary: 'Limit',
      tags: { team: 'a' },
    },
    ren: { groups: ['Glue'] },
  },
  groups: { Glue: { managed: ['AWSGlueConsoleFullAccess'], inline: { Extra: statement('s3:PutObject') } }, Empty: {} },
  roles: {
    runner: {
      path: '/etl/',
      trust: 'glue.amazonaws.com',
      managed: ['AWSGlueServiceRole'],
      inline: { Read: statement('s3:*') },
      boundary: 'Limit',
      tags: { env: 'x' },
    },
  },
  policies: { Limit: { path: '/team/', document: statement('s3:List*') } },
});

const CreateDate = new Date('2026-01-15T09:00:00Z');
const limitArn = 'arn:aws:iam::111122223333:policy/team/Limit';
const boundary = { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: limitArn };
const mika = {
  UserName: 'mika',
  UserId: expect.stringMatching(/^AIDA/),
  Path: '/data/',
  Arn: 'arn:aws:iam::111122223333:user/data/mika',
  CreateDate,
};
const glue = {
  GroupName: 'Glue',
  GroupId: expect.stringMatching(/^AGPA/),
  Path: '/',
  Arn: 'arn:aws:iam::111122223333:group/Glue',
  CreateDate,
};
const runner = {
  RoleName: 'runner',
  RoleId: expect.stringMatching(/^AROA/),
  Path: '/etl/',
  Arn: 'arn:aws:iam::111122223333:role/etl/runner',
  CreateDate,
  MaxSessionDuration: 3600,
  AssumeRolePolicyDocument: expect.any(String),
};

/** An answer without what the SDK adds. */
const answer = async (sent: Promise<object>) =>
  Object.fromEntries(Object.entries(await sent).filter(([key]) => key !== '$metadata'));

describe('reading IAM with the SDK', () => {
  let local: OpenedAws;
  let iam: IAMClient;
  beforeAll(async () => {
    local = await openAws({ account });
    iam = local.iam();
  });
  afterAll(() => local.close());

  test('a user, with boundary and tags', async () => {
    expect(await answer(iam.send(new GetUserCommand({ UserName: 'mika' })))).toEqual({
      User: { ...mika, PermissionsBoundary: boundary, Tags: [{ Key: 'team', Value: 'a' }] },
    });
  });

  test('lists of users leave out boundaries and tags', async () => {
    expect(await answer(iam.send(new ListUsersCommand({ PathPrefix: '/data/' })))).toEqual({
      Users: [mika],
      IsTruncated: false,
    });
  });

  test('the groups of a user, and the members of a group', async () => {
    expect(await answer(iam.send(new ListGroupsForUserCommand({ UserName: 'mika' })))).toEqual({
      Groups: [glue],
      IsTruncated: false,
    });
    const members = await answer(iam.send(new GetGroupCommand({ GroupName: 'Glue' })));
    expect(members).toMatchObject({ Group: glue, Users: [mika, { UserName: 'ren' }], IsTruncated: false });
    expect(await answer(iam.send(new ListGroupsCommand({})))).toMatchObject({ Groups: [glue, { GroupName: 'Empty' }] });
  });

  test('a role, with the trust policy as it was written', async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'runner' }));
    expect(Role).toEqual({
      ...runner,
      PermissionsBoundary: boundary,
      Tags: [{ Key: 'env', Value: 'x' }],
      RoleLastUsed: {},
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust);
    expect(await answer(iam.send(new ListRolesCommand({ PathPrefix: '/etl/' })))).toEqual({
      Roles: [runner],
      IsTruncated: false,
    });
  });

  test('tags', async () => {
    expect((await iam.send(new ListUserTagsCommand({ UserName: 'mika' }))).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
    expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'runner' }))).Tags).toEqual([
      { Key: 'env', Value: 'x' },
    ]);
  });

  test('what is attached', async () => {
    const attached = await Promise.all([
      iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'mika' })),
      iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'Glue' })),
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'runner' })),
    ]);
    expect(attached.map(({ AttachedPolicies }) => AttachedPolicies)).toEqual([
      [{ PolicyName: 'Limit', PolicyArn: limitArn }],
      [{ PolicyName: 'AWSGlueConsoleFullAccess', PolicyArn: 'arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess' }],
      [{ PolicyName: 'AWSGlueServiceRole', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole' }],
    ]);
  });

  test('inline policies by name', async () => {
    const names = await Promise.all([
      iam.send(new ListUserPoliciesCommand({ UserName: 'mika' })),
      iam.send(new ListGroupPoliciesCommand({ GroupName: 'Glue' })),
      iam.send(new ListRolePoliciesCommand({ RoleName: 'runner' })),
    ]);
    expect(names.map(({ PolicyNames }) => PolicyNames)).toEqual([['Own'], ['Extra'], ['Read']]);
  });

  test('inline policies come URL-encoded as RFC 3986 says, apostrophes, brackets and stars too', async () => {
    const documents = await Promise.all([
      iam.send(new GetUserPolicyCommand({ UserName: 'mika', PolicyName: 'Own' })),
      iam.send(new GetGroupPolicyCommand({ GroupName: 'Glue', PolicyName: 'Extra' })),
      iam.send(new GetRolePolicyCommand({ RoleName: 'runner', PolicyName: 'Read' })),
    ]);
    for (const { PolicyDocument } of documents) expect(PolicyDocument).toMatch(/^[A-Za-z0-9._~%-]+$/);
    const read = documents.map(({ PolicyDocument }) => JSON.parse(decodeURIComponent(PolicyDocument ?? '')));
    expect(read).toEqual([statement('s3:GetObject'), statement('s3:PutObject'), statement('s3:*')]);
  });

  test('a managed policy and its default version', async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: limitArn }));
    expect(Policy).toMatchObject({
      PolicyName: 'Limit',
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 1,
      PermissionsBoundaryUsageCount: 2,
    });
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: limitArn, VersionId: 'v1' }));
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual(statement('s3:List*'));
  });

  test('lists of managed policies can be narrowed', async () => {
    const names = async (input: { Scope?: 'All' | 'AWS' | 'Local'; OnlyAttached?: boolean }) =>
      (await iam.send(new ListPoliciesCommand(input))).Policies?.map(({ PolicyName }) => PolicyName);
    expect(await names({ Scope: 'Local' })).toEqual(['Limit']);
    expect(await names({ Scope: 'AWS', OnlyAttached: true })).toEqual([
      'AWSGlueConsoleFullAccess',
      'AWSGlueServiceRole',
    ]);
    expect(await names({ Scope: 'AWS' })).toContain('PowerUserAccess');
  });

  test('the condition keys that the policies of a user speak of', async () => {
    const { ContextKeyNames } = await iam.send(
      new GetContextKeysForPrincipalPolicyCommand({
        PolicySourceArn: mika.Arn,
        PolicyInputList: [
          JSON.stringify({
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::${aws:username}' },
          }),
        ],
      }),
    );
    expect(ContextKeyNames).toEqual([
      'ec2:ResourceTag/aws:cloudformation:logical-id',
      'ec2:ResourceTag/aws:cloudformation:stack-id',
      'iam:PassedToService',
      'aws:username',
    ]);
  });

  test.each([
    [
      'a user',
      (iam: IAMClient) => iam.send(new GetUserCommand({ UserName: 'nobody' })),
      'The user with name nobody cannot be found.',
    ],
    [
      'a group',
      (iam: IAMClient) => iam.send(new GetGroupCommand({ GroupName: 'nobody' })),
      'The group with name nobody cannot be found.',
    ],
    [
      'a role',
      (iam: IAMClient) => iam.send(new GetRoleCommand({ RoleName: 'nobody' })),
      'The role with name nobody cannot be found.',
    ],
    [
      'an inline policy',
      (iam: IAMClient) => iam.send(new GetGroupPolicyCommand({ GroupName: 'Glue', PolicyName: 'x' })),
      'The group policy with name x cannot be found.',
    ],
    [
      'a managed policy',
      (iam: IAMClient) => iam.send(new GetPolicyCommand({ PolicyArn: 'arn:aws:iam::aws:policy/x' })),
      'Policy arn:aws:iam::aws:policy/x was not found.',
    ],
    [
      'a policy version',
      (iam: IAMClient) => iam.send(new GetPolicyVersionCommand({ PolicyArn: limitArn, VersionId: 'v9' })),
      `Policy ${limitArn} version v9 does not exist or is not attachable.`,
    ],
  ])('%s that is not there is the exception that the SDK knows, with the words of AWS', async (_, read, message) => {
    const refused = await read(iam).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NoSuchEntityException);
    expect(refused).toMatchObject({
      name: 'NoSuchEntityException',
      message,
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });
});
