import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CreateUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalAws } from '../../../local/aws/start.ts';
import { fieldNote, type OpenedAws, openAws } from './clients.ts';

const signed = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260617/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

describe('what reaches the port', () => {
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws();
  });
  afterAll(() => local.close());

  async function post(headers: Record<string, string>, body: string): Promise<[number, string]> {
    const answer = await fetch(local.aws.url, { method: 'POST', headers, body });
    return [answer.status, await answer.text()];
  }

  test('without a signature is told how to sign', async () => {
    const [status, text] = await post({}, 'Action=ListUsers');
    expect(status).toBe(403);
    expect(text).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(text).toContain('set AWS_ACCESS_KEY_ID=test');
  });

  test('for a service that is not here is told which are', async () => {
    const [status, text] = await post({ authorization: signed('sqs') }, '');
    expect(status).toBe(400);
    expect(text).toContain(
      'The local AWS has no service "sqs". It has: iam, sts, sns, glue, secretsmanager, dynamodb, s3.',
    );
  });

  test('for an operation that is not here is told which are, and is not retried', async () => {
    await expect(local.iam().send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringMatching(/^The local AWS has no operation CreateUser of iam\. It has: GetUser, /),
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    ['a form without an action', 'iam', {}, 'Name=x', 'MissingAction'],
    ['an action that only looks like one', 'iam', {}, 'Action=__proto__', 'InvalidAction'],
    ['a number that is none', 'iam', {}, 'Action=ListUsers&MaxItems=many', 'ValidationError'],
    ['a form that contradicts itself', 'iam', {}, 'Action=ListUsers&a=1&a.b=2', 'MalformedQueryString'],
    ['JSON without a target', 'glue', {}, '{}', 'UnknownOperationException'],
    ['JSON that is cut off', 'glue', { 'x-amz-target': 'AWSGlue.GetJob' }, '{"JobName', 'SerializationException'],
    ['JSON without a required member', 'glue', { 'x-amz-target': 'AWSGlue.GetJob' }, '{}', 'ValidationException'],
    [
      'DynamoDB JSON that is cut off',
      'dynamodb',
      { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      '{',
      'SerializationException',
    ],
  ])('%s is refused with 400', async (_, service, headers, body, code) => {
    const [status, text] = await post({ authorization: signed(service), ...headers }, body);
    expect([status, text.includes(code)]).toEqual([400, true]);
  });

  test('a body of a megabyte is read, and one byte more is not', async () => {
    const body = (size: number) => `Action=ListUsers&Pad=${'x'.repeat(size - 'Action=ListUsers&Pad='.length)}`;
    const headers = { authorization: signed('iam') };
    expect((await post(headers, body(1024 * 1024)))[0]).toBe(200);
    expect(await post(headers, body(1024 * 1024 + 1))).toEqual([
      413,
      'The body of the request is larger than 1048576 bytes.\n',
    ]);
  });

  test('it listens on loopback only', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    const reached = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(local.aws.port, host, () => resolve(true));
        socket.once('error', () => resolve(false));
        socket.once('close', () => socket.destroy());
        socket.setTimeout(500, () => resolve(false));
      });
    expect(await reached('127.0.0.1')).toBe(true);
    expect(await Promise.all(outside.map(({ address }) => reached(address)))).toEqual(outside.map(() => false));
  });

  test('a port that is taken is named, with what to do', async () => {
    await expect(startLocalAws({ account: await fieldNote(), port: local.aws.port })).rejects.toThrow(
      new RegExp(`^The local AWS cannot listen on 127\\.0\\.0\\.1:${local.aws.port}: .*choose another port\\.$`),
    );
  });
});
