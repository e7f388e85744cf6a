import { describe, expect, test } from '@jest/globals';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { PassRoleRemediator } from '../../../lib/passrole-remediator.ts';
import type { ApproverProps } from '../../../lib/settings/approvers.ts';
import type { GrantToProps } from '../../../lib/settings/grant-targets.ts';
import { dana, fox, wholeLoop } from '../answering.ts';
import { named, ofType, synthesise } from '../synthesise.ts';

const grantTo = { groups: ['GlueAccess'] };
const sso = 'AWSReservedSSO_Admin_0123456789abcdef';

describe('what the functions are told', () => {
  const resources = synthesise(wholeLoop);
  const settings = (name: string) => named(resources, name).properties['Environment'];

  test('apply: its targets by name, its people, and the roles that are never passed', () => {
    expect(settings('Apply')).toMatchObject({
      Variables: {
        GRANT_TO: '{"groups":["GlueAccess"],"users":["maria"],"roles":["developer"]}',
        APPROVERS: JSON.stringify([dana, { name: fox.name, slack: null, aws: fox.aws, mail: null }]),
        ALLOW_ADMINISTRATOR: 'false',
        OWN_ROLES: 'DiagnoseRole,AnnounceRole,ApplyRole,ReviewRole,ReviewSlackRole,ReviewMailRole',
      },
    });
    expect(settings('Diagnose')).toMatchObject({ Variables: { PROPOSAL_HOURS: '24' } });
    expect(settings('ReviewSlack')).toMatchObject({ Variables: { SLACK_TEAM: 'T0123456789' } });
    expect(settings('Announce')).toMatchObject({ Variables: { SLACK_TEAM: 'T0123456789' } });
  });

  test('every role carries the tag, and stands under the path, by which it is never passed', () => {
    const all = synthesise((stack) => ({ ...wholeLoop(stack), heartbeat: true }));
    const roles = ofType(all, 'AWS::IAM::Role').map(({ name, properties: { Tags, Path } }) => [name, Path, Tags]);
    const tags = [{ Key: 'passrole-remediator', Value: 'own-role' }];
    const at = (name: string, part: string) => [name, `/passrole-remediator/${part}/`, tags];
    expect(roles.sort()).toEqual([
      at('AnnounceRole', 'announce'),
      at('Announcements/PipeRole', 'pipe'),
      at('ApplyRole', 'apply'),
      at('Applying/Changes/PipeRole', 'pipe'),
      at('DiagnoseRole', 'diagnose'),
      at('Heartbeat/Role', 'heartbeat'),
      at('ReviewMailRole', 'review-mail'),
      at('ReviewRole', 'review'),
      at('ReviewSlackRole', 'review-slack'),
    ]);
  });

  test('a change to approved or reverting, and no other, goes to apply', () => {
    expect(named(resources, 'Applying/Changes/Pipe').properties['SourceParameters']).toMatchObject({
      FilterCriteria: {
        Filters: [
          {
            Pattern:
              '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"item":{"S":["case"]}},"NewImage":{"state":{"S":["approved","reverting"]}}}}',
          },
          {
            Pattern:
              '{"eventName":["MODIFY"],"dynamodb":{"Keys":{"item":{"S":[{"prefix":"closed#"}]}},"NewImage":{"state":{"S":["approved","reverting"]}}}}',
          },
        ],
      },
    });
  });
});

describe('links in mails', () => {
  const withLinks = synthesise({ approvers: [dana, fox], grantTo, review: { mail: {} } });

  test('each go to their own approver alone', () => {
    expect(ofType(withLinks, 'AWS::SNS::Subscription').map(({ properties }) => properties)).toEqual([
      {
        Protocol: 'email',
        Endpoint: 'dana@example.com',
        TopicArn: 'MailLinks/Topic',
        FilterPolicy: { approver: ['dana@example.com'] },
      },
    ]);
  });

  test('are made by announce, who knows who may have one, and last an hour unless said', () => {
    expect(named(withLinks, 'Announce').properties['Environment']).toMatchObject({
      Variables: {
        LINKS_URL: expect.stringContaining('ReviewMail/FunctionUrl'),
        LINKS_TOPIC_ARN: 'MailLinks/Topic',
        LINK_MINUTES: '60',
        APPROVERS: expect.stringContaining('dana@example.com'),
      },
    });
  });

  test('are there only if asked for', () => {
    const names = synthesise({ approvers: [dana], grantTo }).map(({ name }) => name);
    expect(names.filter((name) => /Mail/.test(name))).toEqual([]);
  });
});

