/** Publishes to nobody: messages are kept, and whoever started the local AWS is told. */
import { randomUUID } from 'node:crypto';
import type { MessageAttributeValue, PublishInput, PublishResponse } from '@aws-sdk/client-sns';
import * as client from '@aws-sdk/client-sns';
import { splitArn } from '../../lambda/core/iam/arn.ts';
import { AwsError } from './aws-error.ts';
import { type Operations, operation } from './operation.ts';
import { queryProtocol } from './protocol/query.ts';
import type { LocalState } from './state/state.ts';

export interface SentMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | null;
  readonly message: string;
  /** By name. A binary value is base64, as in a delivered message. */
  readonly attributes: Readonly<Record<string, SentAttribute>>;
  readonly at: Date;
}

export interface SentAttribute {
  /** `String`, `String.Array`, `Number`, `Binary`. */
  readonly type: string;
  readonly value: string;
}

/** Source: API reference of Publish; the limit is for message, subject and attributes together. */
const MOST_BYTES = 256 * 1024;

const invalid = (reason: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);
const invalidValue = (reason: string): AwsError => new AwsError('ParameterValueInvalid', reason);

function checkTopic({ accountId }: LocalState, topicArn: string | undefined, known: readonly string[] | null): string {
  if (topicArn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  const arn = splitArn(topicArn);
  if (arn === null) {
    throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${topicArn.split(':').length}`);
  }
  if (arn.service !== 'sns' || !/^[\w-]{1,256}(\.fifo)?$/.test(arn.resource))
    throw invalid(`TopicArn Reason: ${topicArn} is not a topic`);
  if (arn.account !== accountId || known?.includes(topicArn) === false)
    throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topicArn;
}

/** "Subjects must be ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks or control characters; and must be less than 100 characters long." */
function checkSubject(subject: string | undefined): void {
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid('Subject');
}

/** Source: SNS developer guide, "Amazon SNS message attributes": names, the four types, and that a value must not be empty. */
function sentAttribute(
  name: string,
  { DataType = '', StringValue, BinaryValue }: MessageAttributeValue,
): SentAttribute {
  if (!/^(?!aws\.|amazon\.)(?!\.)[\w.-]{1,256}(?<!\.)$/i.test(name) || name.includes('..'))
    throw invalidValue(`Invalid attribute name: ${name}`);
  if (!/^(String|Number|Binary)(\.|$)/.test(DataType))
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const isBinary = DataType.startsWith('Binary');
  const value = isBinary ? BinaryValue && Buffer.from(BinaryValue).toString('base64') : StringValue;
  if (value === undefined || value === '')
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  return { type: DataType, value };
}

const sentAttributes = (given: PublishInput['MessageAttributes']): Record<string, SentAttribute> =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, sentAttribute(name, value)]));

function checkSize({ Message, Subject = '' }: PublishInput, attributes: Readonly<Record<string, SentAttribute>>): void {
  if (Message === '') throw invalid('Empty message');
  const texts = [
    Message ?? '',
    Subject,
    ...Object.entries(attributes).flatMap(([name, { type, value }]) => [name, type, value]),
  ];
  if (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > MOST_BYTES) throw invalid('Message too long');
}

export const snsProtocol = queryProtocol({ client, namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' });

/** `topicArns` null: every topic of the account is there. */
export const snsOperations = (
  onPublish: (message: SentMessage) => void,
  topicArns: readonly string[] | null,
): Operations => ({
  Publish: operation<PublishInput, PublishResponse>({
    needs: ({ TopicArn, TargetArn }) => [{ action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? '*' }],
    run: (input, { state, at }) => {
      const topicArn = checkTopic(state, input.TopicArn ?? input.TargetArn, topicArns);
      const attributes = sentAttributes(input.MessageAttributes);
      checkSize(input, attributes);
      checkSubject(input.Subject);
      const messageId = randomUUID();
      onPublish({ messageId, topicArn, subject: input.Subject ?? null, message: input.Message, attributes, at });
      return { MessageId: messageId };
    },
  }),
});
