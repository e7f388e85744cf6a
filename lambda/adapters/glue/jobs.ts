/** Reads Glue jobs: which role they run as. */

import type { Found, Job, JobsWithRole } from '../../core/account/evidence.ts';
import { parseRoleArn, pathAndName } from '../../core/iam/arn.ts';
import type { JobReader } from '../account-reader.ts';
import { askInPassing } from '../aws/answer.ts';

/** Two thousand jobs. What lies beyond is said to be unread. */
const MOST_PAGES = 10;
export const PAGE_SIZE = 200;

export interface GlueJob {
  readonly Name?: string | undefined;
  readonly Role?: string | undefined;
  readonly LastModifiedOn?: Date | undefined;
}

/**
 * Glue's two calls, in the region of the denial. What they throw carries Glue's name for it, such as `EntityNotFoundException`, and its words.
 * test/lambda/adapters/glue/calls.test.ts binds both implementations.
 */
export interface GlueCalls {
  job(name: string): Promise<GlueJob | undefined>;
  /** One page of at most 200. `next`: for the following one; undefined: this was the last. */
  jobs(next: string | undefined): Promise<{ readonly jobs: readonly GlueJob[]; readonly next: string | undefined }>;
}

const jobOf = (job: GlueJob | undefined): Job => ({
  name: job?.Name ?? '',
  role: job?.Role ?? '',
  lastModified: job?.LastModifiedOn?.toISOString() ?? null,
});

function readJobsWithRole(calls: GlueCalls, roleArn: string): Promise<Found<JobsWithRole>> {
  const role = parseRoleArn(roleArn);
  const spellings = role === null ? [roleArn] : [roleArn, role.name, pathAndName(role)];
  return askInPassing('the Glue jobs', async () => {
    const found: Job[] = [];
    let scanned = 0;
    let token: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const { jobs, next } = await calls.jobs(token);
      scanned += jobs.length;
      found.push(...jobs.filter(({ Role }) => spellings.includes(Role ?? '')).map(jobOf));
      token = next;
      if (token === undefined) break;
    }
    return { jobs: found, scanned, complete: token === undefined };
  });
}

export const glueJobs = (calls: GlueCalls): JobReader => ({
  job: (name) => askInPassing(`the Glue job ${name}`, async () => jobOf(await calls.job(name))),
  jobsWithRole: (roleArn) => readJobsWithRole(calls, roleArn),
});
