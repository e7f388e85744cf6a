/**
 * Counting on DynamoDB: denials of one case that were delivered together cost one write for each bucket and one for the case. Each write may
 * be repeated in any order. Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { second } from '../../core/case/after-diagnosis.ts';
import type { CaseSubject } from '../../core/case/case.ts';
import type { Denial } from '../../core/denial/denial.ts';
import type { Trail } from '../../ports/trail.ts';
import type { Limit } from '../aws/limit.ts';
import { sha256 } from '../sha256.ts';
import {
  bucketAttribute,
  CASE,
  closedItem,
  earlierFrom,
  type Item,
  optionalText,
  roundOf,
  seenItem,
  text,
  totalOf,
} from './case-item.ts';
import { keepNewestEntry } from './case-transitions.ts';
import { conditional } from './conditional-write.ts';

/** Longer than diagnose may run: whoever holds the lease is dead once it ends. Milliseconds. */
export const LEASE_MS = 120_000;

/** Each loss means that another worker won. */
export const MOST_ATTEMPTS = 20;

/** DynamoDB takes 4 KB of condition and 300 operators in it; a bucket of its own for each denial takes 50 characters and four. */
export const MOST_TOGETHER = 50;

/** One denial of the case that is counted. */
export interface Heard {
  readonly denial: Denial;
  readonly eventId: string;
  /** ISO 8601: its own time, or that of its delivery. */
  readonly at: string;
}

/** Where a denial was counted. `newest`: it is the one that the case shows. `known`: it had been counted before. */
export interface Placed {
  readonly heard: Heard;
  readonly item: Item;
  readonly as: 'newest' | 'older' | 'known';
}

/** One bucket, and how many events it holds with these. */
interface Tally {
  readonly bucket: string;
  readonly n: number;
  readonly heard: readonly Heard[];
}

/** Of several that came in the same second the one that was delivered last. */
const newestOf = (heard: readonly Heard[]): Heard =>
  heard.reduce((newest, one) => (one.at >= newest.at ? one : newest));

const earliest = (heard: readonly Heard[]): string =>
  heard.map(({ at }) => at).reduce((first, at) => (at < first ? at : first));

const heardIn = (tallies: readonly Tally[]): readonly Heard[] => tallies.flatMap(({ heard }) => heard);

/** These denials are not of the closed round. */
function isAfterClose(item: Item, { heard }: Tally): boolean {
  const closedAt = optionalText(item, 'closedAt');
  return closedAt !== null && second(newestOf(heard).at) >= second(closedAt);
}

const setNewest =
  'latest = :latest, lastAt = :at, firstAt = if_not_exists(firstAt, :first), subject = if_not_exists(subject, :subject), installation = if_not_exists(installation, :installation), listed = if_not_exists(listed, :listed), openedAt = if_not_exists(openedAt, :first), lease = if_not_exists(lease, :lease), leaseUntil = if_not_exists(leaseUntil, :until)';

interface Counting {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  /** Which remediator counts. */
  readonly installation: string;
  readonly trail: Trail;
  /** Runs one when fewer than so many are under way. */
  readonly oneOfFew: Limit;
}

