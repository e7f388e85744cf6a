/**
 * What AWS refuses at deployment because it is too long. Names count as CloudFormation makes them: stack name, logical id and 13 characters by
 * chance, joined by hyphens.
 */
import { describe, expect, test } from '@jest/globals';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { PassRoleRemediator, type PassRoleRemediatorProps } from '../../lib/passrole-remediator.ts';
import { PassRoleRemediatorStack } from '../../lib/passrole-remediator-stack.ts';
import { SettingError } from '../../lib/settings/setting-error.ts';
import { dana, fox, wholeLoop } from './answering.ts';
import { type CfnTemplate, longer, pastLimits } from './limits.ts';
import { context } from './synthesise.ts';

const everything = (stack: Stack): PassRoleRemediatorProps => ({
  ...wholeLoop(stack),
  watch: ['*'],
  notify: ['data@example.com'],
  alarmsTo: ['oncall@example.com'],
  heartbeat: true,
});

type Answering = Pick<PassRoleRemediatorProps, 'approvers' | 'grantTo'>;

const person = (at: number) => ({ ...fox, name: `Person ${at}`, aws: [`arn:aws:iam::111122223333:user/person-${at}`] });
const people = (most: number): Answering => ({
  approvers: [dana, ...Array.from({ length: most }, (_, at) => person(at))],
  grantTo: { groups: ['GlueAccess'] },
});
/** Short entries, of which many fit, with what counts twice in JSON and what takes several bytes. */
const inSlack = (most: number): Answering => ({
  approvers: [
    dana,
    fox,
    ...Array.from({ length: most }, (_, at) => ({ name: `"${at}" \u{1f600}`, slack: `U0${at}`, aws: [] })),
  ],
  grantTo: { groups: ['GlueAccess'] },
});
const groups = (most: number): Answering => ({
  approvers: [dana, fox],
  grantTo: { groups: Array.from({ length: most }, (_, at) => `g/${at}`) },
});

/** The most that synthesis lets through: one more is refused. */
function theMost(stackName: string, of: (most: number) => Answering): Answering {
  const fits = (most: number): boolean => {
    const stack = new Stack(new App({ context }), 'Stack', { stackName });
    try {
      new PassRoleRemediator(stack, 'Remediator', { ...everything(stack), ...of(most) });
      return true;
    } catch (error) {
      if (error instanceof SettingError && /Name fewer/.test(error.message)) return false;
      throw error;
    }
  };
  let [fitting, tooMany] = [1, 1_024];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return of(fitting);
}

type Fill = (scope: Construct, stack: Stack) => void;

const fills: readonly (readonly [string, Fill])[] = [
  ['nothing set', (scope) => new PassRoleRemediator(scope, 'Remediator')],
  ['every setting', (scope, stack) => new PassRoleRemediator(scope, 'Remediator', everything(stack))],
  [
    'an installation of 20 letters',
    (scope, stack) => {
      new PassRoleRemediator(scope, 'Remediator', { ...everything(stack), installation: 'a'.repeat(20) });
    },
  ],
  [
    'a pattern of 2,048 characters',
    (scope, stack) => {
      const watch = [`glueb.amazonaws.com:${'A'.repeat(1_800)}`];
      new PassRoleRemediator(scope, 'Remediator', { ...everything(stack), watch, heartbeat: false });
    },
  ],
  [
    'nothing kept',
    (scope, stack) => new PassRoleRemediator(scope, 'Remediator', { ...everything(stack), retainData: false }),
  ],
];

/** Stack names of one letter, of the app's own, and of the most that CloudFormation takes. */
const stackNames = ['A', 'PassRoleRemediator', 'A'.repeat(64), 'A'.repeat(128)];

function templateOf(
  stackName: string,
  fill: Fill,
  inside: 'a stack' | 'a stage and a construct' = 'a stack',
): CfnTemplate {
  const app = new App({ context });
  const home = inside === 'a stack' ? app : new Stage(app, 'Production');
  const stack = new Stack(home, 'Stack', { stackName, analyticsReporting: false });
  const scope =
    inside === 'a stack' ? stack : new Construct(new Construct(stack, 'SecurityPlatform'), 'AccessManagement');
  fill(scope, stack);
  return Template.fromStack(stack).toJSON() as CfnTemplate;
}

