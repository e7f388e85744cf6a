/** The next real call of the same operation by the same principal ends a case: confirmed by reality, not by simulation. */
import { callKeyOf, judgeCall, type SuccessfulCall } from '../core/case/confirmation.ts';
import type { CaseStore } from '../ports/case-store.ts';
import type { CaseTransitions } from '../ports/case-transitions.ts';

/**
 * How many cases it confirmed. Throws when the call came before apply had proved its grant: the queue brings it again, and the proof is done
 * by then.
 */
export async function confirmBy(
  call: SuccessfulCall,
  { store, transitions, now }: { readonly store: CaseStore; readonly transitions: CaseTransitions; readonly now: Date },
): Promise<readonly string[]> {
  const keys = await store.awaiting(callKeyOf(call));
  const confirmed: string[] = [];
  for (const key of keys) {
    const found = await store.find(key);
    if (found === null) continue;
    const outcome = await transitions.make(key, found.round, now, (of) => {
      const judged = judgeCall(of, call, keys.length === 1);
      if (judged !== 'confirms' || of.state !== 'applied') return { stop: judged };
      const { diagnosis, approvals, term } = of;
      const words = `${call.operation} by ${call.principal} went through at ${call.time}.`;
      return {
        transition: {
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
    if (outcome.kind === 'done') confirmed.push(key);
    if (outcome.kind === 'stopped' && outcome.because === 'too-early') {
      throw new Error(
        `The call ${call.eventId} came before the grant of case ${key} was proved; it will be looked at again.`,
      );
    }
  }
  return confirmed;
}
