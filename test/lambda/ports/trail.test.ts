/** What everyone relies on of the trail, on S3's own conditions and under the rights that its construct gives. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { bucketUrl } from '../../../lambda/adapters/s3/objects.ts';
import { entryKey, trailBucket } from '../../../lambda/adapters/s3/trail-bucket.ts';
import { type Trail, TrailConflict } from '../../../lambda/ports/trail.ts';
import type { Fault } from '../../../local/aws/call.ts';
import { type LocalAws, startLocalAws } from '../../../local/aws/start.ts';
import { accountOf } from '../../support/account-of.ts';

const bucket = 'trail-of-a-test';
const arn = `arn:aws:s3:::${bucket}`;
const region = 'eu-west-1';
const key = 'c0ffee00c0ffee00c0ffee00c0ffee00';
/** A busy machine may be slow; a test that counts on silence says so. */
const timing = { timeoutMs: 10_000, firstWaitMs: 2 };
const hasty = { ...timing, timeoutMs: 1_000 };

const account = accountOf({
  accountId: '111122223333',
  region,
  roles: {
    appender: {
      trust: 'lambda.amazonaws.com',
      inline: {
        Own: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 's3:PutObject',
              Resource: `${arn}/trail/*`,
              Condition: { Null: { 's3:if-none-match': 'false' } },
            },
            { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/trail/*` },
            { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn },
          ],
        },
      },
    },
    stranger: { trust: 'lambda.amazonaws.com' },
  },
});

let aws: LocalAws;
let faults: (Fault | null)[];
let calls: string[];
let trail: Trail;

const env = (role = 'appender') => ({
  AWS_ENDPOINT_URL: aws.url,
  AWS_ACCESS_KEY_ID: aws.keyFor({ kind: 'role', name: role }),
  AWS_SECRET_ACCESS_KEY: 'does not matter',
  AWS_SESSION_TOKEN: 'a token',
});

beforeAll(async () => {
  aws = await startLocalAws({
    account,
    enforce: true,
    buckets: [{ name: bucket }],
    fault: () => faults.shift() ?? null,
    onCall: ({ operation }) => calls.push(operation),
  });
});
afterAll(() => aws.close());
beforeEach(() => {
  faults = [];
  calls = [];
  stored().clear();
  trail = trailBucket({ bucket, region, env: env(), timing });
});

function stored() {
  const found = aws.state.buckets.get(bucket);
  if (found === undefined) throw new Error('no bucket');
  return found.objects;
}
const texts = () => [...stored()].map(([name, { body }]) => [name, Buffer.from(body).toString('utf8')]);

const entry = '{"actor":"arn:aws:iam::111122223333:user/mika","note":"Grüße 🎉 \\"x\\" <&>","previous":null}';

describe('an entry', () => {
  test('lies under its case and number, byte for byte', async () => {
    await trail.append(key, 1, entry);
    await trail.append(key, 999_999, '{}');
    expect(texts()).toEqual([
      [`trail/${key}/000001.json`, entry],
      [`trail/${key}/999999.json`, '{}'],
    ]);
    expect(stored().get(`trail/${key}/000001.json`)?.contentType).toBe('application/json');
    expect(await trail.read(key, 1)).toBe(entry);
  });

  test('that is not there is null', async () => {
    expect(await trail.read(key, 1)).toBeNull();
  });

  test('is added once: the same text again is a success, another text a conflict, and what stands there stays', async () => {
    await trail.append(key, 7, entry);
    await trail.append(key, 7, entry);
    const other = trail.append(key, 7, entry.replace('mika', 'noor'));
    await expect(other).rejects.toBeInstanceOf(TrailConflict);
    await expect(other).rejects.toMatchObject({
      key,
      seq: 7,
      message: expect.stringContaining(`Entry 7 of the trail of case ${key}`),
    });
    expect(texts()).toEqual([[`trail/${key}/000007.json`, entry]]);
  });

  test('of many writers that take the same number at once, one wins and the others know', async () => {
    const tried = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => trail.append(key, 1, `{"by":${index}}`)),
    );
    const lost = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(lost.filter((reason) => reason instanceof TrailConflict)).toHaveLength(29);
    expect(texts()).toEqual([
      [`trail/${key}/000001.json`, `{"by":${tried.findIndex(({ status }) => status === 'fulfilled')}}`],
    ]);
  });

  test.each([
    ['a number before the first', key, 0, '0 is not the number of an entry'],
    ['a number after the last', key, 1_000_000, '1000000 is not'],
    ['half a number', key, 1.5, '1.5 is not'],
    ['no number', key, Number.NaN, 'NaN is not'],
    ['a key that leaves the trail', '../../../../../../../../../etc/pass', 1, 'is not the key of a case'],
    ['a key in capitals', key.toUpperCase(), 1, 'is not the key of a case'],
    ['a short key', key.slice(1), 1, 'is not the key of a case'],
    ['a key with a line behind it', `${key}\n`, 1, 'is not the key of a case'],
  ])('%s is refused before anything is sent', async (_, badKey, seq, words) => {
    await expect(trail.append(badKey, seq, '{}')).rejects.toThrow(words);
    await expect(trail.read(badKey, seq)).rejects.toThrow(words);
    expect(() => entryKey(badKey, seq)).toThrow(words);
    expect(calls).toEqual([]);
  });

  test('that is no text any more is not read as one', async () => {
    stored().set(`trail/${key}/000001.json`, {
      body: Uint8Array.of(0xff, 0xfe),
      contentType: 'application/json',
      lastModified: new Date(),
    });
    await expect(trail.read(key, 1)).rejects.toThrow('is not UTF-8 text');
  });
});

describe('when S3 has trouble', () => {
  const error = (status: number, code: string): Fault => ({ status, code, message: `<${code}> & more` });

  test.each<[string, Fault]>([
    ['a broken server', error(500, 'InternalError')],
    ['a server that wants less', error(503, 'SlowDown')],
    ['too many requests', error(429, 'TooManyRequests')],
    ['a write that met another', error(409, 'ConditionalRequestConflict')],
    ['a body that stalled', error(400, 'RequestTimeout')],
    ['a connection that breaks', 'drop-connection'],
    ['an answer that is lost', 'drop-response'],
  ])('%s is got over, and the entry is added once', async (_, fault) => {
    faults = [fault, fault, fault];
    await trail.append(key, 1, entry);
    expect(texts()).toEqual([[`trail/${key}/000001.json`, entry]]);
    faults = [fault, fault, fault];
    expect(await trail.read(key, 1)).toBe(entry);
  });

  test('an answer that takes too long is got over, and the entry is added once', async () => {
    const slow = { delayMs: 1_500 };
    const impatient = trailBucket({ bucket, region, env: env(), timing: hasty });
    faults = [slow, slow, slow];
    await impatient.append(key, 1, entry);
    expect(texts()).toEqual([[`trail/${key}/000001.json`, entry]]);
    faults = [slow, slow, slow];
    expect(await impatient.read(key, 1)).toBe(entry);
  }, 30_000);

  test('four tries are enough: then it says what it was about and what S3 said', async () => {
    faults = Array.from({ length: 9 }, () => error(503, 'SlowDown'));
    await expect(trail.append(key, 3, entry)).rejects.toThrow(
      `Adding entry 3 to the trail of case ${key} in the bucket ${bucket} failed (SlowDown: <SlowDown> & more). S3 could not do it just now, four times; try again.`,
    );
    expect(calls).toHaveLength(4);
  });

  test('so do four connections that break', async () => {
    faults = Array.from({ length: 9 }, (): Fault => 'drop-connection');
    await expect(trail.read(key, 3)).rejects.toThrow(
      `S3 did not answer at ${aws.url}/${bucket}/trail/${key}/000003.json in 4 tries: fetch failed: other side closed`,
    );
    expect(calls).toHaveLength(4);
  });

  test('an entry that vanishes between the refusal and the look is an error, not a success', async () => {
    faults = [error(412, 'PreconditionFailed')];
    await expect(trail.append(key, 1, entry)).rejects.toThrow('was refused because it is there, and it is not');
  });

  test.each<[string, Fault, string]>([
    ['expired credentials', error(400, 'ExpiredToken'), 'The credentials were not accepted'],
    ['a wrong signature', error(403, 'SignatureDoesNotMatch'), "this machine's clock must be right"],
    ['another region', error(301, 'PermanentRedirect'), 'The bucket lies in another region'],
    ['a missing bucket', error(404, 'NoSuchBucket'), 'Deploying again creates it'],
    ['a 404 of something else', error(404, 'Nothing'), 'failed (Nothing'],
  ])('%s is not tried again, and the likely cause is named', async (_, fault, words) => {
    for (const call of [() => trail.append(key, 1, entry), () => trail.read(key, 1)]) {
      calls = [];
      faults = [fault];
      await expect(call()).rejects.toThrow(words);
      expect(calls).toHaveLength(1);
    }
    expect(texts()).toEqual([]);
  });
});

describe('who may not', () => {
  test('is told which right is missing', async () => {
    const stranger = trailBucket({ bucket, region, env: env('stranger'), timing });
    await expect(stranger.append(key, 1, entry)).rejects.toThrow(
      /^Adding entry 1 .* failed \(AccessDenied: User: arn:aws:sts::111122223333:assumed-role\/stranger\/local is not authorized to perform: s3:PutObject .*Trail\.grantAppend gives the role what it needs/,
    );
    await expect(stranger.read(key, 1)).rejects.toThrow('s3:GetObject');
    expect(texts()).toEqual([]);
  });

  test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('without %s it does not start', (name) => {
    expect(() => trailBucket({ bucket, region, env: { ...env(), [name]: '' } })).toThrow(`${name} is missing`);
  });
});

/** The local AWS looks at no signature. Source: Amazon S3 API reference, "Signature calculations: examples". */
test.each([
  {
    method: 'PUT',
    url: 'https://examplebucket.s3.amazonaws.com/test%24file.text',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    body: 'Welcome to Amazon S3.',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    method: 'GET',
    url: 'https://examplebucket.s3.amazonaws.com/?lifecycle',
    headers: { 'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
])("the signer signs AWS's own example of a $method as AWS does", async ({ url, signature, ...init }) => {
  const signer = new AwsClient({
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    service: 's3',
    region: 'us-east-1',
  });
  const { headers } = await signer.sign(url, { ...init, aws: { datetime: '20130524T000000Z' } });
  expect(headers.get('authorization')).toMatch(new RegExp(`Signature=${signature}$`));
});

describe('on the wire', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.close();
  });

  test('each try is signed anew, with its body, its condition and its token, and a redirect is not followed', async () => {
    const seen: { url: string; headers: Record<string, unknown> }[] = [];
    server = createServer((request, response) => {
      seen.push({ url: request.url ?? '', headers: request.headers });
      request.resume();
      response.writeHead(seen.length === 1 ? 503 : 307, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const there = { ...env(), AWS_ENDPOINT_URL: `http://127.0.0.1:${port}/` };
    const moved = trailBucket({ bucket, region, env: there, timing });
    await expect(moved.append(key, 1, '{}')).rejects.toThrow('failed (status 307). The bucket lies in another region');
    expect(seen.map(({ url }) => url)).toEqual(Array(2).fill(`/${bucket}/trail/${key}/000001.json`));
    expect(seen[1]?.headers).toMatchObject({
      'if-none-match': '*',
      'x-amz-content-sha256': '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      'x-amz-security-token': 'a token',
      authorization: expect.stringMatching(
        /Credential=\S+\/eu-west-1\/s3\/aws4_request, SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-security-token, /,
      ),
    });
  });

  test.each([
    ['eu-west-1', undefined, 'https://b.s3.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', '', 'https://b.s3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', undefined, 'https://b.s3.cn-north-1.amazonaws.com.cn'],
    ['eu-west-1', 'http://127.0.0.1:4599', 'http://127.0.0.1:4599/b'],
  ])('in %s with the endpoint %p the bucket is at %s', (at, endpoint, url) => {
    expect(bucketUrl({ bucket: 'b', region: at, env: { AWS_ENDPOINT_URL: endpoint } })).toBe(url);
  });
});
