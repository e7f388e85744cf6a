/** Calls the review function as the caller's own AWS identity: whoever signs is who decides. */
import { setTimeout as wait } from 'node:timers/promises';
import { STSClient } from '@aws-sdk/client-sts';
import { AwsClient } from 'aws4fetch';
import * as z from 'zod/mini';
import { printable } from '../lambda/core/text/printable.ts';
import { explainAws } from './aws.ts';
import { Failure } from './failure.ts';

export interface ReviewApi {
  /** Throws a `Failure` for everything but an answer of 200. A GET is tried three times, a ruling once. */
  call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>;
}

const MOST_TRIES = 3;
const PATIENCE_MS = 20_000;
const FIRST_WAIT_MS = 300;

const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';

/** A signed request over plain HTTP would show the session token to whoever listens. */
function addressOf(text: string | undefined): URL {
  if (!text)
    throw new Failure(
      'Where is the review function? Give --url, or set PASSROLE_REVIEW_URL to the ReviewUrl that deploying printed.',
      2,
    );
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Failure(
      `${printable(text)} is not an address. It looks like https://....lambda-url.eu-west-1.on.aws/.`,
      2,
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw new Failure(`${printable(text)} is not https: a signed request must not be readable on its way.`, 2);
  if (url.username !== '' || url.password !== '')
    throw new Failure(
      'The address of the review function carries no user name: requests are signed by AWS_PROFILE.',
      2,
    );
  return url;
}

/** `abc.lambda-url.eu-west-1.on.aws`; else what the settings say. */
async function regionOf({ hostname }: URL, sts: STSClient): Promise<string> {
  const inHost = /\.lambda-url\.([a-z0-9-]+)\.on\.aws$/.exec(hostname)?.[1];
  return inHost ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? (await sts.config.region());
}

async function signerFor(url: URL): Promise<AwsClient> {
  const sts = new STSClient({});
  try {
    const region = await regionOf(url, sts);
    const { accessKeyId, secretAccessKey, sessionToken } = await sts.config.credentials();
    const session = sessionToken === undefined ? {} : { sessionToken };
    return new AwsClient({ accessKeyId, secretAccessKey, ...session, service: 'lambda', region, retries: 0 });
  } catch (error) {
    if (error instanceof Error && /region is missing/i.test(error.message))
      throw new Failure('The region cannot be read from the address: set AWS_REGION.', 2);
    throw explainAws(error);
  }
}

const refusalShape = z.object({ error: z.string(), sentence: z.string() });
/** What Lambda itself answers before the function runs. */
const lambdaShape = z.object({ Message: z.optional(z.string()), message: z.optional(z.string()) });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

function failureOf(status: number, value: unknown, url: URL): Failure {
  const ours = refusalShape.safeParse(value);
  if (ours.success) {
    const sentence = printable(ours.data.sentence);
    if (status === 401)
      return new Failure(`${sentence} Is ${url.origin} the function URL of review, of type AWS_IAM?`, 3);
    return new Failure(sentence, status >= 500 ? 3 : status === 400 || status === 413 || status === 415 ? 2 : 1);
  }
  const lambda = lambdaShape.safeParse(value);
  const words = printable((lambda.success ? (lambda.data.Message ?? lambda.data.message) : undefined) ?? '').slice(
    0,
    500,
  );
  const said = words === '' ? '' : ` (${words})`;
  if (status === 403 && /signature|token|expired/i.test(words))
    return new Failure(
      `AWS does not accept the signature${said}. Sign in again, check AWS_PROFILE, the region and this machine's clock.`,
      3,
    );
  if (status === 403)
    return new Failure(
      `This AWS identity may not call the review function${said}. It needs lambda:InvokeFunctionUrl and lambda:InvokeFunction on it: ask whoever deployed it.`,
      3,
    );
  if (status === 429 || status >= 500)
    return new Failure(`The review function gave no answer: status ${status}${said}. Try again; its log says more.`, 3);
  return new Failure(
    `What answers at ${url.origin} is not the review function: status ${status}${said}. Check --url.`,
    3,
  );
}

function unreached(error: unknown, url: URL, method: string): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  const stands =
    method === 'POST' ? ' Whether the ruling was recorded is not known: look with passrole show first.' : '';
  return new Failure(`${url.origin} did not answer: ${printable(words)}. Check --url and the network.${stands}`, 3);
}

export async function reviewApi(address: string | undefined): Promise<ReviewApi> {
  const url = addressOf(address ?? process.env['PASSROLE_REVIEW_URL']);
  const signer = await signerFor(url);

  async function once(
    method: string,
    path: string,
    body: object | undefined,
  ): Promise<{ status: number; value: unknown }> {
    const json =
      body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const request = await signer.sign(new URL(path, url).href, { method, ...json });
    const response = await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: response.status, value: jsonOf(await response.text()) };
  }

  return {
    async call(method, path, body) {
      for (let tries = 1; ; tries += 1) {
        const last = method === 'POST' || tries === MOST_TRIES;
        let failure: Failure;
        try {
          const { status, value } = await once(method, path, body);
          if (status === 200 && value !== null) return value;
          failure = failureOf(status, value, url);
          if (last || (status < 500 && status !== 429)) throw failure;
        } catch (error) {
          if (error instanceof Failure) throw error;
          if (last) throw unreached(error, url, method);
        }
        await wait(Math.random() * FIRST_WAIT_MS * 2 ** tries);
      }
    },
  };
}
