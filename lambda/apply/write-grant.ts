/**
 * One approved grant on its way into IAM: looked at again, written, read back, proved. Each step may be the last one of this run; the next
 * run begins at the top and ends in the same single grant, because the intent stands in the case before IAM is touched.
 */

import type { Found, Simulation } from '../core/account/evidence.ts';
import type { CaseIn } from '../core/case/case.ts';
import { checkGrant } from '../core/case/check-before-writing.ts';
import { staleReason } from '../core/case/why-stale.ts';
import type { WrittenGrant } from '../core/case/written-grant.ts';
import type { SimulationRequest } from '../core/diagnosis/diagnosis.ts';
import { isRoleArn } from '../core/iam/arn.ts';
import { investigate } from '../investigation/investigate.ts';
import type { Transition } from '../ports/case-transitions.ts';
import {
  type ApplyParts,
  change,
  grantWords,
  isEqual,
  type Outcome,
  ownAccount,
  sentence,
  unchanged,
  withGrant,
} from './change-case.ts';

type Approved = CaseIn<'approved'>;

const actor = { via: 'system', name: 'apply' } as const;
const OVERTAKEN = unchanged(
  'Another worker has changed the case in the meantime; it is looked at again when its change is heard of.',
);

const ruledBy = ({ diagnosis, approvals, term }: Approved) => ({ diagnosis, approvals, term });

const entryOf = (of: Approved, what: string, after: string | null = null): Transition['entry'] => ({
  actor,
  what,
  digest: of.diagnosis.proposal.digest,
  decision: { before: of.diagnosis.simulations.asked?.decision ?? null, after },
});

async function finish(of: Approved, parts: ApplyParts, build: (now: Approved) => Transition): Promise<Outcome> {
  const changed = await change(of, parts, build);
  if (changed === null) return OVERTAKEN;
  const { to, entry } = build(of);
  return { to: to.state, what: entry.what };
}

/** `written`: the grant as it stands in IAM now, so that it can be reverted. Null: nothing of ours stands there. */
function fail(
  of: Approved,
  parts: ApplyParts,
  why: string,
  { written = null, after = null }: { readonly written?: WrittenGrant | null; readonly after?: string | null } = {},
): Promise<Outcome> {
  const failedAt = parts.clock().toISOString();
  return finish(of, parts, (now) => ({
    to: { ...ruledBy(now), state: 'failed', why, failedAt },
    ...(written === null ? {} : { grants: withGrant(now.grants, written) }),
    entry: entryOf(now, why, after),
  }));
}

async function stale(of: Approved, parts: ApplyParts, reason: string): Promise<Outcome> {
  const staleAt = parts.clock().toISOString();
  const why = `${reason} Nothing was written.`;
  return finish(of, parts, (now) => ({
    to: { ...ruledBy(now), state: 'stale', why, staleAt },
    entry: entryOf(now, why),
  }));
}

const standsAlready = (grant: Pick<WrittenGrant, 'policyName' | 'target'>): string =>
  `A policy of that name is there already: ${grantWords(grant)}. Nothing that exists is overwritten: press Save again for a proposal under another name.`;

/** Looks at the world once more and notes the intent. An `Outcome`: it ends here. */
async function intend(
  of: Approved,
  grant: Omit<WrittenGrant, 'writtenAt'>,
  parts: ApplyParts,
): Promise<Approved | Outcome> {
  // First, as it says more than that the name is taken: the policy of that name may be a colleague's that allows this as well.
  const fresh = await investigate(of.latest, parts.account, parts.sha256, parts.rules);
  const reason = staleReason(of, fresh, parts.rules.allowAdministrator);
  if (reason !== null) return stale(of, parts, reason);

  const standing = await parts.writer.read(grant.target, grant.policyName);
  if (standing.kind === 'found') return fail(of, parts, standsAlready(grant));
  if (standing.kind === 'refused') return fail(of, parts, `${sentence(standing.why)} Nothing was written.`);

  const writing = { ...grant, writtenAt: parts.clock().toISOString() };
  const changed = await change(of, parts, (now) => ({
    to: { ...ruledBy(now), state: 'approved', approvedAt: now.approvedAt, writing },
    entry: entryOf(now, `About to write ${grantWords(grant)}.`),
  }));
  return changed?.state === 'approved' ? changed : OVERTAKEN;
}

