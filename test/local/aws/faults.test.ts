import { GetJobsCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetUserCommand, IAMClient, PutGroupPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Call, Fault } from '../../../local/aws/call.ts';
import { type OpenedAws, openAws, REGION } from './clients.ts';

const throttled: Fault = { code: 'Throttling', message: 'Rate exceeded', status: 400 };
const broken: Fault = { code: 'InternalFailure', message: 'Something broke', status: 500 };

describe('what goes wrong on purpose', () => {
  let local: OpenedAws;
  afterEach(() => local.close());

  /** The first calls get these faults, one each; the rest go through. */
  async function open(...faults: (Fault | null)[]): Promise<Call[]> {
    const calls: Call[] = [];
    const left = [...faults];
    local = await openAws({ fault: () => left.shift() ?? null, onCall: (call) => calls.push(call) });
    return calls;
  }
  const patient = () => ({
    endpoint: local.aws.url,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'x' },
    maxAttempts: 4,
  });
  const user = new GetUserCommand({ UserName: 'mika' });

  test('throttling is retried by the SDK until it works', async () => {
    const calls = await open(throttled, throttled);
    const { User, $metadata } = await new IAMClient(patient()).send(user);
    expect([User?.UserName, $metadata.attempts, calls.length]).toEqual(['mika', 3, 3]);
  });

  test('so is a broken server, and a connection that was dropped', async () => {
    const calls = await open(broken, 'drop-connection');
    await expect(new GlueClient(patient()).send(new GetJobsCommand({}))).resolves.toMatchObject({
      $metadata: { attempts: 3 },
    });
    expect(calls.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
      'glue GetJobs',
      'glue GetJobs',
      'glue GetJobs',
    ]);
  });

  test('half an answer is no answer, although the call was carried out', async () => {
    const calls = await open('garble-answer', null);
    const jobs = new GlueClient(patient());
    await expect(jobs.send(new GetJobsCommand({}))).rejects.toThrow(SyntaxError);
    expect((await jobs.send(new GetJobsCommand({}))).Jobs?.length).toBeGreaterThan(0);
    expect(calls).toHaveLength(2);
  });

  test('a refusal is not retried', async () => {
    const calls = await open({ code: 'AccessDenied', message: 'Not for you', status: 403 });
    await expect(new IAMClient(patient()).send(user)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not for you',
    });
    expect(calls).toHaveLength(1);
  });

  test('not even where all clocks are ahead: an answer of another time would be a wrong clock to the SDK', async () => {
    const real = Date.now;
    const ahead = jest.spyOn(Date, 'now').mockImplementation(() => real() + 9 * 3_600_000);
    try {
      const calls: Call[] = [];
      const fault = (call: Call): Fault => {
        calls.push(call);
        return { code: 'AccessDenied', message: 'Not for you', status: 403 };
      };
      local = await openAws({ fault, clock: () => new Date(Date.now()) });
      await expect(new IAMClient(patient()).send(user)).rejects.toMatchObject({ name: 'AccessDenied' });
      expect(calls).toHaveLength(1);
    } finally {
      ahead.mockRestore();
    }
  });

  const write = new PutGroupPolicyCommand({
    GroupName: 'GlueAccess',
    PolicyName: 'Own',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    }),
  });

  test('a call that never arrives changes nothing', async () => {
    await open('drop-connection');
    await expect(local.iam().send(write)).rejects.toThrow();
    expect(local.aws.state.groups.get('GlueAccess')?.inline.size).toBe(0);
  });

  test('a call whose answer is lost was carried out all the same', async () => {
    await open('drop-response');
    await expect(local.iam().send(write)).rejects.toThrow();
    expect(local.aws.state.groups.get('GlueAccess')?.inline.size).toBe(1);
  });

  test('a slow answer comes late', async () => {
    await open({ delayMs: 80 });
    const before = performance.now();
    await local.iam().send(user);
    expect(performance.now() - before).toBeGreaterThanOrEqual(79);
  });

  test('calls are told with who made them and what they asked', async () => {
    const calls = await open();
    await local.iam(local.aws.keyFor({ kind: 'user', name: 'mika', mfa: true })).send(user);
    expect(calls).toMatchObject([
      {
        service: 'iam',
        operation: 'GetUser',
        input: { UserName: 'mika' },
        caller: { kind: 'user', name: 'mika' },
        callerArn: 'arn:aws:iam::111122223333:user/mika',
      },
    ]);
  });
});
