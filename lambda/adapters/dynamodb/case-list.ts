/** Lists cases, newest first, by an index of their keys. */
import { BatchGetCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Case, caseId } from '../../core/case/case.ts';
import type { CaseList } from '../../ports/case-list.ts';
import { CASE, caseFrom, type Item, roundOf } from './case-item.ts';
import { readRound } from './case-transitions.ts';

/** BatchGetItem takes 100 keys. */
const MOST = 100;
/** Digits of a case's key. */
const WHOLE_KEY = 32;

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
  /** `most` null: as many as one answer holds. */
  async function page(most: number | null, from: string | null) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'listed',
        KeyConditionExpression: 'listed = :cases',
        ExpressionAttributeValues: { ':cases': 'cases' },
        ScanIndexForward: false,
        ...(most === null ? {} : { Limit: Math.min(most, MOST) }),
        ...(from === null ? {} : { ExclusiveStartKey: keyOf(from) }),
      }),
    );
    return { keys: Items.map(({ caseKey, item }) => ({ caseKey, item })), next: cursorOf(LastEvaluatedKey) };
  }

  /** With the case of today beside each round that was moved aside: what a worker left there that died in the middle is not listed twice. */
  async function items(wanted: readonly Key[]): Promise<readonly Item[]> {
    const keys = new Map(
      wanted.flatMap(({ caseKey, item }) =>
        [item, CASE].map((part) => [`${caseKey} ${part}`, { caseKey, item: part }]),
      ),
    );
    const found: Item[] = [];
    const all = [...keys.values()];
    for (let at = 0; at < all.length; at += MOST) {
      let left: readonly Key[] = all.slice(at, at + MOST);
      for (let attempts = 0; left.length > 0; attempts += 1) {
        if (attempts === 5)
          throw new Error('DynamoDB left cases unread five times, as it does when it is throttled; try again.');
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [...left], ConsistentRead: true } } }),
        );
        found.push(...(Responses?.[TableName] ?? []));
        left = UnprocessedKeys?.[TableName]?.Keys ?? [];
      }
    }
    return found;
  }

  async function read(wanted: readonly Key[]): Promise<readonly Case[]> {
    const found = new Map((await items(wanted)).map((item) => [`${item['caseKey']} ${item['item']}`, item]));
    return wanted.flatMap(({ caseKey, item: part }) => {
      const item = found.get(`${caseKey} ${part}`);
      // One that is just being opened anew has no denial yet.
      if (item === undefined || item['latest'] === undefined) return [];
      const today = found.get(`${caseKey} ${CASE}`);
      const isLeftBehind = part !== CASE && today !== undefined && roundOf(today) === roundOf(item);
      return isLeftBehind ? [] : [caseFrom(item)];
    });
  }

  /** `round` null: the one of today. */
  async function whole(key: string, round: number | null): Promise<Case | null> {
    if (round !== null) {
      const item = await readRound(client, TableName, key, round);
      return item === null ? null : caseFrom(item);
    }
    const [of] = await read([{ caseKey: key, item: CASE }]);
    return of ?? null;
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
      const [, digits = '', round] = /^([0-9a-f]{10,32})(?:-(\d+))?$/.exec(id) ?? [];
      if (digits.length === WHOLE_KEY) return whole(digits, round === undefined ? null : Number(round));
      const found: Case[] = [];
      let next: string | null = null;
      do {
        const { keys, next: following }: Awaited<ReturnType<typeof page>> = await page(null, next);
        const near = keys.filter(({ caseKey }) => String(caseKey).startsWith(digits.slice(0, 10)));
        found.push(...(await read(near)).filter((of) => id === caseId(of.key, of.round)));
        next = following;
      } while (next !== null);
      const [only, ...others] = found;
      return only === undefined ? null : others.length > 0 ? 'ambiguous' : only;
    },
  };
}
