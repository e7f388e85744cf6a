/** What of a reading is open: the statements that hang on keys of which it is not known, or not certain, what the request carried. */

import type { Replay } from '../account/replay.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import {
  type AccessRequest,
  type Evaluation,
  evaluate,
  evaluateStatement,
  type StatementInPolicy,
  type StatementMatch,
} from '../policy/evaluate.ts';
import type { SourcedPolicy } from '../policy/sourced-policy.ts';

/** Statements whose outcome hangs on keys that the request may or may not have carried; `dependsOn` is narrowed to those. */
export function openStatements(
  replay: Replay,
  policies: readonly SourcedPolicy[],
  evaluation: Evaluation,
  request: AccessRequest,
): readonly StatementInPolicy[] {
  const certain = request.context.filter(({ key }) => !replay.isGuessed(key));
  const isWhole = certain.length === request.context.length;
  const { undecided } = isWhole ? evaluation : evaluate(policies, { ...request, context: certain });
  return undecided.flatMap(({ policy, match }) => {
    const again = (more: readonly ContextEntry[]): StatementMatch => {
      const context = [...certain, ...more];
      return evaluateStatement(match.statement, match.index, { ...request, context }, policy.document.version);
    };
    const dependsOn = openKeys(match, replay, again);
    return dependsOn.length === 0 ? [] : [{ policy, match: { ...match, dependsOn } }];
  });
}

/**
 * A key that is known to be absent may settle what another one leaves open. So may one that AWS looks at or not, if the statement is decided
 * either way and comes out the same; as long as something else is unknown, that it matches neither way says nothing.
 */
function openKeys(
  { dependsOn }: StatementMatch,
  { isAbsent, unreliable }: Replay,
  again: (more: readonly ContextEntry[]) => StatementMatch,
): readonly string[] {
  const absent = dependsOn.filter(isAbsent).map((key): ContextEntry => ({ key, type: 'string', values: [] }));
  const without = absent.length === 0 ? { dependsOn, matches: null } : again(absent);
  const named = new Set(without.dependsOn.map((key) => key.toLowerCase()));
  const perhaps = unreliable.filter(({ key }) => named.has(key.toLowerCase()));
  if (perhaps.length === 0) return without.dependsOn;
  const looked = again([...absent, ...perhaps]);
  const ignored = again([...absent, ...perhaps.map((entry) => ({ ...entry, values: [] }))]);
  const isOpen = [looked, ignored].map((match) => match.dependsOn.length > 0);
  if (isOpen.every((open) => !open)) return looked.matches === ignored.matches ? [] : without.dependsOn;
  return isOpen.every((open) => open) ? [...new Set([...looked.dependsOn, ...ignored.dependsOn])] : without.dependsOn;
}
