import { describe, expect, test } from '@jest/globals';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { readDenialMessage } from '../../../../lambda/core/denial/message.ts';
import { nothingKnown } from '../../../support/denial.ts';

const maria = 'arn:aws:iam::111122223333:user/data/maria';
const role = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const said = (principal: string, passed = role) =>
  `User: ${principal} is not authorized to perform: iam:PassRole on resource: ${passed}`;

function denialIn(text: string): Denial {
  const reading = readDenialMessage(text);
  if (reading.kind !== 'denial') throw new Error(`${reading.kind}: ${reading.why}`);
  return reading.denial;
}

const read = (text: string): Partial<Denial> => {
  const { eventSource, operation } = denialIn(text);
  return { eventSource, operation };
};

test('a pasted message becomes a denial that says what the text says, and nothing else', () => {
  const text = `\n  updateJob: AccessDeniedException: ${said(maria)} because no identity-based policy allows the iam:PassRole action\n`;

  expect(readDenialMessage(text)).toEqual({
    kind: 'denial',
    denial: {
      action: 'iam:PassRole',
      principalArn: maria,
      roleArn: role,
      effect: 'implicit',
      policyType: 'identity',
      policyArn: null,
      crossAccount: false,
      authorizationId: null,
      source: 'message',
      message: text.trim(),
      truncated: false,
      eventId: null,
      time: null,
      accountId: '111122223333',
      region: null,
      eventSource: null,
      operation: 'UpdateJob',
      jobName: null,
      identity: { type: 'IAMUser', arn: maria, userName: 'maria' },
      request: nothingKnown,
    },
  });
});

describe('the principal is known as far as its ARN tells', () => {
  const session = 'arn:aws:sts::111122223333:assumed-role/etl-developer/anna';
  const federated = 'arn:aws:sts::111122223333:federated-user/vault';
  const root = 'arn:aws:iam::111122223333:root';
  test.each([
    ['a user', maria, { type: 'IAMUser', arn: maria, userName: 'maria' }],
    [
      'a session, whose role has an unknown path',
      session,
      { type: 'AssumedRole', arn: session, roleArn: null, sessionName: 'anna' },
    ],
    ['a federated user', federated, { type: 'FederatedUser', arn: federated, issuerArn: null }],
    ['the root user', root, { type: 'Root', arn: root }],
    ['a caller of another kind', 'arn:aws:sts::111122223333:self', null],
    ['a redacted user', 'arn:aws:iam::***:user/maria', null],
    ['a redacted root user', 'arn:aws:iam::***:root', null],
    ['a role, which cannot call', role, null],
  ])('%s', (_, principal, identity) => {
    expect(denialIn(said(principal)).identity).toEqual(identity);
  });

  test('nobody', () => {
    expect(denialIn(`User is not authorized to perform: iam:PassRole on resource: ${role}`).identity).toBeNull();
  });
});

describe('the account is that of the call', () => {
  test.each([
    ["the principal's, if the role is elsewhere", said(maria, 'arn:aws:iam::444455556666:role/x'), '111122223333'],
    ["the role's, if the principal is redacted", said('arn:aws:iam::***:user/x'), '111122223333'],
    ['unknown, if both are redacted', said('arn:aws:iam::***:user/x', 'arn:aws:iam::***:role/x'), null],
  ])('%s', (_, text, accountId) => {
    expect(denialIn(text).accountId).toBe(accountId);
  });
});

