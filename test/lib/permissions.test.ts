import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { wholeLoop } from './answering.ts';
import { Document, rolePolicies } from './permissions.ts';
import { named, ofType, type Resource, synthesise } from './synthesise.ts';

/** One row for each role, action and resource, sorted: what a reviewer of permissions reads. */
const permissions = (resources: readonly Resource[]): readonly string[] =>
  rolePolicies(resources)
    .flatMap(({ role, statements }) =>
      statements.flatMap(({ Effect, Action, Resource, Condition }) =>
        Action.flatMap((action) =>
          Resource.map(
            (resource) => `${role} | ${Effect === 'Deny' ? 'NOT ' : ''}${action} | ${resource}${when(Condition)}`,
          ),
        ),
      ),
    )
    .sort();

const when = (condition: unknown): string => (condition === undefined ? '' : ` | when ${JSON.stringify(condition)}`);

const withSlack = (stack: Stack) => ({
  slack: { channelId: 'C0123456789', secret: Secret.fromSecretNameV2(stack, 'Slack', 'team/slack') },
});

/** What a diagnosis reads, and apply again before it writes. */
const evidence = (role: string): readonly string[] =>
  [
    'iam:GetGroup | arn:PARTITION:iam::ACCOUNT:group/*',
    'iam:GetGroupPolicy | arn:PARTITION:iam::ACCOUNT:group/*',
    'iam:GetPolicy | arn:PARTITION:iam::ACCOUNT:policy/*',
    'iam:GetPolicy | arn:PARTITION:iam::aws:policy/*',
    'iam:GetPolicyVersion | arn:PARTITION:iam::ACCOUNT:policy/*',
    'iam:GetPolicyVersion | arn:PARTITION:iam::aws:policy/*',
    'iam:GetRole | arn:PARTITION:iam::ACCOUNT:role/*',
    'iam:GetRolePolicy | arn:PARTITION:iam::ACCOUNT:role/*',
    'iam:GetUser | arn:PARTITION:iam::ACCOUNT:user/*',
    'iam:GetUserPolicy | arn:PARTITION:iam::ACCOUNT:user/*',
    'iam:ListAttachedGroupPolicies | arn:PARTITION:iam::ACCOUNT:group/*',
    'iam:ListAttachedRolePolicies | arn:PARTITION:iam::ACCOUNT:role/*',
    'iam:ListAttachedUserPolicies | arn:PARTITION:iam::ACCOUNT:user/*',
    'iam:ListGroupPolicies | arn:PARTITION:iam::ACCOUNT:group/*',
    'iam:ListGroupsForUser | arn:PARTITION:iam::ACCOUNT:user/*',
    'iam:ListPolicies | *',
    'iam:ListRolePolicies | arn:PARTITION:iam::ACCOUNT:role/*',
    'iam:ListRoles | *',
    'iam:ListUserPolicies | arn:PARTITION:iam::ACCOUNT:user/*',
    'iam:SimulatePrincipalPolicy | arn:PARTITION:iam::ACCOUNT:role/*',
    'iam:SimulatePrincipalPolicy | arn:PARTITION:iam::ACCOUNT:user/*',
  ].map((row) => `${role} | ${row}`);

const addOnly = ' | when {"Null":{"s3:if-none-match":"false"}}';
const trail = (role: string): readonly string[] => [
  `${role} | s3:GetObject | Trail/Bucket.Arn/trail/*`,
  `${role} | s3:PutObject | Trail/Bucket.Arn/trail/*${addOnly}`,
];
const log = (name: string): readonly string[] => [
  `${name}Role | logs:CreateLogStream | ${name}Log.Arn`,
  `${name}Role | logs:PutLogEvents | ${name}Log.Arn`,
];

