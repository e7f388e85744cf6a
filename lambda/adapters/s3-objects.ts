/**
 * Two calls of S3, signed by aws4fetch: the SDK's client would add 150 KB to a bundle for them. Source: Amazon S3 user guide,
 * "Conditional writes" and "Error responses".
 */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { Environment } from '../runtime.ts';

export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Credentials as Lambda hands them out; AWS_ENDPOINT_URL, where it is set, stands for S3. */
  readonly env: Environment;
  readonly timing?: S3Timing;
}

export interface S3Timing {
  /** Milliseconds for one try, its answer included. */
  readonly timeoutMs: number;
  /** Milliseconds that the first wait is shorter than; each further wait may be twice as long. */
  readonly firstWaitMs: number;
}

export interface S3Answer {
  readonly status: number;
  /** Empty: S3 gave none. */
  readonly code: string;
  readonly words: string;
  readonly bytes: Uint8Array;
}

export interface S3Objects {
  /** Status 200: it is written; 412: something stands there. */
  putIfAbsent(key: string, body: Uint8Array): Promise<S3Answer>;
  get(key: string): Promise<S3Answer>;
}

const MOST_TRIES = 4;
const usualTiming: S3Timing = { timeoutMs: 5_000, firstWaitMs: 200 };

/** 409 is a write that met another one on its way, 400 RequestTimeout a connection that stalled. */
const passingCodes = new Set(['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout', 'SlowDown']);
const passes = ({ status, code }: S3Answer): boolean => status >= 500 || status === 429 || passingCodes.has(code);

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    `${name} is missing from the environment. Lambda sets it for every function; elsewhere, set it by hand.`,
  );
}

/** Path style where the endpoint is given: such an address has no name of its own for each bucket. */
export function bucketUrl({ bucket, region, env }: S3Settings): string {
  const endpoint = env['AWS_ENDPOINT_URL'];
  if (endpoint !== undefined && endpoint !== '') return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
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

const messageOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : String(value);

/** `fetch failed` alone tells nothing: what broke is in its cause. */
function whyFailed(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Throws for missing credentials at once; each call throws when S3 gave no answer in four tries. */
export function s3Objects(settings: S3Settings): S3Objects {
  const { env, region } = settings;
  const { timeoutMs, firstWaitMs } = settings.timing ?? usualTiming;
  const sessionToken = env['AWS_SESSION_TOKEN'];
  const signer = new AwsClient({
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: 's3',
    region,
  });
  const base = bucketUrl(settings);

  /** Signed anew each time: a signature is good for fifteen minutes only. */
  async function once(key: string, init: RequestInit): Promise<S3Answer> {
    const request = await signer.sign(`${base}/${key}`, init);
    // A redirect is never followed: the signature names the host.
    return answerOf(await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }));
  }

  async function call(key: string, init: RequestInit): Promise<S3Answer> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await once(key, init).catch((error: unknown) => whyFailed(error));
      if (typeof outcome !== 'string' && (tries === MOST_TRIES || !passes(outcome))) return outcome;
      if (tries === MOST_TRIES)
        throw new Error(`S3 did not answer at ${base}/${key} in ${MOST_TRIES} tries: ${outcome}`);
      await wait(Math.random() * firstWaitMs * 2 ** (tries - 1));
    }
  }

  return {
    putIfAbsent: (key, body) =>
      call(key, {
        method: 'PUT',
        body: new Uint8Array(body),
        headers: {
          'content-type': 'application/json',
          'if-none-match': '*',
          // Otherwise aws4fetch leaves the body out of the signature.
          'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
        },
      }),
    get: (key) => call(key, { method: 'GET' }),
  };
}
