/** Calls that are signed by aws4fetch and tried again: for services of which a call or two is all we need. */
import { AwsClient } from 'aws4fetch';
import type { Environment } from '../../runtime/lambda.ts';

export interface Timing {
  /** Milliseconds for one try, its answer included. */
  readonly timeoutMs: number;
  /** Milliseconds that the first wait is shorter than; each further wait may be twice as long. */
  readonly firstWaitMs: number;
}

export interface SignedCallSettings {
  /** As the signature names it: `s3`, `glue`. */
  readonly service: string;
  readonly region: string;
  /** Credentials as Lambda hands them out. */
  readonly env: Environment;
  readonly timing?: Timing | undefined;
}

const MOST_TRIES = 4;
const usualTiming: Timing = { timeoutMs: 5_000, firstWaitMs: 200 };

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    `${name} is missing from the environment. Lambda sets it for every function; elsewhere, set it by hand.`,
  );
}

/** AWS_ENDPOINT_URL, where it is set, stands for every service; without a slash at its end. Null: it is not set. */
export function givenEndpoint(env: Environment): string | null {
  const endpoint = env['AWS_ENDPOINT_URL'];
  return endpoint === undefined || endpoint === '' ? null : endpoint.replace(/(?<!\/)\/+$/, '');
}

const messageOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : String(value);

/** `fetch failed` alone tells nothing: what broke is in its cause. */
function whyFailed(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `read`: what an answer says; `passes`: that it may be another one soon, so that it is asked again, four times in all. Throws for missing
 * credentials at once; a call throws when there was no answer in four tries.
 */
export function signedCalls<Answer>(
  { service, region, env, timing = usualTiming }: SignedCallSettings,
  read: (response: Response) => Promise<Answer>,
  passes: (answer: Answer) => boolean,
): (url: string, init: RequestInit) => Promise<Answer> {
  const { timeoutMs, firstWaitMs } = timing;
  const sessionToken = env['AWS_SESSION_TOKEN'];
  const signer = new AwsClient({
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service,
    region,
  });

  /** Signed anew each time: a signature is good for fifteen minutes only. */
  async function once(url: string, init: RequestInit): Promise<Answer> {
    const request = await signer.sign(url, init);
    // A redirect is never followed: the signature names the host.
    return read(await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }));
  }

  return async (url, init) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await once(url, init).then(
        (answer) => ({ answer }),
        (error: unknown) => ({ why: whyFailed(error) }),
      );
      if ('answer' in outcome && (tries === MOST_TRIES || !passes(outcome.answer))) return outcome.answer;
      if ('why' in outcome && tries === MOST_TRIES)
        throw new Error(`${service.toUpperCase()} did not answer at ${url} in ${MOST_TRIES} tries: ${outcome.why}`);
      await wait(Math.random() * firstWaitMs * 2 ** (tries - 1));
    }
  };
}
