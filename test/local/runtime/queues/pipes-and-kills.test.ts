/** Two pipes on one stream, and a function that is ended in the middle of its calls. */
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import type { Call, Fault } from '../../../../local/aws/call.ts';
import type { Here } from '../../../../local/deploy-here.ts';
import { arn, deployWritten, REGION } from '../written.ts';

const queueOf = (name: string) => ({ [name]: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } });
const mapping = (id: string, queue: string) => ({
  [`${id}Mapping`]: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arn(queue),
      FunctionName: { Ref: id },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    },
  },
});
const pipe = (name: string, queue: string, pattern: object) => ({
  [name]: {
    Type: 'AWS::Pipes::Pipe',
    Properties: {
      Source: { 'Fn::GetAtt': ['Cases', 'StreamArn'] },
      Target: arn(queue),
      SourceParameters: { FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] } },
      TargetParameters: {
        InputTemplate: '{"k": <$.dynamodb.Keys.k.S>}',
        SqsQueueParameters: { MessageGroupId: '$.dynamodb.Keys.k.S', MessageDeduplicationId: '$.eventID' },
      },
    },
  },
});
const changed = { eventName: ['INSERT', 'MODIFY'] };
const approved = { ...changed, dynamodb: { NewImage: { state: { S: ['approved'] } } } };
const resources = (StreamViewType: string) => ({
  Cases: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: ['k', 'state'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byState',
          KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamViewType },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  },
  ...queueOf('Told'),
  ...queueOf('Work'),
  ...pipe('Tell', 'Told', changed),
  ...pipe('Approved', 'Work', approved),
});

let here: Here | null = null;
afterEach(async () => {
  await here?.close();
  here = null;
});

const admin = ({ aws }: Here) =>
  new DynamoDBClient({ endpoint: aws.url, region: REGION, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
const put = (deployed: Here, k: string, state: string) =>
  admin(deployed).send(new PutItemCommand({ TableName: 'Cases', Item: { k: { S: k }, state: { S: state } } }));
const waiting = ({ runtime }: Here, queue: string) =>
  runtime
    .queue(queue)
    .messages()
    .map(({ body }) => body);

test('each pipe takes what its filter finds in the new image, and an index answers', async () => {
  here = await deployWritten({ handlers: {}, resources: resources('NEW_IMAGE') });
  await put(here, 'a', 'proposed');
  await put(here, 'a', 'approved');
  await put(here, 'b', 'proposed');
  expect(waiting(here, 'Told')).toEqual(['{"k": "a"}', '{"k": "a"}', '{"k": "b"}']);
  expect(waiting(here, 'Work')).toEqual(['{"k": "a"}']);
  const { Items } = await admin(here).send(
    new QueryCommand({
      TableName: 'Cases',
      IndexName: 'byState',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: 'approved' } },
    }),
  );
  expect(Items?.map(({ k }) => k?.S)).toEqual(['a']);
});

test('a stream of keys alone has no image for a filter to look into', async () => {
  here = await deployWritten({ handlers: {}, resources: resources('KEYS_ONLY') });
  await put(here, 'a', 'approved');
  expect(waiting(here, 'Told').length).toBe(1);
  expect(waiting(here, 'Work')).toEqual([]);
});

const applying = `
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async ({ Records }) => {
  for (const { body } of Records) {
    const { k } = JSON.parse(body);
    await client.send(new GetItemCommand({ TableName: 'Cases', Key: { k: { S: k } } }));
    await client.send(new PutItemCommand({ TableName: 'Cases', Item: { k: { S: k + '-done' }, state: { S: 'done' } } }));
  }
};`;

test.each<['kill-caller-before' | 'kill-caller-after', string, string[]]>([
  ['kill-caller-before', 'GetItem', ['GetItem', 'GetItem', 'PutItem']],
  ['kill-caller-after', 'GetItem', ['GetItem', 'GetItem', 'PutItem']],
  ['kill-caller-before', 'PutItem', ['GetItem', 'PutItem', 'GetItem', 'PutItem']],
  ['kill-caller-after', 'PutItem', ['GetItem', 'PutItem', 'GetItem', 'PutItem']],
])('%s %s: the function dies at that call, and its message comes back', async (kind, operation, expected) => {
  const calls: string[] = [];
  const failures: string[] = [];
  const writtenBefore: number[] = [];
  let left = 1;
  const isApply = ({ caller }: Call) => caller.kind === 'role' && caller.name === 'ApplyRole';
  const fault = (call: Call): Fault | null =>
    isApply(call) && call.operation === operation && left-- > 0 ? kind : null;
  here = await deployWritten({
    handlers: { Apply: applying },
    statements: { Apply: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: arn('Cases') }] },
    resources: { ...resources('NEW_IMAGE'), ...mapping('Apply', 'Work') },
    options: {
      aws: { fault, onCall: (call) => isApply(call) && calls.push(call.operation) },
      onFailure: (name, error) => {
        writtenBefore.push(here === null ? -1 : waiting(here, 'Told').length);
        failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
      },
    },
  });
  await put(here, 'a', 'approved');
  await here.runtime.idle();
  expect(failures).toEqual(['apply: apply died with SIGKILL while at work.']);
  expect(calls).toEqual(expected);
  // The write of the call that was its last had been carried out, or had not: `Told` then has a second message already.
  expect(writtenBefore).toEqual([kind === 'kill-caller-after' && operation === 'PutItem' ? 2 : 1]);
});
