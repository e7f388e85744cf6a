import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PassRoleRemediator } from '../../../lib/passrole-remediator.ts';
import { PassRoleRemediatorStack } from '../../../lib/passrole-remediator-stack.ts';
import { checkCdkJson, readAppSettings, settingsIn } from '../../../lib/settings/app-settings.ts';
import { dana, fox } from '../answering.ts';
import { context, ofType, readable } from '../synthesise.ts';

const LIST = 'it has to be a list in square brackets, such as ["glue"]';

describe('the settings in cdk.json', () => {
  test('may be left out', () => {
    expect(readAppSettings(undefined)).toEqual({});
  });

  test('may all be given', () => {
    const settings = {
      watch: ['glue', 'lambda:CreateFunction'],
      notify: ['data@example.com'],
      alarmsTo: ['oncall@example.com'],
      heartbeat: true,
      slack: { channelId: 'C0123456789', secretName: 'team/slack' },
      approvers: [{ ...dana, mail: 'dana@example.com' }],
      grantTo: { groups: ['GlueAccess'], users: [], roles: [] },
      allowAdministrator: true,
      proposalsExpireAfterHours: 12,
      stackName: 'DataPlatform',
      installation: 'data-platform',
      logRetentionDays: 180,
      retainData: false,
      terminationProtection: true,
      review: { aws: false, slack: { teamId: 'T0123456789' } },
    };
    expect(readAppSettings(settings)).toEqual(settings);
  });

  test.each([
    [
      { wacth: ['glue'] },
      "'wacth' is not a setting: did you mean 'watch'? There are: stackName, installation, watch, notify, alarmsTo, heartbeat, slack, logRetentionDays, retainData, terminationProtection, approvers, grantTo, allowAdministrator, proposalsExpireAfterHours, review",
    ],
    [
      { approvers: [{ ...dana, role: 'x' }] },
      "'approvers[1].role' is not a setting, probably a spelling mistake. There are: name, slack, aws, mail",
    ],
    [{ approvers: [{ name: 'Dana' }] }, `'approvers[1].aws': it is missing; ${LIST}`],
    [
      { grantTo: { group: ['GlueAccess'] } },
      "'grantTo.group' is not a setting: did you mean 'groups'? There are: groups, users, roles",
    ],
    [{ review: { slack: {} } }, "'review.slack.teamId': it is missing; it has to be a text in quotation marks"],
    [
      { slack: { channelId: 'C0123456789', secretName: 'x', token: 'y' } },
      "'slack.token' is not a setting, probably a spelling mistake. There are: channelId, secretName",
    ],
    [
      { slack: { channelId: 'C0123456789' } },
      "'slack.secretName': it is missing; it has to be a text in quotation marks",
    ],
    [
      {
        slack: {
          channelId: 'C0123456789',
          secretName: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:passrole-remediator/slack-AbC123',
        },
      },
      "'slack.secretName': it is an ARN, and the secret is looked up by its name. Write 'passrole-remediator/slack'",
    ],
    [
      { slack: { channelId: 'C0123456789', secretName: 'team slack' } },
      "'slack.secretName': it cannot be a secret's name. Write 1 to 512 letters, digits and /_+=.@-, such as 'team/slack'",
    ],
    [
      { logRetentionDays: 100 },
      "'logRetentionDays': CloudWatch Logs does not keep logs for 100 days. It takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
    ],
    [
      { slack: { channelId: 'C0123456789', secretName: 'xoxb-123' } },
      "'slack.secretName': it is a Slack token. Put the token into a secret, take it out of cdk.json, and name the secret here",
    ],
    [{ proposalsExpireAfterHours: 0 }, "'proposalsExpireAfterHours': it has to be at least 1"],
    [{ retainData: 'false' }, "'retainData': it has to be true or false, without quotation marks"],
    [
      { stackName: 'data_platform' },
      "'stackName': a stack's name has 1 to 128 letters, digits and hyphens, and begins with a letter",
    ],
    [{ watch: 'glue' }, `'watch': ${LIST}`],
    [{ notify: [7] }, "'notify[1]': it has to be a text in quotation marks"],
    [{ watch: null, notify: false }, `'watch': ${LIST}; 'notify': ${LIST}`],
    [['glue'], 'the settings: it has to be an object in curly brackets, such as {"watch": ["glue"]}'],
  ])('are refused by name when they are wrong: %j', (context, what) => {
    expect(() => readAppSettings(context)).toThrow(
      new Error(`cdk.json, context 'passrole-remediator': ${what}. Correct it and run cdk again.`),
    );
  });

  test.each(['passrole_remediator', 'PassRoleRemediator', 'passrole-remediater', 'passrole-remediators'])(
    'are not passed over under a key that is nearly theirs: %s',
    (key) => {
      expect(() => settingsIn({ [key]: { watch: ['ecs'] }, '@aws-cdk/core:x': true })).toThrow(
        new Error(
          `cdk.json, context '${key}': nothing reads that key, and it is nearly 'passrole-remediator', so its settings would be passed over in silence. Rename or remove it.`,
        ),
      );
    },
  );

  test('are refused where nothing reads them: outside of their key, and beside the context', () => {
    for (const key of ['watch', 'approvers', 'passrole-remediator.watch'])
      expect(() => settingsIn({ [key]: ['ecs'] })).toThrow(
        `it is a setting that stands outside of 'passrole-remediator'`,
      );
    const beside = { app: 'x', context: {}, 'passrole-remediator': { watch: ['ecs'] } };
    expect(() => checkCdkJson(JSON.stringify(beside))).toThrow(
      "cdk.json: 'passrole-remediator' stands beside 'context', where nothing reads it.",
    );
    for (const text of [JSON.stringify({ app: 'x', context: beside }), 'no JSON', 'null'])
      expect(() => checkCdkJson(text)).not.toThrow();
  });

  test('stand beside keys of other people', () => {
    const theirs = { 'availability-zones:account=1': [], 'other-app': {}, '@aws-cdk/aws-iam:minimizePolicies': true };
    expect(settingsIn({ ...theirs, 'passrole-remediator': { watch: ['ecs'] } })).toEqual({ watch: ['ecs'] });
    expect(settingsIn(theirs)).toEqual({});
  });

  test('cannot be given by -c, which knows text only', () => {
    expect(() => readAppSettings('{"watch":["*"]}')).toThrow(
      new Error(
        "cdk.json, context 'passrole-remediator': it is text, probably from the option -c, which knows text only. Write the settings into cdk.json.",
      ),
    );
  });
});

