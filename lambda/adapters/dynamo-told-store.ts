/** What announce has told, beside the case it told of. */
import { BatchGetCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ChannelName, ToldStore } from '../ports.ts';
import { CASE, caseFrom, toldFrom, toldItem } from './case-item.ts';

const channels: readonly ChannelName[] = ['slack', 'sns'];

export function dynamoToldStore(client: DynamoDBDocumentClient, TableName: string): ToldStore {
  return {
    async findWithTold(caseKey) {
      const Keys = [CASE, ...channels.map(toldItem)].map((item) => ({ caseKey, item }));
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      );
      if ((UnprocessedKeys?.[TableName]?.Keys ?? []).length > 0) {
        throw new Error(
          `DynamoDB left part of case ${caseKey} unread, as it does when it is throttled; it will be tried again.`,
        );
      }
      const items = Responses?.[TableName] ?? [];
      const record = items.find(({ item }) => item === CASE);
      if (record === undefined) return null;
      const told = channels.flatMap((channel) => {
        const item = items.find((candidate) => candidate['item'] === toldItem(channel));
        return item === undefined ? [] : [[channel, toldFrom(item)] as const];
      });
      return { found: caseFrom(record), told: Object.fromEntries(told) };
    },

    async claim(caseKey, channel, now) {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey, item: toldItem(channel) },
          UpdateExpression: 'SET claimedAt = :at REMOVE refused, digest, messageId',
          ExpressionAttributeValues: { ':at': now.toISOString() },
        }),
      );
    },

    async release(caseKey, channel) {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey, item: toldItem(channel) },
          UpdateExpression: 'SET refused = :yes',
          ExpressionAttributeValues: { ':yes': true },
        }),
      );
    },

    async confirm(caseKey, channel, { digest, messageId }, now) {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey, item: toldItem(channel) },
          UpdateExpression:
            'SET digest = :digest, messageId = :id, toldAt = :at, claimedAt = if_not_exists(claimedAt, :at) REMOVE refused',
          ExpressionAttributeValues: { ':digest': digest, ':id': messageId, ':at': now.toISOString() },
        }),
      );
    },
  };
}
