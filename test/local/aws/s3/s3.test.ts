import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import type { LocalAwsOptions } from '../../../../local/aws/start.ts';
import { startLocalAws } from '../../../../local/aws/start.ts';
import { accountOf, fieldNote, type OpenedAws, openAws, REGION } from '../clients.ts';

const Bucket = 'trails';
const conditional = { 'if-none-match': '*' };

const clientOf = (local: OpenedAws, accessKeyId = 'test', maxAttempts = 1) =>
  new S3Client({
    endpoint: local.aws.url,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: 'does not matter' },
    maxAttempts,
  });

const signerOf = (accessKeyId = 'test') =>
  new AwsClient({ accessKeyId, secretAccessKey: 'does not matter', service: 's3', region: REGION, retries: 0 });

describe('objects', () => {
  let local: OpenedAws;
  let s3: S3Client;
  beforeAll(async () => {
    local = await openAws({ buckets: [{ name: Bucket }, { name: 'many' }, { name: 'empty' }], pageSize: 3 });
    s3 = clientOf(local);
  });
  afterAll(async () => {
    s3.destroy();
    await local.close();
  });

  const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Buffer.byteLength(Body), ...more }));
  const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket, Key }));

  test.each([
    ['trail/0123/000001.json', '{"actor":"mika","at":"2026-11-24"}'],
    ['with space/ü+%2F&?=#.txt', 'Grüße, 世界 🎉'],
    ['empty', ''],
  ])('%s comes back as it was put', async (Key, text) => {
    const { ETag } = await put(Key, text, { ContentType: 'application/json' });
    const found = await get(Key);
    expect(await found.Body?.transformToString()).toBe(text);
    expect(found).toMatchObject({ ETag, ContentType: 'application/json', ContentLength: Buffer.byteLength(text) });
    expect(found.LastModified).toBeInstanceOf(Date);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ETag,
      ContentLength: Buffer.byteLength(text),
    });
  });

  test('bytes that are no text come back too', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await put('bytes', bytes);
    expect(await (await get('bytes')).Body?.transformToByteArray()).toEqual(bytes);
  });

  test('an upload in chunks is put together', async () => {
    const stream = Readable.from([Buffer.from('first, '), Buffer.from('second')], { objectMode: false });
    await put('chunks', 'x'.repeat(70_000));
    await s3.send(
      new PutObjectCommand({ Bucket, Key: 'streamed', Body: stream, ContentLength: 'first, second'.length }),
    );
    expect(await (await get('streamed')).Body?.transformToString()).toBe('first, second');
    expect(local.aws.state.buckets.get(Bucket)?.objects.get('chunks')?.body).toHaveLength(70_000);
  });

  test('what is not there is told by its name, to a reader and to a header reader', async () => {
    await expect(get('nothing')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' }))).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  test('a conditional write adds, and never overwrites', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await (await get('once')).Body?.transformToString()).toBe('first');
    await put('once', 'third');
    expect(await (await get('once')).Body?.transformToString()).toBe('third');
  });

  test('of a hundred that write the same key at once, one is the writer', async () => {
    const client = clientOf(local);
    const tried = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) =>
        client.send(new PutObjectCommand({ Bucket, Key: 'race', Body: `${index}`, IfNoneMatch: '*' })),
      ),
    );
    const winner = tried.findIndex(({ status }) => status === 'fulfilled');
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await (await get('race')).Body?.transformToString()).toBe(String(winner));
    client.destroy();
  });

  test('a deleted object is gone, and deleting it again succeeds', async () => {
    await put('gone', 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(get('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('lists come in the order of bytes, by prefix, a page at a time', async () => {
    const names = ['b/2', 'b/10', 'b/ü', 'b/A&<', 'b/', 'a', 'c'];
    for (const Key of names) await s3.send(new PutObjectCommand({ Bucket: 'many', Key, Body: Key }));
    const pages = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: 'many', Prefix: 'b/', MaxKeys: 2 })) {
      pages.push(page.Contents?.map(({ Key, Size }) => [Key, Size]));
    }
    expect(pages).toEqual([
      [
        ['b/', 2],
        ['b/10', 4],
      ],
      [
        ['b/2', 3],
        ['b/A&<', 5],
      ],
      [['b/ü', 4]],
    ]);
    expect(await s3.send(new ListObjectsV2Command({ Bucket: 'many' }))).toMatchObject({
      KeyCount: 3,
      IsTruncated: true,
    });
    expect(await s3.send(new ListObjectsV2Command({ Bucket: 'many', StartAfter: 'b/ü' }))).toMatchObject({
      KeyCount: 1,
      Contents: [{ Key: 'c' }],
    });
    const none = await s3.send(new ListObjectsV2Command({ Bucket: 'empty' }));
    expect([none.KeyCount, none.IsTruncated, none.Contents]).toEqual([0, false, undefined]);
  });

  test('a token that was never given out is refused', async () => {
    const list = new ListObjectsV2Command({ Bucket: 'many', ContinuationToken: 'made up' });
    await expect(s3.send(list)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test.each([
    ['a part of an object', new GetObjectCommand({ Bucket, Key: 'once', Range: 'bytes=0-1' }), 'NotImplemented'],
    ['folders', new ListObjectsV2Command({ Bucket, Delimiter: '/' }), 'NotImplemented'],
    [
      'a write on condition of an ETag',
      new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', IfMatch: '"1"' }),
      'NotImplemented',
    ],
    ['an older version', new GetObjectCommand({ Bucket, Key: 'once', VersionId: '1' }), 'NoSuchVersion'],
    ['a copy', new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/once` }), 'InvalidAction'],
    ['an upload in parts', new CreateMultipartUploadCommand({ Bucket, Key: 'x' }), 'InvalidAction'],
  ])('%s is refused rather than done otherwise', async (_, command, name) => {
    await expect(s3.send(command as GetObjectCommand)).rejects.toMatchObject({ name });
  });

  test('If-None-Match takes the asterisk only', async () => {
    await expect(put('etag', 'x', { IfNoneMatch: '"abc"' })).rejects.toMatchObject({ name: 'NotImplemented' });
    expect(local.aws.state.buckets.get(Bucket)?.objects.has('etag')).toBe(false);
  });

  test('a small signer is served like the SDK', async () => {
    const signer = signerOf();
    const at = `${local.aws.url}/${Bucket}/signed/a%20b.json`;
    const write = () => signer.fetch(at, { method: 'PUT', body: '{"ü":1}', headers: conditional });
    expect((await write()).status).toBe(200);
    const again = await write();
    expect([again.status, await again.text()]).toEqual([
      412,
      expect.stringContaining('<Code>PreconditionFailed</Code>'),
    ]);
    expect(await (await signer.fetch(at)).text()).toBe('{"ü":1}');
    expect((await signer.fetch(at, { method: 'HEAD' })).headers.get('content-length')).toBe('8');
    expect((await signer.fetch(at, { method: 'DELETE' })).status).toBe(204);
    expect((await signer.fetch(at, { method: 'HEAD' })).status).toBe(404);
  });

  test.each([
    [{ 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
    [{ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
    [{ 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }, 'IncompleteBody'],
  ])('bytes that are not what %j says are refused', async (headers, code) => {
    const answer = await signerOf().fetch(`${local.aws.url}/${Bucket}/damaged`, { method: 'PUT', body: 'x', headers });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(local.aws.state.buckets.get(Bucket)?.objects.has('damaged')).toBe(false);
  });

  test('a path that is no text, and a request for nothing in particular, are refused', async () => {
    const broken = await signerOf().fetch(`${local.aws.url}/${Bucket}/%E0%A4%A`, { method: 'PUT', body: 'x' });
    expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('InvalidURI')]);
    const buckets = await signerOf().fetch(local.aws.url);
    expect([buckets.status, await buckets.text()]).toEqual([400, expect.stringContaining('no operation GET / of s3')]);
  });

  test('a bucket that S3 would not make stops the start', async () => {
    const account = await fieldNote();
    await expect(startLocalAws({ account, buckets: [{ name: 'Upper_Case' }] })).rejects.toThrow('"Upper_Case" is not');
    await expect(startLocalAws({ account, buckets: [{ name: 'abc', policy: { Statement: [{}] } }] })).rejects.toThrow(
      'The policy of the bucket abc cannot be read',
    );
  });
});

describe('what goes wrong on purpose', () => {
  let local: OpenedAws;
  afterEach(() => local.close());

  test('reaches S3 as it reaches the others, and calls are told', async () => {
    const seen: string[] = [];
    const faults = ['drop-connection', { code: 'SlowDown', message: 'Reduce', status: 503 }, 'drop-response'] as const;
    const left = [...faults];
    const options: Partial<LocalAwsOptions> = {
      buckets: [{ name: Bucket }],
      onCall: ({ service, operation, input }) => seen.push(`${service} ${operation} ${JSON.stringify(input)}`),
      fault: () => left.shift() ?? null,
    };
    local = await openAws(options);
    const s3 = clientOf(local, 'test', 4);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(seen).toHaveLength(4);
    expect(seen[0]).toMatch(/^s3 PutObject \{"Bucket":"trails","Key":"k"/);
    s3.destroy();
  });
});

const lambda = 'lambda.amazonaws.com';
const arn = `arn:aws:s3:::${Bucket}`;
const allow = (Action: string | string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const role = (...Statement: object[]) => ({ trust: lambda, inline: { Own: { Version: '2012-10-17', Statement } } });

const onlyAdds = allow('s3:PutObject', `${arn}/trail/*`, { Null: { 's3:if-none-match': 'false' } });
const account = accountOf({
  roles: {
    appends: role(onlyAdds, allow('s3:GetObject', `${arn}/trail/*`), allow('s3:ListBucket', arn)),
    cannotList: role(onlyAdds, allow('s3:GetObject', `${arn}/trail/*`)),
    storage: role(allow('s3:*', '*')),
    guest: role(allow('s3:GetObject', `${arn}/trail/*`)),
  },
});

describe.each(['by IAM alone', 'by the bucket policy'])('refused %s', (by) => {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:PutObject',
        Resource: `${arn}/trail/*`,
        Condition: { Null: { 's3:if-none-match': 'true' } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        Resource: `${arn}/trail/*`,
      },
      { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', NotResource: `${arn}/trail/*` },
      {
        Effect: 'Deny',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/guest' },
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
      },
    ],
  };
  const hasPolicy = by === 'by the bucket policy';
  let local: OpenedAws;
  beforeAll(async () => {
    local = await openAws({
      account,
      enforce: true,
      buckets: [hasPolicy ? { name: Bucket, policy } : { name: Bucket }],
    });
  });
  afterAll(() => local.close());

  const as = (name: string) => {
    const key = name === 'administrator' ? 'test' : local.aws.keyFor({ kind: 'role', name, sessionName: 'fn' });
    const s3 = clientOf(local, key);
    const object = { Bucket, Key: 'trail/1' };
    return {
      add: (Key = 'trail/1') => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*' })),
      overwrite: () => s3.send(new PutObjectCommand({ ...object, Body: 'forged' })),
      read: (Key = 'trail/1') => s3.send(new GetObjectCommand({ Bucket, Key })),
      remove: () => s3.send(new DeleteObjectCommand(object)),
      removeVersion: () => s3.send(new DeleteObjectCommand({ ...object, VersionId: '1' })),
    };
  };
  const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
  const session = (name: string) => `arn:aws:sts::111122223333:assumed-role/${name}/fn`;

  test('the appender adds and reads, and neither overwrites nor deletes', async () => {
    const { add, overwrite, read, remove, removeVersion } = as('appends');
    await add();
    expect(await (await read()).Body?.transformToString()).toBe('x');
    await expect(add()).rejects.toMatchObject({ name: 'PreconditionFailed' });
    for (const forbidden of [overwrite, remove, removeVersion]) await expect(forbidden()).rejects.toMatchObject(denied);
    await expect(add('elsewhere/1')).rejects.toMatchObject(denied);
    expect(await (await read()).Body?.transformToString()).toBe('x');
  });

  test('the words name who, what and which kind of policy', async () => {
    const because = hasPolicy
      ? 'with an explicit deny in a resource-based policy'
      : 'because no identity-based policy allows the s3:PutObject action';
    await expect(as('appends').overwrite()).rejects.toMatchObject({
      message: `User: ${session('appends')} is not authorized to perform: s3:PutObject on resource: ${arn}/trail/1 ${because}`,
    });
  });

  test('who may not list is not told that a key is missing', async () => {
    await expect(as('appends').read('trail/9')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(as('cannotList').read('trail/9')).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('s3:ListBucket'),
    });
  });

  test.each(['storage', 'administrator'])(`%s ${hasPolicy ? 'is held back too' : 'is not held back'}`, async (name) => {
    const { overwrite, remove, read } = as(name);
    await as('appends').add(`trail/${name}`);
    const outcomes = [];
    for (const call of [overwrite, remove, () => read(`trail/${name}`)])
      outcomes.push(...(await Promise.allSettled([call()])));
    const written = hasPolicy ? 'rejected' : 'fulfilled';
    expect(outcomes.map(({ status }) => status)).toEqual([written, written, 'fulfilled']);
  });

  test(`a Deny counts for whom it names, ${hasPolicy ? 'and the guest is named' : 'and nobody is named'}`, async () => {
    const [outcome] = await Promise.allSettled([as('guest').read('trail/administrator')]);
    expect(outcome.status).toBe(hasPolicy ? 'rejected' : 'fulfilled');
    await expect(as('appends').read('trail/administrator')).resolves.toMatchObject({ ContentLength: 1 });
  });
});
