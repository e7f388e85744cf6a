import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Here } from '../../../../local/deploy-here.ts';
import type { DeployedRule, Deployment } from '../../../../local/runtime/deployment.ts';
import { rateOf } from '../../../../local/runtime/rules/schedule.ts';
import { startSchedules } from '../../../../local/runtime/rules/schedules.ts';
import { ACCOUNT, arn, deployWritten, REGION, type Written } from '../written.ts';

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(1 hour)', 3_600_000],
  ['rate(2 days)', 172_800_000],
])('%s comes every %d ms', (expression, ms) => {
  expect(rateOf(expression)).toBe(ms);
});

test.each(['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'rate(5 seconds)', 'cron(0 12 * * ? *)'])(
  '%s is refused by name',
  (expression) => {
    expect(() => rateOf(expression)).toThrow(`"${expression}"`);
  },
);

describe('by the clock', () => {
  const place = { accountId: ACCOUNT, region: REGION, partition: 'aws' };
  const rule = (id: string, ScheduleExpression: string, State = 'ENABLED'): DeployedRule => ({
    id,
    State,
    ScheduleExpression,
    Targets: [],
  });
  const rules = [
    rule('Often', 'rate(1 minute)'),
    rule('Seldom', 'rate(5 minutes)'),
    rule('Off', 'rate(1 minute)', 'DISABLED'),
  ];
  const start = (byTheClock: boolean) => {
    const fired: string[] = [];
    const targets = {
      fire: async ({ id }: DeployedRule) => {
        fired.push(id);
      },
      functionsOf: () => [],
    };
    // Only the place and the rules are looked at.
    const deployment = { place, rules } as unknown as Deployment;
    return { fired, schedules: startSchedules({ deployment, targets, byTheClock }) };
  };
  afterEach(() => {
    jest.useRealTimers();
  });

  test('each comes at its rate, first after one of it, until closed; a disabled one never', () => {
    jest.useFakeTimers();
    const { fired, schedules } = start(true);
    jest.advanceTimersByTime(59_999);
    expect(fired).toEqual([]);
    jest.advanceTimersByTime(240_001);
    expect(fired.toSorted()).toEqual(['Often', 'Often', 'Often', 'Often', 'Often', 'Seldom']);
    schedules.close();
    jest.advanceTimersByTime(600_000);
    expect(fired.length).toBe(6);
  });

  test('none comes by itself unless asked to', async () => {
    jest.useFakeTimers();
    const { fired, schedules } = start(false);
    jest.advanceTimersByTime(3_600_000);
    expect(fired).toEqual([]);
    await schedules.tick(null, new Date());
    expect(fired).toEqual(['Often', 'Seldom']);
  });
});

describe('a scheduled function', () => {
  let here: Here | null = null;
  afterEach(async () => {
    await here?.close();
    here = null;
  });
  const schedule = (id: string, target: object = { Arn: arn(id) }) => ({
    [`${id}Schedule`]: {
      Type: 'AWS::Events::Rule',
      Properties: { State: 'ENABLED', ScheduleExpression: 'rate(5 minutes)', Targets: [target] },
    },
  });
  const permission = (id: string) => ({
    [`${id}MayBeCalled`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: arn(id),
        Principal: 'events.amazonaws.com',
        SourceArn: arn(`${id}Schedule`),
      },
    },
  });
  const printing = 'export const handler = async (event) => console.log(JSON.stringify(event));';
  const failing = "export const handler = async () => { throw new Error('still broken'); };";
  const heard: string[] = [];
  const failures: string[] = [];
  const deploy = async (written: Written) => {
    heard.length = 0;
    failures.length = 0;
    here = await deployWritten({
      ...written,
      options: {
        onLog: (name, line) => heard.push(`${name} ${line}`),
        onFailure: (name, error) => failures.push(`${name}: ${error instanceof Error ? error.message : error}`),
      },
    });
    return here.runtime;
  };

  test("gets EventBridge's scheduled event, of the time it is told", async () => {
    const runtime = await deploy({
      handlers: { Sweep: printing, Other: printing },
      resources: {
        ...schedule('Sweep'),
        ...permission('Sweep'),
        ...schedule('Other', { Arn: arn('Other'), Input: '{"job":"expire"}' }),
        ...permission('Other'),
      },
    });
    await runtime.tick('sweep', new Date('2026-11-24T12:00:00.500Z'));
    await runtime.tick('Other');
    await here?.close();
    const [first = '', second] = heard;
    expect(JSON.parse(first.slice('sweep '.length))).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: '2026-11-24T12:00:00Z',
      region: REGION,
      resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/SweepSchedule`],
      detail: {},
    });
    expect(second).toBe('other {"job":"expire"}');
    here = null;
  });

  test('that fails is tried three times in all, and then kept where the template says', async () => {
    const runtime = await deploy({
      handlers: { Sweep: failing },
      properties: { Sweep: { DeadLetterConfig: { TargetArn: arn('Dead') } } },
      resources: { ...schedule('Sweep'), ...permission('Sweep'), Dead: { Type: 'AWS::SQS::Queue', Properties: {} } },
    });
    await runtime.tick();
    expect(failures).toEqual(Array.from({ length: 3 }, () => 'sweep: sweep: Error: still broken'));
    expect(
      runtime
        .queue('Dead')
        .messages()
        .map(({ body }) => JSON.parse(body)['detail-type']),
    ).toEqual(['Scheduled Event']);
  });

  test('is tried as often as the template says, and its destination is told', async () => {
    const runtime = await deploy({
      handlers: { Sweep: failing },
      resources: {
        ...schedule('Sweep'),
        ...permission('Sweep'),
        Failed: { Type: 'AWS::SQS::Queue', Properties: {} },
        SweepInvocation: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Sweep' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 0,
            DestinationConfig: { OnFailure: { Destination: arn('Failed') } },
          },
        },
      },
    });
    await runtime.tick('sweep');
    expect(failures.length).toBe(1);
    const [message] = runtime.queue('Failed').messages();
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      requestPayload: { source: 'aws.events' },
      responsePayload: { errorMessage: 'sweep: Error: still broken' },
    });
  });

  test('that has no schedule cannot be ticked', async () => {
    const runtime = await deploy({ handlers: { Sweep: printing } });
    await expect(runtime.tick('sweep')).rejects.toThrow('No enabled schedule calls Sweep');
  });

  test('that EventBridge may not call is an error at the start, as nobody would hear of it later', async () => {
    await expect(deploy({ handlers: { Sweep: printing }, resources: schedule('Sweep') })).rejects.toThrow(
      'no AWS::Lambda::Permission lets events.amazonaws.com do so',
    );
  });
});
