/**
 * The case store on DynamoDB. Every step is one conditional write that may be repeated in any order, so a crash between two of them or a
 * second delivery changes nothing. Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { canonicalJson } from '../core/canonical.ts';
import { stateAfter } from '../core/case.ts';
import type { Denial } from '../core/denial.ts';
import type { CaseStore, Recorded } from '../ports.ts';
import { bucketAttribute, CASE, caseFrom, type Item, seenItem } from './case-item.ts';
import { sha256 } from './sha256.ts';

/** Longer than diagnose may run: whoever holds the lease is dead once it ends. Milliseconds. */
const LEASE_MS = 120_000;

/** A repeat after this long is diagnosed anew, as the world may have changed: soon where someone was told to change it. Milliseconds. */
const KEEPS_MS = { proposed: 3_600_000, advised: 300_000 } as const;

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

async function conditional<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}

export function dynamoCaseStore(client: DynamoDBDocumentClient, TableName: string): CaseStore {
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
          UpdateExpression: `SET #n = :n, ${isNewest ? 'latest = :latest, lastAt = :at, firstAt = if_not_exists(firstAt, :at), subject = if_not_exists(subject, :subject), lease = if_not_exists(lease, :lease), leaseUntil = if_not_exists(leaseUntil, :until)' : 'olderHeard = :at'} ADD version :one`,
          ConditionExpression: `(attribute_not_exists(#n) OR #n < :n) AND ${isNewest ? '(attribute_not_exists(lastAt) OR lastAt <= :at)' : 'attribute_exists(lastAt)'}`,
          ExpressionAttributeNames: { '#n': bucketAttribute(bucket) },
          ExpressionAttributeValues: {
            ':n': n,
            ':at': denial.time ?? now.toISOString(),
            ':one': 1,
            ...(isNewest
              ? {
                  ':latest': JSON.stringify(denial),
                  ':subject': JSON.stringify(subject),
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

  /** Whose turn it is to diagnose. `leaseUntil` of a diagnosed case is the time from which a repeat is worth a new look. */
  async function turn(input: RecordInput, item: Item, isNews: boolean): Promise<boolean> {
    const { eventId, denial, now } = input;
    if (item['lease'] === eventId) return item['diagnosedBy'] !== eventId;
    const isDiagnosed = item['diagnosedBy'] === item['lease'];
    const differs = isNews && isDiagnosed && item['circumstances'] !== circumstances(denial);
    const isOver = Number(item['leaseUntil']) < now.getTime();
    return (differs || isOver) && (await takeOver(input, item));
  }

  return {
    async record(input): Promise<Recorded> {
      const bucket = sha256(input.eventId).slice(0, 2);
      const n = await countInBucket(input, bucket);
      const newest = await raise(input, bucket, n, 'newest');
      const older = newest === null ? await raise(input, bucket, n, 'older') : null;
      if (older !== null) await bringForward(input);
      const item = newest ?? older ?? (await getItem(input.key, CASE));
      if (item === null) throw new Error(`The case ${input.key} is gone between two calls: was it deleted by hand?`);
      if (await turn(input, item, newest !== null)) return { kind: 'to-diagnose' };
      return { kind: newest === null && older === null ? 'duplicate' : 'counted' };
    },

    async saveDiagnosis({ key, eventId, denial, diagnosis, now }) {
      const saved = await conditional(
        client.send(
          new UpdateCommand({
            TableName,
            Key: { caseKey: key, item: CASE },
            UpdateExpression:
              'SET diagnosis = :diagnosis, #state = :state, diagnosedAt = :at, diagnosedBy = :lease, leaseUntil = :until, circumstances = :circumstances ADD version :one',
            ConditionExpression: 'lease = :lease',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':diagnosis': JSON.stringify(diagnosis),
              ':state': stateAfter(diagnosis),
              ':at': now.toISOString(),
              ':lease': eventId,
              ':until': now.getTime() + KEEPS_MS[stateAfter(diagnosis)],
              ':circumstances': circumstances(denial),
              ':one': 1,
            },
          }),
        ),
      );
      return saved !== null;
    },

    async find(key) {
      const item = await getItem(key, CASE);
      return item === null ? null : caseFrom(item);
    },
  };
}