describe('nothing goes past the limit of its service', () => {
  for (const stackName of stackNames)
    test.each(fills)(`in a stack with a name of ${stackName.length}, with %s`, (_, fill) => {
      expect(pastLimits(templateOf(stackName, fill), stackName)).toEqual([]);
    });

  test.each(fills)('inside a stage and a nested construct, with %s', (_, fill) => {
    const stackName = 'A'.repeat(128);
    expect(pastLimits(templateOf(stackName, fill, 'a stage and a construct'), stackName)).toEqual([]);
  });

  test.each([
    ['people', people, 18, 13],
    ['targets', groups, 18, 100],
    ['people', people, 128, 11],
    ['people in Slack alone', inSlack, 18, 30],
    ['people in Slack alone', inSlack, 128, 20],
    ['targets', groups, 128, 95],
  ] as const)('with the most %s that synthesis takes', (_, of, length, least) => {
    const stackName = 'A'.repeat(length);
    const most = theMost(stackName, of);
    expect(Math.max(most.approvers?.length ?? 0, most.grantTo?.groups?.length ?? 0)).toBeGreaterThanOrEqual(least);
    const template = templateOf(stackName, (scope, stack) => {
      new PassRoleRemediator(scope, 'Remediator', { ...everything(stack), ...most });
    });
    expect(pastLimits(template, stackName)).toEqual([]);
  });

  test('in the app of this repository, outputs and all', () => {
    const { slack: _, notify, alarmsTo, approvers, grantTo } = everything(new Stack());
    const settings = {
      stackName: 'A'.repeat(128),
      heartbeat: true,
      slack: { channelId: 'C0123456789', secretName: 'a'.repeat(512) },
      review: { slack: { teamId: 'T0123456789' }, mail: {} },
      ...{ notify: [...(notify ?? [])], alarmsTo: [...(alarmsTo ?? [])] },
      ...{
        approvers: (approvers ?? []).map((each) => ({ ...each, aws: [...each.aws] })),
        grantTo: { groups: [...(grantTo?.groups ?? [])] },
      },
    };
    const description = 'Hears iam:PassRole denials, diagnoses them and tells people';
    const stack = new PassRoleRemediatorStack(new App({ context }), 'PassRoleRemediator', { settings, description });
    expect(pastLimits(Template.fromStack(stack).toJSON() as CfnTemplate, stack.stackName)).toEqual([]);
  });
});

test('one installation a construct, the same over updates and in every account and region', () => {
  const ids = (stackName: string, region?: string): readonly string[] => {
    const stack = new Stack(new App({ context }), 'Stack', { stackName, ...(region && { env: { region } }) });
    return [stack, new Construct(stack, 'Team')].flatMap((scope) =>
      ['One', 'Other'].map((id) => new PassRoleRemediator(scope, id).installation),
    );
  };
  expect(new Set([...ids('A'), ...ids('B')]).size).toBe(8);
  expect(ids('A', 'eu-west-1')).toEqual(ids('A'));
  expect(ids('A').every((id) => /^[0-9a-f]{8}$/.test(id))).toBe(true);
});

test('in a nested stack as well, whose name is known only at deployment', () => {
  const nested = new NestedStack(new Stack(new App({ context }), 'Stack'), 'Nested');
  expect(new PassRoleRemediator(nested, 'One').installation).toMatch(/^[0-9a-f]{8}$/);
});

test.each(['', 'Data', 'a b', '-a', 'a-', 'a--b', 'a'.repeat(21)])(
  "an installation '%s' cannot be part of a name",
  (installation) => {
    expect(() => new PassRoleRemediator(new Stack(), 'R', { installation })).toThrow(
      new Error(
        `installation: '${installation}' cannot be part of a name. Write 1 to 20 small letters, digits and single hyphens between them, such as 'data-platform', or leave it out.`,
      ),
    );
  },
);

describe('two of one installation', () => {
  const two = (scopes: (app: App) => readonly [Construct, Construct]) => () => {
    for (const [at, scope] of scopes(new App({ context })).entries())
      new PassRoleRemediator(scope, `R${at}`, { installation: 'same' });
  };
  const stack = (scope: Construct, id: string, region?: string): Stack =>
    new Stack(scope, id, region === undefined ? {} : { env: { region, account: '111122223333' } });

  test.each<readonly [string, (app: App) => readonly [Construct, Construct]]>([
    ['one stack', (app) => [stack(app, 'A'), app.node.findChild('A') as Construct]],
    ['two stacks of one place', (app) => [stack(app, 'A', 'eu-west-1'), stack(app, 'B', 'eu-west-1')]],
    ['two stacks whose place is not known', (app) => [stack(app, 'A'), stack(app, 'B')]],
    [
      'two stages of one place',
      (app) => [stack(new Stage(app, 'S'), 'A', 'eu-west-1'), stack(new Stage(app, 'T'), 'A', 'eu-west-1')],
    ],
  ])('in %s are refused', (_, scopes) => {
    expect(two(scopes)).toThrow("installation: 'same' is that of");
  });

  test.each<readonly [string, (app: App) => readonly [Construct, Construct]]>([
    ['two regions', (app) => [stack(app, 'A', 'eu-west-1'), stack(app, 'B', 'eu-west-2')]],
    [
      'two stages whose places are not known',
      (app) => [stack(new Stage(app, 'S'), 'A'), stack(new Stage(app, 'T'), 'A')],
    ],
  ])('in %s are not', (_, scopes) => {
    expect(two(scopes)).not.toThrow();
  });
});

