import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AwsClient } from 'aws4fetch';
import { trailBucket } from '../../../lambda/adapters/s3/trail-bucket.ts';
import { evaluate } from '../../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../../lambda/core/policy/parse.ts';
import { TrailConflict } from '../../../lambda/ports/trail.ts';
import { Trail } from '../../../lib/store/trail.ts';
import { parseAccount } from '../../../local/account/read-account.ts';
import { type LocalAws, startLocalAws } from '../../../local/aws/start.ts';
import { bucketNameOf, readTemplate, resolve } from '../../../local/runtime/intrinsics.ts';
import { rolePolicies } from '../permissions.ts';
import { context, named, ofType, readable } from '../synthesise.ts';

function templateOf(retainData = true): Record<string, unknown> {
  const stack = new Stack(new App({ context }), 'Stack');
  const trail = new Trail(stack, 'Trail', { retainData });
  const fn = (id: string) =>
    new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = () => null'),
    });
  trail.grantAppend(fn('Appender'));
  trail.grantRead(fn('Reader'));
  return Template.fromStack(stack).toJSON();
}

const template = templateOf();
const resources = readable(template);
const entries = 'Trail/Bucket.Arn/trail/*';
const everybody = { AWS: '*' };

describe('the bucket', () => {
  test('keeps every version, is encrypted, shut to the public, and outlives the stack', () => {
    const bucket = named(resources, 'Trail/Bucket');
    expect({ deletion: bucket.deletion, ...bucket.properties }).toEqual({
      deletion: 'Retain',
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  test('refuses everybody to overwrite or delete an entry, and to come without TLS', () => {
    expect(ofType(resources, 'AWS::S3::BucketPolicy').map(({ properties }) => properties)).toEqual([
      {
        Bucket: 'Trail/Bucket',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: everybody,
              Action: 's3:*',
              Resource: ['Trail/Bucket.Arn', 'Trail/Bucket.Arn/*'],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            {
              Sid: 'RefuseOverwriting',
              Effect: 'Deny',
              Principal: everybody,
              Action: 's3:PutObject',
              Resource: entries,
              Condition: { Null: { 's3:if-none-match': 'true' } },
            },
            {
              Sid: 'RefuseDeleting',
              Effect: 'Deny',
              Principal: everybody,
              Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
              Resource: entries,
            },
          ],
        },
      },
    ]);
  });

  test('of one that is only tried out goes with the stack, emptied before; overwriting is refused there too', () => {
    const tried = readable(templateOf(false));
    const own = tried.filter(({ name }) => name.startsWith('Trail/'));
    expect(own.map(({ deletion }) => deletion)).toEqual(own.map(() => 'Delete'));
    expect(ofType(tried, 'Custom::S3AutoDeleteObjects')).toHaveLength(1);
    const policy = JSON.stringify(ofType(tried, 'AWS::S3::BucketPolicy'));
    expect([policy.includes('RefuseOverwriting'), policy.includes('RefuseDeleting')]).toEqual([true, false]);
  });
});

describe('the functions', () => {
  const readEntries = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [entries] };
  const readTrail = [readEntries, { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['Trail/Bucket.Arn'] }];

  test('may add where nothing stands, and read; nothing else', () => {
    expect(rolePolicies(resources)).toEqual([
      {
        role: 'Appender/ServiceRole',
        statements: [
          {
            Effect: 'Allow',
            Action: ['s3:PutObject'],
            Resource: [entries],
            Condition: { Null: { 's3:if-none-match': 'false' } },
          },
          readEntries,
        ],
      },
      { role: 'Reader/ServiceRole', statements: readTrail },
    ]);
  });

  test('know where it is', () => {
    const settings = ofType(resources, 'AWS::Lambda::Function').map(({ properties }) => properties['Environment']);
    expect(settings).toEqual(Array(2).fill({ Variables: { TRAIL_BUCKET: 'Trail/Bucket' } }));
  });
});

describe('under the rights of the template', () => {
  const place = { accountId: '111122223333', region: 'eu-west-1', partition: 'aws' };
  const local = readTemplate(template, place);
  const found = [...local.resources];
  const idOf = (type: string): string => found.find(([, resource]) => resource.type === type)?.[0] ?? '';
  const bucket = bucketNameOf(idOf('AWS::S3::Bucket'));
  const documentOf = (type: string, part: string): unknown => {
    const [, resource] = found.find(([id, one]) => one.type === type && id.startsWith(part)) ?? [];
    return Object(resolve(local, resource?.properties))['PolicyDocument'];
  };
  const key = '0123456789abcdef0123456789abcdef';
  const path = `${bucket}/trail/${key}/000001.json`;

  const own = (document: unknown) => ({ trust: 'lambda.amazonaws.com', inline: { Own: document } });
  const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  const parsed = parseAccount({
    ...place,
    roles: {
      appender: own(documentOf('AWS::IAM::Policy', 'Appender')),
      reader: own(documentOf('AWS::IAM::Policy', 'Reader')),
      powerful: own(everything),
    },
  });

  describe.each(['no bucket policy', 'its bucket policy'])('and with %s', (which) => {
    const policy = which === 'its bucket policy' ? { policy: documentOf('AWS::S3::BucketPolicy', 'Trail') } : {};
    let aws: LocalAws;
    beforeAll(async () => {
      if (parsed.kind !== 'account') throw new Error(JSON.stringify(parsed.problems));
      aws = await startLocalAws({ account: parsed.account, enforce: true, buckets: [{ name: bucket, ...policy }] });
    });
    afterAll(() => aws.close());

    const env = (role: string) => ({
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: aws.keyFor({ kind: 'role', name: role }),
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    const trailOf = (role: string) => trailBucket({ bucket, region: place.region, env: env(role) });
    const raw = (role: string, method: string, headers: Record<string, string> = {}, query = '') =>
      new AwsClient({ accessKeyId: env(role).AWS_ACCESS_KEY_ID, secretAccessKey: 'local', service: 's3', retries: 0 })
        .fetch(`${aws.url}/${path}${query}`, { method, headers, ...(method === 'PUT' ? { body: 'forged' } : {}) })
        .then(({ status }) => status);

    test('an appender adds and reads what it meets; it neither overwrites nor deletes', async () => {
      const trail = trailOf('appender');
      await trail.append(key, 1, '{"seq":1}');
      expect(await raw('appender', 'PUT')).toBe(403);
      expect(await raw('appender', 'PUT', { 'if-none-match': '*' })).toBe(412);
      expect(await raw('appender', 'PUT', { 'if-none-match': '"etag"' })).toBe(501);
      expect(await raw('appender', 'DELETE')).toBe(403);
      expect(await raw('appender', 'DELETE', {}, '?versionId=1')).toBe(403);
      expect(await trail.read(key, 1)).toBe('{"seq":1}');
      await expect(trail.append(key, 1, '{"seq":"another"}')).rejects.toThrow(TrailConflict);
    });

    test('a reader adds nothing', async () => {
      await expect(trailOf('reader').append(key, 2, '{}')).rejects.toThrow('AccessDenied');
      expect(await trailOf('reader').read(key, 1)).toBe('{"seq":1}');
      // A gap is told from a missing right.
      expect(await trailOf('reader').read(key, 2)).toBeNull();
    });

    if (which === 'its bucket policy') {
      test('nor does anybody else overwrite or delete, whatever their own policies allow', async () => {
        expect(await raw('powerful', 'PUT')).toBe(403);
        expect(await raw('powerful', 'DELETE')).toBe(403);
        expect(await raw('powerful', 'DELETE', {}, '?versionId=1')).toBe(403);
        expect(await trailOf('powerful').read(key, 1)).toBe('{"seq":1}');
      });
    }
  });

  test("no action that changes a bucket or what lies in it is among an appender's rights", () => {
    const policy = parsePolicyDocument(documentOf('AWS::IAM::Policy', 'Appender'));
    if (policy.kind !== 'policy') throw new Error(policy.why);
    const attachedTo = { kind: 'role', name: 'appender' } as const;
    const sourced = {
      source: { kind: 'inline', name: 'Own', arn: null, attachedTo },
      document: policy.document,
      size: 0,
    } as const;
    const may = (action: string, resource: string, header: readonly string[]) =>
      evaluate([sourced], {
        action: `s3:${action}`,
        resource,
        context: header.map((value) => ({ key: 's3:if-none-match', type: 'string', values: [value] })),
      }).decision === 'allowed';
    const onObjects = ['PutObject', 'DeleteObject', 'DeleteObjectVersion', 'PutObjectAcl', 'PutObjectTagging'];
    const more = [
      'PutObjectRetention',
      'PutObjectLegalHold',
      'BypassGovernanceRetention',
      'ReplicateObject',
      'ReplicateDelete',
    ];
    const onBuckets = [
      'DeleteBucket',
      'DeleteBucketPolicy',
      'PutBucketPolicy',
      'PutBucketVersioning',
      'PutLifecycleConfiguration',
    ];
    const object = `arn:aws:s3:::${path}`;
    expect([...onObjects, ...more].filter((action) => may(action, object, []))).toEqual([]);
    expect([...onObjects, ...more].filter((action) => may(action, object, ['*']))).toEqual(['PutObject']);
    expect(may('PutObject', `arn:aws:s3:::${bucket}/elsewhere`, ['*'])).toBe(false);
    expect(onBuckets.filter((action) => may(action, `arn:aws:s3:::${bucket}`, ['*']))).toEqual([]);
  });
});
