/**
 * The life of a case on DynamoDB. A move is one write on the condition that no other move came between, and carries its trail entry with it:
 * the entry stands in the case first and is copied into the trail after, so that a crash in between leaves it for whoever moves the case next.
 * Source: docs/decisions/0009-transitions-and-rounds.md.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Case, dueAt, firstDueAt } from '../../core/case/case.ts';
import { awaitedCall } from '../../core/case/confirmation.ts';
import { type TrailEntry, trailText } from '../../core/case/trail.ts';
import type { CaseMoves, Move, Moved } from '../../ports/case-transitions.ts';
import type { Trail } from '../../ports/trail.ts';
import { sha256 } from '../sha256.ts';
import {
  attributesOf,
  CASE,
  caseFrom,
  closedItem,
  closedRound,
  type Item,
  movesOf,
  optionalText,
  roundOf,
} from './case-item.ts';

/** Each loss means that another move won, and a case is moved a handful of times in its life. */
const MOST_ATTEMPTS = 50;

/** Each round has a trail of its own. */
export const trailKey = (key: string, round: number): string =>
  round === 1 ? key : sha256(`${key}#${round}`).slice(0, 32);

/** Of the current round or an earlier one; null: there is none. */
export async function readRound(
  client: DynamoDBDocumentClient,
  TableName: string,
  caseKey: string,
  round: number,
): Promise<Item | null> {
  for (const item of [CASE, closedItem(round)]) {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { caseKey, item }, ConsistentRead: true }));
    if (Item !== undefined && roundOf(Item) === round) return Item;
  }
  return null;
}

/** Copies the newest entry from the case into the trail, where it may stand already. */
export async function keepNewestEntry(item: Item, trail: Trail): Promise<void> {
  const entry = optionalText(item, 'entry');
  if (entry !== null) await trail.append(trailKey(String(item['caseKey']), roundOf(item)), movesOf(item), entry);
}

function entryOf(of: Case, { to, entry }: Move, now: Date): TrailEntry {
  return {
    ...entry,
    seq: of.moves + 1,
    caseKey: of.key,
    round: of.round,
    installation: of.installation,
    at: now.toISOString(),
    from: of.moves === 0 ? null : of.state,
    to: to.state,
    denials: of.denials.count,
    previous: of.lastEntry,
  };
}

