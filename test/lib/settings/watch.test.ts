import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { PassRoleRemediator } from '../../../lib/passrole-remediator.ts';
import { context, named, synthesise } from '../synthesise.ts';

const words = [{ wildcard: '*iam:PassRole*' }, { wildcard: '*ross-account pass role is not allowed*' }];
const call = ['AWS API Call via CloudTrail'];

const pattern = (...watch: readonly string[]): unknown =>
  named(synthesise({ watch }), 'Denials/Rule').properties['EventPattern'];

describe('which calls are heard', () => {
  test('Glue is watched unless something else is asked for', () => {
    expect(named(synthesise(), 'Denials/Rule').properties).toEqual({
      Description: 'passrole-remediator: calls that were refused because of iam:PassRole',
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.glue'],
        'detail-type': call,
        detail: { eventSource: ['glue.amazonaws.com'], errorMessage: words },
      },
      Targets: [{ Id: 'Target0', Arn: 'Denials/Queue.Arn', DeadLetterConfig: { Arn: 'Denials/QueueDeadLetters.Arn' } }],
    });
  });

  test('several services make one rule', () => {
    expect(pattern('glue', 'ecs')).toEqual({
      source: ['aws.glue', 'aws.ecs'],
      'detail-type': call,
      detail: { eventSource: ['glue.amazonaws.com', 'ecs.amazonaws.com'], errorMessage: words },
    });
  });

  test('a service can be narrowed to some of its operations', () => {
    expect(pattern('glue:UpdateJob', 'glue:CreateJob')).toEqual({
      source: ['aws.glue'],
      'detail-type': call,
      detail: { eventSource: ['glue.amazonaws.com'], eventName: ['UpdateJob', 'CreateJob'], errorMessage: words },
    });
  });

  test('a whole service beside narrowed ones stays whole, and their operations do not mix', () => {
    expect(pattern('glue', 'lambda:CreateFunction20150331', 'ecs:RunTask', 'states')).toEqual({
      source: ['aws.glue', 'aws.lambda', 'aws.ecs', 'aws.states'],
      'detail-type': call,
      detail: {
        $or: [
          { eventSource: ['glue.amazonaws.com', 'states.amazonaws.com'] },
          { eventSource: ['lambda.amazonaws.com'], eventName: [{ prefix: 'CreateFunction20150331' }] },
          { eventSource: ['ecs.amazonaws.com'], eventName: ['RunTask'] },
        ],
        errorMessage: words,
      },
    });
  });

  test('a Lambda operation is found under its IAM name too, although CloudTrail adds a date to it', () => {
    expect(pattern('lambda:CreateFunction')).toEqual({
      source: ['aws.lambda'],
      'detail-type': call,
      detail: {
        eventSource: ['lambda.amazonaws.com'],
        eventName: ['CreateFunction', { prefix: 'CreateFunction20' }],
        errorMessage: words,
      },
    });
  });

  test('a star hears every service of AWS, but no event that someone in the account made up', () => {
    expect(pattern('*')).toEqual({
      source: [{ prefix: 'aws.' }],
      'detail-type': call,
      detail: { errorMessage: words },
    });
  });
});

const warnings = (watch: readonly string[], region?: string): readonly string[] => {
  const stack = new Stack(new App({ context }), 'Stack', region === undefined ? {} : { env: { region } });
  const { node } = new PassRoleRemediator(stack, 'Remediator', { watch });
  return node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
};

describe('what may never be heard is taken with a warning', () => {
  test.each([
    [['kms'], undefined, "watch: no call of 'kms' is known to pass a role, so 'kms' may never hear anything."],
    [
      ['glue:StartJobRun'],
      undefined,
      "watch: 'glue:StartJobRun' is not known to pass a role, so it may never hear anything.",
    ],
    [
      ['iam'],
      'eu-central-1',
      "watch: CloudTrail records calls of 'iam' in us-east-1, so nothing of it is heard in eu-central-1.",
    ],
  ] as const)('%j in %s', (watch, region, words) => {
    expect(warnings(watch, region)).toEqual([expect.stringContaining(words)]);
  });

  test.each([
    [['glue', 'batch', 'codedeploy', 'storagegateway', 'translate', 'medialive'], undefined],
    [['glue:UpdateJob', 'lambda:UpdateFunctionConfiguration20150331v2', 'glue.amazonaws.com:StartJobRun'], undefined],
    [['iam'], 'us-east-1'],
    [['iam'], undefined],
    [['*'], 'eu-central-1'],
  ] as const)('and %j in %s without one', (watch, region) => {
    expect(warnings(watch, region)).toEqual([]);
  });
});

