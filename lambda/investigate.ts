/** The nine steps: reads what the denial is about, asks the simulator, and concludes. Reads only. */

import { parseRoleArn } from './core/arn.ts';
import type { Sha256 } from './core/canonical.ts';
import { conclude, liftedRequest, offerFor, proofRequest } from './core/conclude.ts';
import type { Denial } from './core/denial.ts';
import { asAsked, type Diagnosis, type Facts, frame, type JobFinding } from './core/diagnosis.ts';
import { trustsService } from './core/policy.ts';
import { principalOf } from './core/principal.ts';
import { findService } from './core/service.ts';
import type { AccountReader } from './ports.ts';

const NEAREST_ROLES = 3;

async function findJobs(denial: Denial, account: AccountReader, roleArn: string): Promise<JobFinding> {
  if (denial.jobName !== null) return { kind: 'named', job: await account.job(denial.jobName) };
  if (denial.eventSource !== null && denial.eventSource !== 'glue.amazonaws.com') {
    return { kind: 'not-looked', why: `The call was made to ${denial.eventSource}, not to Glue.` };
  }
  return { kind: 'unnamed', jobs: await account.jobsWithRole(roleArn) };
}

/** For a denial that leaves nothing to look up here: no whole role ARN, or another account than ours. */
function unread(denial: Denial, callerAccount: Facts['callerAccount'], why: string): Facts {
  const refused = { kind: 'refused' as const, why };
  const service = findService(denial, [], 'aws');
  return {
    denial,
    callerAccount,
    service,
    principal: refused,
    role: refused,
    nearestRoles: [],
    jobs: { kind: 'not-looked', why },
  };
}

async function gather(denial: Denial, account: AccountReader, said: string | null): Promise<Facts> {
  const target = denial.roleArn === null ? null : parseRoleArn(denial.roleArn);
  const callerAccount = await account.callerAccount();
  if (denial.roleArn === null || target === null)
    return unread(denial, callerAccount, 'The message names no whole role ARN.');
  if (callerAccount.kind === 'found' && callerAccount.value !== target.account) {
    return unread(
      denial,
      callerAccount,
      `The role belongs to account ${target.account}, which these credentials do not look into.`,
    );
  }
  const ref = principalOf(denial);
  const [principal, role, jobs] = await Promise.all([
    ref.kind === 'none' ? { kind: 'refused' as const, why: ref.why } : account.principal(ref),
    account.role(denial.roleArn),
    findJobs(denial, account, denial.roleArn),
  ]);
  const trusted = role.kind === 'found' ? trustsService(role.value.trust, '').services : [];
  const service = findService(denial, trusted, target.partition, said);
  const nearestRoles = role.kind === 'missing' ? await account.nearestRoles(denial.roleArn, NEAREST_ROLES) : [];
  return { denial, callerAccount, service, principal, role, nearestRoles, jobs };
}

/**
 * Throws only what a retry can mend: throttling, time-outs, broken connections. `passedTo`: the service as a person says it, for a text
 * that does not name it.
 */
export async function investigate(
  denial: Denial,
  account: AccountReader,
  sha256: Sha256,
  passedTo: string | null = null,
): Promise<Diagnosis> {
  const facts = await gather(denial, account, passedTo);
  const framing = frame(facts);
  if (framing.kind === 'settled') return conclude(facts, framing, { asked: null, lifted: null, proved: null }, null);

  const { question } = framing;
  const asked = await account.simulate(asAsked(question));
  const lift = liftedRequest(question, asked);
  const lifted = lift === null ? null : await account.simulate(lift);

  const offer = offerFor(facts, question, sha256);
  const proof = proofRequest(question, { asked, lifted }, offer);
  const proved = proof === null ? null : await account.simulate(proof);

  return conclude(facts, framing, { asked, lifted, proved }, offer);
}
