/** Which operation a request means: S3 tells by method, path and query. Path style only: `/bucket/key`. */
import { AwsError } from '../aws-error.ts';
import type { WireRequest } from '../protocol/wire.ts';

interface Address {
  readonly bucket: string;
  /** Null: the request is about the bucket. */
  readonly key: string | null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

export function addressOf({ path }: WireRequest): Address {
  const [, bucket = '', ...rest] = path.split('/');
  const key = rest.join('/');
  return { bucket: decoded(bucket), key: key === '' ? null : decoded(key) };
}

/** What makes an object's request another operation: `?tagging`, `?uploads`, ... `x-id` only repeats the operation's name. */
const harmless = new Set(['x-id', 'versionId']);
const ofObjects: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** An operation that is not here gets a name that tells what was asked for. */
export function s3Operation(request: WireRequest): string {
  const { bucket, key } = addressOf(request);
  const { method, query, headers } = request;
  if (key === null) {
    const list = method === 'GET' && bucket !== '' && query.get('list-type') === '2';
    return list ? 'ListObjectsV2' : `${method} /${bucket === '' ? '' : '{Bucket}'}${asked(query)}`;
  }
  const copies = headers['x-amz-copy-source'] !== undefined;
  const other = copies || [...query.keys()].some((name) => !harmless.has(name) && !name.startsWith('response-'));
  const name = other ? undefined : ofObjects[method];
  return name ?? (copies ? 'CopyObject' : `${method} /{Bucket}/{Key}${asked(query)}`);
}

const asked = (query: URLSearchParams): string => (query.size === 0 ? '' : `?${[...query.keys()].join('&')}`);
