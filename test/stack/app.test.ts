import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readAppSettings } from '../../lib/app-settings.ts';
import { PassRoleRemediatorStack } from '../../lib/passrole-remediator-stack.ts';
import { dana } from './answering.ts';
import { context, ofType, readable } from './synthesise.ts';

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
      review: { aws: false, slack: { teamId: 'T0123456789' } },
    };
    expect(readAppSettings(settings)).toEqual(settings);
  });

  test.each([
    [
      { wacth: ['glue'] },
      "'wacth' is not a setting (probably a spelling mistake). There are: watch, notify, alarmsTo, heartbeat, slack, approvers, grantTo, allowAdministrator, proposalsExpireAfterHours, review",
    ],
    [
      { approvers: [{ ...dana, role: 'x' }] },
      "'approvers.0.role' is not a setting (probably a spelling mistake). There are: name, slack, aws, mail",
    ],
    [{ approvers: [{ name: 'Dana' }] }, "'approvers.0.aws': Invalid input: expected array, received undefined"],
    [
      { grantTo: { group: ['GlueAccess'] } },
      "'grantTo.group' is not a setting (probably a spelling mistake). There are: groups, users, roles",
    ],
    [{ review: { slack: {} } }, "'review.slack.teamId': Invalid input: expected string, received undefined"],
    [
      { slack: { channelId: 'C0123456789', secretName: 'x', token: 'y' } },
      "'slack.token' is not a setting (probably a spelling mistake). There are: channelId, secretName",
    ],
    [{ slack: { channelId: 'C0123456789' } }, "'slack.secretName': Invalid input: expected string, received undefined"],
    [{ watch: 'glue' }, "'watch': Invalid input: expected array, received string"],
    [{ notify: [7] }, "'notify.0': Invalid input: expected string, received number"],
    [
      { watch: null, notify: false },
      "'watch': Invalid input: expected array, received null; 'notify': Invalid input: expected array, received boolean",
    ],
    [['glue'], 'the settings: Invalid input: expected object, received array'],
  ])('are refused by name when they are wrong: %j', (context, what) => {
    expect(() => readAppSettings(context)).toThrow(
      new Error(`cdk.json, context 'passrole-remediator': ${what}. Correct it and run cdk again.`),
    );
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
  /** As `cdk` starts it: context and output directory come in the environment, and here nothing of AWS does. */
  async function run(context: object): Promise<string> {
    const out = await mkdtemp(join(tmpdir(), 'passrole-app-'));
    try {
      const given = { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) };
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

  test('stops with the name of a setting that does not exist', async () => {
    await expect(run({ 'passrole-remediator': { wacth: [] } })).rejects.toThrow("'wacth' is not a setting");
  }, 60_000);
});
