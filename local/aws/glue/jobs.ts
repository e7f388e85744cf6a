/** Glue jobs: read, listed, created and changed. */
import type {
  CreateJobRequest,
  CreateJobResponse,
  GetJobRequest,
  GetJobResponse,
  GetJobsRequest,
  GetJobsResponse,
  Job,
  UpdateJobRequest,
  UpdateJobResponse,
} from '@aws-sdk/client-glue';
import type { Need } from '../authorization/authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import { checkPassRole } from './pass-role.ts';

const jobNeed = (action: string, name: string, { state, region }: Call): Need[] => [
  { action: `glue:${action}`, resource: `arn:${state.partition}:glue:${region}:${state.accountId}:job/${name}` },
];

/** Jobs belong to the account's region; another region has none. */
const jobsOf = ({ state, region }: Call): ReadonlyMap<string, Job> =>
  region === state.region ? state.jobs : new Map();

function jobNamed(call: Call, name: string): Job {
  const job = jobsOf(call).get(name);
  if (job === undefined) throw new AwsError('EntityNotFoundException', `Job ${name} not found.`);
  return job;
}

const invalidInput = (message: string): AwsError => new AwsError('InvalidInputException', message);

function checkRegion({ region, state }: Call): void {
  if (region === state.region) return;
  throw invalidInput(`The local account keeps its jobs in ${state.region}, and the call was made to ${region}.`);
}

export const jobOperations: Operations = {
  GetJob: operation<GetJobRequest, GetJobResponse>({
    needs: ({ JobName }, call) => jobNeed('GetJob', JobName, call),
    run: ({ JobName }, call) => ({ Job: jobNamed(call, JobName) }),
  }),

  GetJobs: operation<GetJobsRequest, GetJobsResponse>({
    // It knows no resource (Service Authorization Reference).
    needs: () => [{ action: 'glue:GetJobs', resource: '*' }],
    run: ({ MaxResults, NextToken }, call) => {
      const found = page([...jobsOf(call).values()], { MaxItems: MaxResults, Marker: NextToken }, call.pageSize);
      return { Jobs: [...found.items], NextToken: found.Marker };
    },
  }),

  CreateJob: operation<CreateJobRequest, CreateJobResponse>({
    needs: ({ Name = '' }, call) => jobNeed('CreateJob', Name, call),
    run: (input, call) => {
      const { Name = '', Tags: _, ...definition } = input;
      if (Name === '') throw invalidInput('A job needs a name.');
      checkRegion(call);
      checkPassRole(call, input.Role);
      if (call.state.jobs.has(Name)) throw new AwsError('AlreadyExistsException', `Job already exists: ${Name}`);
      call.state.jobs.set(Name, { ...definition, Name, CreatedOn: call.at, LastModifiedOn: call.at });
      return { Name };
    },
  }),

  /** "Unspecified configuration is removed or reset to default values" (API reference): the whole definition is replaced. */
  UpdateJob: operation<UpdateJobRequest, UpdateJobResponse>({
    needs: ({ JobName }, call) => jobNeed('UpdateJob', JobName, call),
    run: ({ JobName, JobUpdate }, call) => {
      const { Role, Command } = JobUpdate;
      if (Role === undefined)
        throw invalidInput('JobUpdate gives no Role: UpdateJob replaces the whole definition of the job.');
      if (Command?.Name === undefined) throw invalidInput('Command name should not be null or empty.');
      checkPassRole(call, Role);
      const { CreatedOn } = jobNamed(call, JobName);
      call.state.jobs.set(JobName, { ...JobUpdate, Name: JobName, CreatedOn, LastModifiedOn: call.at });
      return { JobName };
    },
  }),
};
