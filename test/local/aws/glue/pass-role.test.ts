import {
  AccessDeniedException,
  CreateJobCommand,
  GetJobsCommand,
  InvalidInputException,
  UpdateJobCommand,
} from '@aws-sdk/client-glue';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { KeyRequest } from '../../../../local/aws/identity/access-keys.ts';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource = '*', more: object = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const deny = (Action: string, more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });

const runner = 'arn:aws:iam::111122223333:role/runner';
const etl = 'arn:aws:iam::111122223333:role/etl/loader';
const roles = {
  runner: { trust: 'glue.amazonaws.com', tags: { env: 'prod' } },
  loader: { path: '/etl/', trust: 'glue.amazonaws.com' },
  mailer: { trust: 'lambda.amazonaws.com' },
};
const jobs = { nightly: { role: 'runner' } };
const glue = allow('glue:*');
const unauthorized = (who: string, rest: string) => `User: ${who} is not authorized to perform: ${rest}`;
const mika = 'arn:aws:iam::111122223333:user/mika';

describe('passing a role to Glue', () => {
  let local: OpenedAws | null = null;
  afterEach(() => local?.close());

  /** Null: it works. */
  async function refusal(
    source: object,
    role: string,
    who: KeyRequest = { kind: 'user', name: 'mika' },
  ): Promise<unknown> {
    local = await openAws({
      account: accountOf({ jobs, ...source, roles: { ...roles, ...('roles' in source ? Object(source.roles) : {}) } }),
    });
    const client = local.glue(local.aws.keyFor(who));
    const save = new UpdateJobCommand({ JobName: 'nightly', JobUpdate: { Role: role, Command: { Name: 'glueetl' } } });
    return client.send(save).then(
      () => null,
      (error: unknown) => error,
    );
  }

  const user = (...statements: object[]) => ({ users: { mika: { inline: { Own: document(...statements) } } } });

  test('needs glue:UpdateJob on that job first', async () => {
    const refused = await refusal(
      user(allow('iam:PassRole'), allow('glue:UpdateJob', 'arn:aws:glue:*:*:job/other')),
      'runner',
    );
    expect(refused).toBeInstanceOf(AccessDeniedException);
    expect(refused).toMatchObject({
      message: unauthorized(
        mika,
        'glue:UpdateJob on resource: arn:aws:glue:ap-northeast-1:111122223333:job/nightly because no identity-based policy allows the glue:UpdateJob action',
      ),
    });
  });

  test.each([
    ['a name', 'runner', runner],
    ['an ARN', runner, runner],
    ['a path and a name', 'etl/loader', etl],
    ['a path with a slash before it', '/etl/loader', etl],
    ['a bare name of a role with a path', 'loader', etl],
  ])('knows the role by %s', async (_, role, arn) => {
    const allowed = allow('iam:PassRole', arn, {
      Condition: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
    });
    expect(await refusal(user(glue, allowed), role)).toBeNull();
    await local?.close();
    expect(await refusal(user(glue, allow('iam:PassRole', 'arn:aws:iam::111122223333:role/x')), role)).toMatchObject({
      message: unauthorized(
        mika,
        `iam:PassRole on resource: ${arn} because no identity-based policy allows the iam:PassRole action`,
      ),
    });
  });

  test('to another service is not allowed by a policy for that service', async () => {
    const toEc2 = allow('iam:PassRole', '*', {
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    });
    expect(await refusal(user(glue, toEc2), 'runner')).toBeInstanceOf(AccessDeniedException);
  });

  test('that does not exist is refused as if a permission were missing, as long as one is missing', async () => {
    expect(await refusal(user(glue), 'nobody')).toMatchObject({
      name: 'AccessDeniedException',
      message: unauthorized(
        mika,
        'iam:PassRole on resource: arn:aws:iam::111122223333:role/nobody because no identity-based policy allows the iam:PassRole action',
      ),
    });
    await local?.close();
    expect(await refusal(user(glue, allow('iam:PassRole')), 'nobody')).toBeInstanceOf(InvalidInputException);
  });

  test('of another account is never allowed', async () => {
    expect(await refusal(user(allow('*')), 'arn:aws:iam::999988887777:role/runner')).toMatchObject({
      name: 'AccessDeniedException',
      message: 'Cross-account pass role is not allowed.',
    });
  });

  test('can depend on the tags of the role and of the user', async () => {
    const same = { StringEquals: { 'iam:ResourceTag/env': '${aws:PrincipalTag/env}' } };
    const tagged = (env: string) => ({
      users: {
        mika: { tags: { env }, inline: { Own: document(glue, allow('iam:PassRole', '*', { Condition: same })) } },
      },
    });
    expect(await refusal(tagged('prod'), 'runner')).toBeNull();
    await local?.close();
    expect(await refusal(tagged('dev'), 'runner')).toBeInstanceOf(AccessDeniedException);
  });

  describe('names what stands in the way', () => {
    const explicit = unauthorized(mika, `iam:PassRole on resource: ${runner} with an explicit deny in`);
    const silent = unauthorized(mika, `iam:PassRole on resource: ${runner} because no`);
    const all = allow('*');
    const noPassing = document(all, deny('iam:PassRole'));

    test.each([
      ['a Deny in an inline policy', user(all, deny('iam:PassRole')), `${explicit} an identity-based policy`],
      [
        'a Deny in a managed policy of a group, by its ARN',
        {
          users: { mika: { groups: ['G'] } },
          groups: { G: { managed: ['No', 'AdministratorAccess'] } },
          policies: { No: document(deny('iam:PassRole')) },
        },
        `${explicit} an identity-based policy: arn:aws:iam::111122223333:policy/No`,
      ],
      [
        'a boundary that says nothing',
        {
          users: { mika: { managed: ['AdministratorAccess'], boundary: 'Limit' } },
          policies: { Limit: document(glue) },
        },
        `${silent} permissions boundary allows the iam:PassRole action`,
      ],
      [
        'a boundary that denies',
        { users: { mika: { managed: ['AdministratorAccess'], boundary: 'Limit' } }, policies: { Limit: noPassing } },
        `${explicit} a permissions boundary: arn:aws:iam::111122223333:policy/Limit`,
      ],
      [
        'a service control policy that denies',
        {
          ...user(all),
          organization: { id: 'o-aaaabbbbcc', serviceControlPolicies: { No: document(deny('iam:PassRole')) } },
        },
        expect.stringMatching(
          / with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy\/o-aaaabbbbcc\/service_control_policy\/p-[0-9a-f]{8}$/,
        ),
      ],
      [
        'service control policies that say nothing',
        { ...user(all), organization: { serviceControlPolicies: { FullAWSAccess: document(glue) } } },
        `${silent} service control policy allows the iam:PassRole action`,
      ],
    ])('%s', async (_, source, message) => {
      expect(await refusal(source, 'runner')).toMatchObject({ name: 'AccessDeniedException', message });
    });
  });

  describe('under a guardrail for MFA', () => {
    const guarded = user(
      allow('*'),
      deny('*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    );
    const explicit = user(allow('*'), deny('*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }));

    test('a long-term key knows nothing of MFA, so BoolIfExists denies and Bool does not', async () => {
      expect(await refusal(guarded, 'runner')).toBeInstanceOf(AccessDeniedException);
      await local?.close();
      expect(await refusal(explicit, 'runner')).toBeNull();
    });

    test('a console sign-in without MFA says so, and both deny', async () => {
      const who = { kind: 'user', name: 'mika', console: true } as const;
      expect(await refusal(guarded, 'runner', who)).toBeInstanceOf(AccessDeniedException);
      await local?.close();
      expect(await refusal(explicit, 'runner', who)).toBeInstanceOf(AccessDeniedException);
    });

    test('a sign-in with MFA passes', async () => {
      expect(await refusal(guarded, 'runner', { kind: 'user', name: 'mika', mfa: true })).toBeNull();
    });
  });

  test('can depend on the address that the call comes from', async () => {
    const office = user(
      glue,
      allow('iam:PassRole', '*', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/25' } } }),
    );
    expect(await refusal(office, 'runner')).toBeNull();
    await local?.close();
    expect(await refusal(office, 'runner', { kind: 'user', name: 'mika', sourceIp: '203.0.113.200' })).toBeInstanceOf(
      AccessDeniedException,
    );
  });

  test('a role session is judged by the policies of its role, and named by the session', async () => {
    const source = {
      roles: { engineer: { path: '/people/', trust: 'ec2.amazonaws.com', inline: { Own: document(glue) } } },
    };
    const who = { kind: 'role', name: 'engineer', sessionName: 'mika@example.com' } as const;
    expect(await refusal(source, 'runner', who)).toMatchObject({
      message: unauthorized(
        'arn:aws:sts::111122223333:assumed-role/engineer/mika@example.com',
        `iam:PassRole on resource: ${runner} because no identity-based policy allows the iam:PassRole action`,
      ),
    });
  });

  test('is checked for a new job as well, and not for reading jobs', async () => {
    await refusal(user(glue), 'runner');
    const client = local?.glue(local.aws.keyFor({ kind: 'user', name: 'mika' }));
    await expect(
      client?.send(new CreateJobCommand({ Name: 'new', Role: 'runner', Command: { Name: 'glueetl' } })),
    ).rejects.toBeInstanceOf(AccessDeniedException);
    expect(local?.aws.state.jobs.has('new')).toBe(false);
    await expect(client?.send(new GetJobsCommand({}))).resolves.toMatchObject({ Jobs: [{ Name: 'nightly' }] });
  });
});
