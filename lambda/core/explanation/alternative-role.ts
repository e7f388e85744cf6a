/**
 * For a team that renamed a convention: a role name or path that a managed policy of the principal covers already, as AWS's own
 * AWSGlueConsoleFullAccess does for AWSGlueServiceRole*. A role cannot be renamed, so it is a way out for a new role only.
 */

import type { Principal } from '../account/evidence.ts';
import { type IamEntity, parseRoleArn } from '../iam/arn.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import { type AccessRequest, evaluate, evaluateStatement, type StatementInPolicy } from '../policy/evaluate.ts';
import { coversResource } from '../policy/resource-pattern.ts';
import type { SourcedPolicy } from '../policy/sourced-policy.ts';
import { heldWords } from './near-miss-sentence.ts';

/** Characters. Source: IAM user guide, "IAM and AWS STS quotas". */
const LONGEST_NAME = 64;

/** What follows `role/` in a pattern that ends in its only wildcard: `AWSGlueServiceRole`, `service-role/`, `data/etl-`. */
const prefixIn = (pattern: string): string | null =>
  /^arn:[^:]*:iam:[^:]*:[^:]*:role\/([^*?$]+)\*$/.exec(pattern)?.[1] ?? null;

function pathAndNameBy(prefix: string, { name }: IamEntity): string {
  const at = prefix.lastIndexOf('/') + 1;
  const begin = prefix.slice(at);
  const joined = /(^|[-_.+=,@])$/.test(begin) ? `${begin}${name}` : `${begin}-${name}`;
  return `${prefix.slice(0, at)}${name.startsWith(begin) ? name : joined}`;
}

/** The Denies alone: what allows the other role is known already, and most statements are Allows. */
const denying = (layer: readonly SourcedPolicy[]): readonly SourcedPolicy[] =>
  layer.flatMap((policy) => {
    const statements = policy.document.statements.filter(({ effect }) => effect === 'Deny');
    return statements.length === 0 ? [] : [{ ...policy, document: { ...policy.document, statements } }];
  });

/** A Deny comes to bear, or may, on the other role's name alone. */
function isDenied(layer: readonly SourcedPolicy[], asked: AccessRequest, other: string): boolean {
  const denies = denying(layer);
  const { decision, undecided } = evaluate(denies, { ...asked, resource: other });
  if (decision === 'explicitDeny') return true;
  if (undecided.length === 0) return false;
  const before = evaluate(denies, asked).undecided;
  const isKnown = ({ policy, match }: StatementInPolicy): boolean =>
    before.some((known) => known.policy === policy && known.match.index === match.index);
  return !undecided.every(isKnown);
}

/** Nothing refuses the other role: neither a Deny nor the boundary. */
function isAllowed({ policies, boundaryArn, boundary }: Bounded, asked: AccessRequest, other: string): boolean {
  if (isDenied(policies, asked, other)) return false;
  if (boundaryArn === null && boundary === null) return true;
  if (boundary?.kind !== 'found') return false;
  const layer = [boundary.value];
  return evaluate(layer, { ...asked, resource: other }).decision === 'allowed' && !isDenied(layer, asked, other);
}

type Bounded = Pick<Principal, 'policies' | 'boundaryArn' | 'boundary'>;

/** One sentence; null where no managed policy allows passing other role names to this service in this request. */
export function alternativeName(principal: Bounded, roleArn: string, context: readonly ContextEntry[]): string | null {
  const role = parseRoleArn(roleArn);
  if (role === null) return null;
  const request = { action: 'iam:PassRole', resource: roleArn, context };
  for (const policy of principal.policies.filter(({ source }) => source.kind !== 'inline')) {
    for (const [index, statement] of policy.document.statements.entries()) {
      const { action, resource, conditions } = evaluateStatement(statement, index, request, policy.document.version);
      const isNamesOnly = action.matches && !resource.matches && conditions.every(({ matches }) => matches);
      if (statement.effect !== 'Allow' || !isNamesOnly || resource.not) continue;
      for (const pattern of resource.patterns) {
        const prefix = prefixIn(pattern);
        const other = prefix === null ? null : pathAndNameBy(prefix, role);
        if (other === null || (other.split('/').at(-1) ?? '').length > LONGEST_NAME) continue;
        const otherArn = `arn:${role.partition}:iam::${role.account}:role/${other}`;
        if (!coversResource(pattern, otherArn, null) || !isAllowed(principal, request, otherArn)) continue;
        return `Another way: a new role named ${other} would be covered already, by ${heldWords(policy.source)}.`;
      }
    }
  }
  return null;
}
