import {
  type ContextEntry,
  type EvaluationResult,
  InvalidInputException,
  NoSuchEntityException,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Account } from '../../../../local/account/account.ts';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const one = 'arn:aws:iam::111122223333:role/one';
const two = 'arn:aws:iam::111122223333:role/two';
const mika = 'arn:aws:iam::111122223333:user/mika';
const oneLine = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const document = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });

const pass = (Resource: string, more: object = {}) => ({ Effect: 'Allow', Action: 'iam:PassRole', Resource, ...more });
const deny = (Resource: string, more: object = {}) => ({ Effect: 'Deny', Action: 'iam:PassRole', Resource, ...more });
const string = (ContextKeyName: string, ...ContextKeyValues: string[]): ContextEntry => ({
  ContextKeyName,
  ContextKeyValues,
  ContextKeyType: 'string',
});

describe('the simulator', () => {
  let local: OpenedAws | null = null;
  afterEach(async () => {
    await local?.close();
    local = null;
  });

  async function simulate(
    account: Account,
    input: Partial<SimulatePrincipalPolicyCommandInput> = {},
  ): Promise<EvaluationResult[]> {
    local = await openAws({ account });
    const { EvaluationResults } = await local.iam().send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: mika,
        ActionNames: ['iam:PassRole'],
        ResourceArns: [one],
        ...input,
      }),
    );
    return EvaluationResults ?? [];
  }

  const withUser = (user: object, more: object = {}) => accountOf({ users: { mika: user }, ...more });

  test('answers with one result for the action, and one for each resource inside it', async () => {
    const text = JSON.stringify(document(pass(one)), null, 2);
    const lines = text.split('\n').length;
    const matched = [
      {
        SourcePolicyId: 'user_mika_Own',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 3, Column: 17 },
        EndPosition: { Line: lines - 2, Column: 6 },
      },
    ];
    const specific = { MissingContextValues: [] };
    expect(await simulate(withUser({ inline: { Own: document(pass(one)) } }), { ResourceArns: [one, two] })).toEqual([
      {
        EvalActionName: 'iam:PassRole',
        EvalResourceName: 'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}',
        EvalDecision: 'implicitDeny',
        MatchedStatements: [],
        MissingContextValues: [],
        EvalDecisionDetails: {},
        ResourceSpecificResults: [
          { EvalResourceName: one, EvalResourceDecision: 'allowed', MatchedStatements: matched, ...specific },
          { EvalResourceName: two, EvalResourceDecision: 'implicitDeny', MatchedStatements: [], ...specific },
        ],
      },
    ]);
  });

  test('without resources speaks of * and of nothing else', async () => {
    const [result] = await simulate(withUser({ managed: ['AdministratorAccess'] }), {
      ResourceArns: undefined,
      ActionNames: ['s3:GetObject'],
    });
    expect(result).toEqual({
      EvalActionName: 's3:GetObject',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'AdministratorAccess',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 3, Column: 17 },
          EndPosition: { Line: 8, Column: 6 },
        },
      ],
      MissingContextValues: [],
    });
  });

  test('names a group, a role and a policy that was sent along', async () => {
    const account = accountOf({
      users: { mika: { groups: ['Glue'] } },
      groups: { Glue: { inline: { Extra: document(pass(one)) } } },
    });
    const [result] = await simulate(account, { PolicyInputList: [oneLine(pass(two)), oneLine(pass('*'))] });
    expect(result?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual([
      'group_Glue_Extra',
      'PolicyInputList.2',
    ]);
  });

  test('shows only the Deny when there is one', async () => {
    const account = withUser({ inline: { Yes: document(pass('*')), No: document(deny('*')) } });
    const [result] = await simulate(account);
    expect(result?.EvalDecision).toBe('explicitDeny');
    expect(result?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual(['user_mika_No']);
  });

  test('asks a group or a role too, and a user includes their groups', async () => {
    const account = accountOf({
      users: { mika: { groups: ['Glue'] } },
      groups: { Glue: { inline: { Extra: document(pass('*')) } } },
      roles: { runner: { trust: 'glue.amazonaws.com', inline: { Own: document(pass('*')) } } },
    });
    for (const kind of ['user/mika', 'group/Glue', 'role/runner']) {
      const [result] = await simulate(account, { PolicySourceArn: `arn:aws:iam::111122223333:${kind}` });
      expect([kind, result?.EvalDecision]).toEqual([kind, 'allowed']);
      await local?.close();
    }
  });

  test('a role that does not exist is not noticed', async () => {
    const [result] = await simulate(withUser({ inline: { Own: document(pass('*')) } }), {
      ResourceArns: ['arn:aws:iam::111122223333:role/nobody'],
    });
    expect(result?.EvalDecision).toBe('allowed');
  });

  describe('keys that were not supplied', () => {
    const mfaGuard = deny('*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } });
    const tagged = {
      Effect: 'Allow',
      Action: 'ec2:StartInstances',
      Resource: 'arn:aws:ec2:*:*:instance/${aws:username}',
      Condition: { StringEquals: { 'ec2:ResourceTag/a': 'b' } },
    };
    const account = withUser({ inline: { Guard: document(mfaGuard), Other: document(tagged) } });

    test('are absent to the policies, and reported, those of unrelated statements too', async () => {
      const [result] = await simulate(account);
      expect(result?.EvalDecision).toBe('explicitDeny');
      expect(result?.ResourceSpecificResults?.[0]?.MissingContextValues).toEqual([
        'aws:MultiFactorAuthPresent',
        'ec2:ResourceTag/a',
        'aws:username',
      ]);
    });

    test('are no longer reported once they are supplied, however they are spelled', async () => {
      const [result] = await simulate(account, {
        ContextEntries: [
          { ContextKeyName: 'AWS:multifactorauthpresent', ContextKeyValues: ['true'], ContextKeyType: 'boolean' },
        ],
      });
      expect(result?.EvalDecision).toBe('implicitDeny');
      expect(result?.MissingContextValues).toEqual(['ec2:ResourceTag/a', 'aws:username']);
    });

    test('AWS fills in the account and the organization of the principal, and nothing of the request', async () => {
      const keys = [
        'aws:PrincipalAccount',
        'aws:PrincipalOrgID',
        'aws:PrincipalArn',
        'aws:SourceIp',
        'aws:RequestedRegion',
        'aws:PrincipalTag/team',
      ];
      const Condition = { StringLike: Object.fromEntries(keys.map((key) => [key, '*'])) };
      const conditional = withUser(
        { tags: { team: 'a' }, inline: { Own: document(pass('*', { Condition })) } },
        { organization: {} },
      );
      const [result] = await simulate(conditional);
      expect(result?.MissingContextValues).toEqual([
        'aws:PrincipalArn',
        'aws:SourceIp',
        'aws:RequestedRegion',
        'aws:PrincipalTag/team',
      ]);
    });
  });

  describe('a permissions boundary', () => {
    const boundary = (statement: object) =>
      withUser(
        { inline: { Own: document(pass('*')) }, boundary: 'Limit' },
        { policies: { Limit: document(statement) } },
      );
    const detail = ([result]: EvaluationResult[]) => ({
      decision: result?.EvalDecision,
      boundary: result?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
      specific: result?.ResourceSpecificResults?.[0]?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
      matched: result?.MatchedStatements?.map(({ SourcePolicyId, SourcePolicyType }) => [
        SourcePolicyId,
        SourcePolicyType,
      ]),
    });

    test('that says nothing leaves an implicit deny', async () => {
      expect(detail(await simulate(boundary({ Effect: 'Allow', Action: 's3:*', Resource: '*' })))).toEqual({
        decision: 'implicitDeny',
        boundary: false,
        specific: false,
        matched: [],
      });
    });

    test('that denies is shown with its statement', async () => {
      expect(detail(await simulate(boundary(deny('*'))))).toEqual({
        decision: 'explicitDeny',
        boundary: false,
        specific: false,
        matched: [['Limit', 'Permissions Boundary Policy']],
      });
    });

    test('that allows lets the policies decide', async () => {
      expect(detail(await simulate(boundary({ Effect: 'Allow', Action: '*', Resource: '*' })))).toMatchObject({
        decision: 'allowed',
        boundary: true,
      });
    });

    test('that is sent along stands in for the real one', async () => {
      const account = boundary({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
      expect(
        detail(await simulate(account, { PermissionsBoundaryPolicyInputList: [oneLine(pass('*'))] })),
      ).toMatchObject({ decision: 'allowed', boundary: true });
    });

    test('is not mentioned where there is none', async () => {
      expect(detail(await simulate(withUser({})))).toEqual({
        decision: 'implicitDeny',
        boundary: undefined,
        specific: undefined,
        matched: [],
      });
    });
  });

  describe('service control policies', () => {
    const scp = (statement: object) =>
      withUser(
        { inline: { Own: document(pass('*')) } },
        { organization: { serviceControlPolicies: { Region: document(statement) } } },
      );
    const outside = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'ap-northeast-1' } },
    };

    test('end the simulation when they deny: no statement is shown, and the decision reads implicitDeny', async () => {
      const [result] = await simulate(scp(deny('*')));
      expect(result).toMatchObject({
        EvalDecision: 'implicitDeny',
        MatchedStatements: [],
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
      });
      expect(result?.EvalDecisionDetails).toBeUndefined();
    });

    test('deny falsely when the region is not supplied, and say nothing of the missing key', async () => {
      const [without] = await simulate(scp(outside));
      expect(without).toMatchObject({
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
        MissingContextValues: [],
      });
      await local?.close();
      const [result] = await simulate(scp(outside), {
        ContextEntries: [string('aws:RequestedRegion', 'ap-northeast-1')],
      });
      expect(result).toMatchObject({
        EvalDecision: 'allowed',
        OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      });
    });

    test('are not mentioned for an account in no organization', async () => {
      const [result] = await simulate(withUser({}));
      expect(result?.OrganizationsDecisionDetail).toBeUndefined();
    });
  });

  describe('refuses', () => {
    const account = withUser({});
    const session = 'arn:aws:sts::111122223333:assumed-role/runner/me';
    test.each<[string, Partial<SimulatePrincipalPolicyCommandInput>, string]>([
      [
        'a session',
        { PolicySourceArn: session },
        `Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
      ],
      [
        'a resource that is not an ARN',
        { ResourceArns: ['glue-runtime-role'] },
        'ResourceNames are not in a valid ARN format: glue-runtime-role.',
      ],
      [
        'an action with a wildcard',
        { ActionNames: ['iam:Pass*'] },
        'ActionNames are not in a valid format: iam:Pass*.',
      ],
      [
        'a type that there is not',
        {
          ContextEntries: [
            { ContextKeyName: 'aws:SourceIp', ContextKeyValues: ['1.2.3.4'], ContextKeyType: 'ipAddress' as 'ip' },
          ],
        },
        'ContextEntries.member.1: "ipAddress" is not a type of context key. The types are string, stringList, numeric, numericList, boolean, booleanList, ip, ipList, binary, binaryList, date, dateList.',
      ],
      [
        'a value that is not of its type',
        {
          ContextEntries: [
            string('aws:x', 'y'),
            { ContextKeyName: 'aws:MultiFactorAuthPresent', ContextKeyValues: ['yes'], ContextKeyType: 'boolean' },
          ],
        },
        'ContextEntries.member.2: the value "yes" of aws:MultiFactorAuthPresent is not of type boolean.',
      ],
      [
        'two values where there is room for one',
        { ContextEntries: [string('aws:PrincipalOrgPaths', 'a', 'b')] },
        'ContextEntries.member.1: aws:PrincipalOrgPaths has 2 values, and its type string takes one.',
      ],
      [
        'a policy that is not one',
        { PolicyInputList: ['{}'] },
        'Syntax errors in policy PolicyInputList.1. (Element Statement is missing.)',
      ],
      [
        'what it cannot take into account',
        { ResourcePolicy: oneLine(pass('*')) },
        "ResourcePolicy is not available in the local AWS's simulator.",
      ],
    ])('%s', async (_, input, message) => {
      const refused = await simulate(account, input).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(InvalidInputException);
      expect(refused).toMatchObject({ message });
    });

    test.each([
      'arn:aws:iam::111122223333:user/nobody',
      'arn:aws:iam::111122223333:user/path/mika',
      'arn:aws:iam::999988887777:user/mika',
    ])('%s, who is not there', async (PolicySourceArn) => {
      const refused = await simulate(account, { PolicySourceArn }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(NoSuchEntityException);
    });
  });

  test.each<[ContextEntry['ContextKeyType'], string]>([
    ['numeric', '5'],
    ['boolean', 'true'],
    ['ip', '203.0.113.25'],
    ['ip', '203.0.113.0/24'],
    ['ip', '2001:db8::1'],
    ['date', '2026-06-17T00:00:00Z'],
    ['binary', 'QUJD'],
  ])('takes a value of type %s: %s', async (ContextKeyType, value) => {
    const account = withUser({
      inline: { Own: document(pass('*', { Condition: { StringEquals: { 'my:key': value } } })) },
    });
    const [result] = await simulate(account, {
      ContextEntries: [{ ContextKeyName: 'my:key', ContextKeyValues: [value], ContextKeyType }],
    });
    expect(result?.EvalDecision).toBe('allowed');
  });

  test('of loose policies knows neither users nor organizations', async () => {
    local = await openAws({
      account: withUser({}, { organization: { serviceControlPolicies: { No: document(deny('*')) } } }),
    });
    const { EvaluationResults } = await local.iam().send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [oneLine(pass(one))],
        ActionNames: ['iam:PassRole', 'iam:GetRole'],
        ResourceArns: [one],
      }),
    );
    expect(
      EvaluationResults?.map(({ EvalActionName, EvalDecision, OrganizationsDecisionDetail }) => [
        EvalActionName,
        EvalDecision,
        OrganizationsDecisionDetail,
      ]),
    ).toEqual([
      ['iam:PassRole', 'allowed', undefined],
      ['iam:GetRole', 'implicitDeny', undefined],
    ]);
  });
});