const everyone = [
  'DiagnoseRole | glue:GetJob | arn:PARTITION:glue:REGION:ACCOUNT:job/*',
  'DiagnoseRole | glue:GetJobs | *',
  'AnnounceRole | dynamodb:BatchGetItem | Told/Table.Arn',
  'AnnounceRole | dynamodb:GetItem | Cases/Table.Arn',
  'AnnounceRole | dynamodb:UpdateItem | Told/Table.Arn',
  'AnnounceRole | logs:CreateLogStream | AnnounceLog.Arn',
  'AnnounceRole | logs:PutLogEvents | AnnounceLog.Arn',
  'AnnounceRole | sns:Publish | Notices/Topic',
  'AnnounceRole | sqs:DeleteMessage | Announcements/Queue.Arn',
  'AnnounceRole | sqs:GetQueueAttributes | Announcements/Queue.Arn',
  'AnnounceRole | sqs:ReceiveMessage | Announcements/Queue.Arn',
  'Announcements/PipeRole | dynamodb:DescribeStream | Cases/Table.StreamArn',
  'Announcements/PipeRole | dynamodb:GetRecords | Cases/Table.StreamArn',
  'Announcements/PipeRole | dynamodb:GetShardIterator | Cases/Table.StreamArn',
  'Announcements/PipeRole | dynamodb:ListStreams | Cases/Table.StreamArn',
  'Announcements/PipeRole | sqs:SendMessage | Announcements/PipeDeadLetters.Arn',
  'Announcements/PipeRole | sqs:SendMessage | Announcements/Queue.Arn',
  'DiagnoseRole | dynamodb:GetItem | Cases/Table.Arn',
  'DiagnoseRole | dynamodb:PutItem | Cases/Table.Arn',
  'DiagnoseRole | dynamodb:Query | Cases/Table.Arn/index/awaits',
  'DiagnoseRole | dynamodb:UpdateItem | Cases/Table.Arn',
  ...evidence('DiagnoseRole'),
  'DiagnoseRole | logs:CreateLogStream | DiagnoseLog.Arn',
  'DiagnoseRole | logs:PutLogEvents | DiagnoseLog.Arn',
  'DiagnoseRole | sqs:DeleteMessage | Denials/Queue.Arn',
  'DiagnoseRole | sqs:GetQueueAttributes | Denials/Queue.Arn',
  'DiagnoseRole | sqs:ReceiveMessage | Denials/Queue.Arn',
  ...trail('DiagnoseRole'),
].sort();

const secret = 'arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:team/slack-??????';

/** On top of `everyone`, when people may answer. */
const answering = [
  `AnnounceRole | secretsmanager:GetSecretValue | ${secret}`,
  'ApplyRole | dynamodb:GetItem | Cases/Table.Arn',
  'ApplyRole | dynamodb:Query | Cases/Table.Arn/index/due',
  'ApplyRole | dynamodb:UpdateItem | Cases/Table.Arn',
  ...evidence('ApplyRole'),
  'ApplyRole | iam:DeleteGroupPolicy | arn:PARTITION:iam::ACCOUNT:group/GlueAccess',
  'ApplyRole | iam:DeleteRolePolicy | arn:PARTITION:iam::ACCOUNT:role/etl/developer',
  'ApplyRole | iam:DeleteUserPolicy | arn:PARTITION:iam::ACCOUNT:user/data/maria',
  'ApplyRole | iam:PutGroupPolicy | arn:PARTITION:iam::ACCOUNT:group/GlueAccess',
  'ApplyRole | iam:PutRolePolicy | arn:PARTITION:iam::ACCOUNT:role/etl/developer',
  'ApplyRole | iam:PutUserPolicy | arn:PARTITION:iam::ACCOUNT:user/data/maria',
  ...log('Apply'),
  'ApplyRole | sqs:DeleteMessage | Applying/Changes/Queue.Arn',
  'ApplyRole | sqs:GetQueueAttributes | Applying/Changes/Queue.Arn',
  'ApplyRole | sqs:ReceiveMessage | Applying/Changes/Queue.Arn',
  'ApplyRole | sqs:SendMessage | Applying/ScheduleDeadLetters.Arn',
  ...trail('ApplyRole'),
  'Applying/Changes/PipeRole | dynamodb:DescribeStream | Cases/Table.StreamArn',
  'Applying/Changes/PipeRole | dynamodb:GetRecords | Cases/Table.StreamArn',
  'Applying/Changes/PipeRole | dynamodb:GetShardIterator | Cases/Table.StreamArn',
  'Applying/Changes/PipeRole | dynamodb:ListStreams | Cases/Table.StreamArn',
  'Applying/Changes/PipeRole | sqs:SendMessage | Applying/Changes/PipeDeadLetters.Arn',
  'Applying/Changes/PipeRole | sqs:SendMessage | Applying/Changes/Queue.Arn',
  'AnnounceRole | dynamodb:PutItem | MailLinks/Table.Arn',
  'AnnounceRole | sns:Publish | MailLinks/Topic',
  'ReviewMailRole | dynamodb:GetItem | Cases/Table.Arn',
  'ReviewMailRole | dynamodb:GetItem | MailLinks/Table.Arn',
  'ReviewMailRole | dynamodb:UpdateItem | Cases/Table.Arn',
  'ReviewMailRole | dynamodb:UpdateItem | MailLinks/Table.Arn',
  ...log('ReviewMail'),
  ...trail('ReviewMailRole'),
  'ReviewRole | dynamodb:BatchGetItem | Cases/Table.Arn',
  'ReviewRole | dynamodb:GetItem | Cases/Table.Arn',
  'ReviewRole | dynamodb:Query | Cases/Table.Arn/index/listed',
  'ReviewRole | dynamodb:UpdateItem | Cases/Table.Arn',
  ...log('Review'),
  ...trail('ReviewRole'),
  'ReviewSlackRole | dynamodb:GetItem | Cases/Table.Arn',
  'ReviewSlackRole | dynamodb:PutItem | Tickets/Table.Arn',
  'ReviewSlackRole | dynamodb:UpdateItem | Cases/Table.Arn',
  ...log('ReviewSlack'),
  `ReviewSlackRole | secretsmanager:GetSecretValue | ${secret}`,
  ...trail('ReviewSlackRole'),
];

