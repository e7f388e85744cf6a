/** What applying and reverting need, and the one way in which both change a case. */

import type { Case, CaseIn, CaseState } from '../core/case/case.ts';
import type { GrantRules } from '../core/case/check-before-writing.ts';
import type { WrittenGrant } from '../core/case/written-grant.ts';
import type { Sha256 } from '../core/text/canonical-json.ts';
import { canonicalJson } from '../core/text/canonical-json.ts';
import type { AccountReader } from '../ports/account-reader.ts';
import type { CaseTransitions, Transition } from '../ports/case-transitions.ts';
import type { GrantWriter } from '../ports/grant-writer.ts';
import type { Claims } from '../ports/policy-claims.ts';

export interface ApplyParts {
  readonly transitions: CaseTransitions;
  readonly account: AccountReader;
  readonly writer: GrantWriter;
  readonly claims: Claims;
  readonly rules: GrantRules;
  readonly sha256: Sha256;
  readonly clock: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called with the case as it stood before anything was done, for log and metrics. */
  readonly onRead?: (of: Case) => void;
  /** Milliseconds until the function is ended. */
  readonly remaining: () => number;
}

/** What came of one look at a case, for the log. */
export interface Outcome {
  /** Null: there is no such case, or nothing to do, or another worker was first. */
  readonly to: CaseState | null;
  readonly what: string;
}

export const unchanged = (what: string): Outcome => ({ to: null, what });

export const grantWords = ({ policyName, target }: Pick<WrittenGrant, 'policyName' | 'target'>): string =>
  `${policyName} on ${target.kind} ${target.name}`;

/** AWS ends its words with a full stop, or does not. */
export const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

export const isEqual = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

export const withGrant = (grants: readonly WrittenGrant[], grant: WrittenGrant): readonly WrittenGrant[] => [
  ...grants.filter((other) => !isEqual(other, grant)),
  grant,
];

/** Credentials without an account are a broken world, not an answer. */
export async function ownAccount({ account }: ApplyParts): Promise<string> {
  const caller = await account.callerAccount();
  if (caller.kind === 'found') return caller.value;
  throw new Error(`It is not known which account these credentials belong to: ${caller.why}`);
}

/** True as long as a case is what the decision was made on; denials may have been counted in the meantime. */
function isAsBefore<State extends CaseState>(before: CaseIn<State>, now: Case): now is CaseIn<State> {
  const facts = ({ version: _v, denials: _d, latest: _l, diagnosedAt: _a, ...rest }: Case) => rest;
  return before.state === now.state && isEqual(facts(before), facts(now));
}

/** Null: somebody else has changed the case since it was read, so nothing was changed. */
export async function change<State extends CaseState>(
  before: CaseIn<State>,
  parts: ApplyParts,
  build: (now: CaseIn<State>) => Transition,
): Promise<Case | null> {
  const { key, round } = before;
  const changed = await parts.transitions.make(key, round, parts.clock(), (now) =>
    isAsBefore(before, now) ? { transition: build(now) } : { stop: 'overtaken' as const },
  );
  switch (changed.kind) {
    case 'done':
      return changed.of;
    case 'stopped':
      return null;
    case 'missing':
      throw new Error(`The case ${key}, round ${round}, is not in the table any more: was it deleted by hand?`);
    default:
      return changed satisfies never;
  }
}
