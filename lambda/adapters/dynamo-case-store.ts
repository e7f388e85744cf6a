/**
 * The case store on DynamoDB. Every step is one conditional write that may be repeated in any order, so a crash between two of them or a
 * second delivery changes nothing. Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { stateAfter } from '../core/case.ts';
import type { CaseStore, Recorded } from '../ports.ts';
import { bucketAttribute, CASE, caseFrom, type Item, seenItem } from './case-item.ts';
import { sha256 } from './sha256.ts';

/** Longer than diagnose may run: whoever holds the lease is dead once it ends. Milliseconds. */
const LEASE_MS = 120_000;

/** A repeat after this long is diagnosed anew, as the world may have changed. Milliseconds. */
const DIAGNOSIS_KEEPS_MS = 3_600_000;

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

  /** The case with the bucket's count; null when it already had that count. */
  async function raise(
    { key, subject, denial, eventId, now }: RecordInput,
    bucket: string,
    n: number,
  ): Promise<Item | null> {
    const written = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression:
            'SET #n = :n, latest = :latest, lastAt = :at, firstAt = if_not_exists(firstAt, :at), subject = if_not_exists(subject, :subject), lease = if_not_exists(lease, :lease), leaseUntil = if_not_exists(leaseUntil, :until) ADD version :one',
          ConditionExpression: 'attribute_not_exists(#n) OR #n < :n',
          ExpressionAttributeNames: { '#n': bucketAttribute(bucket) },
          ExpressionAttributeValues: {
            ':n': n,
            ':latest': JSON.stringify(denial),
            ':at': denial.time ?? now.toISOString(),
            ':subject': JSON.stringify(subject),
            ':lease': eventId,
            ':until': now.getTime() + LEASE_MS,
            ':one': 1,
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes ?? null;
  }

  /** One of several may take an abandoned or outdated diagnosis over. */
  async function takeOver({ key, eventId, now }: RecordInput, from: string): Promise<boolean> {
    const taken = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: key, item: CASE },
          UpdateExpression: 'SET lease = :lease, leaseUntil = :until',
          ConditionExpression: 'lease = :from AND leaseUntil < :now',
          ExpressionAttributeValues: {
            ':lease': eventId,
            ':until': now.getTime() + LEASE_MS,
            ':from': from,
            ':now': now.getTime(),
          },
        }),
      ),
    );
    return taken !== null;
  }

  /** Whose turn it is to diagnose. `leaseUntil` of a diagnosed case is the time from which a repeat is worth a new look. */
  async function turn(input: RecordInput, item: Item): Promise<boolean> {
    const holder = String(item['lease']);
    if (holder === input.eventId) return item['diagnosedBy'] !== input.eventId;
    return Number(item['leaseUntil']) < input.now.getTime() && (await takeOver(input, holder));
  }

  return {
    async record(input): Promise<Recorded> {
      const bucket = sha256(input.eventId).slice(0, 2);
      const n = await countInBucket(input, bucket);
      const raised = await raise(input, bucket, n);
      const item = raised ?? (await getItem(input.key, CASE));
      if (item === null) throw new Error(`The case ${input.key} is gone between two calls: was it deleted by hand?`);
      if (await turn(input, item)) return { kind: 'to-diagnose' };
      return { kind: raised === null ? 'duplicate' : 'counted' };
    },

    async saveDiagnosis({ key, eventId, diagnosis, now }) {
      const saved = await conditional(
        client.send(
          new UpdateCommand({
            TableName,
            Key: { caseKey: key, item: CASE },
            UpdateExpression:
              'SET diagnosis = :diagnosis, #state = :state, diagnosedAt = :at, diagnosedBy = :lease, leaseUntil = :until ADD version :one',
            ConditionExpression: 'lease = :lease',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':diagnosis': JSON.stringify(diagnosis),
              ':state': stateAfter(diagnosis),
              ':at': now.toISOString(),
              ':lease': eventId,
              ':until': now.getTime() + DIAGNOSIS_KEEPS_MS,
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
