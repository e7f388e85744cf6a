/**
 * The life of a case on DynamoDB. A transition is one write on the condition that no other transition came between, and carries its trail entry
 * with it: the entry stands in the case first and is copied into the trail after, so that a crash in between leaves it for whoever changes the
 * case next. Source: docs/decisions/0009-transitions-and-rounds.md.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Case, dueAt, firstDueAt } from '../../core/case/case.ts';
import { awaitedCall } from '../../core/case/confirmation.ts';
import { type TrailEntry, trailText } from '../../core/case/trail.ts';
import type { CaseTransitions, Transition, TransitionResult } from '../../ports/case-transitions.ts';
import type { Trail } from '../../ports/trail.ts';
import { sha256 } from '../sha256.ts';
import {
  attributesOf,
  CASE,
  caseFrom,
  closedItem,
  closedRound,
  type Item,
  optionalText,
  roundOf,
  transitionCountOf,
} from './case-item.ts';

/** Each loss means that another transition won, and a case makes a handful of them in its life. */
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
  if (entry !== null)
    await trail.append(trailKey(String(item['caseKey']), roundOf(item)), transitionCountOf(item), entry);
}

function entryOf(of: Case, { to, entry }: Transition, now: Date): TrailEntry {
  return {
    ...entry,
    seq: of.transitionCount + 1,
    caseKey: of.key,
    round: of.round,
    installation: of.installation,
    at: now.toISOString(),
    from: of.transitionCount === 0 ? null : of.state,
    to: to.state,
    denials: of.denials.count,
    previous: of.lastEntry,
  };
}

/** The update that carries a transition out. `where`: a condition on top of that on the number of transitions. */
export function transitionUpdate(
  of: Case,
  transition: Transition,
  now: Date,
  more: { readonly set?: Readonly<Record<string, unknown>>; readonly where?: Readonly<Record<string, unknown>> } = {},
) {
  const grants = transition.grants ?? of.grants;
  const values = {
    ...attributesOf(transition.to, grants, firstDueAt(transition.to, grants, now), awaitedCall(of, transition.to), now),
    ...more.set,
    entry: trailText(entryOf(of, transition, now)),
    moves: of.transitionCount + 1,
  };
  const names = Object.keys(values);
  const set = Object.entries(values).filter(([, value]) => value !== null);
  const gone = Object.entries(values).filter(([, value]) => value === null);
  const where = Object.entries(more.where ?? {});
  const given: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
    ...Object.fromEntries(where.map(([name, value]) => [`:where_${name}`, value])),
    ...(of.transitionCount === 0 ? {} : { ':was': of.transitionCount }),
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
      of.transitionCount === 0 ? 'attribute_not_exists(#moves)' : '#moves = :was',
      of.round === 1 ? '(attribute_not_exists(round) OR round = :round)' : 'round = :round',
      ...where.map(([name]) => `${name} = :where_${name}`),
    ].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: given,
  };
}

export function dynamoCaseTransitions(
  client: DynamoDBDocumentClient,
  TableName: string,
  trail: Trail,
): CaseTransitions {
  /** Null: another transition came between. */
  async function attempt(item: Item, transition: Transition, now: Date): Promise<Item | null> {
    const Key = { caseKey: item['caseKey'], item: item['item'] };
    const update = transitionUpdate(caseFrom(item), transition, now);
    try {
      const command = new UpdateCommand({ TableName, Key, ...update, ReturnValues: 'ALL_NEW' });
      return (await client.send(command)).Attributes ?? null;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK sends again what it got no answer to: what came between may be this very transition.
      if ((error.$metadata.attempts ?? 1) === 1) return null;
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item !== undefined && Item['entry'] === update.ExpressionAttributeValues[':entry'] ? Item : null;
    }
  }

  /** Changes when the case is due, as long as nobody has changed its state or that since. False: somebody has. Null: not due at all. */
  async function setDue(item: Item, at: string | null): Promise<boolean> {
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: item['caseKey'], item: item['item'] },
          UpdateExpression: at === null ? 'REMOVE due, dueAt' : 'SET due = :due, dueAt = :at',
          ConditionExpression: 'moves = :moves AND dueAt = :was',
          ExpressionAttributeValues: {
            ':moves': transitionCountOf(item),
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

    async make<Stopped>(
      key: string,
      round: number,
      now: Date,
      decide: (of: Case) => { readonly transition: Transition } | { readonly stop: Stopped },
    ): Promise<TransitionResult<Stopped>> {
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
        const item = await readRound(client, TableName, key, round);
        if (item === null) return { kind: 'missing' };
        const decision = decide(caseFrom(item));
        if ('stop' in decision) return { kind: 'stopped', because: decision.stop };
        await keepNewestEntry(item, trail);
        const changed = await attempt(item, decision.transition, now);
        if (changed === null) continue;
        await keepNewestEntry(changed, trail);
        return { kind: 'done', of: caseFrom(changed) };
      }
      throw new Error(
        `The case ${key} was changed by others ${MOST_ATTEMPTS} times in a row while its state was to be changed; try again.`,
      );
    },

    async keepTrail(key, round) {
      const item = await readRound(client, TableName, key, round);
      if (item === null) return;
      await keepNewestEntry(item, trail);
      if (item['dueAt'] === undefined || item['latest'] === undefined) return;
      const of = caseFrom(item);
      // What apply is at stays due until its state has changed.
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