/** An intent that left nothing in IAM was noted before a crash, or by somebody else: it is no reason to look at the world less closely. */
async function resume(of: Approved, parts: ApplyParts): Promise<Approved | Outcome> {
  const { target, policyName } = of.diagnosis.proposal;
  const standing = await parts.writer.read(target, policyName);
  if (standing.kind !== 'missing') return of;
  const fresh = await investigate(of.latest, parts.account, parts.sha256, parts.rules);
  const reason = staleReason(of, fresh, parts.rules.allowAdministrator);
  return reason === null ? of : stale(of, parts, reason);
}

/** The record of an intent must be this very grant; when it was begun is its own. */
const isIntent = ({ writtenAt: _, ...writing }: WrittenGrant, grant: Omit<WrittenGrant, 'writtenAt'>): boolean =>
  isEqual(writing, grant);

type Placed =
  | { readonly kind: 'placed'; readonly at: Date }
  /** `why`: one sentence. `written`: what may stand in IAM, so that it stays known; null: nothing of ours. */
  | { readonly kind: 'not-placed'; readonly why: string; readonly written: WrittenGrant | null };

const notPlaced = (why: string, written: WrittenGrant | null = null): Placed => ({ kind: 'not-placed', why, written });

/** Writes unless an earlier attempt has. Throws what a retry can mend. */
async function place(writing: WrittenGrant, parts: ApplyParts): Promise<Placed> {
  const { target, policyName, document } = writing;
  const standing = await parts.writer.read(target, policyName);
  if (standing.kind === 'refused') return notPlaced(sentence(standing.why), writing);
  if (standing.kind === 'found') {
    return isEqual(standing.value, document)
      ? { kind: 'placed', at: new Date(writing.writtenAt) }
      : notPlaced(standsAlready(writing));
  }
  const wrote = await parts.writer.write(target, policyName, document);
  if (wrote.kind !== 'found') return notPlaced(`${sentence(wrote.why)} Nothing was written.`);
  const back = await parts.writer.read(target, policyName);
  if (back.kind === 'missing')
    throw new Error(`${grantWords(writing)} was written, but IAM does not show it yet; the queue brings it again.`);
  if (back.kind === 'found' && !isEqual(back.value, document))
    return notPlaced(
      `${grantWords(writing)} was written, and something else stood there a moment later: another program writes there too. It was left as it is.`,
    );
  if (back.kind === 'refused')
    return notPlaced(`${grantWords(writing)} was written and cannot be read back: ${sentence(back.why)}`, writing);
  return { kind: 'placed', at: parts.clock() };
}

const WAITS = [1, 2, 4, 8, 15] as const;
/** "Two minutes" is the longest that spreading was seen to take. Milliseconds. Source: facts, "Writing the grant". */
const PATIENCE = 120_000;
/** For the last write, before the function is ended. Milliseconds. */
const RESERVE = 10_000;

/** In the request that was proved before anyone was asked. Null: the case does not hold it. */
function proofOf(of: Approved, now: Date): SimulationRequest | null {
  const context = of.diagnosis.simulations.proved?.context ?? [];
  const entryFor = (wanted: string): string | undefined => context.find(({ key }) => key === wanted)?.values[0];
  const principalArn = entryFor('aws:PrincipalArn');
  const roleArn = of.subject.roleArn;
  if (principalArn === undefined || roleArn === null || !isRoleArn(roleArn)) return null;
  const time = { key: 'aws:CurrentTime', type: 'date', values: [now.toISOString()] } as const;
  // Without it the end of a temporary grant counts as passed.
  const whole = entryFor(time.key) === undefined ? [...context, time] : context;
  return { principalArn, roleArn, context: whole, added: [], boundary: null };
}

/** The last answer: allowed, or what it still was after two minutes. Throws when the function's own time ends first. */
async function prove(request: SimulationRequest, since: Date, parts: ApplyParts): Promise<Found<Simulation>> {
  for (let turn = 0; ; turn += 1) {
    const answer = await parts.account.simulate(request);
    if (answer.kind !== 'found' || answer.value.decision === 'allowed') return answer;
    const left = PATIENCE - (parts.clock().getTime() - since.getTime());
    if (left <= 0) return answer;
    const pause = Math.min((WAITS[turn] ?? 15) * 1000, left);
    if (parts.remaining() - pause < RESERVE)
      throw new Error('The grant is written and not simulated as allowed yet; the queue brings the case again.');
    await parts.sleep(pause);
  }
}

