/**
 * Glue's calls signed by aws4fetch: the SDK's client holds every operation of Glue and would take 55 of the 500 KB that a bundle may have
 * (docs/decisions/0006-functions.md). Protocol: AWS JSON 1.1 (Smithy, "AWS JSON 1.1 protocol"); times are seconds since 1970.
 */
import * as z from 'zod/mini';
import { givenEndpoint, type SignedCallSettings, signedCalls } from '../aws/signed-calls.ts';
import { type GlueCalls, type GlueJob, PAGE_SIZE } from './jobs.ts';

interface Answer {
  readonly status: number;
  /** Null: not JSON. */
  readonly body: unknown;
}

const passingCodes = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'OperationTimeoutException',
]);

const failureShape = z.object({
  __type: z.optional(z.string()),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
});

/** `com.amazonaws.glue#EntityNotFoundException` on the wire. */
function codeOf({ body }: Answer): string {
  const read = failureShape.safeParse(body);
  return (read.success ? (read.data.__type ?? '') : '').split('#').at(-1)?.split(':')[0] ?? '';
}

const passes = (answer: Answer): boolean =>
  answer.status >= 500 || answer.status === 429 || passingCodes.has(codeOf(answer));

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: null };
  }
}

function failure(operation: string, answer: Answer): Error {
  const read = failureShape.safeParse(answer.body);
  const words = read.success ? (read.data.message ?? read.data.Message ?? '') : '';
  const error = new Error(words === '' ? `Glue answered ${operation} with status ${answer.status}.` : words);
  error.name = codeOf(answer) || 'UnknownError';
  return error;
}

const jobShape = z.object({
  Name: z.optional(z.string()),
  Role: z.optional(z.string()),
  LastModifiedOn: z.optional(z.number()),
});
const oneShape = z.object({ Job: z.optional(jobShape) });
const pageShape = z.object({ Jobs: z.optional(z.array(jobShape)), NextToken: z.optional(z.string()) });

const jobOf = ({ LastModifiedOn: seconds, ...job }: z.infer<typeof jobShape>): GlueJob =>
  seconds === undefined ? job : { ...job, LastModifiedOn: new Date(seconds * 1000) };

export function glueCallsSigned(settings: Omit<SignedCallSettings, 'service'>): GlueCalls {
  const { region, env } = settings;
  const call = signedCalls({ ...settings, service: 'glue' }, answerOf, passes);
  const url = givenEndpoint(env) ?? `https://glue.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

  async function ask<T>(operation: string, input: object, shape: z.ZodMiniType<T>): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSGlue.${operation}` };
    const answer = await call(`${url}/`, { method: 'POST', headers, body: JSON.stringify(input) });
    if (answer.status !== 200) throw failure(operation, answer);
    const read = shape.safeParse(answer.body);
    if (read.success) return read.data;
    throw new Error(`Glue answered ${operation} in a form that is not known.`);
  }

  return {
    async job(name) {
      const { Job } = await ask('GetJob', { JobName: name }, oneShape);
      return Job === undefined ? undefined : jobOf(Job);
    },
    async jobs(next) {
      const page = { MaxResults: PAGE_SIZE, ...(next === undefined ? {} : { NextToken: next }) };
      const { Jobs = [], NextToken } = await ask('GetJobs', page, pageShape);
      return { jobs: Jobs.map(jobOf), next: NextToken || undefined };
    },
  };
}
