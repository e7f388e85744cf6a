/** What SNS, or the way to it, may answer to a Publish, and what that says of the mail. */
import { Agent } from 'node:http';
import { createServer, type LookupFunction, type Server } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { snsTopic, type Topic } from '../../../../lambda/adapters/sns/topic.ts';
import type { Fault } from '../../../../local/aws/call.ts';
import { type LocalAws, startLocalAws } from '../../../../local/aws/start.ts';
import { accountOf } from '../../../support/account-of.ts';
import { smallAccount } from '../../../support/applying.ts';
import { until } from '../../../support/until.ts';

let aws: LocalAws;
let fault: Fault | null = null;
beforeAll(async () => {
  aws = await startLocalAws({ account: accountOf(smallAccount), fault: () => fault });
});
afterAll(() => aws.close());

const mail = { subject: 'PassRole denied', text: 'by maria' };

/** Node's errors are of another realm than Jest's, so the SDK would wrap them, and hide their codes. Here they are as they are outside of Jest. */
function keepCodes({ config: { requestHandler } }: SNSClient): void {
  const handle = requestHandler.handle.bind(requestHandler);
  const inThisRealm = (error: { readonly message: string }) =>
    error instanceof Error ? error : Object.assign(new Error(error.message), error);
  requestHandler.handle = (...parts: Parameters<typeof handle>) =>
    handle(...parts).catch((error) => Promise.reject(inThisRealm(error)));
}

/** `lookup`: finds addresses in place of DNS. */
async function at<T>(
  endpoint: string,
  use: (topic: Topic) => Promise<T>,
  {
    lookup,
    connectionTimeout = 60_000,
    requestTimeout = 60_000,
  }: {
    readonly lookup?: LookupFunction;
    readonly connectionTimeout?: number;
    readonly requestTimeout?: number;
  } = {},
): Promise<T> {
  const client = new SNSClient({
    endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout,
      requestTimeout,
      throwOnRequestTimeout: true,
      ...(lookup === undefined ? {} : { httpAgent: new Agent({ lookup }) }),
    },
  });
  keepCodes(client);
  try {
    return await use(snsTopic(client, `arn:aws:sns:ap-northeast-1:${smallAccount.accountId}:cases`));
  } finally {
    client.destroy();
  }
}

/** What publishing once does, and how many mails went out. */
async function publishWith(given: Fault | null) {
  fault = given;
  const before = aws.sent.length;
  try {
    const isLate = typeof given === 'object' && given !== null && 'delayMs' in given;
    // What is answered at all is waited for, however slow the machine is.
    const patience = isLate ? { requestTimeout: 1_000 } : {};
    const published = await at(aws.url, (topic) => topic.publish(mail), patience).catch((error: Error) => error);
    const sent = aws.sent.length - before;
    // What was given up goes out late all the same, and is not to be counted by the next test.
    if (isLate) await until(() => aws.sent.length > before);
    return { published, sent };
  } finally {
    fault = null;
  }
}

test('a mail that went out has the id that SNS gave it', async () => {
  const { published, sent } = await publishWith(null);
  expect([published, sent]).toEqual([{ kind: 'published', messageId: aws.sent.at(-1)?.messageId }, 1]);
});

test.each([
  { code: 'ThrottledException', message: 'Rate exceeded', status: 400 },
  { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  { code: 'AuthorizationError', message: 'not authorized to perform: sns:Publish', status: 403 },
  { code: 'InternalError', message: 'An internal error occurred', status: 500 },
  { code: 'ServiceUnavailable', message: 'Try again', status: 503 },
])('SNS says no, so it did not go out: $code', async (given) => {
  const { published, sent } = await publishWith(given);
  expect(published).toMatchObject({ kind: 'refused', error: { message: given.message } });
  expect(sent).toBe(0);
});

test.each<[Fault, RegExp, number]>([
  ['garble-answer', /XML parse error/, 1],
  ['drop-response', /socket hang up/, 1],
  ['drop-connection', /socket hang up/, 0],
  [{ delayMs: 1_300 }, /exceeded the configured 1000 ms requestTimeout/, 0],
  [{ code: 'RequestTimeout', message: 'behind it', status: 400 }, /behind it/, 0],
  [{ code: 'GatewayTimeout', message: 'behind it', status: 500 }, /behind it/, 0],
  [{ code: 'InternalError', message: 'behind it', status: 408 }, /behind it/, 0],
  [{ code: 'InternalError', message: 'behind it', status: 504 }, /behind it/, 0],
])('%j leaves it open, so it is thrown', async (given, words, most) => {
  const { published, sent } = await publishWith(given);
  expect(published).toBeInstanceOf(Error);
  expect(published).toMatchObject({ message: expect.stringMatching(words) });
  expect(sent).toBe(most);
});

test.each([
  ['nobody listens', 'http://127.0.0.1:1', 'ECONNREFUSED'],
  ['the name is not known', 'http://sns.invalid', /ENOTFOUND|EAI_AGAIN/],
])('%s: no connection came about, so it did not go out', async (_name, endpoint, words) => {
  const published = await at(endpoint, (topic) => topic.publish(mail));
  expect(published).toMatchObject({ kind: 'refused', error: { message: expect.stringMatching(words) } });
});

test('the connection takes too long, so it did not go out', async () => {
  const never: LookupFunction = () => undefined;
  const published = await at('http://sns.invalid', (topic) => topic.publish(mail), {
    lookup: never,
    connectionTimeout: 300,
  });
  expect(published).toMatchObject({ kind: 'refused', error: { name: 'TimeoutError' } });
});

/** Jest's realm hides what Node throws from the SDK, so it is thrown here in Node's shape. */
test.each([
  [
    ['connect ECONNREFUSED 192.0.2.1:443', 'connect ETIMEDOUT 192.0.2.2:443'],
    'refused: connect ECONNREFUSED 192.0.2.1:443; connect ETIMEDOUT 192.0.2.2:443',
  ],
  [['connect ECONNREFUSED 192.0.2.1:443', 'read ECONNRESET'], 'thrown'],
])('of several addresses %j: %s', async (words, wanted) => {
  const error = new AggregateError(words.map((one) => new Error(one)));
  const client = { send: () => Promise.reject(error) } as unknown as SNSClient;
  const ended = snsTopic(client, 'arn').publish(mail);
  const said = await ended.then(
    (published) => (published.kind === 'refused' ? `refused: ${published.error.message}` : published.kind),
    () => 'thrown',
  );
  expect(said).toBe(wanted);
});

const portOf = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return address.port;
};

