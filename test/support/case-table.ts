/** The case table and the trail's bucket on a local AWS, for tests of what lies in them. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCaseList } from '../../lambda/adapters/dynamodb/case-list.ts';
import { dynamoCaseStore } from '../../lambda/adapters/dynamodb/case-store.ts';
import { dynamoCaseTransitions } from '../../lambda/adapters/dynamodb/case-transitions.ts';
import { trailBucket } from '../../lambda/adapters/s3/trail-bucket.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/aws/start.ts';

/** One for each test, as nothing in a trail is ever overwritten. */
const buckets = Array.from({ length: 100 }, (_, n) => ({ name: `trail-of-test-${n}` }));
const region = 'eu-west-1';

export async function startCaseTables(options: Omit<LocalAwsOptions, 'buckets'>) {
  const aws: LocalAws = await startLocalAws({ ...options, buckets });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const bare = new DynamoDBClient({ endpoint: aws.url, region, credentials, maxAttempts: 1 });
  const client = DynamoDBDocumentClient.from(bare);
  const patient = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: aws.url, region, credentials }));
  const env = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  let tables = 0;
  return {
    aws,
    client,
    /** A table and a bucket of its own for each test. */
    async create() {
      tables += 1;
      const table = `Cases${tables}`;
      const notifications = `Told${tables}`;
      const trail = trailBucket({ bucket: `trail-of-test-${tables}`, region, env });
      const key = (hash: string, range?: string) => [
        { AttributeName: hash, KeyType: 'HASH' as const },
        ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
      ];
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
      await bare.send(
        new CreateTableCommand({
          TableName: notifications,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['caseKey', 'item'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: key('caseKey', 'item'),
        }),
      );
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