describe('who writes the service in full is believed', () => {
  test('of one that is known, it says the same', () => {
    expect(pattern('glue.amazonaws.com')).toEqual(pattern('glue'));
  });

  test('on a service that is not known', () => {
    expect(pattern('gluee.amazonaws.com')).toMatchObject({
      source: ['aws.gluee'],
      detail: { eventSource: ['gluee.amazonaws.com'] },
    });
  });

  test('on an operation that looks like a slip', () => {
    expect(pattern('glue.amazonaws.com:UpdateJobs')).toMatchObject({
      source: ['aws.glue'],
      detail: { eventSource: ['glue.amazonaws.com'], eventName: ['UpdateJobs'] },
    });
  });

  test('and an operation that is like none is taken as it is: no list is whole', () => {
    expect(pattern('glue:StartSomethingElse')).toMatchObject({ detail: { eventName: ['StartSomethingElse'] } });
  });
});

describe('what cannot be meant is refused at synthesis', () => {
  test.each([
    [
      'Glue',
      "watch: 'Glue' is not how CloudTrail writes the service, so no call would ever match. Write 'glue' for it.",
    ],
    [
      'aws.glue',
      "watch: 'aws.glue' is not how CloudTrail writes the service, so no call would ever match. Write 'glue' for it.",
    ],
    [
      'stepfunctions:CreateStateMachine',
      "watch: 'stepfunctions:CreateStateMachine' is not how CloudTrail writes the service, so no call would ever match. Write 'states' for it.",
    ],
    [
      'iam:PassRole',
      "watch: 'iam:PassRole' is never recorded as a call of its own: the denial is in the call that passes the role. Name the service that roles are passed to, such as 'glue'.",
    ],
    [
      'glue:*',
      "watch: 'glue:*' has a wildcard in the operation. Write 'glue' for every operation, or list them one by one.",
    ],
    [
      'glue:updateJob',
      "watch: 'glue:updateJob' does not name an operation. Write it as CloudTrail's eventName does, such as 'glue:UpdateJob'.",
    ],
    [
      'glue:',
      "watch: 'glue:' does not name an operation. Write it as CloudTrail's eventName does, such as 'glue:UpdateJob'.",
    ],
    ['', "watch: '' does not name a service. Write 'glue', 'glue:UpdateJob', or '*' for every service."],
    [
      'glue jobs',
      "watch: 'glue jobs' does not name a service. Write 'glue', 'glue:UpdateJob', or '*' for every service.",
    ],
    [
      'gluee',
      "watch: 'gluee' names no service that is known here, so that nothing may ever be heard. Did you mean 'glue'? If CloudTrail's eventSource does begin so, write it in full: 'gluee.amazonaws.com'.",
    ],
    [
      'quantumledger:CreateJob',
      "watch: 'quantumledger:CreateJob' names no service that is known here, so that nothing may ever be heard. If CloudTrail's eventSource does begin so, write it in full: 'quantumledger.amazonaws.com:CreateJob'.",
    ],
    [
      'glue:UpdateJobs',
      "watch: 'glue:UpdateJobs' looks like a slip of 'glue:UpdateJob', which passes a role. Write 'glue:UpdateJob'; or, if CloudTrail's eventName is 'UpdateJobs', name the service in full: 'glue.amazonaws.com:UpdateJobs'.",
    ],
    [
      'lambda:CreateFunctions20150331',
      "watch: 'lambda:CreateFunctions20150331' looks like a slip of 'lambda:CreateFunction', which passes a role. Write 'lambda:CreateFunction'; or, if CloudTrail's eventName is 'CreateFunctions20150331', name the service in full: 'lambda.amazonaws.com:CreateFunctions20150331'.",
    ],
    ['glue:UpdateJob:1', "watch: 'glue:UpdateJob:1' has more than one colon. Write '<service>:<Operation>'."],
  ])("'%s'", (entry, message) => {
    expect(() => pattern(entry)).toThrow(new Error(message));
  });

  test('an empty list, which would hear nothing', () => {
    const message =
      "watch: the list is empty, so no denial would be heard. Leave it out for ['glue'], or name services.";
    expect(() => pattern()).toThrow(new Error(message));
  });

  test('a star beside other entries', () => {
    const message = "watch: '*' already covers every other entry. Remove it, or remove the others.";
    expect(() => pattern('glue', '*')).toThrow(new Error(message));
  });

  test.each([
    [['glue', 'glue']],
    [['glue', 'glue:UpdateJob']],
    [['glue:UpdateJob', 'glue']],
    [['glue:UpdateJob', 'glue:UpdateJob']],
  ])('entries that overlap: %j', (entries) => {
    const message = `watch: '${entries[1]}' overlaps with another entry for 'glue'. Keep the one you mean.`;
    expect(() => pattern(...entries)).toThrow(new Error(message));
  });

  test('more than an EventBridge pattern holds: 2,048 characters fit, 2,049 do not', () => {
    const ofLength = (length: number): string => {
      const rest = JSON.stringify(pattern('glue:A')).length - 1;
      return `glue:${'A'.repeat(length - rest)}`;
    };
    expect(JSON.stringify(pattern(ofLength(2048)))).toHaveLength(2048);
    expect(() => pattern(ofLength(2049))).toThrow(
      new Error(
        'watch: these entries make an EventBridge pattern of 2049 characters, more than the 2048 that a rule takes. ' +
          "Name whole services instead of operations, or write ['*'].",
      ),
    );
  });
});
