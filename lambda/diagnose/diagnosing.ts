/**
 * All that a diagnosis needs beside the denial: IAM's client, Glue's jobs, and the deciding itself. In a file of its own so that it is
 * loaded with the first denial that is diagnosed: most events are repeats and calls that went through (docs/decisions/0006-functions.md).
 */
import { IAMClient } from '@aws-sdk/client-iam';
import { awsAccountReader } from '../adapters/account-reader.ts';
import { clientSettings } from '../adapters/aws/clients.ts';
import { glueCallsSigned } from '../adapters/glue/calls-signed.ts';
import { glueJobs } from '../adapters/glue/jobs.ts';
import { ownAccount } from '../adapters/own-account.ts';
import { sha256 } from '../adapters/sha256.ts';
import { withTargets } from '../core/case/grant-targets.ts';
import type { Denial } from '../core/denial/denial.ts';
import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import { investigate } from '../investigation/investigate.ts';
import { grantTargets } from '../runtime/grant-targets-setting.ts';
import type { Environment } from '../runtime/lambda.ts';

interface DiagnosingSettings {
  readonly region: string;
  readonly env: Environment;
  readonly ownRoles: readonly string[];
}

/** Throws what a retry can mend, as `investigate` does. */
export type Diagnose = (denial: Denial) => Promise<Diagnosis>;

/** Throws for a setting that is not what it has to be. */
export function diagnosing({ region, env, ownRoles }: DiagnosingSettings): Diagnose {
  // Null: nothing may be written to, so that every proposal is advice.
  const targets = grantTargets(env);
  const iam = new IAMClient(clientSettings);
  const account = awsAccountReader(iam, ownAccount(env), glueJobs(glueCallsSigned({ region, env })));
  return async (denial) => withTargets(await investigate(denial, account, sha256, { ownRoles }), targets);
}