describe('the call is known where the text names it', () => {
  const glue = 'glue.amazonaws.com';
  test.each([
    ['boto3, an operation of Glue only', 'when calling the CreateCrawler operation: ', '', glue, 'CreateCrawler'],
    ['boto3, an operation of several services', 'when calling the CreateJob operation: ', '', null, 'CreateJob'],
    [
      'boto3, and Glue is spoken of',
      'AWS Glue: An error occurred when calling the CreateJob operation: ',
      '',
      glue,
      'CreateJob',
    ],
    [
      'Terraform names the resource',
      'when calling the CreateJob operation: ',
      '\nwith aws_glue_job.orders',
      glue,
      'CreateJob',
    ],
    ['boto3, another service', 'when calling the RunTask operation: ', '', null, 'RunTask'],
    ['the Glue console', 'Failed to update job\nupdateJob: AccessDeniedException: ', '', glue, 'UpdateJob'],
    ['a console', 'createJob: AccessDeniedException: ', '', null, 'CreateJob'],
    ['Java SDK 1', '', ' (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException)', glue, null],
    ['Java SDK 2', '', ' (Service: Glue, Status Code: 400, Request ID: 1f0e)', glue, null],
    ['Java SDK 1, Lambda', '', ' (Service: AWSLambdaInternal; Status Code: 403)', 'lambda.amazonaws.com', null],
    ['Java SDK 1, Step Functions', '', ' (Service: AWSStepFunctions; Status Code: 400)', 'states.amazonaws.com', null],
    [
      'Java SDK 1, EMR',
      '',
      ' (Service: AmazonElasticMapReduce; Status Code: 400)',
      'elasticmapreduce.amazonaws.com',
      null,
    ],
    ['a service that is not known here', '', ' (Service: AmazonNovelty; Status Code: 400)', 'AmazonNovelty', null],
    ['a service with the name of a property', '', ' (Service: constructor; Status Code: 400)', 'constructor', null],
    ['Go SDK 2', 'operation error Glue: UpdateJob, https response error StatusCode: 400, ', '', glue, 'UpdateJob'],
    [
      'Go SDK 2, a name with a blank',
      'operation error Config Service: PutX, https response error, ',
      '',
      'config.amazonaws.com',
      'PutX',
    ],
    ['an exception before a message is no call', 'ClientError: AccessDenied: ', '', null, null],
  ])('%s', (_, before, after, eventSource, operation) => {
    expect(read(before + said(maria) + after)).toEqual({ eventSource, operation });
  });

  test.each([
    ['SFN', 'states'],
    ['EMR', 'elasticmapreduce'],
    ['Amazon EventBridge', 'events'],
    ['AmazonCloudWatchEvents', 'events'],
    ['AmazonIdentityManagement', 'iam'],
    ['AmazonKinesisFirehose', 'firehose'],
    ['AWSSimpleSystemsManagement', 'ssm'],
    ['AmazonSageMaker', 'sagemaker'],
    ['Code Pipeline', 'codepipeline'],
  ])('an SDK calls %s what CloudTrail calls %s', (service, source) => {
    expect(read(`${said(maria)} (Service: ${service}; Status Code: 400)`).eventSource).toBe(`${source}.amazonaws.com`);
  });

  test('a role that is called glue does not make it Glue', () => {
    const text = `when calling the CreateJob operation: ${said(maria, 'arn:aws:iam::111122223333:role/glue')}`;
    expect(read(text)).toEqual({ eventSource: null, operation: 'CreateJob' });
  });
});

test('no text at all is answered with what to do', () => {
  const why = 'There is no text. Paste the error message as it was shown, or a CloudTrail event as JSON.';
  expect([readDenialMessage(''), readDenialMessage(' \n\ufeff ')]).toEqual([
    { kind: 'malformed', why },
    { kind: 'malformed', why },
  ]);
});

test('text about something else is not a denial', () => {
  expect(readDenialMessage('You need iam:PassRole for that.')).toEqual({
    kind: 'not-a-denial',
    why: 'The text does not say that someone is not authorized to perform iam:PassRole. Paste the whole message, from "User:" to its end.',
  });
});

test('of a long log the part around the denial is kept', () => {
  const log = `${'a line of a log\n'.repeat(20_000)}${said(maria)}\n${'INFO another line\n'.repeat(20_000)}`;
  const { message, roleArn } = denialIn(log);
  expect({ length: message.length, roleArn, isInside: message.includes(said(maria)) }).toEqual({
    length: 4096,
    roleArn: role,
    isInside: true,
  });
});

describe('a pasted CloudTrail event is read as the event', () => {
  const record = {
    eventVersion: '1.11',
    eventID: '5f0c1d2e-0000-4000-8000-000000000001',
    eventName: 'UpdateJob',
    eventSource: 'glue.amazonaws.com',
    userIdentity: { type: 'IAMUser', arn: maria, userName: 'maria', accountId: '111122223333' },
    errorCode: 'AccessDenied',
    errorMessage: said(maria),
  };
  const envelope = { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.glue', detail: record };
  test.each([
    ['a record', record],
    ['an EventBridge event', envelope],
    ['a log file with one record', { Records: [record] }],
    ['one result of a look-up', { Events: [{ EventId: 'x', CloudTrailEvent: JSON.stringify(record) }] }],
  ])('%s', (_, event) => {
    const { source, eventId, operation, roleArn } = denialIn(JSON.stringify(event, null, 2));
    expect({ source, eventId, operation, roleArn }).toEqual({
      source: 'event',
      eventId: record.eventID,
      operation: 'UpdateJob',
      roleArn: role,
    });
  });

  test('an event that was not refused is not a denial, whatever else it mentions', () => {
    const { errorMessage: _, ...accepted } = record;
    expect(readDenialMessage(JSON.stringify({ ...accepted, note: said(maria) })).kind).toBe('not-a-denial');
  });

  test('an event with parts missing is read as text', () => {
    expect(denialIn(JSON.stringify({ eventName: 'UpdateJob', errorMessage: said(maria) })).source).toBe('message');
  });

  test('several records are answered with how to give one', () => {
    const reading = readDenialMessage(JSON.stringify({ Events: [{}, {}] }));
    expect(reading).toEqual({
      kind: 'malformed',
      why: expect.stringContaining('Records holds 2 records') as unknown as string,
    });
  });

  test('an error text that is JSON is no event', () => {
    expect(denialIn(JSON.stringify({ message: said(maria), code: 'AccessDeniedException' })).source).toBe('message');
  });
});