/** Made for this test and trusted by nobody. */
const KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIKMp782mmnrfMXE5A+mpGiqLWG/45TPgABJvwFJwcFNooAoGCCqGSM49
AwEHoUQDQgAEw0q8Ch4oSzj9E/I+SBcaYFjer/lc155XR4kAP4vpFePqGqH7OezI
bVsoX1mfzKIdMj8FGeHk48n1O44kL4wnkw==
-----END EC PRIVATE KEY-----
`;
const SELF_SIGNED = `-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUbBWX+/eVKU7ZS3cDcu4+JxXincgwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLc25zLmludmFsaWQwIBcNMjYxMTI1MDk1NTQxWhgPMjEyNjEx
MDEwOTU1NDFaMBYxFDASBgNVBAMMC3Nucy5pbnZhbGlkMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEw0q8Ch4oSzj9E/I+SBcaYFjer/lc155XR4kAP4vpFePqGqH7
OezIbVsoX1mfzKIdMj8FGeHk48n1O44kL4wnk6NTMFEwHQYDVR0OBBYEFK+0Jfbl
BBan2kHpoDu1UCOTgtkeMB8GA1UdIwQYMBaAFK+0JfblBBan2kHpoDu1UCOTgtke
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgTrCVhe6M8GNJ5jgz
Eg1FhjQVkhoonuJp2b09OwX9TLECIQCjgzTpN6HzbdpcNV4ADqc6N16PXMgahjta
8R0mxmqNag==
-----END CERTIFICATE-----
`;

test('a certificate that nobody vouches for: nothing was sent, so it did not go out', async () => {
  let received = 0;
  const server = createSecureServer({ key: KEY, cert: SELF_SIGNED }, (socket) => {
    socket.on('error', () => undefined).on('data', ({ length }) => (received += length));
  });
  try {
    const published = await at(`https://127.0.0.1:${await portOf(server)}`, (topic) => topic.publish(mail));
    expect(published).toMatchObject({ kind: 'refused', error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(received).toBe(0);
  } finally {
    server.close();
  }
});

test.each([
  ['closed at once', null, 'before secure TLS connection was established'],
  ['no TLS at all', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'EPROTO'],
])('%s: no secure connection came about, so it did not go out', async (_name, answer, words) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (answer === null) socket.end();
    else socket.once('data', () => socket.end(answer));
  });
  try {
    const published = await at(`https://127.0.0.1:${await portOf(server)}`, (topic) => topic.publish(mail));
    expect(published).toMatchObject({ kind: 'refused', error: { message: expect.stringContaining(words) } });
  } finally {
    server.close();
  }
});

test.each([
  ['CERT_HAS_EXPIRED', 'refused'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'refused'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'refused'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'refused'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'refused'],
  ['ECONNRESET', 'thrown'],
  ['ERR_SSL_BAD_RECORD_TYPE', 'thrown'],
])('an error with the code %s: %s', async (code, wanted) => {
  const client = { send: () => Promise.reject(Object.assign(new Error('no'), { code })) } as unknown as SNSClient;
  const said = await snsTopic(client, 'arn')
    .publish(mail)
    .then(
      ({ kind }) => kind,
      () => 'thrown',
    );
  expect(said).toBe(wanted);
});

test('without credentials there is no request, so it did not go out', async () => {
  const before = process.env;
  const nowhere = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
  process.env = { ...nowhere, AWS_EC2_METADATA_DISABLED: 'true' };
  const client = new SNSClient({ endpoint: aws.url, region: 'ap-northeast-1', maxAttempts: 1 });
  try {
    const published = await snsTopic(client, 'arn:aws:sns:ap-northeast-1:111122223333:cases').publish(mail);
    expect(published).toMatchObject({ kind: 'refused', error: { name: 'CredentialsProviderError' } });
  } finally {
    client.destroy();
    process.env = before;
  }
});

const http = (status: string, body: string): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

test.each([
  ['a page of a proxy', http('503 Service Unavailable', '<html>busy</html>')],
  ['nothing', http('504 Gateway Timeout', '')],
  ['not found, by somebody else', http('404 Not Found', '')],
  ['half a refusal', http('500 Internal Server Error', '<ErrorResponse><Error><Code>InternalErro')],
  ['success without an id', http('200 OK', '')],
])('%s is no answer of SNS, so it is thrown', async (_name, answer) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  const port = await portOf(server);
  try {
    await expect(at(`http://127.0.0.1:${port}`, (topic) => topic.publish(mail))).rejects.toThrow();
  } finally {
    server.close();
  }
});
