/** Reads Glue jobs: which role they run as. */
import { GetJobCommand, type GlueClient, type Job as GlueJob, paginateGetJobs } from '@aws-sdk/client-glue';
import { parseRoleArn, pathAndName } from '../core/arn.ts';
import type { Found, Job, JobsWithRole } from '../core/evidence.ts';
import type { JobReader } from './aws-account-reader.ts';
import { askInPassing } from './aws-answer.ts';

/** Two thousand jobs. What lies beyond is said to be unread. */
const MOST_PAGES = 10;
const PAGE_SIZE = 200;

const jobOf = (job: GlueJob | undefined): Job => ({
  name: job?.Name ?? '',
  role: job?.Role ?? '',
  lastModified: job?.LastModifiedOn?.toISOString() ?? null,
});

function readJob(client: GlueClient, name: string): Promise<Found<Job>> {
  return askInPassing(`the Glue job ${name}`, async () =>
    jobOf((await client.send(new GetJobCommand({ JobName: name }))).Job),
  );
}

function readJobsWithRole(client: GlueClient, roleArn: string): Promise<Found<JobsWithRole>> {
  const role = parseRoleArn(roleArn);
  const spellings = role === null ? [roleArn] : [roleArn, role.name, pathAndName(role)];
  return askInPassing('the Glue jobs', async () => {
    const jobs: Job[] = [];
    let scanned = 0;
    let pages = 0;
    for await (const page of paginateGetJobs({ client, pageSize: PAGE_SIZE }, {})) {
      scanned += page.Jobs?.length ?? 0;
      jobs.push(...(page.Jobs ?? []).filter(({ Role }) => spellings.includes(Role ?? '')).map(jobOf));
      pages += 1;
      if (pages === MOST_PAGES) return { jobs, scanned, complete: page.NextToken === undefined };
    }
    return { jobs, scanned, complete: true };
  });
}

/** `client`: in the region of the denial. */
export const glueJobs = (client: GlueClient): JobReader => ({
  job: (name) => readJob(client, name),
  jobsWithRole: (roleArn) => readJobsWithRole(client, roleArn),
});
