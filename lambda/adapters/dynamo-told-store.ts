/** What announce has told, and the case it told of: it reads the one table and writes the other. */
import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Case } from '../core/case.ts';
import type { ChannelName, Told, ToldStore } from '../ports.ts';
import { CASE, caseFrom, closedItem, type Item, roundOf } from './case-item.ts';
import { toldFrom, toldItem } from './told-item.ts';

/** BatchGetItem takes 100 keys; a function's settings hold fewer approvers. */
const MOST_CHANNELS = 100;

/** `more`: channels beside the two that always are. */
export function dynamoToldStore(
  client: DynamoDBDocumentClient,
  tables: { readonly cases: string; readonly told: string },
  more: readonly ChannelName[] = [],
): ToldStore {
  const channels: readonly ChannelName[] = ['slack', 'sns', ...more];
  if (channels.length > MOST_CHANNELS)
    throw new Error(`There are ${more.length} approvers with a mail address; ${MOST_CHANNELS - 2} can be told apart.`);

  const keyOf = ({ key, round }: Pick<Case, 'key' | 'round'>, channel: ChannelName) => ({
    TableName: tables.told,
    Key: { caseKey: key, item: toldItem(round, channel) },
  });

  async function findItem(caseKey: string, item: string): Promise<Item | null> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tables.cases, Key: { caseKey, item }, ConsistentRead: true }),
    );
    return Item ?? null;
  }

  async function findTold(of: Case): Promise<Readonly<Partial<Record<ChannelName, Told>>>> {
    const Keys = channels.map((channel) => keyOf(of, channel).Key);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [tables.told]: { Keys, ConsistentRead: true } } }),
    );
    if ((UnprocessedKeys?.[tables.told]?.Keys ?? []).length > 0) {
      throw new Error(
        `DynamoDB left unread what was told of case ${of.key}, as it does when it is throttled; it will be tried again.`,
      );
    }
    const items = Responses?.[tables.told] ?? [];
    const told = channels.flatMap((channel) => {
      const item = items.find((candidate) => candidate['item'] === toldItem(of.round, channel));
      return item === undefined ? [] : [[channel, toldFrom(item)] as const];
    });
    return Object.fromEntries(told);
  }

  return {
    async findWithTold(caseKey, changed) {
      const now = await findItem(caseKey, CASE);
      if (now === null) return [];
      const newest = roundOf(now);
      const earlier = [...new Set([...(changed === null ? [] : [changed]), newest - 1])]
        .filter((round) => round >= 1 && round < newest)
        .sort((a, b) => a - b);
      const before = await Promise.all(earlier.map((round) => findItem(caseKey, closedItem(round))));
      const items = [...before, now].flatMap((item) => (item === null ? [] : [item]));
      // A round that has just begun holds no denial yet; that one brings a change of its own.
      const rounds = items.filter(({ latest }) => latest !== undefined).map(caseFrom);
      return Promise.all(rounds.map(async (found) => ({ found, told: await findTold(found) })));
    },

    async claim(of, channel, now) {
      await client.send(
        new UpdateCommand({
          ...keyOf(of, channel),
          UpdateExpression: 'SET claimedAt = :at REMOVE refused, digest, messageId',
          ExpressionAttributeValues: { ':at': now.toISOString() },
        }),
      );
    },

    async release(of, channel) {
      await client.send(
        new UpdateCommand({
          ...keyOf(of, channel),
          UpdateExpression: 'SET refused = :yes',
          ExpressionAttributeValues: { ':yes': true },
        }),
      );
    },

    async confirm(of, channel, { digest, messageId }, now) {
      await client.send(
        new UpdateCommand({
          ...keyOf(of, channel),
          UpdateExpression:
            'SET digest = :digest, messageId = :id, toldAt = :at, claimedAt = if_not_exists(claimedAt, :at) REMOVE refused',
          ExpressionAttributeValues: { ':digest': digest, ':id': messageId, ':at': now.toISOString() },
        }),
      );
    },
  };
}
