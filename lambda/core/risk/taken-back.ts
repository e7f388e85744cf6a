/**
 * What provably takes an action back from a role: a Deny of its own policies without a condition, on everything, that the role cannot lift,
 * and a boundary that nowhere allows the action. Anything less is not counted in the role's favour.
 */
import type { Found } from '../account/evidence.ts';
import type { Statement } from '../policy/document.ts';
import { coversAction } from '../policy/pattern.ts';
import type { SourcedPolicy } from '../policy/sourced-policy.ts';
import { type Itself, readAllow } from './allow-statement.ts';
import { lifting } from './sentinel-actions.ts';

type Taken = (action: string) => boolean;

const nothing: Taken = () => false;

const names = ({ actions }: Statement, action: string): boolean =>
  actions.patterns.some((pattern) => coversAction(pattern, action)) !== actions.not;

const isOnEverything = ({ resources }: Statement): boolean =>
  resources !== null && !resources.not && resources.patterns.includes('*');

function deniedBy(policies: readonly SourcedPolicy[]): Taken {
  const denies = policies
    .flatMap(({ document }) => document.statements)
    .filter((each) => each.effect === 'Deny' && each.conditions.length === 0 && isOnEverything(each));
  return (action) => denies.some((each) => names(each, action));
}

function outside(boundary: Found<SourcedPolicy> | null): Taken {
  if (boundary?.kind !== 'found') return nothing;
  const { statements } = boundary.value.document;
  const denied = deniedBy([boundary.value]);
  return (action) => denied(action) || !statements.some((each) => each.effect === 'Allow' && names(each, action));
}

/**
 * What gives the boundary back, or rewrites a policy of the role, is a takeover of its own, so only Denies are looked at here. What a role
 * may do as another, which it assumes or passes, is not read: that is a sign of its own, with a Deny or without.
 */
function canLift(policies: readonly SourcedPolicy[], itself: Itself, taken: Taken): boolean {
  return policies.some((policy) =>
    policy.document.statements.some((statement) => {
      const allow = readAllow(policy, statement, itself, taken);
      return allow !== null && lifting.some((each) => allow.allows(each.action) && allow.perhapsOnItself(each));
    }),
  );
}

export function takenFrom(
  policies: readonly SourcedPolicy[],
  boundary: Found<SourcedPolicy> | null,
  itself: Itself,
): Taken {
  const [denied, bounded] = [deniedBy(policies), outside(boundary)];
  const taken: Taken = (action) => denied(action) || bounded(action);
  return canLift(policies, itself, taken) ? bounded : taken;
}
