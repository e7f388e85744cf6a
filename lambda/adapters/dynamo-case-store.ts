/**
 * The case store on DynamoDB. Every step is one conditional write that may be repeated in any order, so a crash between two of them or a
 * second delivery changes nothing. Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterDiagnosis } from '../core/after-diagnosis.ts';
import { canonicalJson } from '../core/canonical.ts';
import { type Case, isClosed, stateAfter } from '../core/case.ts';
import type { Denial } from '../core/denial.ts';
import type { CaseStore, Move, Recorded, Trail } from '../ports.ts';
import {
  bucketAttribute,
  CASE,
  caseFrom,
  closedItem,
  earlierFrom,
  type Item,
  movesOf,
  optionalText,
  roundOf,
  seenItem,
  stateIn,
  totalOf,
} from './case-item.ts';
import { keepNewestEntry, moveUpdate } from './dynamo-case-moves.ts';
import { sha256 } from './sha256.ts';

/** Longer than diagnose may run: whoever holds the lease is dead once it ends. Milliseconds. */
const LEASE_MS = 120_000;

/** A repeat after this long is diagnosed anew, as the world may have changed: soon where someone was told to change it. Milliseconds. */
const KEEPS_MS = { proposed: 3_600_000, advised: 300_000 } as const;

/** Each loss means that another worker won. */
const MOST_ATTEMPTS = 20;

/** What a diagnosis rests on besides the account: a repeat that differs in it is another question (signed in with MFA by now). */
const circumstances = ({ effect, policyType, policyArn, operation, region, request }: Denial): string =>
  sha256(
    canonicalJson({
      effect,
      policyType,
      policyArn,
      operation,
      region,
      mfa: request.mfa,
      ip: request.sourceIp,
      vpce: request.vpcEndpointId,
    }),
  );

type RecordInput = Parameters<CaseStore['record']>[0];
type SaveInput = Parameters<CaseStore['saveDiagnosis']>[0];

async function conditional<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}

/** CloudTrail's times are whole seconds, so times are compared as such. */
const second = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** A denial of this time is not one of the closed round. */
const isAfterClose = (item: Item, at: string): boolean => {
  const closedAt = optionalText(item, 'closedAt');
  return closedAt !== null && second(at) >= second(closedAt);
};

const timeOf = ({ denial, now }: RecordInput): string => denial.time ?? now.toISOString();

export interface CaseStoreSettings {
  readonly table: string;
  readonly trail: Trail;
  /** How long a proposal waits for a person. */
  readonly proposalHours: number;
}

