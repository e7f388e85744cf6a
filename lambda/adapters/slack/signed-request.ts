/**
 * Whether Slack itself sent a request, and just now. The signature covers the raw body, so nothing is parsed before it has been checked.
 * Source: Slack, "Verifying requests from Slack".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type SlackRequest =
  /** `requestId`: SHA-256 of timestamp and signature. One request, one id: whoever sees it again sees a replay. */
  | { readonly kind: 'genuine'; readonly body: string; readonly requestId: string }
  /** `sentence` is for logs and for whoever sets up the app; it repeats nothing of the request. */
  | {
      readonly kind: 'refused';
      readonly status: 400 | 401 | 413;
      readonly why: 'no-signature' | 'forged' | 'late' | 'early' | 'malformed' | 'too-large';
      readonly sentence: string;
    };

export interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
}

type Refused = Extract<SlackRequest, { kind: 'refused' }>;

const FRESH_SECONDS = 5 * 60;
/** Slack's own payloads carry the message, whose blocks are 13 KB at most. */
const MOST_BYTES = 256 * 1024;
const LEAST_SECRET = 16;

const TIMESTAMP = 'x-slack-request-timestamp';
const SIGNATURE = 'x-slack-signature';

const refuse = (status: Refused['status'], why: Refused['why'], sentence: string): Refused => ({
  kind: 'refused',
  status,
  why,
  sentence,
});

/** Names in any case. A header that came twice was joined by whoever handed it on, and fits no form below. */
function valuesOf({ headers }: IncomingRequest, name: string): readonly string[] {
  return Object.entries(headers).flatMap(([key, value]) =>
    value !== undefined && key.toLowerCase() === name ? [value] : [],
  );
}

/** Null: not base64 as it is written by the standard, so that two texts never stand for the same bytes. */
function bytesOf({ body = '', isBase64Encoded }: IncomingRequest): Buffer | null {
  if (!isBase64Encoded) return Buffer.from(body, 'utf8');
  const bytes = Buffer.from(body, 'base64');
  return bytes.toString('base64') === body ? bytes : null;
}

/** Null: not UTF-8, which Slack always sends. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

interface Signed {
  readonly timestamp: string;
  readonly signature: string;
}

function signedAs(request: IncomingRequest): Signed | Refused {
  const [timestamp, ...moreTimestamps] = valuesOf(request, TIMESTAMP);
  const [signature, ...moreSignatures] = valuesOf(request, SIGNATURE);
  if (timestamp === undefined || signature === undefined)
    return refuse(401, 'no-signature', `Only Slack may call this, with the headers ${TIMESTAMP} and ${SIGNATURE}.`);
  if (moreTimestamps.length + moreSignatures.length > 0)
    return refuse(400, 'malformed', `${TIMESTAMP} or ${SIGNATURE} came more than once.`);
  if (!/^[1-9]\d{0,10}$/.test(timestamp)) return refuse(400, 'malformed', `${TIMESTAMP} is not a number of seconds.`);
  if (!/^v0=[0-9a-f]{64}$/.test(signature))
    return refuse(400, 'malformed', `${SIGNATURE} is not v0= and 64 hexadecimal digits.`);
  return { timestamp, signature };
}

function isSigned({ timestamp, signature }: Signed, bytes: Buffer, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice('v0='.length), 'hex'));
}

/** Written so that a clock that is no time at all refuses. */
function outOfTime({ timestamp }: Signed, now: Date): Refused | null {
  const age = now.getTime() / 1000 - Number(timestamp);
  if (age < -FRESH_SECONDS)
    return refuse(401, 'early', `The request is signed for ${Math.round(-age)} seconds from now: is a clock wrong?`);
  if (age <= FRESH_SECONDS) return null;
  return refuse(
    401,
    'late',
    `The request was signed ${Math.round(age)} seconds ago; after ${FRESH_SECONDS} it is void.`,
  );
}

/**
 * `late` and `early` are said of genuine signatures only. Throws when the signing secret is too short to sign anything: a request is never
 * taken because nothing was there to check it with.
 */
export function verifySlackRequest(request: IncomingRequest, signingSecret: string, now: Date): SlackRequest {
  if (signingSecret.length < LEAST_SECRET)
    throw new Error(`The Slack signing secret has fewer than ${LEAST_SECRET} characters: no request can be checked.`);
  const { body } = request;
  // Base64 is a third longer than what it holds.
  if (body !== undefined && body.length > MOST_BYTES * (request.isBase64Encoded ? 4 / 3 : 1) + 4)
    return refuse(413, 'too-large', `The body is larger than ${MOST_BYTES} bytes; Slack's are not.`);
  const signed = signedAs(request);
  if ('kind' in signed) return signed;
  const bytes = bytesOf(request);
  if (bytes === null) return refuse(400, 'malformed', 'The body is marked as base64 and is not.');
  if (bytes.length > MOST_BYTES)
    return refuse(413, 'too-large', `The body is larger than ${MOST_BYTES} bytes; Slack's are not.`);
  if (bytes.length === 0) return refuse(400, 'malformed', 'There is no body; Slack always sends one.');
  if (!isSigned(signed, bytes, signingSecret))
    return refuse(401, 'forged', 'The signature does not fit the body: is the signing secret that of this Slack app?');
  const refused = outOfTime(signed, now);
  if (refused !== null) return refused;
  const text = textOf(bytes);
  if (text === null) return refuse(400, 'malformed', 'The body is not UTF-8.');
  const requestId = createHash('sha256').update(`${signed.timestamp}:${signed.signature}`).digest('hex');
  return { kind: 'genuine', body: text, requestId };
}

/** The form's field `payload`, for `readSlackInteraction`. Null: there is none, or more than one. */
export function payloadIn(body: string): string | null {
  const [payload, ...more] = new URLSearchParams(body).getAll('payload');
  return payload === undefined || more.length > 0 ? null : payload;
}
