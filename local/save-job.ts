/** Presses Save as a person would: Glue's UpdateJob, signed in as that person, with the unmodified SDK. */
import { GlueClient, type JobUpdate, UpdateJobCommand } from '@aws-sdk/client-glue';
import type { LocalAws } from './aws/start.ts';
import type { JobForm, Saved } from './playground/ports.ts';

export async function saveJob(aws: LocalAws, { user, job, role, mfa }: JobForm): Promise<Saved> {
  const { state } = aws;
  const accessKeyId = aws.keyFor({ kind: 'user', name: user, console: true, mfa });
  const client = new GlueClient({
    endpoint: aws.url,
    region: state.region,
    credentials: { accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    await client.send(new UpdateJobCommand({ JobName: job, JobUpdate: { ...definitionOf(aws, job), Role: role } }));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ok: false, title: 'Failed to update job', words: `updateJob: ${error.name}: ${error.message}` };
  } finally {
    client.destroy();
  }
}

/** The console sends the whole job back, not only what was changed. */
function definitionOf({ state }: LocalAws, job: string): JobUpdate {
  const { Command, Description } = state.jobs.get(job) ?? {};
  return { Command: { Name: 'glueetl', ...Command }, ...(Description === undefined ? {} : { Description }) };
}
