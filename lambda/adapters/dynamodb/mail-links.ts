/** Links in mails, kept by the SHA-256 of their secret part: who reads the table cannot open one. */
import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MailLink } from '../../core/case/mail-link.ts';
import type { Links, NewLinks } from '../../ports/mail-links.ts';
import { sha256 } from '../sha256.ts';
import { optionalText, text } from './case-item.ts';

/** 256 bits as 43 characters that need no escaping in an address. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const isLinkToken = (value: string): boolean => TOKEN.test(value);

const idOf = (token: string): string => sha256(`mail link ${token}`);

/** How long a link is remembered once it has ended, so that it is not taken for one that never was. Seconds. */
const REMEMBERED = 7 * 86_400;

/** Table with the partition key `id` (string) and the time to live `expiresAt`: whole seconds since 1970. */
export function newDynamoLinks(client: DynamoDBDocumentClient, TableName: string): NewLinks {
  return {
    async make(link) {
      const token = randomBytes(32).toString('base64url');
      const expiresAt = Math.ceil(Date.parse(link.endsAt) / 1000) + REMEMBERED;
      const Item = { id: idOf(token), ...link, expiresAt };
      try {
        await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(id)' }));
      } catch (error) {
        // The SDK sends again what it got no answer to: nobody else makes this token, so what is there is what was written then.
        const isOwn = error instanceof ConditionalCheckFailedException && (error.$metadata.attempts ?? 1) > 1;
        if (!isOwn) throw error;
      }
      return token;
    },
  };
}

export function dynamoLinks(client: DynamoDBDocumentClient, TableName: string): Links {
  return {
    async find(token) {
      if (!isLinkToken(token)) return null;
      const { Item } = await client.send(new GetCommand({ TableName, Key: { id: idOf(token) }, ConsistentRead: true }));
      if (Item === undefined) return null;
      return {
        caseKey: text(Item, 'caseKey'),
        round: Number(Item['round']),
        digest: text(Item, 'digest'),
        approver: text(Item, 'approver'),
        endsAt: text(Item, 'endsAt'),
        usedAt: optionalText(Item, 'usedAt'),
      } satisfies MailLink;
    },

    async use(token, by, now, earlier) {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: { id: idOf(token) },
            UpdateExpression: 'SET usedAt = :at, usedBy = :by',
            // The SDK sends again what it got no answer to: our own first try must not look like somebody else's use.
            ConditionExpression:
              'attribute_exists(id) AND (attribute_not_exists(usedAt) OR usedBy = :by OR usedAt = :earlier)',
            ExpressionAttributeValues: { ':at': now.toISOString(), ':by': by, ':earlier': earlier ?? 'never' },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async giveBack(token, by) {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { id: idOf(token) },
          UpdateExpression: 'REMOVE usedAt, usedBy',
          ConditionExpression: 'usedBy = :by',
          ExpressionAttributeValues: { ':by': by },
        }),
      );
    },
  };
}
