import { CreateJobCommand, GetJobCommand, GetJobsCommand, UpdateJobCommand } from '@aws-sdk/client-glue';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeyRequest } from '../../../../local/aws/identity/access-keys.ts';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const now = new Date('2026-06-17T01:23:45.678Z');
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const Command = { Name: 'glueetl', ScriptLocation: 's3://scripts/a.py' };
const DefaultArguments = { '--TempDir': 's3://temp', Region: 'x' };
const save = (Role: string) =>
  new UpdateJobCommand({ JobName: 'nightly-orders', JobUpdate: { Role, Command, DefaultArguments } });

describe('what CloudTrail tells EventBridge', () => {
  let local: OpenedAws;
  beforeEach(async () => {
    local = await openAws({ clock: () => now });
  });
  afterEach(() => local.close());

  const glueAs = (who: KeyRequest) => local.glue(local.aws.keyFor(who));
  const detail = () => local.events[0]?.detail;
  const mika = { kind: 'user', name: 'mika', mfa: true, console: true } as const;

  test('a refused Save, as the rule and the function will get it', async () => {
    await expect(glueAs(mika).send(save('glue-runtime-role'))).rejects.toThrow();
    expect(local.events).toEqual([
      {
        version: '0',
        id: uuid,
        'detail-type': 'AWS API Call via CloudTrail',
        source: 'aws.glue',
        account: '111122223333',
        time: '2026-06-17T01:23:45Z',
        region: 'ap-northeast-1',
        resources: [],
        detail: {
          eventVersion: '1.11',
          userIdentity: {
            type: 'IAMUser',
            principalId: local.aws.state.users.get('mika')?.id,
            arn: 'arn:aws:iam::111122223333:user/mika',
            accountId: '111122223333',
            accessKeyId: local.aws.keyFor(mika),
            userName: 'mika',
            sessionContext: { attributes: { creationDate: '2026-06-17T01:23:45Z', mfaAuthenticated: 'true' } },
          },
          eventTime: '2026-06-17T01:23:45Z',
          eventSource: 'glue.amazonaws.com',
          eventName: 'UpdateJob',
          awsRegion: 'ap-northeast-1',
          sourceIPAddress: '203.0.113.25',
          userAgent: expect.stringMatching(/^aws-sdk-js\/3/),
          errorCode: 'AccessDenied',
          errorMessage:
            'User: arn:aws:iam::111122223333:user/mika is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/glue-runtime-role because no identity-based policy allows the iam:PassRole action',
          requestParameters: null,
          responseElements: null,
          requestID: uuid,
          eventID: uuid,
          readOnly: false,
          eventType: 'AwsApiCall',
          managementEvent: true,
          recipientAccountId: '111122223333',
          eventCategory: 'Management',
          sessionCredentialFromConsole: 'true',
        },
      },
    ]);
  });

  test('a Save that worked carries its parameters in lowerCamelCase, the keys of arguments as they are', async () => {
    await glueAs(mika).send(save('AWSGlueServiceRole-crawler'));
    expect(detail()).toMatchObject({
      requestParameters: {
        jobName: 'nightly-orders',
        jobUpdate: {
          role: 'AWSGlueServiceRole-crawler',
          command: { name: 'glueetl', scriptLocation: 's3://scripts/a.py' },
          defaultArguments: DefaultArguments,
        },
      },
      responseElements: { jobName: 'nightly-orders' },
    });
    expect(detail()).not.toHaveProperty('errorCode');
  });

  test('another failure keeps its own code and its parameters', async () => {
    await expect(local.glue().send(new CreateJobCommand({ Name: 'x', Role: 'nobody', Command }))).rejects.toThrow();
    expect(detail()).toMatchObject({
      eventName: 'CreateJob',
      errorCode: 'InvalidInputException',
      requestParameters: { name: 'x', role: 'nobody' },
      responseElements: null,
    });
  });

  test('calls that only read say so, and keep no answer', async () => {
    await local.glue().send(new GetJobCommand({ JobName: 'nightly-orders' }));
    await local.glue().send(new GetJobsCommand({}));
    expect(
      local.events.map(({ detail: { eventName, readOnly, requestParameters, responseElements } }) => [
        eventName,
        readOnly,
        requestParameters,
        responseElements,
      ]),
    ).toEqual([
      ['GetJob', true, { jobName: 'nightly-orders' }, null],
      ['GetJobs', true, {}, null],
    ]);
  });

  test('calls of other services are not told', async () => {
    await local.iam().send(new GetUserCommand({ UserName: 'mika' }));
    expect(local.events).toEqual([]);
  });

  test('every record has an id of its own', async () => {
    await local.glue().send(new GetJobsCommand({}));
    await local.glue().send(new GetJobsCommand({}));
    expect(new Set(local.events.map((event) => event.detail['eventID'])).size).toBe(2);
  });

  describe('who it was', () => {
    const identity = async (who: KeyRequest) => {
      await glueAs(who)
        .send(new GetJobsCommand({}))
        .catch(() => undefined);
      return detail();
    };

    test('a long-term key has no session, so nothing is said of MFA', async () => {
      const found = await identity({ kind: 'user', name: 'mika' });
      expect(found?.['userIdentity']).not.toHaveProperty('sessionContext');
      expect(found).not.toHaveProperty('sessionCredentialFromConsole');
    });

    test('a role session names the role with its path behind it', async () => {
      const name = 'AWSReservedSSO_DataEngineer_0123456789abcdef';
      const found = await identity({ kind: 'role', name, sessionName: 'mika@example.com', console: true });
      const id = local.aws.state.roles.get(name)?.id;
      expect(found?.['userIdentity']).toEqual({
        type: 'AssumedRole',
        principalId: `${id}:mika@example.com`,
        arn: `arn:aws:sts::111122223333:assumed-role/${name}/mika@example.com`,
        accountId: '111122223333',
        accessKeyId: expect.stringMatching(/^ASIA/),
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: id,
            arn: `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/ap-northeast-1/${name}`,
            accountId: '111122223333',
            userName: name,
          },
          attributes: { creationDate: '2026-06-17T01:23:45Z', mfaAuthenticated: 'false' },
        },
      });
    });

    test('the administrator is the root of the account', async () => {
      await local.glue('anything').send(new GetJobsCommand({}));
      expect(detail()?.['userIdentity']).toEqual({
        type: 'Root',
        principalId: '111122223333',
        arn: 'arn:aws:iam::111122223333:root',
        accountId: '111122223333',
        accessKeyId: 'anything',
      });
    });
  });
});

test('an error message is cut at 1 KB, as CloudTrail does', async () => {
  const path = `/${'p'.repeat(500)}/`;
  const account = accountOf({
    users: {
      mika: {
        path,
        inline: { Own: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'glue:*', Resource: '*' } } },
      },
    },
    roles: { runner: { path, trust: 'glue.amazonaws.com' } },
    jobs: { 'nightly-orders': { role: 'runner' } },
  });
  const local = await openAws({ account });
  await expect(local.glue(local.aws.keyFor({ kind: 'user', name: 'mika' })).send(save('runner'))).rejects.toThrow(
    /allows the iam:PassRole action$/,
  );
  expect(String(local.events[0]?.detail['errorMessage'])).toHaveLength(1024);
  await local.close();
});