describe('the calls that confirm', () => {
  const pattern = (...watch: readonly string[]): unknown =>
    synthesise({ watch, approvers: [dana], grantTo }).find(({ name }) => name === 'Confirmations/Rule')?.properties[
      'EventPattern'
    ];
  const succeeded = { errorCode: [{ exists: false }], errorMessage: [{ exists: false }] };

  test('are those that are watched by name, or known to pass a role', () => {
    expect(pattern('glue:UpdateJob')).toMatchObject({
      source: ['aws.glue'],
      detail: { eventSource: ['glue.amazonaws.com'], eventName: ['UpdateJob'], ...succeeded },
    });
    expect(pattern('glue')).toMatchObject({
      detail: { eventName: expect.arrayContaining(['UpdateJob', 'CreateSession']) },
    });
  });

  test('are none of a service of which that is not known, and without approvers none at all', () => {
    expect(pattern('sagemaker')).toBeUndefined();
    expect(ofType(synthesise(), 'AWS::Events::Rule')).toHaveLength(1);
  });
});

describe('an approver who cannot be meant is refused at synthesis', () => {
  const cases: readonly (readonly [readonly ApproverProps[], string])[] = [
    [[], 'approvers: the list is empty'],
    [[dana, { ...fox, name: 'dana scully' }], 'stands there twice'],
    [[dana, { ...fox, slack: 'U0DANA' }], "'U0DANA' belongs to both Dana Scully and Fox Mulder"],
    [
      [dana, { ...fox, aws: ['arn:aws:iam::111122223333:user/Dana'] }],
      "'arn:aws:iam::111122223333:user/Dana' belongs to both Dana Scully and Fox Mulder",
    ],
    [[dana, { ...fox, mail: 'DANA@example.com' }], "'DANA@example.com' belongs to both Dana Scully and Fox Mulder"],
    [[{ name: 'Dana', aws: [], mail: 'dana@example.com' }], 'has neither a Slack id nor an AWS identity'],
    [[{ name: 'Dana', slack: '@dana', aws: [] }], 'is not a Slack user id'],
    [[{ name: 'Dana', aws: [] }], 'has neither a Slack id nor an AWS identity'],
    [[{ name: 'Dana', aws: ['arn:aws:iam::111122223333:user/*'] }], 'is not the ARN of a user'],
    [[{ name: 'Dana', aws: ['arn:aws:iam::111122223333:root'] }], 'is not the ARN of a user'],
    [[{ name: 'Dana', aws: ['arn:aws:sts::111122223333:assumed-role/x/dana'] }], 'a session whose name its caller'],
    [
      [{ name: 'Dana', aws: [`arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${sso}`] }],
      'which everybody with its permission set shares',
    ],
  ];
  const reserved = `arn:aws:iam::111122223333:role/${sso}`;
  const more: typeof cases = [
    [[{ name: 'Dana', aws: [reserved] }], 'which everybody with its permission set shares'],
    [[{ name: 'Dana', aws: [reserved.toLowerCase()] }], 'which everybody with its permission set shares'],
    [
      [dana, fox, { name: 'Monica', aws: ['arn:aws:iam::111122223333:role/team/fox'] }],
      'belongs to both Fox Mulder and Monica',
    ],
    [
      [{ name: 'Dana', aws: ['arn:aws:iam::111122223333:role/passrole-remediator/apply/x'] }],
      'is a role of a remediator',
    ],
    [
      [{ name: 'Dana', aws: ['arn:aws:iam::111122223333:role/aws-service-role/glue.amazonaws.com/x'] }],
      'is a service-linked role',
    ],
    [[{ ...dana, mail: 'mailto:dana@example.com' }], 'is not an e-mail address'],
  ];
  test.each([...cases, ...more])('%j', (approvers, message) => {
    expect(() => synthesise({ approvers, grantTo })).toThrow(message);
  });

  test.each<readonly [readonly ApproverProps[], object, string]>([
    [
      [dana, { name: 'Fox', slack: 'U0FOX', aws: [] }],
      {},
      "approvers: 'Fox' has no way in that is on, as review.slack is not set, so they could never answer. Turn it on, or give them an identity for one that is.",
    ],
    [[dana], { allowAdministrator: true }, 'allowAdministrator: it takes two people'],
    [
      [dana, { ...fox, aws: ['arn:aws:iam::999988887777:role/fox'] }],
      {},
      "approvers: 'arn:aws:iam::999988887777:role/fox' is of account 999988887777, and others are of 111122223333",
    ],
  ])('%j with %j', (approvers, props, message) => {
    expect(() => synthesise({ approvers, grantTo, ...props })).toThrow(message);
  });

  test('one of another account than that of the stack', () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: '999988887777', region: 'eu-west-1' } });
    expect(() => new PassRoleRemediator(stack, 'Remediator', { approvers: [dana], grantTo })).toThrow(
      "approvers: 'arn:aws:iam::111122223333:user/dana' is of account 111122223333, and the remediator is deployed to 999988887777",
    );
  });

  test('people whose ways in are off, and buttons that nobody can press', () => {
    const slack = (of: Stack) => ({
      channelId: 'C0123456789',
      secret: Secret.fromSecretNameV2(of, 'Slack', 'team/slack'),
    });
    const review = { slack: { teamId: 'T0123456789' } };
    expect(() => synthesise((of) => ({ slack: slack(of), approvers: [fox], grantTo, review }))).toThrow(
      'review.slack: no approver has a Slack id',
    );
    const onlySlack = { slack: { teamId: 'T0123456789' }, aws: false };
    expect(() =>
      synthesise((of) => ({ slack: slack(of), approvers: [dana, fox], grantTo, review: onlySlack })),
    ).toThrow("'Fox Mulder' has no way in that is on, as review.aws is false");
  });

  test('one who is alone is warned of, as a risk that is not low takes two', () => {
    const warned = (approvers: readonly ApproverProps[]) => {
      const stack = new Stack(new App(), 'Stack');
      const remediator = new PassRoleRemediator(stack, 'Remediator', { approvers, grantTo });
      return remediator.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
    };
    expect(warned([dana])).toEqual([expect.stringContaining('a risk that is not low takes two')]);
    expect(warned([dana, fox])).toEqual([]);
  });

  test('a session of Identity Center is a person', () => {
    const aws = [`arn:aws:sts::111122223333:assumed-role/${sso}/dana`];
    expect(() => synthesise({ approvers: [{ name: 'Dana', aws }], grantTo })).not.toThrow();
  });
});

