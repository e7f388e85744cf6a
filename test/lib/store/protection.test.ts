import { describe, expect, test } from '@jest/globals';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ofType, type Resource, synthesise } from '../synthesise.ts';

const resources = synthesise({ installation: 'one' });

const refusesPlainHttp = (action: string, resource: string, principal: unknown) =>
  expect.objectContaining({
    Effect: 'Deny',
    Action: action,
    Principal: principal,
    Resource: resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });

const policyOf = (kind: 'Queues' | 'Topics', type: string, name: string): Resource | undefined =>
  ofType(resources, type).find(({ properties }) => JSON.stringify(properties[kind]) === JSON.stringify([name]));

const properties = (type: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(ofType(resources, type).map(({ name, properties }) => [name, properties]));

const index = (IndexName: string, sortKey: string) => ({
  IndexName,
  KeySchema: [
    { AttributeName: IndexName, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' },
});

describe('nothing is lost', () => {
  test('denials are tried five times, announcements for an hour and a half; what stays undone is kept for two weeks, and a message stays hidden for six time-outs and the second in which a batch gathers', () => {
    const kept = { MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true };
    expect(properties('AWS::SQS::Queue')).toEqual({
      'Denials/Queue': {
        SqsManagedSseEnabled: true,
        VisibilityTimeout: 6 * 60 + 1,
        RedrivePolicy: { deadLetterTargetArn: 'Denials/QueueDeadLetters.Arn', maxReceiveCount: 5 },
      },
      'Denials/QueueDeadLetters': kept,
      'Announcements/Queue': {
        FifoQueue: true,
        QueueName: 'passrole-remediator-one-announcements.fifo',
        SqsManagedSseEnabled: true,
        VisibilityTimeout: 6 * 30,
        RedrivePolicy: { deadLetterTargetArn: 'Announcements/QueueDeadLetters.Arn', maxReceiveCount: 30 },
      },
      'Announcements/QueueDeadLetters': {
        ...kept,
        FifoQueue: true,
        QueueName: 'passrole-remediator-one-announcements-dead-letters.fifo',
      },
      'Announcements/PipeDeadLetters': kept,
    });
  });

  test('each function works off its own queue, two batches at a time, and gives back only what failed', () => {
    const how = {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    };
    expect(ofType(resources, 'AWS::Lambda::EventSourceMapping').map((one) => one.properties)).toEqual([
      {
        FunctionName: 'Diagnose',
        EventSourceArn: 'Denials/Queue.Arn',
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 1,
        ...how,
      },
      { FunctionName: 'Announce', EventSourceArn: 'Announcements/Queue.Arn', BatchSize: 10, ...how },
    ]);
  });

  test('the cases can be restored to any second, outlive the stack, and refuse to be deleted', () => {
    const [table] = ofType(resources, 'AWS::DynamoDB::Table');
    expect({ deletion: table?.deletion, ...table?.properties }).toEqual({
      deletion: 'Retain',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'caseKey', AttributeType: 'S' },
        { AttributeName: 'item', AttributeType: 'S' },
        { AttributeName: 'due', AttributeType: 'S' },
        { AttributeName: 'dueAt', AttributeType: 'S' },
        { AttributeName: 'listed', AttributeType: 'S' },
        { AttributeName: 'openedAt', AttributeType: 'S' },
        { AttributeName: 'awaits', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [index('due', 'dueAt'), index('listed', 'openedAt'), index('awaits', 'caseKey')],
      KeySchema: [
        { AttributeName: 'caseKey', KeyType: 'HASH' },
        { AttributeName: 'item', KeyType: 'RANGE' },
      ],
      SSESpecification: { SSEEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      ResourcePolicy: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [refusesPlainHttp('dynamodb:*', '*', { AWS: '*' })],
        },
      },
    });
  });

  test('whoever only tries it out can have everything gone with the stack', () => {
    const tried = synthesise({ retainData: false });
    expect(tried.filter(({ deletion }) => deletion !== 'Delete')).toEqual([]);
    expect(ofType(tried, 'AWS::DynamoDB::Table')[0]?.properties['DeletionProtectionEnabled']).toBe(false);
  });
});

describe('nobody listens in', () => {
  test('every queue refuses requests that are not encrypted on the way', () => {
    const queues = ofType(resources, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(5);
    for (const { name } of queues) {
      expect(policyOf('Queues', 'AWS::SQS::QueuePolicy', name)?.properties['PolicyDocument']).toMatchObject({
        Statement: expect.arrayContaining([refusesPlainHttp('sqs:*', `${name}.Arn`, { AWS: '*' })]),
      });
    }
  });

  test('the topic of cases is encrypted at rest, neither takes a message that was not encrypted on the way; under the key of AWS no alarm could be sent', () => {
    expect(properties('AWS::SNS::Topic')).toEqual({
      'Notices/Topic': { KmsMasterKeyId: 'arn:PARTITION:kms:REGION:ACCOUNT:alias/aws/sns' },
      'Alarms/Topic': {},
    });
    expect(policyOf('Topics', 'AWS::SNS::TopicPolicy', 'Alarms/Topic')?.properties['PolicyDocument']).toMatchObject({
      Statement: expect.arrayContaining([refusesPlainHttp('sns:Publish', 'Alarms/Topic', '*')]),
    });
    expect(policyOf('Topics', 'AWS::SNS::TopicPolicy', 'Notices/Topic')?.properties['PolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [refusesPlainHttp('sns:Publish', 'Notices/Topic', '*')],
    });
  });
});

describe('the functions', () => {
  test('each is like this, and knows the addresses of what it may use', () => {
    const alike = {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Code: expect.anything(),
    };
    const powertools = { POWERTOOLS_METRICS_NAMESPACE: 'PassRoleRemediator', INSTALLATION: 'one' };
    expect(properties('AWS::Lambda::Function')).toEqual({
      Diagnose: {
        ...alike,
        Description: 'passrole-remediator: reads a denial, gathers evidence, writes the case',
        Timeout: 60,
        Role: 'DiagnoseRole.Arn',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: 'DiagnoseLog' },
        Environment: {
          Variables: {
            ...powertools,
            POWERTOOLS_SERVICE_NAME: 'diagnose',
            CASES_TABLE: 'Cases/Table',
            TRAIL_BUCKET: 'Trail/Bucket',
            ACCOUNT_ID: 'ACCOUNT',
            OWN_ROLES: 'DiagnoseRole,AnnounceRole',
          },
        },
      },
      Announce: {
        ...alike,
        Description: 'passrole-remediator: tells people about a case, in Slack and by mail',
        Timeout: 30,
        Role: 'AnnounceRole.Arn',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: 'AnnounceLog' },
        Environment: {
          Variables: {
            ...powertools,
            POWERTOOLS_SERVICE_NAME: 'announce',
            CASES_TABLE: 'Cases/Table',
            TOLD_TABLE: 'Told/Table',
            TOPIC_ARN: 'Notices/Topic',
          },
        },
      },
    });
  });

  test('logs are kept for three months and outlive the stack, unless something else is asked for', () => {
    const logs = (of: readonly Resource[]) =>
      ofType(of, 'AWS::Logs::LogGroup').map(({ name, properties, deletion }) => ({ name, properties, deletion }));
    expect(logs(resources)).toEqual([
      { name: 'DiagnoseLog', properties: { RetentionInDays: 90 }, deletion: 'Retain' },
      { name: 'AnnounceLog', properties: { RetentionInDays: 90 }, deletion: 'Retain' },
    ]);
    expect(logs(synthesise({ logRetention: RetentionDays.ONE_WEEK, retainData: false }))).toEqual([
      { name: 'DiagnoseLog', properties: { RetentionInDays: 7 }, deletion: 'Delete' },
      { name: 'AnnounceLog', properties: { RetentionInDays: 7 }, deletion: 'Delete' },
    ]);
  });
});