describe('what each role may do', () => {
  const resources = synthesise();

  test('every role may do exactly what stands in this table', () => {
    expect(permissions(resources)).toEqual(everyone);
  });

  test('with people who answer, apply writes to what is listed, nobody else writes to IAM, and each answers for itself', () => {
    expect(permissions(synthesise(wholeLoop))).toEqual([...everyone, ...answering].sort());
  });

  test('with a heartbeat, its role may ask for one job and pass nothing, and no function may do more', () => {
    const more = [
      'Heartbeat/Role | glue:CreateJob | arn:PARTITION:glue:REGION:ACCOUNT:job/passrole-remediator-heartbeat',
      'Heartbeat/Role | NOT iam:PassRole | *',
    ];
    expect(permissions(synthesise({ heartbeat: true }))).toEqual([...everyone, ...more].sort());
  });

  test('with Slack, announce may read the one secret on top of that, and nobody else may', () => {
    const more = `AnnounceRole | secretsmanager:GetSecretValue | ${secret}`;
    expect(permissions(synthesise(withSlack))).toEqual([...everyone, more].sort());
  });

  test('a secret under a key of our own can be decrypted, and only by way of Secrets Manager', () => {
    const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b';
    const secretCompleteArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf';
    const resources = synthesise((stack) => ({
      slack: {
        channelId: 'C0123456789',
        secret: Secret.fromSecretAttributes(stack, 'Slack', {
          secretCompleteArn,
          encryptionKey: Key.fromKeyArn(stack, 'Key', keyArn),
        }),
      },
    }));
    const through = { StringEquals: { 'kms:ViaService': 'secretsmanager.REGION.amazonaws.com' } };
    const more = [
      `AnnounceRole | kms:Decrypt | ${keyArn} | when ${JSON.stringify(through)}`,
      `AnnounceRole | secretsmanager:GetSecretValue | ${secretCompleteArn}`,
    ];
    expect(permissions(resources)).toEqual([...everyone, ...more].sort());
  });

  test('a role has no rights beside its own policy', () => {
    const roles = ofType(resources, 'AWS::IAM::Role');
    const beside = ({ name, properties: { ManagedPolicyArns = [], Policies = [] } }: Resource) => ({
      name,
      ManagedPolicyArns,
      Policies,
    });
    expect(roles.map(beside)).toEqual(
      ['DiagnoseRole', 'AnnounceRole', 'Announcements/PipeRole'].map((name) => ({
        name,
        ManagedPolicyArns: [],
        Policies: [],
      })),
    );
    expect(ofType(resources, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  test('only Lambda takes the roles of the functions, only pipes of this account take that of the pipe', () => {
    const trust = (name: string) => named(resources, name).properties['AssumeRolePolicyDocument'];
    const lambda = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    };
    expect(trust('DiagnoseRole')).toEqual(lambda);
    expect(trust('AnnounceRole')).toEqual(lambda);
    expect(trust('Announcements/PipeRole')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'pipes.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': 'ACCOUNT' },
            ArnLike: { 'aws:SourceArn': 'arn:PARTITION:pipes:REGION:ACCOUNT:pipe/*' },
          },
        },
      ],
    });
  });

  test('every resource at once is named for the three lists that know no resource, and for nothing else', () => {
    expect(permissions(resources).filter((row) => / \| \*( |$)/.test(row))).toEqual([
      'DiagnoseRole | glue:GetJobs | *',
      'DiagnoseRole | iam:ListPolicies | *',
      'DiagnoseRole | iam:ListRoles | *',
    ]);
  });
});

