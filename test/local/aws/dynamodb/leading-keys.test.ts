/** A policy that keeps a function to some items of a table is kept to here as well. */
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const TableName = 'cases';
const table = `arn:aws:dynamodb:ap-northeast-1:111122223333:table/${TableName}`;
const account = accountOf({
  roles: {
    worker: {
      trust: 'lambda.amazonaws.com',
      inline: {
        Own: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 'dynamodb:*',
            Resource: [table, `${table}/index/byState`],
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['mine', 'mine#*'] } },
          },
        },
      },
    },
  },
});

let local: OpenedAws;
let worker: DynamoDBClient;
beforeAll(async () => {
  local = await openAws({ account, enforce: true });
  await local.dynamo().send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'k', KeyType: 'HASH' },
        { AttributeName: 'item', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['k', 'item', 'state'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byState',
          KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  worker = local.dynamo(local.aws.keyFor({ kind: 'role', name: 'worker' }));
});
afterAll(() => local.close());

const key = (k: string) => ({ k: { S: k }, item: { S: 'case' } });
const ask = {
  get: (k: string) => worker.send(new GetItemCommand({ TableName, Key: key(k) })),
  put: (k: string) => worker.send(new PutItemCommand({ TableName, Item: { ...key(k), state: { S: 'mine' } } })),
  update: (k: string) =>
    worker.send(
      new UpdateItemCommand({
        TableName,
        Key: key(k),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      }),
    ),
  delete: (k: string) => worker.send(new DeleteItemCommand({ TableName, Key: key(k) })),
  query: (k: string) =>
    worker.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'begins_with(#i, :i) AND #k = :k',
        ExpressionAttributeNames: { '#k': 'k', '#i': 'item' },
        ExpressionAttributeValues: { ':k': { S: k }, ':i': { S: 'c' } },
      }),
    ),
  'query an index': (k: string) =>
    worker.send(
      new QueryCommand({
        TableName,
        IndexName: 'byState',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: k } },
      }),
    ),
  'get a batch': (k: string) =>
    worker.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('mine'), key(k)] } } })),
};

test.each(Object.entries(ask))('%s: its own keys it may, those of others not', async (_, send) => {
  await expect(send('mine#1')).resolves.toBeDefined();
  await expect(send('other')).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('because no identity-based policy allows'),
  });
});

test('a scan names no key, and ForAllValues lets it through, as in AWS', async () => {
  await expect(worker.send(new ScanCommand({ TableName }))).resolves.toBeDefined();
});
