/** What a person decided becomes one transition of the case. Shared by every way in; who the person is was proven before. */
import type { Case, Standing } from '../core/case/case.ts';
import type { Proof, Term } from '../core/case/decision.ts';
import {
  approve,
  type Refusal,
  type Ruling,
  type RulingRules,
  reject,
  revert,
  termWords,
} from '../core/case/ruling.ts';
import type { CaseTransitions, Transition } from '../ports/case-transitions.ts';

interface RulingParts {
  readonly transitions: CaseTransitions;
  readonly rules: RulingRules;
  readonly now: Date;
}

/** Which case, and who decides. */
interface Decider {
  readonly key: string;
  readonly round: number;
  readonly proof: Proof;
}

export type Ruled =
  /** `kind` of the ruling: `noted` is the first of two approvals. `of`: the case as it is now. */
  | { readonly kind: 'done'; readonly ruling: Exclude<Ruling, Refusal>['kind']; readonly of: Case }
  | Refusal
  | { readonly kind: 'missing' };

/** The digest and the simulations belong to the proposal that is decided on; a reversal rests on neither simulation. */
const proposalOf = (of: Case): Pick<Transition['entry'], 'digest' | 'decision'> => ({
  digest: of.diagnosis?.proposal?.digest ?? null,
  decision: {
    before: of.diagnosis?.simulations.asked?.decision ?? null,
    after: of.diagnosis?.simulations.proved?.decision ?? null,
  },
});

const notDiagnosed: Refusal = {
  kind: 'refused',
  why: 'not-waiting',
  sentence: 'The case is still being diagnosed; wait until that is done, then revert.',
};

function waitingOf(of: Case): Extract<Case, { state: 'proposed' }> {
  if (of.state === 'proposed') return of;
  throw new Error(`A case that is ${of.state} was ruled on as if it were proposed.`);
}

function approvalTransition(of: Case, ruling: Extract<Ruling, { kind: 'noted' | 'approved' }>, now: Date): Transition {
  const { diagnosis, expiresAt } = waitingOf(of);
  const { approvals } = ruling;
  const last = approvals.at(-1);
  if (last === undefined) throw new Error('An approval without anybody who approved.');
  const { by, term } = last;
  const to: Standing =
    ruling.kind === 'noted'
      ? { state: 'proposed', diagnosis, approvals, expiresAt }
      : {
          state: 'approved',
          diagnosis,
          approvals,
          term: ruling.term,
          approvedAt: now.toISOString(),
          writing: null,
        };
  const rest = ruling.kind === 'noted' ? `; ${ruling.needed - approvals.length} more must approve` : '';
  const what = `${by.name} approved the grant ${termWords(term)}${rest}.`;
  return { to, entry: { actor: by, what, ...proposalOf(of) } };
}

/** Null: a case without a diagnosis has nowhere to come back to. */
function transitionFor(of: Case, ruling: Exclude<Ruling, Refusal>, now: Date): Transition | null {
  switch (ruling.kind) {
    case 'noted':
    case 'approved':
      return approvalTransition(of, ruling, now);
    case 'rejected': {
      const { rejection } = ruling;
      const to: Standing = { state: 'rejected', diagnosis: waitingOf(of).diagnosis, rejection };
      const what = `${rejection.by.name} rejected the grant: ${rejection.reason}`;
      return { to, entry: { actor: rejection.by, what, ...proposalOf(of) } };
    }
    case 'reverting': {
      const { reversal } = ruling;
      if (of.state === 'open') return null;
      if (reversal.kind !== 'asked') throw new Error('Nobody asked for this reversal.');
      const what = `${reversal.by.name} asked to take the grant back: ${reversal.reason}`;
      const entry = { actor: reversal.by, what, ...proposalOf(of), decision: { before: null, after: null } };
      return { to: { state: 'reverting', diagnosis: of.diagnosis, reversal }, entry };
    }
    default:
      return ruling satisfies never;
  }
}

async function rule(parts: RulingParts, { key, round }: Decider, decide: (of: Case) => Ruling): Promise<Ruled> {
  const { transitions, now } = parts;
  // `decide` may be asked more than once; what it said last is what was written.
  let ruled: Exclude<Ruling, Refusal>['kind'] = 'noted';
  const outcome = await transitions.make<Refusal>(key, round, now, (of) => {
    const ruling = decide(of);
    if (ruling.kind === 'refused') return { stop: ruling };
    const transition = transitionFor(of, ruling, now);
    if (transition === null) return { stop: notDiagnosed };
    ruled = ruling.kind;
    return { transition };
  });
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', ruling: ruled, of: outcome.of };
    case 'stopped':
      return outcome.because;
    case 'missing':
      return { kind: 'missing' };
    default:
      return outcome satisfies never;
  }
}

/** One approval: of one needed, or of two. */
export const approveCase = (
  parts: RulingParts,
  input: Decider & { readonly digest: string; readonly term: Term },
): Promise<Ruled> => rule(parts, input, (of) => approve(of, { ...input, now: parts.now }, parts.rules));

/** Closes the case. */
export const rejectCase = (
  parts: RulingParts,
  input: Decider & { readonly digest: string; readonly reason: string },
): Promise<Ruled> => rule(parts, input, (of) => reject(of, { ...input, now: parts.now }, parts.rules));

/** Asks for every grant of the case to be taken back: apply does it. */
export const revertCase = (parts: RulingParts, input: Decider & { readonly reason: string }): Promise<Ruled> =>
  rule(parts, input, (of) => revert(of, { ...input, now: parts.now }, parts.rules));
