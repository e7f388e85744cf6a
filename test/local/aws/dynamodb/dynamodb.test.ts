import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ItemChange } from '../../../../local/aws/dynamodb/item-changes.ts';
import { type OpenedAws, openAws } from '../clients.ts';

const TableName = 'cases';
const key = { pk: { S: 'case-1' }, sk: { S: 'case' } };

describe('DynamoDB', () => {
  let local: OpenedAws;
  let dynamo: DynamoDBClient;
  let changes: ItemChange[];

  const createTable = (names: readonly string[]) =>
    dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      }),
    );

  beforeEach(async () => {
    changes = [];
    local = await openAws({ onItemChanged: (change) => changes.push(change) });
    dynamo = local.dynamo();
    await createTable(['pk', 'sk']);
  });
  afterEach(() => local.close());

  test('items are written, read and queried', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...key, n: { N: '1' } } }));
    expect((await dynamo.send(new GetItemCommand({ TableName, Key: key }))).Item).toEqual({ ...key, n: { N: '1' } });
    const { Count } = await dynamo.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'case-1' } },
      }),
    );
    expect(Count).toBe(1);
    expect((await dynamo.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
  });

  test('a conditional write that fails is the exception that the SDK knows, and changes nothing', async () => {
    const put = (state: string) =>
      dynamo.send(
        new PutItemCommand({
          TableName,
          Item: { ...key, state: { S: state } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    await put('open');
    const refused = await put('closed').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
    expect(changes).toHaveLength(1);
  });

  test('every change is told with its keys, and the item before and after', async () => {
    const item = { ...key, n: { N: '1' } };
    await dynamo.send(new PutItemCommand({ TableName, Item: item }));
    await dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: key,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    await dynamo.send(new DeleteItemCommand({ TableName, Key: key }));
    const raised = { ...key, n: { N: '2' } };
    expect(changes).toEqual([
      { tableName: TableName, keys: key, oldImage: null, newImage: item },
      { tableName: TableName, keys: key, oldImage: item, newImage: raised },
      { tableName: TableName, keys: key, oldImage: raised, newImage: null },
    ]);
  });

  test('a write that changes nothing is not told, as in a stream', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: key }));
    await dynamo.send(new PutItemCommand({ TableName, Item: key }));
    await dynamo.send(new DeleteItemCommand({ TableName, Key: { ...key, sk: { S: 'other' } } }));
    expect(changes).toHaveLength(1);
  });

  test('writes at the same time are told one after the other, each on top of the one before', async () => {
    const add = new UpdateItemCommand({
      TableName,
      Key: key,
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
    await Promise.all(Array.from({ length: 10 }, () => dynamo.send(add)));
    expect(changes.map(({ newImage }) => newImage?.['n'])).toEqual(
      Array.from({ length: 10 }, (_, index) => ({ N: String(index + 1) })),
    );
    expect(changes.slice(1).map(({ oldImage }) => oldImage)).toEqual(
      changes.slice(0, -1).map(({ newImage }) => newImage),
    );
  });

  test('a table that is made anew may have other keys', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: key }));
    await dynamo.send(new DeleteTableCommand({ TableName }));
    await createTable(['sk']);
    await dynamo.send(new PutItemCommand({ TableName, Item: key }));
    expect(changes.map(({ keys }) => keys)).toEqual([key, { sk: { S: 'case' } }]);
  });

  test('the document client works as well', async () => {
    const client = DynamoDBDocumentClient.from(dynamo);
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'a', sk: 'b' },
        UpdateExpression: 'ADD ids :ids',
        ExpressionAttributeValues: { ':ids': new Set(['x']) },
      }),
    );
    expect((await client.send(new GetCommand({ TableName, Key: { pk: 'a', sk: 'b' } }))).Item).toEqual({
      pk: 'a',
      sk: 'b',
      ids: new Set(['x']),
    });
  });

  test.each([
    [
      'BatchWriteItem',
      () => dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: key } }] } })),
    ],
    [
      'TransactWriteItems',
      () => dynamo.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key } }] })),
    ],
  ])('%s is refused, as it could not be told item by item', async (name, write) => {
    await expect(write()).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^The local AWS has no operation ${name} of dynamodb\\. It has: PutItem, `),
      ),
      $metadata: { httpStatusCode: 400 },
    });
  });
});
