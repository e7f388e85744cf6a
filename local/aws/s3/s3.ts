/**
 * S3 as far as an append-only record needs it. Source: Amazon S3 API reference, and the user guide's "Conditional writes". What would
 * change the outcome and is not here is refused, never left out.
 */
import type {
  DeleteObjectRequest,
  GetObjectRequest,
  HeadObjectRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import * as client from '@aws-sdk/client-s3';
import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import type { Need } from '../authorization/authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { type Operations, operation } from '../operation.ts';
import { restXmlProtocol } from '../protocol/rest-xml.ts';
import type { StoredObject } from '../state/bucket.ts';
import { bucketArn, bucketNamed, etagOf } from './buckets.ts';
import { listObjects } from './list-objects.ts';
import { uploadedBytes } from './payload.ts';
import { addressOf, s3Operation } from './route.ts';

export const s3Protocol = restXmlProtocol({ client, operationName: s3Operation, labels: addressOf });

const text = (key: string, value: string | undefined): ContextEntry[] =>
  value === undefined ? [] : [{ key, type: 'string', values: [value] }];

/** Throws for a bucket that is not there, which S3 tells everyone. */
function need(
  { state }: Call,
  action: string,
  at: { Bucket: string; Key?: string },
  context: ContextEntry[] = [],
): Need {
  const { policy } = bucketNamed(state, at.Bucket);
  const arn = bucketArn(state, at.Bucket);
  return { action, resource: at.Key === undefined ? arn : `${arn}/${at.Key}`, context, resourcePolicy: policy };
}

function refuseUntaken(name: string, input: object, untaken: readonly string[]): void {
  const found = Object.keys(input).find((member) => untaken.includes(member));
  if (found !== undefined) throw new AwsError('NotImplemented', `The local AWS does not take ${found} of ${name}.`);
}

const noSuchKey = (): AwsError => new AwsError('NoSuchKey', 'The specified key does not exist.', 404);

interface ObjectRequest {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

function objectAt({ state }: Call, { Bucket, Key, VersionId }: ObjectRequest): StoredObject {
  const object = bucketNamed(state, Bucket).objects.get(Key);
  if (VersionId !== undefined) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  if (object === undefined) throw noSuchKey();
  return object;
}

/** "If the object does not exist, the error depends on whether you also have s3:ListBucket": 404 with it, 403 without. */
function readNeeds({ Bucket, Key, VersionId }: ObjectRequest, call: Call): Need[] {
  const action = VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  const found = bucketNamed(call.state, Bucket).objects.has(Key);
  return [need(call, action, { Bucket, Key }), ...(found ? [] : [need(call, 's3:ListBucket', { Bucket })])];
}

const unread = ['Range', 'PartNumber', 'IfMatch', 'IfNoneMatch', 'IfModifiedSince', 'IfUnmodifiedSince'];

const described = (object: StoredObject) => ({
  ETag: etagOf(object),
  ContentLength: object.body.length,
  ContentType: object.contentType,
  LastModified: object.lastModified,
  AcceptRanges: 'bytes',
});

export const s3Operations: Operations = {
  PutObject: operation<PutObjectRequest, { ETag: string }>({
    needs: ({ Bucket, Key, IfNoneMatch }, call) => [
      need(call, 's3:PutObject', { Bucket, Key }, [
        ...text('s3:if-none-match', IfNoneMatch),
        { key: 's3:ObjectCreationOperation', type: 'boolean', values: ['true'] },
      ]),
    ],
    run: (input, { state, at, wire }) => {
      const { Bucket, Key, IfNoneMatch, ContentType } = input;
      refuseUntaken('PutObject', input, ['IfMatch', 'WriteOffsetBytes']);
      if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
        const message = 'A header you provided implies functionality that is not implemented';
        throw new AwsError('NotImplemented', `${message}: If-None-Match takes * only`, 501);
      }
      const { objects } = bucketNamed(state, Bucket);
      const body = uploadedBytes(wire);
      if (IfNoneMatch === '*' && objects.has(Key)) {
        throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
      }
      const object = { body, contentType: ContentType ?? 'binary/octet-stream', lastModified: at };
      objects.set(Key, object);
      return { ETag: etagOf(object) };
    },
  }),

  GetObject: operation<GetObjectRequest, object>({
    needs: readNeeds,
    run: (input, call) => {
      refuseUntaken('GetObject', input, unread);
      const object = objectAt(call, input);
      return { ...described(object), Body: object.body };
    },
  }),

  HeadObject: operation<HeadObjectRequest, object>({
    needs: readNeeds,
    run: (input, call) => {
      refuseUntaken('HeadObject', input, unread);
      return described(objectAt(call, input));
    },
  }),

  ListObjectsV2: operation<ListObjectsV2Request, ListObjectsV2Output>({
    needs: ({ Bucket, Prefix, Delimiter, MaxKeys }, call) => [
      need(call, 's3:ListBucket', { Bucket }, [
        ...text('s3:prefix', Prefix),
        ...text('s3:delimiter', Delimiter),
        ...text('s3:max-keys', MaxKeys === undefined ? undefined : String(MaxKeys)),
      ]),
    ],
    run: (input, { state, pageSize }) => {
      refuseUntaken('ListObjectsV2', input, ['Delimiter', 'OptionalObjectAttributes']);
      return listObjects(bucketNamed(state, input.Bucket), input, pageSize);
    },
  }),

  DeleteObject: operation<DeleteObjectRequest, object>({
    needs: ({ Bucket, Key, VersionId }, call) => [
      need(call, VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', { Bucket, Key }),
    ],
    run: (input, call) => {
      refuseUntaken('DeleteObject', input, ['IfMatch', 'IfMatchLastModifiedTime', 'IfMatchSize']);
      if (input.VersionId !== undefined) objectAt(call, input);
      bucketNamed(call.state, input.Bucket).objects.delete(input.Key);
      return {};
    },
  }),
};
