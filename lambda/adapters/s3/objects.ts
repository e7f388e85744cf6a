/**
 * Two calls of S3, signed by aws4fetch: the SDK's client would add 150 KB to a bundle for them. Source: Amazon S3 user guide,
 * "Conditional writes" and "Error responses".
 */
import { createHash } from 'node:crypto';
import { givenEndpoint, type SignedCallSettings, signedCalls } from '../aws/signed-calls.ts';

export interface S3Settings extends Omit<SignedCallSettings, 'service'> {
  readonly bucket: string;
}

export interface S3Answer {
  readonly status: number;
  /** Empty: S3 gave none. */
  readonly code: string;
  readonly words: string;
  readonly bytes: Uint8Array;
}

interface S3Objects {
  /** Status 200: it is written; 412: something stands there. */
  putIfAbsent(key: string, body: Uint8Array): Promise<S3Answer>;
  get(key: string): Promise<S3Answer>;
}

/** 409 is a write that met another one on its way, 400 RequestTimeout a connection that stalled. */
const passingCodes = new Set(['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout', 'SlowDown']);
const passes = ({ status, code }: S3Answer): boolean => status >= 500 || status === 429 || passingCodes.has(code);

/** Path style where the endpoint is given: such an address has no name of its own for each bucket. */
export function bucketUrl({ bucket, region, env }: S3Settings): string {
  const endpoint = givenEndpoint(env);
  if (endpoint !== null) return `${endpoint}/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function element(xml: string, name: string): string {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (all, entity: string) => entities[entity] ?? all);
}

async function answerOf(response: Response): Promise<S3Answer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const xml = response.ok ? '' : Buffer.from(bytes).toString('utf8');
  const words = element(xml, 'Message').replace(/\s+/g, ' ').slice(0, 500);
  return { status: response.status, code: element(xml, 'Code'), words, bytes };
}

/** Throws for missing credentials at once; each call throws when S3 gave no answer in four tries. */
export function s3Objects(settings: S3Settings): S3Objects {
  const call = signedCalls({ ...settings, service: 's3' }, answerOf, passes);
  const base = bucketUrl(settings);
  return {
    putIfAbsent: (key, body) =>
      call(`${base}/${key}`, {
        method: 'PUT',
        body: new Uint8Array(body),
        headers: {
          'content-type': 'application/json',
          'if-none-match': '*',
          // Otherwise aws4fetch leaves the body out of the signature.
          'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
        },
      }),
    get: (key) => call(`${base}/${key}`, { method: 'GET' }),
  };
}
