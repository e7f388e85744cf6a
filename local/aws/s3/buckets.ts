/** Buckets and what lies in them. One version of each object is kept: a deleted object is gone. */
import { createHash } from 'node:crypto';
import type { PolicyDocument } from '../../../lambda/core/policy/document.ts';
import { parsePolicyDocument } from '../../../lambda/core/policy/parse.ts';
import { AwsError } from '../aws-error.ts';
import type { LocalBucket, StoredObject } from '../state/bucket.ts';
import type { LocalState } from '../state/state.ts';

export interface BucketRequest {
  readonly name: string;
  /** The bucket policy, as JSON or as the object. */
  readonly policy?: unknown;
}

/** Source: Amazon S3 user guide, "General purpose bucket naming rules", as far as a program could get it wrong. */
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function policyOf({ name, policy }: BucketRequest): PolicyDocument | null {
  if (policy === undefined) return null;
  const parsed = parsePolicyDocument(policy);
  if (parsed.kind === 'policy') return parsed.document;
  throw new Error(`The policy of the bucket ${name} cannot be read: ${parsed.why}`);
}

/** Throws for a name that S3 would not take, and for a policy that cannot be read. */
export function seedBuckets(requests: readonly BucketRequest[]): Map<string, LocalBucket> {
  return new Map(
    requests.map((request) => {
      if (!NAME.test(request.name)) {
        throw new Error(
          `"${request.name}" is not a name for a bucket: 3 to 63 lower-case letters, digits, hyphens and full stops.`,
        );
      }
      return [request.name, { name: request.name, policy: policyOf(request), objects: new Map() }];
    }),
  );
}

export function bucketNamed({ buckets }: LocalState, name: string): LocalBucket {
  const bucket = buckets.get(name);
  if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

export const bucketArn = ({ partition }: LocalState, name: string): string => `arn:${partition}:s3:::${name}`;

/** Of an object that was written in one part, the MD5 of its bytes. */
export const etagOf = ({ body }: StoredObject): string => `"${createHash('md5').update(body).digest('hex')}"`;
