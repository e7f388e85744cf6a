/** The case table and the trail's bucket on a local AWS, for tests of what lies in them. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCaseList } from '../../lambda/adapters/dynamodb/case-list.ts';
import { dynamoCaseStore } from '../../lambda/adapters/dynamodb/case-store.ts';
import { dynamoCaseTransitions } from '../../lambda/adapters/dynamodb/case-transitions.ts';
import { trailBucket } from '../../lambda/adapters/s3/trail-bucket.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/aws/start.ts';
import { accountOf } from './account-of.ts';
import { ACCOUNT } from './denial.ts';

const START = Date.parse('2026-11-20T09:00:00Z');
export const minutesIn = (minutes: number): Date => new Date(START + minutes * 60_000);

const key = (hash: string, range?: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
];

/** One for each test, as nothing in a trail is ever overwritten. */
const buckets = Array.from({ length: 100 }, (_, n) => ({ name: `trail-of-test-${n}` }));
const region = 'eu-west-1';

export async function startCaseTables(options: Omit<LocalAwsOptions, 'account' | 'buckets'> = {}) {
  const aws: LocalAws = await startLocalAws({
    ...options,
    account: accountOf({ accountId: ACCOUNT, region }),
    buckets,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const bare = new DynamoDBClient({ endpoint: aws.url, region, credentials, maxAttempts: 1 });
  const client = DynamoDBDocumentClient.from(bare);
  const patient = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: aws.url, region, credentials }));
  const env = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  /** One without indexes. */
  async function createTable(TableName: string, hash: string, range?: string): Promise<void> {
    const KeySchema = key(hash, range);
    const AttributeDefinitions = KeySchema.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' as const }));
    await bare.send(
      new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema }),
    );
  }
  let tables = 0;
  return {
    aws,
    client,
    createTable,
    /** A table and a bucket of its own for each test. */
    async create() {
      tables += 1;
      const table = `Cases${tables}`;
      const notifications = `Told${tables}`;
      const trail = trailBucket({ bucket: `trail-of-test-${tables}`, region, env });
      const index = (IndexName: string, range: string) => ({
        IndexName,
        KeySchema: key(IndexName, range),
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      });
      await bare.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['caseKey', 'item', 'due', 'dueAt', 'listed', 'openedAt', 'awaits'].map(
            (AttributeName) => ({ AttributeName, AttributeType: 'S' as const }),
          ),
          KeySchema: key('caseKey', 'item'),
          GlobalSecondaryIndexes: [index('due', 'dueAt'), index('listed', 'openedAt'), index('awaits', 'caseKey')],
        }),
      );
      await createTable(notifications, 'caseKey', 'item');
      return {
        table,
        notifications,
        trail,
        store: dynamoCaseStore(client, { table, installation: 'test', trail, proposalHours: 24 }),
        transitions: dynamoCaseTransitions(client, table, trail),
        /** With the SDK's own retries, as the functions have them; the others see each failure. */
        patientTransitions: dynamoCaseTransitions(patient, table, trail),
        list: dynamoCaseList(client, table),
      };
    },
    close: () => aws.close(),
  };
}
