/** The Denies of a verdict as their owners would recognise them: where each stands, its text, and what lifts it. */

import type { Verdict } from '../diagnosis/verdict.ts';
import type { MatchedDeny } from '../explanation/matched-deny.ts';
import { heldWords } from '../explanation/near-miss-sentence.ts';
import { quoted } from '../text/quoted.ts';

export interface ShownDeny {
  /** `Statement DenyAllWithoutMFA of MfaGuardrail (group Developers)`. */
  readonly where: string;
  /** Indented JSON. */
  readonly statement: string;
  /** One sentence. */
  readonly lift: string;
}

/** More than these help nobody, and a message must stay readable; the record has them all. */
const MOST = 5;

function shown({ policy, sid, statement, text, lift }: MatchedDeny, held: string): ShownDeny {
  const arn = policy.arn === null ? '' : `, ${quoted(policy.arn)}`;
  return {
    where: `Statement ${sid === null ? statement + 1 : quoted(sid)} of ${held}${arn}`,
    statement: text,
    lift: lift === null ? 'Nothing in the request lifts it, only its owner can.' : `What lifts it: ${lift.sentence}`,
  };
}

export function deniesOf(verdict: Verdict): readonly ShownDeny[] {
  switch (verdict.kind) {
    case 'explicit-deny':
      return verdict.denies.slice(0, MOST).map((deny) => shown(deny, heldWords(deny.policy)));
    case 'permissions-boundary':
      return verdict.denies
        .slice(0, MOST)
        .map((deny) => shown(deny, `the permissions boundary ${quoted(deny.policy.name)}`));
    default:
      return [];
  }
}
