/** The nine steps: reads what the denial is about, asks the simulator, and concludes. Reads only. */

import { valueIn } from '../core/account/evidence.ts';
import { markedOwn } from '../core/account/own-roles.ts';
import { principalOf } from '../core/account/principal.ts';
import type { Denial } from '../core/denial/denial.ts';
import { conclude, liftedRequest, offerFor, proofRequest } from '../core/diagnosis/conclude.ts';
import { asAsked, type Diagnosis, type Facts, frame, type JobFinding } from '../core/diagnosis/diagnosis.ts';
import { type Answers, nothingAsked } from '../core/diagnosis/simulator-answers.ts';
import type { Question } from '../core/explanation/question.ts';
import type { Proposing } from '../core/grant/proposal.ts';
import { parseRoleArn } from '../core/iam/arn.ts';
import { findService } from '../core/iam/passed-to-service.ts';
import { trustsService } from '../core/policy/evaluate.ts';
import { sentinels } from '../core/risk/sentinel-actions.ts';
import type { Sha256 } from '../core/text/canonical-json.ts';
import type { AccountReader, Identity, RoleItself } from '../ports/account-reader.ts';
import { askedOnce, prefetchSimulation, whenever } from './prefetch-simulation.ts';

const NEAREST_ROLES = 3;

async function findJobs(denial: Denial, account: AccountReader, roleArn: string): Promise<JobFinding> {
  if (denial.jobName !== null) return { kind: 'named', job: await account.job(denial.jobName) };
  if (denial.eventSource !== null && denial.eventSource !== 'glue.amazonaws.com') {
    return { kind: 'not-looked', why: `The call was made to ${denial.eventSource}, not to Glue.` };
  }
  return { kind: 'unnamed', jobs: await account.jobsWithRole(roleArn) };
}

/** What whoever asks knows. */
interface Asking {
  /** The service as a person says it, for a text that does not name it. */
  readonly passedTo?: string | null;
  /** Names of the remediator's own roles: never passed, never written to. Those that carry its tag or stand under its path are known without. */
  readonly ownRoles?: readonly string[];
}

/** For a denial that leaves nothing to look up here: no whole role ARN, or another account than ours. */
function unread(
  denial: Denial,
  callerAccount: Facts['callerAccount'],
  ownRoles: Facts['ownRoles'],
  why: string,
): Facts {
  const refused = { kind: 'refused' as const, why };
  const service = findService(denial, [], 'aws');
  return {
    denial,
    callerAccount,
    service,
    principal: refused,
    role: refused,
    roleMay: refused,
    ownRoles,
    nearestRoles: [],
    jobs: { kind: 'not-looked', why },
  };
}

/**
 * One sentence where the role, the call or its caller belongs to another account than the credentials: what goes by the same name here is
 * something else, and is not read. Null: all belong to it, as far as the denial says.
 */
function accountElsewhere(denial: Denial, roleAccount: string, ours: string): string | null {
  const ref = principalOf(denial);
  const belongings = [
    ['The role belongs to', roleAccount],
    ['The call was made in', denial.source === 'event' ? denial.accountId : null],
    ['The caller belongs to', ref.kind === 'none' ? null : ref.account],
  ] as const;
  const strange = belongings.find(([, account]) => account !== null && account !== ours);
  return strange === undefined
    ? null
    : `${strange[0]} account ${strange[1]}, which these credentials do not look into.`;
}

/** Those named, and those of the two that carry our tag or stand under our path. Null: not found. */
const ownAmong = (
  named: readonly string[],
  principal: Pick<Identity, 'kind' | 'name' | 'arn' | 'tags'> | null,
  role: Pick<RoleItself, 'name' | 'arn' | 'tags'> | null,
): readonly string[] => [
  ...named,
  ...markedOwn([...(role === null ? [] : [role]), ...(principal?.kind === 'role' ? [principal] : [])]),
];

async function gather(denial: Denial, account: AccountReader, sha256: Sha256, asking: Asking): Promise<Facts> {
  const { passedTo = null, ownRoles: named = [] } = asking;
  const target = denial.roleArn === null ? null : parseRoleArn(denial.roleArn);
  const callerAccount = await account.callerAccount();
  if (denial.roleArn === null || target === null)
    return unread(denial, callerAccount, named, 'The message names no whole role ARN.');
  const elsewhere =
    callerAccount.kind === 'found' ? accountElsewhere(denial, target.account, callerAccount.value) : null;
  if (elsewhere !== null) return unread(denial, callerAccount, named, elsewhere);
  const ref = principalOf(denial);
  const identity = whenever<Identity>();
  const roleItself = whenever<RoleItself>();
  void prefetchSimulation(account, sha256, async () => {
    const [known, role] = await Promise.all([identity.known, roleItself.known]);
    const service = findService(
      denial,
      trustsService(role.trust, '', target.account).services,
      target.partition,
      passedTo,
    );
    return { denial, callerAccount, service, identity: known, role, ownRoles: ownAmong(named, known, role) };
  });
  const [principal, role, jobs, roleMay] = await Promise.all([
    ref.kind === 'none' ? { kind: 'refused' as const, why: ref.why } : account.principal(ref, identity.resolve),
    account.role(denial.roleArn, roleItself.resolve),
    findJobs(denial, account, denial.roleArn),
    // What a session of the role would carry is not known, so nothing is sent along.
    account.allowedOnEverything(denial.roleArn, sentinels, []),
  ]);
  const ownRoles = ownAmong(named, valueIn(principal), valueIn(role));
  const trusted = role.kind === 'found' ? trustsService(role.value.trust, '').services : [];
  const service = findService(denial, trusted, target.partition, passedTo);
  const nearestRoles = role.kind === 'missing' ? await account.nearestRoles(denial.roleArn, NEAREST_ROLES) : [];
  return { denial, callerAccount, service, principal, role, roleMay, ownRoles, nearestRoles, jobs };
}

type Decided = Pick<Answers, 'asked' | 'lifted' | 'proved'> & { readonly offer: Proposing };

/** Up to three questions, each of which depends on the answer before. */
async function decide(facts: Facts, question: Question, account: AccountReader, sha256: Sha256): Promise<Decided> {
  const asked = await account.simulate(asAsked(question));
  const lift = liftedRequest(question, asked);
  const lifted = lift === null ? null : await account.simulate(lift);

  const offer = offerFor(facts, question, sha256);
  const proof = proofRequest(question, { asked, lifted }, offer);
  const proved = proof === null ? null : await account.simulate(proof);
  return { asked, lifted, proved, offer };
}

/** Throws only what a retry can mend: throttling, time-outs, broken connections. */
export async function investigate(
  denial: Denial,
  reader: AccountReader,
  sha256: Sha256,
  asking: Asking = {},
): Promise<Diagnosis> {
  const account = askedOnce(reader);
  const facts = await gather(denial, account, sha256, asking);
  const framing = frame(facts);
  if (framing.kind === 'settled') return conclude(facts, framing, nothingAsked, null);

  const { question } = framing;
  // Beside the others, so that the risk costs no time.
  const [{ offer, ...decided }, requesterMay] = await Promise.all([
    decide(facts, question, account, sha256),
    account.allowedOnEverything(question.principal.arn, sentinels, question.replay.entries),
  ]);

  return conclude(facts, framing, { ...decided, requesterMay }, offer);
}
