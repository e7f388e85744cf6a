/** ListObjectsV2. Keys come in the order of their UTF-8 bytes, at most 1,000 at a time. */
import type { ListObjectsV2Output, ListObjectsV2Request } from '@aws-sdk/client-s3';
import { AwsError } from '../aws-error.ts';
import type { Checked } from '../operation.ts';
import type { LocalBucket } from '../state/bucket.ts';
import { etagOf } from './buckets.ts';

const MOST = 1000;

const invalid = (message: string): AwsError => new AwsError('InvalidArgument', message);

function mostKeys(asked: number | undefined, pageSize: number): number {
  if (asked === undefined) return Math.min(MOST, pageSize);
  if (!Number.isInteger(asked) || asked < 0)
    throw invalid('Argument maxKeys must be an integer between 0 and 2147483647');
  return Math.min(asked, MOST, pageSize);
}

const tokenFor = (key: string): string => Buffer.from(`after ${key}`).toString('base64url');

function keyIn(token: string | undefined): string | null {
  if (token === undefined) return null;
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after ')) throw invalid('The continuation token provided is incorrect');
  return text.slice('after '.length);
}

const inOrder = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

export function listObjects(
  bucket: LocalBucket,
  input: Checked<ListObjectsV2Request>,
  pageSize: number,
): ListObjectsV2Output {
  const { Prefix = '', ContinuationToken, StartAfter, EncodingType } = input;
  const after = keyIn(ContinuationToken) ?? StartAfter ?? null;
  const keys = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(Prefix) && (after === null || inOrder(key, after) > 0))
    .sort(inOrder);
  const most = mostKeys(input.MaxKeys, pageSize);
  const page = keys.slice(0, most);
  const last = page.at(-1);
  const more = last !== undefined && keys.length > page.length;
  const written = (text: string): string => (EncodingType === 'url' ? encodeURIComponent(text) : text);
  return {
    Name: bucket.name,
    Prefix: written(Prefix),
    MaxKeys: input.MaxKeys ?? MOST,
    KeyCount: page.length,
    IsTruncated: more,
    ...(EncodingType === undefined ? {} : { EncodingType }),
    ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    ...(StartAfter === undefined ? {} : { StartAfter: written(StartAfter) }),
    ...(more ? { NextContinuationToken: tokenFor(last) } : {}),
    Contents: page.flatMap((key) => {
      const object = bucket.objects.get(key);
      if (object === undefined) return [];
      const { lastModified, body } = object;
      const StorageClass = 'STANDARD' as const;
      return { Key: written(key), LastModified: lastModified, ETag: etagOf(object), Size: body.length, StorageClass };
    }),
  };
}