describe('a target that cannot be meant is refused at synthesis', () => {
  const cases: readonly (readonly [GrantToProps, string])[] = [
    [{}, 'grantTo: it names nothing'],
    [{ groups: ['*'] }, "grantTo.groups: '*' has a wildcard"],
    [{ groups: ['data/*'] }, 'has a wildcard'],
    [{ groups: ['arn:aws:iam::111122223333:group/x'] }, 'is not a name'],
    [{ groups: ['GlueAccess', 'GlueAccess'] }, 'stands there twice'],
    [{ roles: [sso] }, 'belongs to Identity Center'],
    [{ roles: ['aws-service-role/glue.amazonaws.com/x'] }, 'is a service-linked role'],
    [{ groups: ['group/GlueAccess'] }, "is the end of an ARN. Write it without 'group/'"],
    [{ roles: ['assumed-role/developer/dana'] }, "Write it without 'assumed-role/'"],
    [{ users: ['aws:iam::111122223333:user/dana'] }, 'is not a name'],
    [{ groups: ['GlueAccess', 'glueaccess'] }, 'stands there twice'],
    [{ roles: ['awsreservedsso_Admin_0123456789abcdef'] }, 'belongs to Identity Center'],
    [{ roles: ['AWSServiceRoleForSupport'] }, 'is a service-linked role'],
    [{ roles: ['passrole-remediator/apply/x'] }, 'is a role of a remediator, which is never written to'],
    [{ groups: Array.from({ length: 200 }, (_, at) => `group-number-${at}`) }, 'Name fewer'],
  ];
  test.each(cases)('%j', (targets, message) => {
    expect(() => synthesise({ approvers: [dana], grantTo: targets })).toThrow(message);
  });
});

describe('props that mean nothing together are refused at synthesis', () => {
  test.each([
    [{ approvers: [dana] }, "approvers: it means nothing without 'grantTo'"],
    [{ grantTo }, "grantTo: it means nothing without 'approvers'"],
    [{ review: {} }, "review: it means nothing without 'approvers' and 'grantTo'"],
    [{ approvers: [dana], grantTo, review: { aws: false } }, 'there is no way in'],
    [{ approvers: [dana], grantTo, review: { slack: { teamId: 'T0123456789' } } }, "Set 'slack' as well"],
    [{ approvers: [dana], grantTo, review: { aws: false, mail: {} } }, 'proves too little'],
    [{ approvers: [fox], grantTo, review: { mail: {} } }, 'no approver has a mail address'],
    [{ approvers: [dana], grantTo, review: { mail: { linksExpireAfter: Duration.minutes(9) } } }, 'is not between 10'],
    [{ approvers: [dana], grantTo, review: { mail: { linksExpireAfter: Duration.days(2) } } }, 'is not between 10'],
    [{ approvers: [dana], grantTo, proposalsExpireAfter: Duration.minutes(90) }, 'is not between 1 hour'],
    [{ approvers: [dana], grantTo, proposalsExpireAfter: Duration.days(15) }, 'is not between 1 hour'],
  ])('%j', (props, message) => {
    expect(() => synthesise(props)).toThrow(message);
  });
});
