/** The notification records of announce, and the cases they are about: it writes the one table and only reads the other. */
import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Case } from '../../core/case/case.ts';
import type {
  CaseRound,
  ChannelName,
  MailInDoubt,
  NotificationRecord,
  NotificationRecords,
  NotificationStore,
} from '../../ports/notification-store.ts';
import { CASE, caseFrom, closedItem, type Item, roundOf } from './case-item.ts';
import { conditional } from './conditional-write.ts';
import { notificationFrom, notificationItem } from './notification-item.ts';

/** BatchGetItem takes 100 keys; a function's settings hold fewer approvers. */
const MOST_CHANNELS = 100;

/** A write that was given up may still be carried out, after whatever came next. */
const NOT_NOTIFIED_SINCE = '(attribute_not_exists(toldAt) OR toldAt < :at)';

/** As it was read. What was released since may be this very try. */
function unchanged(before: NotificationRecord | undefined): string {
  if (before === undefined) return 'attribute_not_exists(claimedAt)';
  const notified = before.notifiedAt === null ? 'attribute_not_exists(toldAt)' : 'toldAt = :toldAt';
  return `(claimedAt = :before AND ${notified} AND (attribute_not_exists(releasedAt) OR releasedAt < :at))`;
}

/** The SDK sends again what it got no answer to. */
const OWN_REPETITION = '(claimedAt = :at AND tries = :tries AND attribute_not_exists(refused))';

const overtaken = ({ key }: CaseRound, channel: ChannelName): Error =>
  new Error(
    `The notification record of case ${key} for ${channel} was written by another try since this one began, or by one whose clock is ahead. The queue brings the case again, or its dead letters keep it.`,
  );

const valuesOf = (inDoubt: MailInDoubt | null) => ({
  ':doubt': inDoubt?.digest ?? null,
  ':tries': inDoubt?.tries ?? 0,
});

/** `more`: channels beside the two that always are. */
export function dynamoNotificationStore(
  client: DynamoDBDocumentClient,
  tables: { readonly cases: string; readonly notifications: string },
  more: readonly ChannelName[] = [],
): NotificationStore {
  const channels: readonly ChannelName[] = ['slack', 'sns', ...more];
  if (channels.length > MOST_CHANNELS)
    throw new Error(`There are ${more.length} approvers with a mail address; ${MOST_CHANNELS - 2} can be told apart.`);

  const keyOf = ({ key, round }: Pick<Case, 'key' | 'round'>, channel: ChannelName) => ({
    TableName: tables.notifications,
    Key: { caseKey: key, item: notificationItem(round, channel) },
  });

  async function read(caseKey: string, item: string): Promise<Item | null> {
    const Key = { caseKey, item };
    const { Item } = await client.send(new GetCommand({ TableName: tables.cases, Key, ConsistentRead: true }));
    return Item ?? null;
  }

  /** Null: it is not there, or is just being opened anew and has no denial yet. */
  const caseIn = (item: Item | null): Case | null =>
    item === null || item['latest'] === undefined ? null : caseFrom(item);

  async function findRecords(of: Case): Promise<NotificationRecords> {
    const Keys = channels.map((channel) => keyOf(of, channel).Key);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [tables.notifications]: { Keys, ConsistentRead: true } } }),
    );
    if ((UnprocessedKeys?.[tables.notifications]?.Keys ?? []).length > 0) {
      throw new Error(
        `DynamoDB left notification records of case ${of.key} unread, as it does when it is throttled; it will be tried again.`,
      );
    }
    const items = Responses?.[tables.notifications] ?? [];
    const records = channels.flatMap((channel) => {
      const item = items.find((candidate) => candidate['item'] === notificationItem(of.round, channel));
      return item === undefined ? [] : [[channel, notificationFrom(item)] as const];
    });
    return Object.fromEntries(records);
  }

  return {
    async findWithRecords(caseKey, changed) {
      const item = await read(caseKey, CASE);
      if (item === null) return [];
      const current = roundOf(item);
      const earlier = [...new Set([...(changed === null ? [] : [changed]), current - 1])]
        .filter((round) => round >= 1 && round < current)
        .sort((a, b) => a - b);
      const before = await Promise.all(earlier.map(async (round) => caseIn(await read(caseKey, closedItem(round)))));
      const rounds = [...before, caseIn(item)].filter((found) => found !== null);
      return Promise.all(rounds.map(async (found) => ({ found, records: await findRecords(found) })));
    },

    async claim(of, channel, { now, before, inDoubt }) {
      const claimed = new UpdateCommand({
        ...keyOf(of, channel),
        UpdateExpression: 'SET claimedAt = :at, inDoubt = :doubt, tries = :tries REMOVE refused, digest, messageId',
        ConditionExpression: `${unchanged(before)} OR ${OWN_REPETITION}`,
        ExpressionAttributeValues: {
          ':at': now.toISOString(),
          ...valuesOf(inDoubt),
          ...(before === undefined ? {} : { ':before': before.claimedAt }),
          ...(before === undefined || before.notifiedAt === null ? {} : { ':toldAt': before.notifiedAt }),
        },
      });
      if ((await conditional(client.send(claimed))) === null) throw overtaken(of, channel);
    },

    async release(of, channel, { now, before, inDoubt }) {
      const released = new UpdateCommand({
        ...keyOf(of, channel),
        // Where the claim was not written either, the release says so all the same: the claim may come after it.
        UpdateExpression:
          'SET refused = :yes, releasedAt = :at, claimedAt = if_not_exists(claimedAt, :at), inDoubt = :doubt, tries = :tries',
        ConditionExpression: `${NOT_NOTIFIED_SINCE} AND (attribute_not_exists(claimedAt) OR claimedAt IN (:at, :before))`,
        ExpressionAttributeValues: {
          ':yes': true,
          ':at': now.toISOString(),
          ':before': before?.claimedAt ?? now.toISOString(),
          ...valuesOf(inDoubt),
        },
      });
      await conditional(client.send(released));
    },

    async confirm(of, channel, { digest, messageId }, now) {
      const confirmed = new UpdateCommand({
        ...keyOf(of, channel),
        UpdateExpression:
          'SET digest = :digest, messageId = :id, toldAt = :at, claimedAt = if_not_exists(claimedAt, :at) REMOVE refused, inDoubt, tries',
        ConditionExpression: `(attribute_not_exists(claimedAt) OR claimedAt <= :at) AND (${NOT_NOTIFIED_SINCE} OR toldAt = :at)`,
        ExpressionAttributeValues: { ':digest': digest, ':id': messageId, ':at': now.toISOString() },
      });
      if ((await conditional(client.send(confirmed))) === null) throw overtaken(of, channel);
    },
  };
}
