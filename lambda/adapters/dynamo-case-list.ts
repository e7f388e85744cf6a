/** Lists cases, newest first, by an index of their keys. */
import { BatchGetCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Case, caseId } from '../core/case.ts';
import type { CaseList } from '../ports.ts';
import { caseFrom, type Item } from './case-item.ts';

/** BatchGetItem takes 100 keys. */
const MOST = 100;

type Key = Readonly<Record<string, unknown>>;

const cursorOf = (key: Key | undefined): string | null =>
  key === undefined ? null : Buffer.from(JSON.stringify(key)).toString('base64url');

/** Throws for a cursor that is not one of ours. */
function keyOf(cursor: string): Key {
  try {
    const { caseKey, item, listed, openedAt } = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if ([caseKey, item, listed, openedAt].every((part) => typeof part === 'string')) {
      return { caseKey, item, listed, openedAt };
    }
  } catch {
    // Said below.
  }
  throw new RangeError('"from" is not what an earlier page gave as "next": begin with the first page again.');
}

export function dynamoCaseList(client: DynamoDBDocumentClient, TableName: string): CaseList {
  async function page(most: number, from: string | null) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'listed',
        KeyConditionExpression: 'listed = :cases',
        ExpressionAttributeValues: { ':cases': 'cases' },
        ScanIndexForward: false,
        Limit: Math.min(most, MOST),
        ...(from === null ? {} : { ExclusiveStartKey: keyOf(from) }),
      }),
    );
    return { keys: Items.map(({ caseKey, item }) => ({ caseKey, item })), next: cursorOf(LastEvaluatedKey) };
  }

  async function read(Keys: readonly Key[]): Promise<readonly Case[]> {
    const items: Item[] = [];
    let left = [...Keys];
    for (let attempts = 0; left.length > 0; attempts += 1) {
      if (attempts === 5)
        throw new Error('DynamoDB left cases unread five times, as it does when it is throttled; try again.');
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys: left, ConsistentRead: true } } }),
      );
      items.push(...(Responses?.[TableName] ?? []));
      left = UnprocessedKeys?.[TableName]?.Keys ?? [];
    }
    const order = new Map(Keys.map(({ caseKey, item }, index) => [`${caseKey} ${item}`, index]));
    const place = (item: Item): number => order.get(`${item['caseKey']} ${item['item']}`) ?? 0;
    // One that is just being opened anew has no denial yet.
    return items
      .filter((item) => item['latest'] !== undefined)
      .sort((a, b) => place(a) - place(b))
      .map(caseFrom);
  }

  return {
    async list({ state, most, from }) {
      const cases: Case[] = [];
      let next = from;
      do {
        const { keys, next: following } = await page(most - cases.length, next);
        cases.push(...(await read(keys)).filter((of) => state === null || of.state === state));
        next = following;
      } while (next !== null && cases.length < most);
      return { cases, next };
    },

    async named(id) {
      const found: Case[] = [];
      let next: string | null = null;
      do {
        const { keys, next: following }: Awaited<ReturnType<typeof page>> = await page(MOST, next);
        const prefix = id.slice(0, 10);
        const near = keys.filter(({ caseKey }) => String(caseKey).startsWith(prefix));
        found.push(...(await read(near)).filter((of) => id === caseId(of.key, of.round) || id === of.key));
        next = following;
      } while (next !== null);
      const [only, ...others] = found;
      return only === undefined ? null : others.length > 0 ? 'ambiguous' : only;
    },
  };
}