export function dynamoCaseStore(
  client: DynamoDBDocumentClient,
  { table: TableName, trail, proposalHours }: CaseStoreSettings,
): CaseStore {
  const getItem = async (caseKey: string, item: string): Promise<Item | null> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { caseKey, item }, ConsistentRead: true }));
    return Item ?? null;
  };

  /** How many events the bucket holds once this one is in it. */
  async function countInBucket({ key, eventId }: RecordInput, bucket: string): Promise<number> {
    const counted = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: seenItem(bucket) },
          UpdateExpression: 'ADD ids :ids, n :one',
          ConditionExpression: 'attribute_not_exists(ids) OR NOT contains(ids, :id)',
          ExpressionAttributeValues: { ':ids': new Set([eventId]), ':id': eventId, ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    return Number((counted === null ? await getItem(key, seenItem(bucket)) : counted.Attributes)?.['n']);
  }

  /**
   * The case with the bucket's count; null when it already had that count. `as` is `newest` for a denial that is not older than what the
   * case shows: only that one is shown.
   */
  async function raise(input: RecordInput, bucket: string, n: number, as: 'newest' | 'older'): Promise<Item | null> {
    const { key, subject, denial, eventId, now } = input;
    const isNewest = as === 'newest';
    const written = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression: `SET #n = :n, ${isNewest ? 'latest = :latest, lastAt = :at, firstAt = if_not_exists(firstAt, :at), subject = if_not_exists(subject, :subject), listed = if_not_exists(listed, :listed), openedAt = if_not_exists(openedAt, :at), lease = if_not_exists(lease, :lease), leaseUntil = if_not_exists(leaseUntil, :until)' : 'olderHeard = :at'} ADD version :one`,
          ConditionExpression: `(attribute_not_exists(#n) OR #n < :n) AND (attribute_not_exists(closedSecond) OR closedSecond > :second) AND ${isNewest ? '(attribute_not_exists(lastAt) OR lastAt <= :at)' : 'attribute_exists(lastAt)'}`,
          ExpressionAttributeNames: { '#n': bucketAttribute(bucket) },
          ExpressionAttributeValues: {
            ':n': n,
            ':second': second(timeOf(input)),
            ':at': timeOf(input),
            ':one': 1,
            ...(isNewest
              ? {
                  ':latest': JSON.stringify(denial),
                  ':subject': JSON.stringify(subject),
                  ':listed': 'cases',
                  ':lease': eventId,
                  ':until': now.getTime() + LEASE_MS,
                }
              : {}),
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes ?? null;
  }

  /** CloudTrail's events come in any order: the first time is the earliest one heard of. */
  async function bringForward({ key, denial }: RecordInput): Promise<void> {
    if (denial.time === null) return;
    await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression: 'SET firstAt = :at',
          ConditionExpression: 'firstAt > :at',
          ExpressionAttributeValues: { ':at': denial.time },
        }),
      ),
    );
  }

  /** One of several may take an abandoned, outdated or differing diagnosis over. */
  async function takeOver({ key, eventId, now }: RecordInput, item: Item): Promise<boolean> {
    const taken = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression: 'SET lease = :lease, leaseUntil = :until',
          ConditionExpression: 'lease = :from AND leaseUntil = :fromUntil',
          ExpressionAttributeValues: {
            ':lease': eventId,
            ':until': now.getTime() + LEASE_MS,
            ':from': item['lease'],
            ':fromUntil': item['leaseUntil'],
          },
        }),
      ),
    );
    return taken !== null;
  }

  /** A denial after the grant was written, or after apply gave up, and nobody has looked since. */
  function reopens(item: Item, at: string): boolean {
    const after = optionalText(item, 'reopensAfter');
    const diagnosedAt = optionalText(item, 'diagnosedAt');
    return after !== null && second(at) > second(after) && (diagnosedAt === null || diagnosedAt <= after);
  }

  /** The closed round moves aside as it is, and its place is free for the next. False: another worker was first. */
  async function nextRound(caseKey: string, closed: Item): Promise<void> {
    const round = roundOf(closed);
    await keepNewestEntry(closed, trail);
    // A worker that was slow must not put back what the round has become since.
    await conditional(
      client.send(
        new PutCommand({
          TableName,
          Item: { ...closed, item: closedItem(round) },
          ConditionExpression: 'attribute_not_exists(caseKey) OR version < :version',
          ExpressionAttributeValues: { ':version': closed['version'] },
        }),
      ),
    );
    const gone = [
      ...['state', 'progress', 'diagnosis', 'diagnosedAt', 'diagnosedBy', 'circumstances', 'lease', 'leaseUntil'],
      ...['closedAt', 'closedSecond', 'reopensAfter', 'grants', 'due', 'dueAt', 'awaits', 'moves', 'entry'],
      ...['latest', 'firstAt', 'lastAt', 'olderHeard', 'openedAt', 'listed'],
    ];
    await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey, item: CASE },
          UpdateExpression: `SET #round = :next, earlier = :earlier, countedBefore = :before REMOVE ${gone.map((_, index) => `#g${index}`).join(', ')} ADD version :one`,
          ConditionExpression: 'version = :version',
          ExpressionAttributeNames: {
            '#round': 'round',
            ...Object.fromEntries(gone.map((name, index) => [`#g${index}`, name])),
          },
          ExpressionAttributeValues: {
            ':next': round + 1,
            ':earlier': JSON.stringify(earlierFrom(closed)),
            ':before': totalOf(closed),
            ':version': closed['version'],
            ':one': 1,
          },
        }),
      ),
    );
  }

  /** Counts the denial in the round it belongs to. `is` null: it had been counted before. */
  async function place(
    input: RecordInput,
    bucket: string,
    n: number,
  ): Promise<{ item: Item; as: 'newest' | 'older' | null }> {
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
      const newest = await raise(input, bucket, n, 'newest');
      if (newest !== null) return { item: newest, as: 'newest' };
      const older = await raise(input, bucket, n, 'older');
      if (older !== null) return { item: older, as: 'older' };
      const item = await getItem(input.key, CASE);
      if (item === null) throw new Error(`The case ${input.key} is gone between two calls: was it deleted by hand?`);
      if (Number(item[bucketAttribute(bucket)] ?? 0) >= n) return { item, as: null };
      if (isAfterClose(item, timeOf(input))) await nextRound(input.key, item);
    }
    throw new Error(
      `The case ${input.key} was changed by others all the time while a denial was to be counted; the queue brings it again.`,
    );
  }

  /** Whose turn it is to diagnose. `leaseUntil` of a diagnosed case is the time from which a repeat is worth a new look. */
  async function turn(input: RecordInput, item: Item, isNews: boolean): Promise<boolean> {
    const { eventId, denial, now } = input;
    const state = stateIn(item);
    // What a person decided is under way or done, and what settled the case came after this denial: there is nothing new to find out.
    if (state === 'approved' || state === 'reverting' || isClosed(state)) return false;
    const settled = optionalText(item, 'reopensAfter');
    if (settled !== null && second(timeOf(input)) <= second(settled)) return false;
    if (item['lease'] === eventId) return item['diagnosedBy'] !== eventId;
    const isDiagnosed = item['diagnosedBy'] === item['lease'];
    const differs = isNews && isDiagnosed && item['circumstances'] !== circumstances(denial);
    const isOver = Number(item['leaseUntil']) < now.getTime();
    return (differs || isOver || (isNews && reopens(item, timeOf(input)))) && (await takeOver(input, item));
  }

  /** `where`: a condition on top of those on the lease and on the number of moves. */
  async function save(
    of: Case,
    { eventId, denial, diagnosis, now }: SaveInput,
    where: Readonly<Record<string, unknown>> = {},
  ): Promise<Item | null> {
    const looked = {
      diagnosedAt: now.toISOString(),
      diagnosedBy: eventId,
      leaseUntil: now.getTime() + KEEPS_MS[stateAfter(diagnosis)],
      circumstances: circumstances(denial),
    };
    const expiresAt = new Date(now.getTime() + proposalHours * 3_600_000).toISOString();
    const deniedAt = denial.time ?? now.toISOString();
    const reaction = afterDiagnosis(of, diagnosis, { deniedAt, expiresAt, now });
    const Key = { caseKey: of.key, item: CASE };
    if (reaction === null) {
      const update = {
        UpdateExpression: `SET ${Object.keys(looked)
          .map((name) => `${name} = :${name}`)
          .join(', ')}`,
        ConditionExpression: 'lease = :eventId',
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(looked).map(([name, value]) => [`:${name}`, value])),
          ':eventId': eventId,
        },
      };
      const written = await conditional(
        client.send(new UpdateCommand({ TableName, Key, ...update, ReturnValues: 'ALL_NEW' })),
      );
      return written?.Attributes ?? null;
    }
    const { asked, proved } = diagnosis.simulations;
    const move: Move = {
      to: reaction.to,
      entry: {
        actor: { via: 'system', name: 'diagnose' },
        what: reaction.what,
        digest: diagnosis.proposal?.digest ?? null,
        decision: { before: asked?.decision ?? null, after: proved?.decision ?? null },
      },
    };
    const update = moveUpdate(of, move, now, { set: looked, where: { lease: eventId, ...where } });
    const written = await conditional(
      client.send(new UpdateCommand({ TableName, Key, ...update, ReturnValues: 'ALL_NEW' })),
    );
    return written?.Attributes ?? null;
  }

  return {
    async record(input): Promise<Recorded> {
      const bucket = sha256(input.eventId).slice(0, 2);
      const n = await countInBucket(input, bucket);
      const { item, as } = await place(input, bucket, n);
      if (as === 'older') await bringForward(input);
      if (await turn(input, item, as === 'newest'))
        return { kind: 'to-diagnose', moves: movesOf(item), of: caseFrom(item) };
      return { kind: as === null ? 'duplicate' : 'counted' };
    },

    async saveDiagnosis(input) {
      const { key, eventId, moves, of } = input;
      // Nobody counted or moved since: one write does, and reading the case first would be a round more.
      if (of?.moves === 0) {
        const saved = await save(of, input, { version: of.version });
        if (saved !== null) {
          await keepNewestEntry(saved, trail);
          return true;
        }
      }
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
        const item = await getItem(key, CASE);
        if (item === null || item['lease'] !== eventId) return false;
        await keepNewestEntry(item, trail);
        // Ours already, where the answer to an earlier try was lost.
        if (item['diagnosedBy'] === eventId) return true;
        if (movesOf(item) !== moves) return false;
        const saved = await save(caseFrom(item), input);
        if (saved === null) continue;
        await keepNewestEntry(saved, trail);
        return true;
      }
      throw new Error(`The case ${key} was changed by others all the time while its diagnosis was to be saved.`);
    },

    async find(key) {
      const item = await getItem(key, CASE);
      return item === null || item['latest'] === undefined ? null : caseFrom(item);
    },

    async awaiting(callKey) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'awaits',
          KeyConditionExpression: 'awaits = :call',
          ExpressionAttributeValues: { ':call': callKey },
        }),
      );
      return Items.map(({ caseKey }) => String(caseKey));
    },
  };
}