async function settle(of: Approved, writing: WrittenGrant, since: Date, parts: ApplyParts): Promise<Outcome> {
  const canRevert = `${grantWords(writing)} was written and stands; it can be reverted.`;
  const request = proofOf(of, parts.clock());
  const proof: Found<Simulation> =
    request === null
      ? { kind: 'refused', why: 'The case does not hold the request that was proved.' }
      : await prove(request, since, parts);
  if (proof.kind !== 'found')
    return fail(of, parts, `It could not be proved that the grant helps: ${sentence(proof.why)} ${canRevert}`, {
      written: writing,
    });
  const { decision } = proof.value;
  if (decision !== 'allowed') {
    const why = `AWS's simulator still says ${decision} two minutes after the grant was written: something else blocks. ${canRevert}`;
    return fail(of, parts, why, { written: writing, after: decision });
  }
  const appliedAt = parts.clock().toISOString();
  return finish(of, parts, (now) => ({
    to: { ...ruledBy(now), state: 'applied', appliedAt },
    grants: withGrant(now.grants, writing),
    entry: entryOf(now, `Wrote ${grantWords(writing)}, read back, simulated ${decision}.`, decision),
  }));
}

/** A refusal when the intent is noted already: the grant may stand in IAM, and then it must stay known. */
async function refuse(of: Approved, sentence: string, account: string, parts: ApplyParts): Promise<Outcome> {
  const { writing } = of;
  if (writing === null) return fail(of, parts, `${sentence} Nothing was written.`);
  const standing = await parts.writer.read(writing.target, writing.policyName);
  const isGone =
    standing.kind === 'missing' || (standing.kind === 'found' && !isEqual(standing.value, writing.document));
  const written = isGone ? null : writing;
  const rest =
    written === null
      ? ''
      : ` ${grantWords(writing)} ${standing.kind === 'found' ? 'stands' : 'may stand'} in IAM (account ${account}); it can be reverted.`;
  return fail(of, parts, `${sentence}${rest}`, { written });
}

/** Throws what a retry can mend. */
export async function applyGrant(first: Approved, parts: ApplyParts): Promise<Outcome> {
  const account = await ownAccount(parts);
  const checked = checkGrant(first, parts.rules, account, parts.sha256, parts.clock());
  if (checked.kind === 'refused') return refuse(first, checked.sentence, account, parts);
  const { grant } = checked;

  return underClaim(first, grant, parts, (written) => carryOut(first, grant, parts, written));
}

/** Longer than the function may run: whoever has a claim that ended is dead. Milliseconds. */
const CLAIM_MS = 240_000;
/** Seconds between tries: another case has written and looked within a few. */
const CLAIM_WAITS = [1, 2, 4, 8] as const;

/**
 * Two cases may propose one policy: two members of a group, one role. Between the look whether the name is free and the Put only one of them
 * may be at it, as IAM would overwrite in silence.
 */
async function underClaim(
  { key, round }: Approved,
  grant: Omit<WrittenGrant, 'writtenAt'>,
  parts: ApplyParts,
  work: (written: () => Promise<void>) => Promise<Outcome>,
): Promise<Outcome> {
  const by = `${key}#${round}`;
  const take = (): Promise<boolean> => {
    const now = parts.clock();
    return parts.claims.take(grant, by, now, new Date(now.getTime() + CLAIM_MS));
  };
  let isOurs = await take();
  for (const seconds of CLAIM_WAITS) {
    if (isOurs) break;
    await parts.sleep(seconds * 1000);
    isOurs = await take();
  }
  if (!isOurs)
    throw new Error(`Another case is writing ${grantWords(grant)} just now; the queue brings this one again.`);
  const release = (): Promise<void> => parts.claims.giveBack(grant, by);
  // What stands in IAM is its own protection: the proof, which may take minutes, needs no claim.
  const outcome = await work(release);
  await release();
  return outcome;
}

async function carryOut(
  first: Approved,
  grant: Omit<WrittenGrant, 'writtenAt'>,
  parts: ApplyParts,
  written: () => Promise<void>,
): Promise<Outcome> {
  const of = first.writing === null ? await intend(first, grant, parts) : await resume(first, parts);
  if ('what' in of) return of;
  const { writing } = of;
  if (writing === null || !isIntent(writing, grant))
    return fail(
      of,
      parts,
      'What the case says is being written is not what was approved: it was changed by another program. Look at its trail.',
    );

  const placed = await place(writing, parts);
  switch (placed.kind) {
    case 'not-placed':
      return fail(of, parts, placed.why, { written: placed.written });
    case 'placed':
      await written();
      return settle(of, writing, placed.at, parts);
    default:
      return placed satisfies never;
  }
}