/** The update that carries a move out. `where`: a condition on top of that on the number of moves. */
export function moveUpdate(
  of: Case,
  move: Move,
  now: Date,
  more: { readonly set?: Readonly<Record<string, unknown>>; readonly where?: Readonly<Record<string, unknown>> } = {},
) {
  const grants = move.grants ?? of.grants;
  const values = {
    ...attributesOf(move.to, grants, firstDueAt(move.to, grants, now), awaitedCall(of, move.to), now),
    ...more.set,
    entry: trailText(entryOf(of, move, now)),
    moves: of.moves + 1,
  };
  const names = Object.keys(values);
  const set = Object.entries(values).filter(([, value]) => value !== null);
  const gone = Object.entries(values).filter(([, value]) => value === null);
  const where = Object.entries(more.where ?? {});
  const given: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
    ...Object.fromEntries(where.map(([name, value]) => [`:where_${name}`, value])),
    ...(of.moves === 0 ? {} : { ':was': of.moves }),
    ':round': of.round,
    ':one': 1,
  };
  return {
    UpdateExpression: [
      `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      gone.length === 0 ? '' : `REMOVE ${gone.map(([name]) => `#${name}`).join(', ')}`,
      'ADD version :one',
    ].join(' '),
    ConditionExpression: [
      of.moves === 0 ? 'attribute_not_exists(#moves)' : '#moves = :was',
      of.round === 1 ? '(attribute_not_exists(round) OR round = :round)' : 'round = :round',
      ...where.map(([name]) => `${name} = :where_${name}`),
    ].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: given,
  };
}

export function dynamoCaseMoves(client: DynamoDBDocumentClient, TableName: string, trail: Trail): CaseMoves {
  /** Null: another move came between. */
  async function attempt(item: Item, move: Move, now: Date): Promise<Item | null> {
    const Key = { caseKey: item['caseKey'], item: item['item'] };
    const update = moveUpdate(caseFrom(item), move, now);
    try {
      const command = new UpdateCommand({ TableName, Key, ...update, ReturnValues: 'ALL_NEW' });
      return (await client.send(command)).Attributes ?? null;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK sends again what it got no answer to: what came between may be this very move.
      if ((error.$metadata.attempts ?? 1) === 1) return null;
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item !== undefined && Item['entry'] === update.ExpressionAttributeValues[':entry'] ? Item : null;
    }
  }

  /** Changes when the case is due, as long as nobody has moved it or changed that since. False: somebody has. Null: not due at all. */
  async function setDue(item: Item, at: string | null): Promise<boolean> {
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: item['caseKey'], item: item['item'] },
          UpdateExpression: at === null ? 'REMOVE due, dueAt' : 'SET due = :due, dueAt = :at',
          ConditionExpression: 'moves = :moves AND dueAt = :was',
          ExpressionAttributeValues: {
            ':moves': movesOf(item),
            ':was': item['dueAt'],
            ...(at === null ? {} : { ':due': 'due', ':at': at }),
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** The round that an entry of the index is about; null: there is none, or the entry was left behind by a worker that died. */
  async function dueRound(caseKey: string, item: string): Promise<number | null> {
    const Key = { caseKey, item: CASE };
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (Item === undefined) return null;
    const round = closedRound(item);
    if (round === null) return roundOf(Item);
    if (round !== roundOf(Item)) return round;
    const gone = { TableName, Key: { caseKey, item }, UpdateExpression: 'REMOVE due, dueAt' };
    await client.send(new UpdateCommand(gone));
    return null;
  }

  return {
    async find(key, round) {
      const item = await readRound(client, TableName, key, round);
      return item === null ? null : caseFrom(item);
    },

    async move<Stopped>(
      key: string,
      round: number,
      now: Date,
      decide: (of: Case) => { readonly move: Move } | { readonly stop: Stopped },
    ): Promise<Moved<Stopped>> {
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
        const item = await readRound(client, TableName, key, round);
        if (item === null) return { kind: 'missing' };
        const decision = decide(caseFrom(item));
        if ('stop' in decision) return { kind: 'stopped', because: decision.stop };
        await keepNewestEntry(item, trail);
        const moved = await attempt(item, decision.move, now);
        if (moved === null) continue;
        await keepNewestEntry(moved, trail);
        return { kind: 'moved', of: caseFrom(moved) };
      }
      throw new Error(
        `The case ${key} was changed by others ${MOST_ATTEMPTS} times in a row while it was to be moved; try again.`,
      );
    },

    async keepTrail(key, round) {
      const item = await readRound(client, TableName, key, round);
      if (item === null) return;
      await keepNewestEntry(item, trail);
      if (item['dueAt'] === undefined || item['latest'] === undefined) return;
      const of = caseFrom(item);
      // What apply is at stays due until it has moved.
      if (of.state === 'approved' || of.state === 'reverting') return;
      const next = dueAt(of, of.grants, new Date(0));
      if (next !== item['dueAt']) await setDue(item, next);
    },

    async due(now, most) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'due',
          KeyConditionExpression: 'due = :due AND dueAt <= :now',
          ExpressionAttributeValues: { ':due': 'due', ':now': now.toISOString() },
          Limit: most,
        }),
      );
      const found = await Promise.all(
        Items.map(async ({ caseKey, item }) => {
          const key = String(caseKey);
          const round = await dueRound(key, String(item));
          return round === null ? null : { key, round };
        }),
      );
      return found.flatMap((ref) => (ref === null ? [] : [ref]));
    },

    async putOff(key, round, until) {
      const item = await readRound(client, TableName, key, round);
      if (item?.['dueAt'] !== undefined) await setDue(item, until.toISOString());
    },
  };
}
