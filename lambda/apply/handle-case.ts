/** What apply does about one case: as the queue brings it, and as the schedule finds it. */

import type { Case, CaseIn } from '../core/case/case.ts';
import { type ApplyParts, change, type Outcome, unchanged } from './change-case.ts';
import { endGrants, revertGrants } from './revert-grants.ts';
import { applyGrant } from './write-grant.ts';

const MISSING = 'There is no such case: was it deleted by hand?';

/** Only what a person has decided is carried out; every other state is nothing to do. */
function carryOut(of: Case, parts: ApplyParts): Promise<Outcome> {
  switch (of.state) {
    case 'approved':
      return applyGrant(of, parts);
    case 'reverting':
      return revertGrants(of, parts);
    case 'open':
    case 'advised':
    case 'proposed':
    case 'applied':
    case 'confirmed':
    case 'rejected':
    case 'expired':
    case 'stale':
    case 'failed':
    case 'reverted':
      return Promise.resolve(unchanged(`The case is ${of.state}: nothing to do.`));
    default:
      return of satisfies never;
  }
}

/** Throws what a retry can mend. */
export async function applyCase(key: string, round: number, parts: ApplyParts): Promise<Outcome> {
  const of = await parts.transitions.find(key, round);
  if (of === null) return unchanged(MISSING);
  parts.onRead?.(of);
  const outcome = await carryOut(of, parts);
  // Brought again after a worker died behind its last transition: only the entry may be left to do.
  if (outcome.to === null) await parts.transitions.keepTrail(key, round);
  return outcome;
}

async function expire(of: CaseIn<'proposed'>, parts: ApplyParts): Promise<Outcome> {
  const what = 'Nobody decided in time.';
  const expiredAt = parts.clock().toISOString();
  const changed = await change(of, parts, ({ diagnosis }) => ({
    to: { state: 'expired', diagnosis, expiredAt },
    entry: {
      actor: { via: 'system', name: 'apply' },
      what,
      digest: diagnosis.proposal.digest,
      decision: { before: null, after: null },
    },
  }));
  return changed === null ? unchanged('Somebody decided in the last moment.') : { to: 'expired', what };
}

/** What time alone brings about, and what was lost on the way from the stream. Throws what a retry can mend. */
export async function settleDue(key: string, round: number, parts: ApplyParts): Promise<Outcome> {
  const of = await parts.transitions.find(key, round);
  if (of === null) return unchanged(MISSING);
  parts.onRead?.(of);
  if (of.state === 'approved' || of.state === 'reverting') return carryOut(of, parts);
  if (of.state === 'proposed' && Date.parse(of.expiresAt) <= parts.clock().getTime()) return expire(of, parts);
  return endGrants(of, parts);
}
