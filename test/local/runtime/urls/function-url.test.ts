/** Function URLs as a function and its callers see them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KeyRequest } from '../../../../local/aws/identity/access-keys.ts';
import type { Here } from '../../../../local/deploy-here.ts';
import { ACCOUNT, deployWritten, functionArn, mayCallUrl, REGION, url } from '../written.ts';

const echo = 'export const handler = async (event) => event;';
const answering = `export const handler = async ({ body, rawPath }) => {
  if (rawPath === '/throw') throw new Error('no luck today');
  if (rawPath === '/die') process.kill(process.pid, 'SIGKILL');
  if (rawPath === '/large') return { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) };
  if (rawPath === '/slow') await new Promise((resolve) => setTimeout(resolve, 300));
  return JSON.parse(body ?? 'null');
};`;
const telling = 'export const handler = async () => process.env.ECHO_URL;';

const both = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
const statement = (Action: string[], more: object = {}) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource: functionArn('Signed'), ...more },
});
const account = {
  users: {
    mika: { inline: { Call: statement(both) } },
    half: { inline: { Call: statement(['lambda:InvokeFunctionUrl']) } },
    strict: {
      inline: {
        Call: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'lambda:InvokeFunctionUrl',
              Resource: '*',
              Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
            },
            {
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: '*',
              Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
            },
          ],
        },
      },
    },
    nobody: {},
  },
  roles: { Approver: { trust: 'ec2.amazonaws.com', inline: { Call: statement(both) } } },
};

let here: Here;
const failures: string[] = [];
beforeAll(async () => {
  here = await deployWritten({
    account,
    handlers: { Echo: echo, Answer: answering, Signed: echo, Closed: echo, Tell: telling },
    settings: { Tell: { ECHO_URL: { 'Fn::GetAtt': ['EchoUrl', 'FunctionUrl'] } } },
    resources: {
      ...url('Echo', 'NONE'),
      ...mayCallUrl('Echo'),
      ...url('Answer', 'NONE'),
      ...mayCallUrl('Answer'),
      ...url('Tell', 'NONE'),
      ...mayCallUrl('Tell'),
      ...url('Signed', 'AWS_IAM'),
      ...url('Closed', 'NONE'),
    },
    options: {
      onFailure: (name, error) => failures.push(`${name}: ${error instanceof Error ? error.message : error}`),
    },
  });
});
afterAll(() => here.close());

const call = (name: string, path = '', init: RequestInit = {}) =>
  fetch(`${here.runtime.url(name)?.slice(0, -1)}${path}`, init);
const scope = (request: KeyRequest, service = 'lambda', region = REGION) =>
  `AWS4-HMAC-SHA256 Credential=${here.aws.keyFor(request)}/20261124/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const signed = (request: KeyRequest, service?: string, region?: string) =>
  call('signed', '/', { headers: { authorization: scope(request, service, region) } });

describe('the event of a URL', () => {
  test('has path and query as they came, headers in lower case, and cookies on their own', async () => {
    const response = await call('echo', '/a%20b/c?x=1&y=%26&x=2', {
      headers: { 'X-Custom': 'Yes', Cookie: 'one=1; two=2', 'User-Agent': 'me/1' },
    });
    expect(response.headers.get('content-type')).toBe('application/json');
    const host = new URL(here.runtime.url('echo') ?? '').host;
    const event = (await response.json()) as Record<string, unknown>;
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/c',
      rawQueryString: 'x=1&y=%26&x=2',
      queryStringParameters: { x: '1,2', y: '&' },
      cookies: ['one=1', 'two=2'],
      headers: expect.objectContaining({
        host,
        'x-custom': 'Yes',
        'user-agent': 'me/1',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '127.0.0.1',
      }),
      requestContext: {
        accountId: 'anonymous',
        apiId: 'echourl',
        domainName: host,
        domainPrefix: 'echourl',
        http: {
          method: 'GET',
          path: '/a b/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'me/1',
        },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(event['headers']).not.toHaveProperty('cookie');
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64');
  test.each<[string, string | undefined, string, { body: string; isBase64Encoded: boolean }]>([
    ['JSON', 'application/json; charset=utf-8', '{"ö":1}', { body: '{"ö":1}', isBase64Encoded: false }],
    ['text', 'text/plain', 'a\nb', { body: 'a\nb', isBase64Encoded: false }],
    // As Slack posts what people press: a function that reads `body` as it is would not find its signature.
    [
      'a form',
      'application/x-www-form-urlencoded',
      'payload=%7B',
      { body: base64('payload=%7B'), isBase64Encoded: true },
    ],
    ['bytes', 'application/octet-stream', 'x', { body: base64('x'), isBase64Encoded: true }],
  ])('carries %s as AWS does', async (_, type, body, expected) => {
    const response = await call('echo', '/', { method: 'POST', body, headers: type ? { 'content-type': type } : {} });
    expect(await response.json()).toMatchObject({ ...expected, requestContext: { http: { method: 'POST' } } });
  });

  test('is told to another function by its address on this machine', async () => {
    expect(await (await call('tell')).json()).toBe(here.runtime.url('echo'));
    expect(here.runtime.url('Echo')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(here.runtime.url('nothing')).toBe(null);
  });
});

describe('the answer of a URL', () => {
  const answer = (value: unknown) =>
    call('answer', '/', {
      method: 'POST',
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
    });

  test('is the one that the function gives', async () => {
    const response = await answer({
      statusCode: 404,
      headers: { 'Content-Type': 'application/octet-stream', 'X-Number': 7 },
      cookies: ['a=1; Secure', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('x-number')).toBe('7');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  test.each([
    [{ message: 'hi' }, '{"message":"hi"}'],
    ['hi', '"hi"'],
    [null, 'null'],
  ])('without a status, %j is the JSON of a 200', async (value, text) => {
    const response = await answer(value);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      text,
    ]);
  });

  test('without a body is empty', async () => {
    const response = await answer({ statusCode: 204 });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  test.each([
    ['throws', '/throw', undefined, 'answer: answer: Error: no luck today'],
    ['dies', '/die', undefined, 'answer: answer died with SIGKILL while at work.'],
    [
      'answers with an object as body',
      '/',
      { statusCode: 200, body: { a: 1 } },
      'answer returned what is no HTTP answer',
    ],
    ['answers with a status that is none', '/', { statusCode: 99 }, 'answer returned what is no HTTP answer'],
    ['answers with more than 6 MB', '/large', undefined, 'answer returned a body of 6291457 bytes'],
  ])('of a function that %s is a 502, and the reason is told to us alone', async (_, path, value, reason) => {
    failures.length = 0;
    const response = await call('answer', path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(value && { body: JSON.stringify(value) }),
    });
    expect([response.status, await response.text()]).toEqual([502, 'Internal Server Error']);
    expect(failures).toEqual([expect.stringContaining(reason)]);
  });

  test('to a request of more than 6 MB is a 413; 6 MB themselves go through', async () => {
    const post = (bytes: number) =>
      call('answer', '/', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '1'.padStart(bytes) });
    expect((await post(6 * 1024 * 1024 + 1)).status).toBe(413);
    expect(await (await post(6 * 1024 * 1024)).json()).toBe(1);
  });

  test('is waited for by idle', async () => {
    let answered = false;
    const slow = call('answer', '/slow').then(() => {
      answered = true;
    });
    await expect(
      (async () => {
        for (;;) await here.runtime.idle(20);
      })(),
    ).rejects.toThrow('answer is at work');
    expect(answered).toBe(false);
    await here.runtime.idle();
    await slow;
  });
});

describe('who may call', () => {
  test('without AuthType, everybody whom the function lets in', async () => {
    expect((await call('echo')).status).toBe(200);
    const refused = await call('closed');
    expect([refused.status, refused.headers.get('x-amzn-errortype'), await refused.json()]).toEqual([
      403,
      'AccessDeniedException',
      { Message: expect.stringMatching(/^Forbidden\. For troubleshooting Function URL authorization issues/) },
    ]);
  });

  test('with AWS_IAM, nobody without a signature', async () => {
    const refused = await call('signed');
    expect([refused.status, await refused.json()]).toEqual([403, { Message: 'Forbidden' }]);
  });

  test.each([
    ['may neither', 'nobody'],
    ['may call the URL, but not the function', 'half'],
  ])('with AWS_IAM, no user who %s', async (_, name) => {
    expect((await signed({ kind: 'user', name })).status).toBe(403);
  });

  test.each([
    ['service', 'execute-api', REGION],
    ['region', 'lambda', 'eu-west-1'],
  ])('with AWS_IAM, nobody who signed for another %s', async (named, service, region) => {
    const refused = await signed({ kind: 'user', name: 'mika' }, service, region);
    expect([refused.status, await refused.json()]).toEqual([403, { Message: expect.stringContaining(named) }]);
  });

  const iamOf = async (response: Response) => {
    const event = (await response.json()) as { requestContext: Record<string, unknown>; headers: object };
    expect(event.headers).not.toHaveProperty('authorization');
    return event.requestContext;
  };

  test('a user is told to the function by its ARN', async () => {
    const key = { kind: 'user', name: 'mika' } as const;
    const context = await iamOf(await signed(key));
    const id = here.aws.state.users.get('mika')?.id;
    expect(context).toMatchObject({
      accountId: ACCOUNT,
      authentication: null,
      authorizer: {
        iam: {
          accessKey: here.aws.keyFor(key),
          accountId: ACCOUNT,
          callerId: id,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: `arn:aws:iam::${ACCOUNT}:user/mika`,
          userId: id,
        },
      },
      http: { sourceIp: '203.0.113.25' },
    });
  });

  test('a role session is told by role and session', async () => {
    const context = await iamOf(await signed({ kind: 'role', name: 'Approver', sessionName: 'ines' }));
    const id = `${here.aws.state.roles.get('Approver')?.id}:ines`;
    expect(context).toMatchObject({
      authorizer: {
        iam: { userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Approver/ines`, callerId: id, userId: id },
      },
    });
  });

  test('conditions on how the function is called hold', async () => {
    expect((await signed({ kind: 'user', name: 'strict' })).status).toBe(200);
  });
});
