import { describe, expect, test } from '@jest/globals';
import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { named, ofType, synthesise } from '../synthesise.ts';

const slack = (channelId: string) => (stack: Stack) => ({
  slack: { channelId, secret: Secret.fromSecretNameV2(stack, 'Slack', 'team/slack') },
});

describe('the way from a changed case to the people', () => {
  test('each change of a case, and of nothing else, becomes one message that names the case and waits behind the case alone', () => {
    expect(named(synthesise({ installation: 'one' }), 'Announcements/Pipe').properties).toEqual({
      Name: 'passrole-remediator-one-announcements',
      Description: 'passrole-remediator: changed cases to the announcements',
      RoleArn: 'Announcements/PipeRole.Arn',
      Source: 'Cases/Table.StreamArn',
      SourceParameters: {
        DynamoDBStreamParameters: {
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 10,
          MaximumRecordAgeInSeconds: 43_200,
          OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          DeadLetterConfig: { Arn: 'Announcements/PipeDeadLetters.Arn' },
        },
        FilterCriteria: {
          Filters: [
            { Pattern: '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"item":{"S":["case"]}}}}' },
            { Pattern: '{"eventName":["MODIFY"],"dynamodb":{"Keys":{"item":{"S":[{"prefix":"closed#"}]}}}}' },
          ],
        },
      },
      Target: 'Announcements/Queue.Arn',
      TargetParameters: {
        InputTemplate: '{"caseKey": <$.dynamodb.Keys.caseKey.S>, "item": <$.dynamodb.Keys.item.S>}',
        SqsQueueParameters: { MessageGroupId: '$.dynamodb.Keys.caseKey.S', MessageDeduplicationId: '$.eventID' },
      },
    });
  });

  test('the pipe is made after the rights of its role, without which AWS refuses to make it', () => {
    expect(named(synthesise(), 'Announcements/Pipe').after).toContain('Announcements/PipeRole/DefaultPolicy');
  });

  test('everyone in `notify` is asked for consent to get mail', () => {
    const resources = synthesise({ notify: ['data@example.com', 'security@example.com'] });
    expect(ofType(resources, 'AWS::SNS::Subscription').map(({ properties }) => properties)).toEqual([
      { Protocol: 'email', Endpoint: 'data@example.com', TopicArn: 'Notices/Topic' },
      { Protocol: 'email', Endpoint: 'security@example.com', TopicArn: 'Notices/Topic' },
    ]);
  });

  test('announce learns the channel and the name of the secret, never what is in it', () => {
    const resources = synthesise(slack('C0123456789'));
    expect(named(resources, 'Announce').properties['Environment']).toEqual({
      Variables: expect.objectContaining({ SLACK_CHANNEL: 'C0123456789', SLACK_SECRET_ARN: 'team/slack' }),
    });
    expect(JSON.stringify(resources)).not.toContain('resolve:secretsmanager');
    expect(JSON.stringify(named(resources, 'Diagnose').properties)).not.toContain('SLACK');
  });
});

describe('an address that is known only at deployment', () => {
  test('is taken as it is', () => {
    const later = (stack: Stack, id: string) => new CfnParameter(stack, id).valueAsString;
    const resources = synthesise((stack) => ({
      notify: [later(stack, 'Mail')],
      slack: { channelId: later(stack, 'Channel'), secret: Secret.fromSecretNameV2(stack, 'Slack', 'team/slack') },
    }));
    expect(ofType(resources, 'AWS::SNS::Subscription').map(({ properties }) => properties)).toMatchObject([
      { Endpoint: 'Mail' },
    ]);
    expect(named(resources, 'Announce').properties['Environment']).toMatchObject({
      Variables: { SLACK_CHANNEL: 'Channel' },
    });
  });
});

describe('an address that cannot be meant is refused at synthesis', () => {
  test.each([
    [
      ['#data-alerts'],
      "notify: '#data-alerts' is not an e-mail address. Write it like 'data-platform@example.com'; Slack has a prop of its own.",
    ],
    [['a@example.com', 'a@example.com'], "notify: 'a@example.com' stands there twice. Remove one of them."],
  ])('notify %j', (notify, message) => {
    expect(() => synthesise({ notify })).toThrow(new Error(message));
  });

  test.each([
    [
      '#data-alerts',
      "slack.channelId: '#data-alerts' is a channel's name. Write the id, such as 'C0123456789': it stands at the bottom of the channel's details in Slack.",
    ],
    [
      'data-alerts',
      "slack.channelId: 'data-alerts' is not the form of a channel's id. Write the id, such as 'C0123456789': it stands at the bottom of the channel's details in Slack.",
    ],
  ])('slack.channelId %j', (channelId, message) => {
    expect(() => synthesise(slack(channelId))).toThrow(new Error(message));
  });
});
