/** The account as AWS tells it: IAM, Glue and whose credentials these are, behind one port. */
import type { IAMClient } from '@aws-sdk/client-iam';
import pLimit from 'p-limit';
import type { AccountReader } from '../ports/account-reader.ts';
import { IAM_CALLS_AT_ONCE } from './aws/clients.ts';
import { readNearestRoles, readPrincipal, readTargetRole } from './iam/principals-and-roles.ts';
import { iamReadings } from './iam/reading.ts';
import { simulateOnEverything, simulatePassRole } from './iam/simulator.ts';

/** Glue's part of the account; a function that needs no jobs brings no client for them. */
export type JobReader = Pick<AccountReader, 'job' | 'jobsWithRole'>;

const notLooked = { kind: 'refused' as const, why: 'Jobs are not looked at here: they decide nothing.' };

export const noJobs: JobReader = { job: async () => notLooked, jobsWithRole: async () => notLooked };

export function awsAccountReader(
  iam: IAMClient,
  callerAccount: AccountReader['callerAccount'],
  jobs: JobReader,
  callsAtOnce: number = IAM_CALLS_AT_ONCE,
): AccountReader {
  const limit = pLimit(callsAtOnce);
  const begin = iamReadings(iam, limit);
  return {
    callerAccount,
    principal: (ref, onKnown = () => undefined) => readPrincipal(begin(), ref, onKnown),
    role: (arn, onKnown = () => undefined) => readTargetRole(begin(), arn, onKnown),
    nearestRoles: (arn, most) => readNearestRoles(iam, arn, most),
    ...jobs,
    simulate: (request) => limit(() => simulatePassRole(iam, request)),
    allowedOnEverything: (principalArn, actions, context) =>
      limit(() => simulateOnEverything(iam, principalArn, actions, context)),
  };
}
