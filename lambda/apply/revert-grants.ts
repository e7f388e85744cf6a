/** Takes grants back. Only a policy that still is exactly what was written is removed; what someone has changed since is theirs. */

import type { Case, CaseIn, Standing } from '../core/case/case.ts';
import type { WrittenGrant } from '../core/case/written-grant.ts';
import { isOurs } from '../core/grant/shape.ts';
import { type ApplyParts, change, grantWords, isEqual, type Outcome, ownAccount, unchanged } from './change-case.ts';

const actor = { via: 'system', name: 'apply' } as const;
const OVERTAKEN = unchanged('Another worker has changed the case in the meantime.');

/** `left`: it is not, or no longer, ours. `kept`: it is ours and we may not take it back. */
interface Removal {
  readonly kind: 'gone' | 'left' | 'kept';
  readonly grant: WrittenGrant;
  readonly sentence: string;
}

/** Throws what a retry can mend; removing twice is removing once. */
async function takeBack(grant: WrittenGrant, account: string, { writer, sha256 }: ApplyParts): Promise<Removal> {
  const { target, policyName, document } = grant;
  const words = grantWords(grant);
  const is = (kind: Removal['kind'], sentence: string): Removal => ({ kind, grant, sentence: `${words} ${sentence}` });
  if (!isOurs(policyName, document, account, sha256)) {
    return is(
      'left',
      'is not a grant that we write, so it was left as it is. The case was probably changed by another program.',
    );
  }
  const standing = await writer.read(target, policyName);
  if (standing.kind === 'missing') return is('gone', 'was gone already.');
  if (standing.kind === 'refused') return is('kept', `could not be looked at, so it stands. ${standing.why}`);
  if (!isEqual(standing.value, document)) return is('left', 'was changed since by someone, so it was left as it is.');

  const removed = await writer.remove(target, policyName);
  if (removed.kind === 'refused') return is('kept', `could not be removed, so it stands. ${removed.why}`);
  const back = await writer.read(target, policyName);
  if (back.kind === 'found')
    throw new Error(`${words} was removed, but IAM still shows it; the queue brings the case again.`);
  return is('gone', 'was removed.');
}

async function takeBackAll(grants: readonly WrittenGrant[], parts: ApplyParts): Promise<readonly Removal[]> {
  const account = await ownAccount(parts);
  const removals: Removal[] = [];
  for (const grant of grants) removals.push(await takeBack(grant, account, parts));
  return removals;
}

const sentences = (removals: readonly Removal[]): string => removals.map(({ sentence }) => sentence).join(' ');

const entryOf = (of: Case, what: string) => ({
  actor,
  what,
  digest: of.diagnosis?.proposal?.digest ?? null,
  decision: { before: null, after: null },
});

const keptOf = (removals: readonly Removal[]): readonly Removal[] => removals.filter(({ kind }) => kind === 'kept');

/** Refused, and nobody is waiting for an answer: an alarm, and the schedule a quarter of an hour later, are the only way on. */
function insist(removals: readonly Removal[]): void {
  const kept = keptOf(removals);
  if (kept.length > 0) throw new Error(`A grant that has to go still stands: ${sentences(kept)}`);
}

/** A case without a proposal cannot be `failed`; what was left to its new owner is then told by the trail. */
function endOf(of: CaseIn<'reverting'>, removals: readonly Removal[], at: string): Standing {
  const { diagnosis, reversal } = of;
  const { proposal } = diagnosis;
  if (proposal === null || reversal.kind === 'ended') insist(removals);
  const stand = removals.filter(({ kind }) => kind !== 'gone');
  if (stand.length === 0 || proposal === null) return { state: 'reverted', diagnosis, reversal, revertedAt: at };
  const ruled = { diagnosis: { ...diagnosis, proposal }, approvals: [], term: { hours: null } };
  return { ...ruled, state: 'failed', why: sentences(stand), failedAt: at };
}

export async function revertGrants(of: CaseIn<'reverting'>, parts: ApplyParts): Promise<Outcome> {
  const removals = await takeBackAll(of.grants, parts);
  const to = endOf(of, removals, parts.clock().toISOString());
  const what = sentences(removals) || 'There was nothing to take back.';
  const grants = keptOf(removals).map(({ grant }) => grant);
  const changed = await change(of, parts, (now) => ({ to, grants, entry: entryOf(now, what) }));
  return changed === null ? OVERTAKEN : { to: to.state, what };
}

/** Everything of a case that says how it stands, without its head. */
function standingOf(of: Case): Standing {
  const { key: _k, round: _r, installation: _i, earlier: _e, version: _v, transitionCount: _m, ...rest } = of;
  const { lastEntry: _h, subject: _s, denials: _d, latest: _l, diagnosedAt: _a, grants: _g, ...standing } = rest;
  return standing;
}

const isEnded = ({ endsAt }: WrittenGrant, now: Date): boolean =>
  endsAt !== null && Date.parse(endsAt) <= now.getTime();

/** Temporary grants whose time is over. A case that rests on nothing else is thereby reverted; any other stays as it stands. */
export async function endGrants(of: Case, parts: ApplyParts): Promise<Outcome> {
  const at = parts.clock();
  const ended = of.grants.filter((grant) => isEnded(grant, at));
  if (ended.length === 0) return unchanged('Nothing has come to its end.');
  const isOver = of.state === 'applied' || of.state === 'confirmed' || of.state === 'failed';
  if (isOver && ended.length === of.grants.length) {
    const { diagnosis } = of;
    const reversal = { kind: 'ended', at: at.toISOString() } as const;
    const what = `The term of ${ended.map(grantWords).join(' and ')} has ended.`;
    const changed = await change(of, parts, (now) => ({
      to: { state: 'reverting', diagnosis, reversal },
      entry: entryOf(now, what),
    }));
    return changed?.state === 'reverting' ? revertGrants(changed, parts) : OVERTAKEN;
  }
  const removals = await takeBackAll(ended, parts);
  insist(removals);
  const what = `The term has ended. ${sentences(removals)}`;
  const changed = await change(of, parts, (now) => ({
    to: standingOf(now),
    grants: now.grants.filter((grant) => !isEnded(grant, at)),
    entry: entryOf(now, what),
  }));
  return changed === null ? OVERTAKEN : { to: of.state, what };
}
