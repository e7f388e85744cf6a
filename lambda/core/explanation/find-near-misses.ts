/** Why broad access was not enough: each Allow that speaks of PassRole, or of the role, and the part of it that missed. */

import type { Principal } from '../account/evidence.ts';
import { parseRoleArn } from '../iam/arn.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import { eachStatement, type StatementParts } from '../policy/evaluate.ts';
import type { PolicySource, SourcedPolicy } from '../policy/sourced-policy.ts';
import type { Missed, NearMiss } from './near-miss.ts';
import { couldNameRole, heldWords, isAlmostPassRole, nearMissSentence } from './near-miss-sentence.ts';

/** More than this many help nobody, and a case must fit its record. */
const MOST = 25;

function namesRole({ resource }: StatementParts, roleName: string): boolean {
  return !resource.not && resource.patterns.some((pattern) => pattern.includes(`/${roleName}`));
}

function isNear(match: StatementParts, roleName: string): boolean {
  const { statement, action, resource } = match;
  if (statement.effect !== 'Allow' || match.matches) return false;
  // Misspelt, it may be on other roles too: then two parts missed.
  if (!action.matches && !action.not && action.patterns.some(isAlmostPassRole))
    return resource.not || resource.patterns.some(couldNameRole);
  // Everything but IAM, as PowerUserAccess has it, looks as if PassRole were in it.
  if (!action.matches) return resource.matches && (action.not || namesRole(match, roleName));
  const isAboutPassing = /^iam:p/i.test(action.by ?? '');
  return resource.not || isAboutPassing || resource.patterns.some(couldNameRole);
}

function missedParts({ action, resource, conditions }: StatementParts): Missed[] {
  const missed: Missed[] = [];
  if (!action.matches) missed.push({ part: 'action', not: action.not, patterns: action.patterns });
  if (!resource.matches) missed.push({ part: 'resource', not: resource.not, patterns: resource.patterns });
  for (const { condition, matches, actual } of conditions) {
    if (!matches) missed.push({ part: 'condition', ...condition, actual });
  }
  return missed;
}

/** Nearest first, by how many parts missed, then as read. At most 25. */
export const findNearMisses = (
  { policies }: Pick<Principal, 'policies'>,
  roleArn: string,
  context: readonly ContextEntry[],
): NearMiss[] => nearMissesIn(policies, roleArn, context, heldWords);

/** `where`: in which words a policy is named. */
export function nearMissesIn(
  policies: readonly SourcedPolicy[],
  roleArn: string,
  context: readonly ContextEntry[],
  where: (source: PolicySource) => string,
): NearMiss[] {
  const roleName = parseRoleArn(roleArn)?.name ?? roleArn;
  const request = { action: 'iam:PassRole', resource: roleArn, context };
  return [...eachStatement(policies, request)]
    .filter(({ match }) => isNear(match, roleName))
    .map(({ policy: { source: policy }, match }) => ({ policy, match, missed: missedParts(match) }))
    .sort((a, b) => a.missed.length - b.missed.length)
    .slice(0, MOST)
    .map(({ policy, match, missed }) => {
      const sentence = nearMissSentence(where(policy), missed, roleArn);
      return { policy, sid: match.statement.sid, statement: match.index, missed, sentence };
    });
}