describe('the stack', () => {
  const settings = { slack: { channelId: 'C0123456789', secretName: 'team/slack' } };
  const template = Template.fromStack(new PassRoleRemediatorStack(new App({ context }), 'Stack', { settings }));

  test('names the addresses that an operator asks for first', () => {
    const outputs = template.findOutputs('*');
    expect(Object.keys(outputs)).toEqual([
      'Installation',
      'TopicArn',
      'AlarmTopicArn',
      'CasesTable',
      'TrailBucket',
      'DenialQueueUrl',
      'DenialDeadLettersUrl',
      'AnnouncementQueueUrl',
      'AnnouncementDeadLettersUrl',
      'PipeDeadLettersUrl',
    ]);
  });

  test('takes its name, its protection, and how long logs and data are kept, from the settings', () => {
    const stack = new PassRoleRemediatorStack(new App({ context }), 'Stack', {
      settings: { stackName: 'DataPlatform', terminationProtection: true, logRetentionDays: 7, retainData: false },
    });
    const resources = readable(Template.fromStack(stack).toJSON());
    expect([stack.stackName, stack.terminationProtection]).toEqual(['DataPlatform', true]);
    expect(ofType(resources, 'AWS::Logs::LogGroup').map(({ properties }) => properties['RetentionInDays'])).toEqual([
      7, 7,
    ]);
    expect(ofType(resources, 'AWS::DynamoDB::Table').map(({ deletion }) => deletion)).toEqual(['Delete', 'Delete']);
  });

  test('names the ways in, when people may answer', () => {
    const answering = { approvers: [dana], grantTo: { groups: ['GlueAccess'] }, proposalsExpireAfterHours: 12 };
    const review = { slack: { teamId: 'T0123456789' } };
    const all = Template.fromStack(
      new PassRoleRemediatorStack(new App({ context }), 'Stack', { settings: { ...settings, ...answering, review } }),
    );
    expect(Object.keys(all.findOutputs('*')).slice(-4)).toEqual([
      'ApplyQueueUrl',
      'ApplyDeadLettersUrl',
      'ReviewUrl',
      'SlackInteractivityUrl',
    ]);
  });

  test('finds the Slack secret by its name', () => {
    const announce = ofType(readable(template.toJSON()), 'AWS::Lambda::Function').find(
      ({ name }) => name === 'Announce',
    );
    expect(announce?.properties['Environment']).toEqual({
      Variables: expect.objectContaining({ SLACK_SECRET_ARN: 'team/slack' }),
    });
  });

  test('fits any account and region: it names neither', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/\b\d{12}\b|\b(us|eu|ap|sa|ca)-[a-z]+-\d\b/);
  });
});

