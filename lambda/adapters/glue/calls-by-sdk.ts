/** Glue's calls by the SDK's client: for the command line, which takes whatever credentials its caller has. */
import { GetJobCommand, GetJobsCommand, type GlueClient } from '@aws-sdk/client-glue';
import { type GlueCalls, PAGE_SIZE } from './jobs.ts';

export const glueCallsBySdk = (client: GlueClient): GlueCalls => ({
  job: async (name) => (await client.send(new GetJobCommand({ JobName: name }))).Job,
  async jobs(next) {
    const page = { MaxResults: PAGE_SIZE, ...(next === undefined ? {} : { NextToken: next }) };
    const { Jobs = [], NextToken } = await client.send(new GetJobsCommand(page));
    // Glue may close a list with an empty token.
    return { jobs: Jobs, next: NextToken || undefined };
  },
});
