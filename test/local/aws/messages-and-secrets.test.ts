import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import {
  InvalidParameterException,
  InvalidParameterValueException,
  NotFoundException,
  PublishCommand,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SentMessage } from '../../../local/aws/sns.ts';
import { type OpenedAws, openAws } from './clients.ts';

const TopicArn = 'arn:aws:sns:ap-northeast-1:111122223333:notices';
const now = new Date('2026-06-17T01:23:45Z');

describe('publishing to a topic', () => {
  let local: OpenedAws;
  let heard: SentMessage[];
  beforeEach(async () => {
    heard = [];
    local = await openAws({ clock: () => now, onPublish: (message) => heard.push(message) });
  });
  afterEach(() => local.close());
  const publish = (input: Partial<PublishCommandInput>) =>
    local.sns().send(new PublishCommand({ TopicArn, Message: 'm', ...input }));

  test('the message is kept and told', async () => {
    const { MessageId } = await publish({ Subject: 'A subject', Message: 'Zeile 1\nZeile 2 & <größer>' });
    const message = {
      messageId: MessageId,
      topicArn: TopicArn,
      subject: 'A subject',
      message: 'Zeile 1\nZeile 2 & <größer>',
      attributes: {},
      at: now,
    };
    expect(local.aws.sent).toEqual([message]);
    expect(heard).toEqual([message]);
  });

  test.each<[string, Partial<PublishCommandInput>, string]>([
    ['a subject of 100 characters', { Subject: 'x'.repeat(100) }, 'Invalid parameter: Subject'],
    ['a subject with a line break', { Subject: 'a\nb' }, 'Invalid parameter: Subject'],
    ['a subject that is not ASCII', { Subject: 'größer' }, 'Invalid parameter: Subject'],
    ['a subject that begins with a blank', { Subject: ' a' }, 'Invalid parameter: Subject'],
    ['an empty message', { Message: '' }, 'Invalid parameter: Empty message'],
    ['a message of more than 256 KB', { Message: 'ö'.repeat(128 * 1024 + 1) }, 'Invalid parameter: Message too long'],
    [
      'something that is not an ARN',
      { TopicArn: 'notices' },
      'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    ],
    [
      'the ARN of something else',
      { TopicArn: 'arn:aws:sqs:ap-northeast-1:111122223333:notices' },
      'Invalid parameter: TopicArn Reason: arn:aws:sqs:ap-northeast-1:111122223333:notices is not a topic',
    ],
    [
      'no topic',
      { TopicArn: undefined },
      'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
    ],
  ])('%s is refused', async (_, input, message) => {
    const refused = await publish(input).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidParameterException);
    expect(refused).toMatchObject({ message });
    expect(local.aws.sent).toEqual([]);
  });

  test('the limits themselves are allowed', async () => {
    await publish({ Subject: 'x'.repeat(99), Message: 'y'.repeat(256 * 1024 - 99) });
    expect(local.aws.sent).toHaveLength(1);
  });

  test('attributes are kept by name, with their types', async () => {
    await publish({
      MessageAttributes: {
        case: { DataType: 'String', StringValue: 'k & <1>' },
        tries: { DataType: 'Number', StringValue: '3' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
      },
    });
    expect(heard.map(({ attributes }) => attributes)).toEqual([
      {
        case: { type: 'String', value: 'k & <1>' },
        tries: { type: 'Number', value: '3' },
        raw: { type: 'Binary', value: 'AP8=' },
      },
    ]);
  });

  test.each<[string, string, { DataType: string; StringValue?: string }, string]>([
    ['without a value', 'case', { DataType: 'String' }, 'must contain non-empty message attribute value'],
    ['of another type', 'case', { DataType: 'Text', StringValue: 'x' }, 'invalid message attribute type'],
    ["with a name of AWS's own", 'AWS.case', { DataType: 'String', StringValue: 'x' }, 'Invalid attribute name'],
  ])('an attribute %s is refused', async (_, name, value, message) => {
    const refused = await publish({ MessageAttributes: { [name]: value } }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidParameterValueException);
    expect(refused).toMatchObject({ message: expect.stringContaining(message) });
    expect(local.aws.sent).toEqual([]);
  });

  test('attributes count towards the limit of a message', async () => {
    const refused = publish({
      Message: 'y'.repeat(256 * 1024 - 10),
      MessageAttributes: { case: { DataType: 'String', StringValue: 'x' } },
    });
    await expect(refused).rejects.toMatchObject({ message: 'Invalid parameter: Message too long' });
  });

  test('a topic of another account is not found', async () => {
    await expect(publish({ TopicArn: TopicArn.replace('111122223333', '999988887777') })).rejects.toBeInstanceOf(
      NotFoundException,
    );
  });
});

describe('where the topics are known', () => {
  let local: OpenedAws;
  const other = TopicArn.replace('notices', 'urgent');
  beforeEach(async () => {
    local = await openAws({ topicArns: [TopicArn, other] });
  });
  afterEach(() => local.close());
  const publish = (arn: string) => local.sns().send(new PublishCommand({ TopicArn: arn, Message: 'm' }));

  test('each message says which topic it went to, and one that is not there is not found', async () => {
    await publish(TopicArn);
    await publish(other);
    await expect(publish(TopicArn.replace('notices', 'typo'))).rejects.toBeInstanceOf(NotFoundException);
    expect(local.aws.sent.map(({ topicArn }) => topicArn)).toEqual([TopicArn, other]);
  });
});

describe('secrets', () => {
  let local: OpenedAws;
  const given = 'arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:team/other-AbCdEf';
  beforeEach(async () => {
    local = await openAws({ secrets: { 'team/slack': '{"botToken":"xoxb"}', [given]: 'by its ARN' } });
  });
  afterEach(() => local.close());
  const read = (SecretId: string) => local.secrets().send(new GetSecretValueCommand({ SecretId }));

  test('can be read by name, by ARN, and by ARN without the last six characters', async () => {
    const { ARN = '', Name, SecretString } = await read('team/slack');
    expect([Name, SecretString]).toEqual(['team/slack', '{"botToken":"xoxb"}']);
    expect(ARN).toMatch(/^arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:team\/slack-[0-9a-f]{6}$/);
    expect((await read(ARN)).SecretString).toBe('{"botToken":"xoxb"}');
    expect((await read(ARN.slice(0, -7))).SecretString).toBe('{"botToken":"xoxb"}');
  });

  test('seeded by ARN have the name that is in it', async () => {
    expect(await read('team/other')).toMatchObject({ ARN: given, Name: 'team/other', SecretString: 'by its ARN' });
  });

  test('that are not there are not found', async () => {
    const refused = await read('team/nope').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ResourceNotFoundException);
    expect(refused).toMatchObject({ message: "Secrets Manager can't find the specified secret." });
  });
});