describe('the app', () => {
  /** As `cdk` starts it: context, output directory, and where it is signed in to, come in the environment. */
  async function run(context: object, signedInTo: Readonly<Record<string, string>> = {}): Promise<string> {
    const out = await mkdtemp(join(tmpdir(), 'passrole-app-'));
    try {
      const given = { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), ...signedInTo };
      const env = { PATH: process.env['PATH'], CDK_VALIDATION: process.env['CDK_VALIDATION'], ...given };
      await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], { env });
      return await readFile(join(out, 'PassRoleRemediator.template.json'), 'utf8');
    } finally {
      await rm(out, { recursive: true });
    }
  }

  test('is synthesised without an AWS account, with the settings of cdk.json', async () => {
    const settings = { watch: ['ecs'], notify: ['data@example.com'] };
    const template = JSON.parse(
      await run({
        ...context,
        'passrole-remediator': settings,
      }),
    );
    const said = readable(template);
    expect(ofType(said, 'AWS::SNS::Subscription').map(({ properties }) => properties['Endpoint'])).toEqual([
      'data@example.com',
    ]);
    expect(ofType(said, 'AWS::Events::Rule').map(({ properties }) => properties['EventPattern'])).toMatchObject([
      { source: ['aws.ecs'] },
    ]);
  }, 60_000);

  test.each<readonly [string, object, Readonly<Record<string, string>>, string]>([
    [
      'a setting that does not exist',
      { wacth: [] },
      {},
      "cdk.json, context 'passrole-remediator': 'wacth' is not a setting",
    ],
    ['a service that is none', { watch: ['gluee'] }, {}, "watch: 'gluee' names no service that is known here"],
    [
      'a region that lacks what it is made of',
      {},
      { CDK_DEFAULT_REGION: 'us-gov-west-1', CDK_DEFAULT_ACCOUNT: '111122223333' },
      'region: us-gov-west-1 does not offer EventBridge Pipes (AWS::Pipes::Pipe) and Lambda function URLs (AWS::Lambda::Url), which passrole-remediator is made of. No region of GovCloud has them.',
    ],
  ])(
    'stops in one sentence, without a stack trace, for %s',
    async (_, settings, signedInTo, said) => {
      const failed = await run({ 'passrole-remediator': settings }, signedInTo).then(
        () => '',
        (error: { readonly stderr: string }) => error.stderr,
      );
      expect(failed.startsWith(`\npassrole-remediator: ${said}`)).toBe(true);
      expect(failed.trim().split('\n')).toHaveLength(1);
    },
    60_000,
  );
});

test('approvers of another account than the one that is signed in to bring a warning: a pipeline may deploy elsewhere', () => {
  const settings = { approvers: [dana, fox], grantTo: { groups: ['GlueAccess'] } };
  const warned = (account: string | undefined): readonly string[] => {
    const signedInTo = { account, region: undefined };
    const { node } = new PassRoleRemediatorStack(new App({ context }), 'Stack', { settings, signedInTo });
    return node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
  };
  expect(warned('999988887777')).toEqual([
    expect.stringContaining('is of account 111122223333, and the remediator is deployed to 999988887777'),
  ]);
  expect([warned('111122223333'), warned(undefined)]).toEqual([[], []]);
});

describe('a region', () => {
  const grantTo = { groups: ['GlueAccess'] };
  const made =
    (region: string, props: object = {}) =>
    () =>
      new PassRoleRemediator(new Stack(new App({ context }), 'Stack', { env: { region } }), 'Remediator', props);
  const both = 'EventBridge Pipes (AWS::Pipes::Pipe) and Lambda function URLs (AWS::Lambda::Url)';

  test.each(['us-gov-east-1', 'us-gov-west-1', 'ca-west-1', 'ap-southeast-5'])('%s lacks both', (region) => {
    expect(made(region, { approvers: [dana, fox], grantTo })).toThrow(
      `region: ${region} does not offer ${both}, which passrole-remediator is made of.`,
    );
    expect(made(region)).toThrow(
      'In this region the command line works: npx passrole diagnose. To deploy, choose a region',
    );
  });

  test.each(['cn-north-1', 'cn-northwest-1', 'eu-south-2'])(
    '%s lacks what people answer by: advice alone works',
    (region) => {
      expect(made(region, { approvers: [dana, fox], grantTo })).toThrow(
        `region: ${region} does not offer Lambda function URLs (AWS::Lambda::Url), which passrole-remediator is made of. Leave 'approvers' and 'grantTo' out for advice only, which works in this region; or deploy to a region that has them`,
      );
      expect(made(region)).not.toThrow();
    },
  );

  test.each(['us-east-1', 'eu-west-1', 'ap-southeast-2'])('%s has all', (region) => {
    expect(made(region, { approvers: [dana, fox], grantTo })).not.toThrow();
  });
});