/** Counts denials of one case, each event once. `heard`: up to MOST_TOGETHER, no event twice. */
export async function countDenials(
  { client, table: TableName, installation, trail, oneOfFew }: Counting,
  { key, subject, now }: { readonly key: string; readonly subject: CaseSubject; readonly now: Date },
  heard: readonly Heard[],
): Promise<readonly Placed[]> {
  const getItem = async (item: string): Promise<Item | null> => {
    const Key = { caseKey: key, item };
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item ?? null;
  };

  /** How many events the bucket holds once these are in it. */
  async function countInBucket(bucket: string, ids: readonly string[]): Promise<number> {
    const named = Object.fromEntries(ids.map((id, index) => [`:id${index}`, id]));
    const isNew = Object.keys(named).map((name) => `NOT contains(ids, ${name})`);
    const counted = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: seenItem(bucket) },
          UpdateExpression: 'ADD ids :ids, n :more',
          ConditionExpression: `attribute_not_exists(ids) OR (${isNew.join(' AND ')})`,
          ExpressionAttributeValues: { ':ids': new Set(ids), ':more': ids.length, ...named },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    if (counted !== null) return Number(counted.Attributes?.['n']);
    if (ids.length === 1) return Number((await getItem(seenItem(bucket)))?.['n']);
    let n = 0;
    for (const id of ids) n = await countInBucket(bucket, [id]);
    return n;
  }

  /** The case with the buckets' counts. Null: it has one of them already, the round is closed, or, as `newest`, the case shows a newer denial. */
  async function raise(tallies: readonly Tally[], as: 'newest' | 'older'): Promise<Item | null> {
    const isNewest = as === 'newest';
    const all = heardIn(tallies);
    const newest = newestOf(all);
    const each = tallies.map((_, index) => ({ name: `#n${index}`, value: `:n${index}` }));
    const raised = each.map(({ name, value }) => `${name} = ${value}`).join(', ');
    const isMore = each.map(({ name, value }) => `(attribute_not_exists(${name}) OR ${name} < ${value})`).join(' AND ');
    const written = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression: `SET ${raised}, ${isNewest ? setNewest : 'olderHeard = :at'} ADD version :one`,
          ConditionExpression: `${isMore} AND (attribute_not_exists(closedSecond) OR closedSecond > :second) AND ${isNewest ? '(attribute_not_exists(lastAt) OR lastAt <= :at)' : 'attribute_exists(lastAt)'}`,
          ExpressionAttributeNames: Object.fromEntries(
            tallies.map(({ bucket }, index) => [`#n${index}`, bucketAttribute(bucket)]),
          ),
          ExpressionAttributeValues: {
            ...Object.fromEntries(tallies.map(({ n }, index) => [`:n${index}`, n])),
            ':second': second(newest.at),
            ':at': newest.at,
            ':one': 1,
            ...(isNewest
              ? {
                  ':first': earliest(all),
                  ':latest': JSON.stringify(newest.denial),
                  ':subject': JSON.stringify(subject),
                  ':installation': installation,
                  ':listed': 'cases',
                  ':lease': newest.eventId,
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
  async function bringForward(item: Item, all: readonly Heard[]): Promise<void> {
    const first = earliest(all);
    if (text(item, 'firstAt') <= first) return;
    await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression: 'SET firstAt = :at',
          // Of the same round: the next may have begun since.
          ConditionExpression: 'firstAt > :at AND openedAt = :opened',
          ExpressionAttributeValues: { ':at': first, ':opened': item['openedAt'] },
        }),
      ),
    );
  }

  /** The closed round moves aside as it is, and its place is free for the next. False: another worker was first. */
  async function nextRound(closed: Item): Promise<void> {
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
          Key: { caseKey: key, item: CASE },
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

  const placedIn = (item: Item, tallies: readonly Tally[], as: Placed['as']): readonly Placed[] => {
    const all = heardIn(tallies);
    const newest = newestOf(all);
    return all.map((one) => ({ heard: one, item, as: as === 'newest' && one !== newest ? 'older' : as }));
  };

  /** Counts the denials in the round they belong to. */
  async function place(tallies: readonly Tally[]): Promise<readonly Placed[]> {
    const placed: Placed[] = [];
    let rest = tallies;
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
      for (const as of ['newest', 'older'] as const) {
        const item = await raise(rest, as);
        if (item === null) continue;
        await bringForward(item, heardIn(rest));
        return [...placed, ...placedIn(item, rest, as)];
      }
      const item = await getItem(CASE);
      if (item === null) throw new Error(`The case ${key} is gone between two calls: was it deleted by hand?`);
      const isKnown = ({ bucket, n }: Tally): boolean => Number(item[bucketAttribute(bucket)] ?? 0) >= n;
      const known = rest.filter(isKnown);
      if (known.length > 0) placed.push(...placedIn(item, known, 'known'));
      rest = rest.filter((tally) => !isKnown(tally));
      if (rest.length === 0) return placed;
      const after = rest.filter((tally) => isAfterClose(item, tally));
      if (after.length === rest.length) await nextRound(item);
      else if (after.length > 0) {
        const before = rest.filter((tally) => !after.includes(tally));
        return [...placed, ...(await place(before)), ...(await place(after))];
      }
    }
    throw new Error(
      `The case ${key} was changed by others all the time while denials were to be counted; the queue brings them again.`,
    );
  }

  const byBucket = new Map<string, readonly Heard[]>();
  for (const one of heard) {
    const bucket = sha256(one.eventId).slice(0, 2);
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), one]);
  }
  const tallies = await Promise.all(
    [...byBucket].map(async ([bucket, inIt]) => {
      const ids = inIt.map(({ eventId }) => eventId);
      const n = await oneOfFew(() => countInBucket(bucket, ids));
      return { bucket, n, heard: inIt };
    }),
  );
  return oneOfFew(() => place(tallies));
}
