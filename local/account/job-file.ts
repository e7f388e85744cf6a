/** A Glue job as an account file writes it. */
import * as z from 'zod/mini';
import type { AccountJob } from './account.ts';

/** `script` is an S3 address, `arguments` are Glue's default arguments, `timeout` is in minutes. */
export const jobShape = {
  role: z.string().check(z.minLength(1, 'a job needs a role: a name, a path/name or an ARN')),
  type: z.optional(z.enum(['glueetl', 'gluestreaming', 'pythonshell', 'glueray'])),
  script: z.optional(z.string()),
  description: z.optional(z.string()),
  glueVersion: z.optional(z.string()),
  workerType: z.optional(z.enum(['Standard', 'G.1X', 'G.2X', 'G.025X', 'G.4X', 'G.8X', 'Z.2X'])),
  numberOfWorkers: z.optional(z.int()),
  timeout: z.optional(z.int()),
  maxRetries: z.optional(z.int()),
  arguments: z.optional(z.record(z.string(), z.string())),
  lastModified: z.optional(
    z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a time looks like "2026-06-17T01:23:45Z"')),
  ),
};

type JobInFile = z.infer<z.ZodMiniObject<typeof jobShape>>;

export function draftJob(name: string, job: JobInFile): AccountJob {
  return {
    name,
    lastModifiedAt: job.lastModified ?? '2026-01-15T09:00:00Z',
    definition: {
      Role: job.role,
      Command: { Name: job.type ?? 'glueetl', ScriptLocation: job.script ?? `s3://aws-glue-scripts/${name}.py` },
      Description: job.description,
      GlueVersion: job.glueVersion ?? '5.0',
      WorkerType: job.workerType ?? 'G.1X',
      NumberOfWorkers: job.numberOfWorkers ?? 2,
      Timeout: job.timeout ?? 480,
      MaxRetries: job.maxRetries ?? 0,
      DefaultArguments: job.arguments,
    },
  };
}
