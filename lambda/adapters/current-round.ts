import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { CASE, roundOf } from './case-item.ts';

/** The round that a case is in: a message of the queue names the case alone. Null: there is no such case. */
export async function currentRound(
  client: DynamoDBDocumentClient,
  TableName: string,
  caseKey: string,
): Promise<number | null> {
  const Key = { caseKey, item: CASE };
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item === undefined ? null : roundOf(Item);
}