describe('who is let in from outside', () => {
  const resources = synthesise();
  const admitted = ofType(resources, 'AWS::SQS::QueuePolicy')
    .concat(ofType(resources, 'AWS::SNS::TopicPolicy'))
    .flatMap(({ properties }) => Document.parse(properties['PolicyDocument']).Statement)
    .filter(({ Effect }) => Effect === 'Allow');

  test('only the denial rule fills the denial queue and its dead letters; alarms of this account the topic of alarms; the other topic and queues let nobody in', () => {
    const onlyTheRule = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': 'Denials/Rule.Arn' } },
    };
    expect(admitted).toEqual([
      { ...onlyTheRule, Action: ['sqs:SendMessage'], Resource: ['Denials/QueueDeadLetters.Arn'] },
      {
        ...onlyTheRule,
        Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
        Resource: ['Denials/Queue.Arn'],
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['sns:Publish'],
        Resource: ['Alarms/Topic'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': 'ACCOUNT' },
          ArnLike: { 'aws:SourceArn': 'arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm:*' },
        },
      },
    ]);
  });

  test('nobody may call a function directly', () => {
    expect(ofType(resources, 'AWS::Lambda::Permission')).toEqual([]);
    expect(ofType(resources, 'AWS::Lambda::Url')).toEqual([]);
  });
});

describe('who is let in from outside, when people may answer', () => {
  const resources = synthesise(wholeLoop);
  const properties = (type: string) => ofType(resources, type).map(({ properties }) => properties);

  test('review by AWS identity, review-slack and review-mail by everybody, for signature and link to decide, and apply by its schedule alone', () => {
    expect(properties('AWS::Lambda::Url')).toEqual([
      { AuthType: 'AWS_IAM', TargetFunctionArn: 'Review.Arn' },
      { AuthType: 'NONE', TargetFunctionArn: 'ReviewSlack.Arn' },
      { AuthType: 'NONE', TargetFunctionArn: 'ReviewMail.Arn' },
    ]);
    const byEverybody = (name: string) => [
      {
        FunctionName: `${name}.Arn`,
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        FunctionUrlAuthType: 'NONE',
      },
      { FunctionName: `${name}.Arn`, Principal: '*', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    ];
    expect(properties('AWS::Lambda::Permission')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'Apply.Arn',
        Principal: 'events.amazonaws.com',
        SourceArn: 'Applying/Schedule.Arn',
      },
      ...byEverybody('ReviewSlack'),
      ...byEverybody('ReviewMail'),
    ]);
  });

  test('without Slack and links in mails there is no public way in', () => {
    const { approvers, grantTo } = wholeLoop(new Stack());
    const quiet = synthesise({ approvers: approvers ?? [], grantTo: grantTo ?? {} });
    expect(ofType(quiet, 'AWS::Lambda::Url').map(({ properties }) => properties['AuthType'])).toEqual(['AWS_IAM']);
    expect(
      ofType(quiet, 'AWS::Lambda::Permission').filter(({ properties }) => properties['Principal'] === '*'),
    ).toEqual([]);
  });
});
