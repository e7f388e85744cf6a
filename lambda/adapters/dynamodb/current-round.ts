import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { CASE, closedRound, roundOf } from './case-item.ts';

/** The round that a message of the queue is about: it names the case, and the part of it that changed. Null: there is no such case. */
export async function currentRound(
  client: DynamoDBDocumentClient,
  TableName: string,
  caseKey: string,
  item: string,
): Promise<number | null> {
  const closed = closedRound(item);
  if (closed !== null) return closed;
  const Key = { caseKey, item: CASE };
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item === undefined ? null : roundOf(Item);
}
