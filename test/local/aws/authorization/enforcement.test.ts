import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  GetGroupCommand,
  ListRolesCommand,
  PutGroupPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AuthorizationErrorException, PublishCommand } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountOf, type OpenedAws, openAws } from '../clients.ts';

const topic = 'arn:aws:sns:ap-northeast-1:111122223333:notices';
const table = 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/cases';
const lambda = 'lambda.amazonaws.com';
const allow = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

const account = accountOf({
  groups: { Glue: {}, Admins: {} },
  users: { mika: {} },
  roles: {
    idle: { trust: lambda },
    worker: {
      trust: lambda,
      inline: {
        Own: {
          Version: '2012-10-17',
          Statement: [
            allow(['iam:GetGroup', 'iam:PutGroupPolicy'], 'arn:aws:iam::111122223333:group/Glue'),
            allow(['iam:ListRoles'], '*'),
            allow(['iam:SimulatePrincipalPolicy'], 'arn:aws:iam::111122223333:user/*'),
            allow(['dynamodb:GetItem'], table),
            allow(['sns:Publish'], topic),
            allow(['secretsmanager:GetSecretValue'], 'arn:aws:secretsmanager:*:*:secret:slack-*'),
          ],
        },
      },
    },
  },
});

describe.each([true, false])('with enforcement %p', (enforce) => {
  let local: OpenedAws;
  const key = (name: string) => local.aws.keyFor({ kind: 'role', name, sessionName: 'fn' });
  beforeAll(async () => {
    local = await openAws({ account, enforce, secrets: { slack: 'token' } });
    await local.dynamo().send(
      new CreateTableCommand({
        TableName: 'cases',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
      }),
    );
  });
  afterAll(() => local.close());

  const document = JSON.stringify({ Version: '2012-10-17', Statement: allow(['s3:GetObject'], '*') });
  const calls = (name: string): Promise<unknown>[] => [
    local.iam(key(name)).send(new GetGroupCommand({ GroupName: 'Glue' })),
    local
      .iam(key(name))
      .send(new PutGroupPolicyCommand({ GroupName: 'Glue', PolicyName: 'x', PolicyDocument: document })),
    local.iam(key(name)).send(new ListRolesCommand({})),
    local.iam(key(name)).send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: 'arn:aws:iam::111122223333:user/mika',
        ActionNames: ['iam:PassRole'],
      }),
    ),
    local.dynamo(key(name)).send(new GetItemCommand({ TableName: 'cases', Key: { k: { S: '1' } } })),
    local.sns(key(name)).send(new PublishCommand({ TopicArn: topic, Message: 'hi' })),
    local.secrets(key(name)).send(new GetSecretValueCommand({ SecretId: 'slack' })),
  ];

  test('a role may do what its policy allows', async () => {
    const outcomes = await Promise.allSettled(calls('worker'));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  test(`a role without a policy is ${enforce ? 'refused everything' : 'not held back'}`, async () => {
    const outcomes = await Promise.allSettled(calls('idle'));
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => (enforce ? 'rejected' : 'fulfilled')));
  });

  test('anyone may ask who they are', async () => {
    await expect(local.sts(key('idle')).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: '111122223333',
    });
  });
});

describe('a refusal under enforcement', () => {
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws({ account, enforce: true });
  });
  afterAll(() => local.close());
  const key = () => local.aws.keyFor({ kind: 'role', name: 'worker', sessionName: 'fn' });
  const words = (action: string, resource: string) =>
    `User: arn:aws:sts::111122223333:assumed-role/worker/fn is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

  test('by IAM is AccessDenied, and nothing is written', async () => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: allow(['*'], '*') });
    const refused = local
      .iam(key())
      .send(new PutGroupPolicyCommand({ GroupName: 'Admins', PolicyName: 'x', PolicyDocument }));
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDenied',
      message: words('iam:PutGroupPolicy', 'arn:aws:iam::111122223333:group/Admins'),
      $metadata: { httpStatusCode: 403 },
    });
    expect(local.aws.state.groups.get('Admins')?.inline.size).toBe(0);
  });

  test('by SNS has a name of its own', async () => {
    const other = 'arn:aws:sns:ap-northeast-1:111122223333:other';
    const refused = await local
      .sns(key())
      .send(new PublishCommand({ TopicArn: other, Message: 'hi' }))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AuthorizationErrorException);
    expect(refused).toMatchObject({ message: words('sns:Publish', other) });
    expect(local.aws.sent).toEqual([]);
  });

  test('by DynamoDB names table and action, and nothing is written', async () => {
    const refused = local.dynamo(key()).send(new PutItemCommand({ TableName: 'cases', Item: { k: { S: '1' } } }));
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: words('dynamodb:PutItem', table),
    });
  });
});
