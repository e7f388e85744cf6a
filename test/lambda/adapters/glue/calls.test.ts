/** Glue's two calls: one contract for the signed calls of the functions and for the SDK's client of the command line. */

import { GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { glueCallsBySdk } from '../../../../lambda/adapters/glue/calls-by-sdk.ts';
import { glueCallsSigned } from '../../../../lambda/adapters/glue/calls-signed.ts';
import { type GlueCalls, glueJobs } from '../../../../lambda/adapters/glue/jobs.ts';
import type { Call, Fault } from '../../../../local/aws/call.ts';
import { type LocalAws, startLocalAws } from '../../../../local/aws/start.ts';
import { accountOf } from '../../../support/account-of.ts';

const region = 'eu-west-1';
const ROLE = 'arn:aws:iam::111122223333:role/etl';
/** Three pages of 200. */
const jobs = Object.fromEntries(
  Array.from({ length: 450 }, (_, n) => [`job-${n}`, { role: n % 100 === 0 ? 'etl' : 'other' }]),
);
const account = {
  accountId: '111122223333',
  region,
  roles: { etl: { trust: 'glue.amazonaws.com' }, other: { trust: 'glue.amazonaws.com' } },
  jobs,
};

let aws: LocalAws;
/** Answers the next call with that, if it says so. */
let fault: (call: Call) => Fault | null = () => null;
let asked: string[];
beforeAll(async () => {
  aws = await startLocalAws({
    account: accountOf(account),
    fault: (call) => fault(call),
    onCall: ({ operation }) => asked.push(operation),
  });
});
afterAll(() => aws.close());
beforeEach(() => {
  fault = () => null;
  asked = [];
});

const once = (given: Fault): (() => Fault | null) => {
  let left = 1;
  return () => {
    left -= 1;
    return left === 0 ? given : null;
  };
};

const signed = (): GlueCalls =>
  glueCallsSigned({
    region,
    env: { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    timing: { timeoutMs: 10_000, firstWaitMs: 2 },
  });
const bySdk = (): GlueCalls =>
  glueCallsBySdk(
    new GlueClient({ endpoint: aws.url, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
  );

describe.each([
  ['signed', signed],
  ["by the SDK's client", bySdk],
])('%s', (_, open) => {
  test('a job is read with its role and when it was changed', async () => {
    expect(await open().job('job-1')).toMatchObject({ Name: 'job-1', Role: 'other', LastModifiedOn: expect.any(Date) });
  });

  test('a job that is not there is missing', async () => {
    await expect(open().job('nothing')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
    expect(await glueJobs(open()).job('nothing')).toMatchObject({ kind: 'missing' });
  });

  test('all pages are read, and those jobs found that run as the role, however it is spelt', async () => {
    const found = await glueJobs(open()).jobsWithRole(ROLE);
    expect(found).toMatchObject({ kind: 'found', value: { scanned: 450, complete: true } });
    expect(found.kind === 'found' && found.value.jobs.map(({ name }) => name).sort()).toEqual(
      ['job-0', 'job-100', 'job-200', 'job-300', 'job-400'].sort(),
    );
    expect(asked).toEqual(['GetJobs', 'GetJobs', 'GetJobs']);
  });

  test('what may not be read is said in the words of Glue', async () => {
    fault = () => ({ code: 'AccessDeniedException', message: 'You may not read jobs', status: 400 });
    expect(await glueJobs(open()).job('job-1')).toEqual({
      kind: 'refused',
      why: 'Reading the Glue job job-1 was refused: You may not read jobs',
    });
  });

  test.each([
    ['throttling', { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 }],
    ['an error of the service', { code: 'InternalServiceException', message: 'oh', status: 500 }],
    ['a broken connection', 'drop-connection'],
  ] as const)('%s is tried again', async (_name, given) => {
    fault = once(given);
    expect(await open().job('job-1')).toMatchObject({ Name: 'job-1' });
  });
});

describe('signed', () => {
  test.each([
    ['throttling that lasts', { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 }, 'Rate exceeded'],
    ['a connection that stays broken', 'drop-connection', 'did not answer'],
  ] as const)('%s ends after four tries, and costs the diagnosis nothing', async (_name, given, words) => {
    fault = () => given;
    expect(await glueJobs(signed()).job('job-1')).toEqual({ kind: 'refused', why: expect.stringContaining(words) });
    expect(asked).toHaveLength(4);
  });
});
