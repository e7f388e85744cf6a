/** What a function returned as the HTTP answer of its URL. Source: Lambda developer guide, "Invoking Lambda function URLs", response payload. */
import * as z from 'zod/mini';

/** Source: Lambda quotas, "Invocation payload": 6 MB for a request, and for an answer. */
export const MOST_BYTES = 6 * 1024 * 1024;

const answerShape = z.object({
  statusCode: z.int().check(z.minimum(200), z.maximum(599)),
  headers: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  body: z.optional(z.nullable(z.string())),
  isBase64Encoded: z.optional(z.boolean()),
  cookies: z.optional(z.array(z.string())),
});

/** Set by the server itself. */
const serversOwn = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

export const message = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  Response.json({ Message: text }, { status, headers });

/** For a function that threw, ran into its time-out, died, or answered what is no answer. */
export const internalServerError = (): Response =>
  new Response('Internal Server Error', { status: 502, headers: { 'content-type': 'application/json' } });

const hasStatus = (value: unknown): boolean => typeof value === 'object' && value !== null && 'statusCode' in value;

/** Throws an error that says what is wrong with the answer. A value without `statusCode` is the body of a 200, as JSON. */
export function urlAnswer(functionName: string, returned: unknown): Response {
  const given = hasStatus(returned) ? returned : { statusCode: 200, body: JSON.stringify(returned ?? null) };
  const parsed = z.safeParse(answerShape, given);
  if (!parsed.success)
    throw new Error(`${functionName} returned what is no HTTP answer: ${z.prettifyError(parsed.error)}`);
  const { statusCode, headers: named = {}, body, isBase64Encoded, cookies = [] } = parsed.data;
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes.length > MOST_BYTES)
    throw new Error(`${functionName} returned a body of ${bytes.length} bytes; Lambda takes ${MOST_BYTES}.`);
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const [name, value] of Object.entries(named))
    if (!serversOwn.has(name.toLowerCase())) headers.set(name, String(value));
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response([204, 205, 304].includes(statusCode) ? null : bytes, { status: statusCode, headers });
}
