/** The next real call of the same operation by the same principal ends a case: confirmed by reality, not by simulation. */
import { callKeyOf, type SuccessfulCall, weighCall } from '../core/case/confirmation.ts';
import type { CaseStore } from '../ports/case-store.ts';
import type { CaseMoves } from '../ports/case-transitions.ts';

/**
 * How many cases it confirmed. Throws when the call came before apply had proved its grant: the queue brings it again, and the proof is done
 * by then.
 */
export async function confirmBy(
  call: SuccessfulCall,
  { store, moves, now }: { readonly store: CaseStore; readonly moves: CaseMoves; readonly now: Date },
): Promise<readonly string[]> {
  const keys = await store.awaiting(callKeyOf(call));
  const confirmed: string[] = [];
  for (const key of keys) {
    const found = await store.find(key);
    if (found === null) continue;
    const moved = await moves.move(key, found.round, now, (of) => {
      const weighed = weighCall(of, call, keys.length === 1);
      if (weighed !== 'confirms' || of.state !== 'applied') return { stop: weighed };
      const { diagnosis, approvals, term } = of;
      const words = `${call.operation} by ${call.principal} went through at ${call.time}.`;
      return {
        move: {
          to: { state: 'confirmed', diagnosis, approvals, term, confirmedAt: call.time, eventId: call.eventId },
          entry: {
            actor: { via: 'system', name: 'diagnose' },
            what: words,
            digest: diagnosis.proposal.digest,
            decision: { before: 'allowed', after: 'allowed' },
          },
        },
      };
    });
    if (moved.kind === 'moved') confirmed.push(key);
    if (moved.kind === 'stopped' && moved.because === 'too-early') {
      throw new Error(
        `The call ${call.eventId} came before the grant of case ${key} was proved; it will be looked at again.`,
      );
    }
  }
  return confirmed;
}
