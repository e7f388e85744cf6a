import { GetJobCommand, UpdateJobCommand } from '@aws-sdk/client-glue';
import {
  type ContextEntry,
  GetGroupPolicyCommand,
  PutGroupPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OpenedAws, openAws } from './clients.ts';

const user = 'arn:aws:iam::111122223333:user/mika';
const role = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const otherRole = 'arn:aws:iam::111122223333:role/warehouse-loader-role';

const service: ContextEntry = {
  ContextKeyName: 'iam:PassedToService',
  ContextKeyValues: ['glue.amazonaws.com'],
  ContextKeyType: 'string',
};
const mfa: ContextEntry = {
  ContextKeyName: 'aws:MultiFactorAuthPresent',
  ContextKeyValues: ['true'],
  ContextKeyType: 'boolean',
};

/** The policy of the field note, word for word. */
const grant = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AllowPassGlueRuntimeRoleToGlue',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
    },
  ],
});

const save = new UpdateJobCommand({
  JobName: 'nightly-orders',
  JobUpdate: { Role: 'glue-runtime-role', Command: { Name: 'glueetl' }, Description: 'Saved' },
});

describe('the field note, played on the local AWS', () => {
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws();
  });
  afterAll(() => local.close());

  const decision = async (ContextEntries: ContextEntry[], PolicyInputList: string[] = [], roleArn = role) => {
    const { EvaluationResults } = await local.iam().send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: user,
        ActionNames: ['iam:PassRole'],
        ResourceArns: [roleArn],
        ContextEntries,
        PolicyInputList,
      }),
    );
    return EvaluationResults?.map(({ ResourceSpecificResults }) => ResourceSpecificResults?.[0]?.EvalResourceDecision);
  };

  test('without a word about MFA the simulator shows the guardrail', async () => {
    expect(await decision([service])).toEqual(['explicitDeny']);
  });

  test('with MFA there is still nothing that allows passing the role', async () => {
    expect(await decision([service, mfa])).toEqual(['implicitDeny']);
  });

  test('the proposed policy can be proved before it is written, for its one role and no other', async () => {
    expect(await decision([service, mfa], [grant])).toEqual(['allowed']);
    expect(await decision([service, mfa], [grant], otherRole)).toEqual(['implicitDeny']);
  });

  test('pressing Save is refused with the words of the console, and CloudTrail hears of it without the job', async () => {
    const glue = local.glue(local.aws.keyFor({ kind: 'user', name: 'mika', mfa: true, console: true }));
    const words = `User: ${user} is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;
    await expect(glue.send(save)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: words,
      $metadata: { httpStatusCode: 400 },
    });
    const detail = local.events.at(-1)?.detail;
    expect(detail).toMatchObject({ eventName: 'UpdateJob', errorCode: 'AccessDenied', errorMessage: words });
    expect(detail?.['requestParameters']).toBeNull();
  });

  test('once the group has the policy, Save works and the next record says who did what', async () => {
    const iam = local.iam();
    const name = { GroupName: 'GlueAccess', PolicyName: 'AllowPassGlueRuntimeRoleToGlue' };
    await iam.send(new PutGroupPolicyCommand({ ...name, PolicyDocument: grant }));
    const { PolicyDocument } = await iam.send(new GetGroupPolicyCommand(name));
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? ''))).toEqual(JSON.parse(grant));
    expect(await decision([service, mfa])).toEqual(['allowed']);

    const glue = local.glue(local.aws.keyFor({ kind: 'user', name: 'mika', mfa: true, console: true }));
    await glue.send(save);
    const { Job } = await glue.send(new GetJobCommand({ JobName: 'nightly-orders' }));
    expect(Job?.Description).toBe('Saved');
    expect(local.events.at(-2)?.detail).toMatchObject({
      eventName: 'UpdateJob',
      requestParameters: { jobName: 'nightly-orders', jobUpdate: { role: 'glue-runtime-role' } },
      responseElements: { jobName: 'nightly-orders' },
    });
  });
});
