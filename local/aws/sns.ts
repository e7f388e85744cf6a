/** Publishes to nobody: messages are kept, and whoever started the local AWS is told. */
import { randomUUID } from 'node:crypto';
import type { PublishInput, PublishResponse } from '@aws-sdk/client-sns';
import * as client from '@aws-sdk/client-sns';
import { splitArn } from '../../lambda/core/arn.ts';
import { AwsError } from './aws-error.ts';
import { type Operations, operation } from './operation.ts';
import { queryProtocol } from './protocol/query.ts';
import type { LocalState } from './state/state.ts';

export interface SentMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | null;
  readonly message: string;
  readonly at: Date;
}

/** Source: API reference of Publish; the limit is for message, subject and attributes together. */
const MOST_BYTES = 256 * 1024;

const invalid = (reason: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);

function checkTopic({ accountId }: LocalState, topicArn: string | undefined): string {
  if (topicArn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  const arn = splitArn(topicArn);
  if (arn === null) {
    throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${topicArn.split(':').length}`);
  }
  if (arn.service !== 'sns' || !/^[\w-]{1,256}(\.fifo)?$/.test(arn.resource))
    throw invalid(`TopicArn Reason: ${topicArn} is not a topic`);
  if (arn.account !== accountId) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topicArn;
}

/** "Subjects must be ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks or control characters; and must be less than 100 characters long." */
function checkSubject(subject: string | undefined): void {
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid('Subject');
}

function checkMessage({ Message, Subject = '' }: { Message: string; Subject?: string | undefined }): void {
  if (Message === '') throw invalid('Empty message');
  if (Buffer.byteLength(Message) + Buffer.byteLength(Subject) > MOST_BYTES) throw invalid('Message too long');
}

export const snsProtocol = queryProtocol({ client, namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' });

export const snsOperations = (onPublish: (message: SentMessage) => void): Operations => ({
  Publish: operation<PublishInput, PublishResponse>({
    needs: ({ TopicArn, TargetArn }) => [{ action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? '*' }],
    run: (input, { state, at }) => {
      const topicArn = checkTopic(state, input.TopicArn ?? input.TargetArn);
      checkMessage(input);
      checkSubject(input.Subject);
      const messageId = randomUUID();
      onPublish({ messageId, topicArn, subject: input.Subject ?? null, message: input.Message, at });
      return { MessageId: messageId };
    },
  }),
});