test('constructs nested so deep that a table would have a name too long are refused at synthesis', () => {
  const stack = new Stack(new App({ context }), 'Stack', { stackName: 'A'.repeat(64) });
  expect(() => new PassRoleRemediator(new Construct(stack, 'B'.repeat(170)), 'Remediator')).toThrow(
    /^the table B+\w*: its name comes to \d+ characters with that of its stack, and DynamoDB takes 255\./,
  );
});

describe('the limits bite', () => {
  const LONG = 'A'.repeat(64);
  const whole = templateOf(LONG, (scope, stack) => {
    new PassRoleRemediator(scope, 'Remediator', everything(stack));
  });
  const ids = (type: string): readonly string[] =>
    Object.entries(whole.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []));
  const changed = (id: string, property: string, value: unknown): CfnTemplate => {
    const resource = whole.Resources[id];
    if (resource === undefined) throw new Error(`There is no ${id}.`);
    const Properties = { ...resource.Properties, [property]: value };
    return { ...whole, Resources: { ...whole.Resources, [id]: { ...resource, Properties } } };
  };
  const fifo = ids('AWS::SQS::Queue').filter((id) => whole.Resources[id]?.Properties?.['FifoQueue'] === true);

  test('there are four FIFO queues', () => {
    expect(fifo).toHaveLength(4);
  });

  test.each(fifo)('%s without its name is one that SQS refuses', (id) => {
    expect(pastLimits(changed(id, 'QueueName', undefined), LONG)).toEqual([
      expect.stringMatching(new RegExp(`^${id} QueueName: \\d+ of 80$`)),
    ]);
  });

  const [fn = '', rule = '', alarm = '', pipe = '', topic = ''] = [
    'AWS::Lambda::Function',
    'AWS::Events::Rule',
    'AWS::CloudWatch::Alarm',
    'AWS::Pipes::Pipe',
    'AWS::SNS::Topic',
  ].map((type) => ids(type)[0] ?? '');

  test.each([
    [fn, 'Environment', { Variables: { A: 'a'.repeat(4_096) } }, 'Environment: 4104 of 4096'],
    [fn, 'Description', 'a'.repeat(257), 'Description: 257 of 256'],
    [fn, 'Tags', [{ Key: 'a', Value: 'a'.repeat(257) }], 'Tags.a: 257 of 256'],
    [rule, 'EventPattern', { source: ['a'.repeat(2_048)] }, 'EventPattern: 2064 of 2048'],
    [rule, 'Description', 'a'.repeat(513), 'Description: 513 of 512'],
    [alarm, 'AlarmDescription', 'a'.repeat(1_025), 'AlarmDescription: 1025 of 1024'],
    [alarm, 'AlarmName', 'a'.repeat(256), 'AlarmName: 256 of 255'],
    [pipe, 'Name', 'a'.repeat(65), 'Name: 65 of 64'],
    [topic, 'TopicName', 'a'.repeat(257), 'TopicName: 257 of 256'],
  ])('%s: %s', (id, property, value, found) => {
    expect(pastLimits(changed(id, property, value), LONG)).toContain(`${id} ${found}`);
  });

  test("a role's inline policies count together", () => {
    const [policy = ''] = ids('AWS::IAM::Policy');
    const [role] = (whole.Resources[policy]?.Properties?.['Roles'] ?? []) as { Ref: string }[];
    const big = changed(policy, 'PolicyDocument', { Statement: 'a'.repeat(10_240) });
    expect(pastLimits(big, LONG)).toContainEqual(
      expect.stringMatching(new RegExp(`^${role?.Ref} inline policies: \\d+ of 10240$`)),
    );
  });

  test('an output of a description that is too long', () => {
    const outputs = { ...whole, Outputs: { A: { Description: 'a'.repeat(1_025), Value: 'a' } } };
    expect(pastLimits(outputs, LONG)).toEqual(['A Description: 1025 of 1024']);
  });

  test('a type of which nobody has said how long its name may be', () => {
    const odd = { ...whole, Resources: { Odd: { Type: 'AWS::Odd::Thing', Properties: {} } } };
    expect(() => pastLimits(odd, LONG)).toThrow('AWS::Odd::Thing');
  });

  test('what is known only at deployment counts as long as it can get', () => {
    expect(longer(whole, 'A'.repeat(128)).of({ Ref: 'AWS::Region' })).toBe('ap-southeast-7'.length);
  });
});
