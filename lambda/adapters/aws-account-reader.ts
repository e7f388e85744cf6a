/** The account as AWS tells it: IAM, STS and Glue behind one port. */
import type { IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import pLimit from 'p-limit';
import type { AccountReader } from '../ports.ts';
import { ask } from './aws-answer.ts';
import { IAM_CALLS_AT_ONCE } from './aws-clients.ts';
import { readNearestRoles, readPrincipal, readTargetRole } from './iam-account.ts';
import { iamReadings } from './iam-reading.ts';
import { simulateOnEverything, simulatePassRole } from './iam-simulator.ts';

export interface AwsClients {
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

/** Glue's part of the account; a function that needs no jobs brings no client for them. */
export type JobReader = Pick<AccountReader, 'job' | 'jobsWithRole'>;

const notLooked = { kind: 'refused' as const, why: 'Jobs are not looked at here: they decide nothing.' };

export const noJobs: JobReader = { job: async () => notLooked, jobsWithRole: async () => notLooked };

export function awsAccountReader(
  { iam, sts }: AwsClients,
  jobs: JobReader,
  callsAtOnce: number = IAM_CALLS_AT_ONCE,
): AccountReader {
  const limit = pLimit(callsAtOnce);
  const begin = iamReadings(iam, limit);
  return {
    callerAccount: () =>
      ask('the account of these credentials', async () => {
        const { Account } = await sts.send(new GetCallerIdentityCommand({}));
        if (Account === undefined) throw new Error('STS answered without an account.');
        return Account;
      }),
    principal: (ref, early = () => undefined) => readPrincipal(begin(), ref, early),
    role: (arn, early = () => undefined) => readTargetRole(begin(), arn, early),
    nearestRoles: (arn, most) => readNearestRoles(iam, arn, most),
    ...jobs,
    simulate: (request) => limit(() => simulatePassRole(iam, request)),
    allowedOnEverything: (principalArn, actions, context) =>
      limit(() => simulateOnEverything(iam, principalArn, actions, context)),
  };
}
