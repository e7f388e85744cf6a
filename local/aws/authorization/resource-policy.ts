/**
 * The Denies of a resource's own policy. Source: IAM user guide, "How a principal is matched" and "Policy evaluation logic": a Deny counts for
 * everyone it names, for the account's administrator too.
 */

import type { PolicyDocument, PrincipalElement } from '../../../lambda/core/policy/document.ts';
import { type AccessRequest, evaluateStatement } from '../../../lambda/core/policy/evaluate.ts';
import { callerArn } from '../identity/caller.ts';
import type { Caller } from '../state/caller.ts';
import type { LocalState } from '../state/state.ts';
import type { Refusal } from './denial-words.ts';

function namesOf(state: LocalState, caller: Caller): readonly string[] {
  const { accountId, partition, users, roles } = state;
  const holder =
    caller.kind === 'user' ? users.get(caller.name) : caller.kind === 'role' ? roles.get(caller.name) : undefined;
  const own = holder === undefined ? [] : [holder.arn];
  return [accountId, `arn:${partition}:iam::${accountId}:root`, callerArn(state, caller), ...own];
}

/** A statement without principals is none that a bucket policy may have: it counts for everyone, so that nothing is let through by it. */
function isNamed(principals: PrincipalElement | null, names: readonly string[]): boolean {
  if (principals === null) return true;
  const named = principals.any || principals.aws.some((name) => names.includes(name));
  return named !== principals.not;
}

/** Null: it denies nothing. */
export function resourceRefusal(
  state: LocalState,
  caller: Caller,
  policy: PolicyDocument | null,
  request: AccessRequest,
): Refusal | null {
  if (policy === null) return null;
  const names = namesOf(state, caller);
  const denied = policy.statements.some(
    (statement, index) =>
      statement.effect === 'Deny' &&
      isNamed(statement.principals, names) &&
      evaluateStatement(statement, index, request, policy.version).matches,
  );
  return denied ? { effect: 'explicit', layer: 'resource-based policy', policy: null } : null;
}
