/**
 * Evaluates policies against one request, and says of each statement which part matched and which did not.
 * Source: IAM user guide, "IAM JSON policy elements reference" and "Policy evaluation logic".
 */

import { conditionHolds, type RequestContext, requestContext, variablesOf } from './condition/condition.ts';
import type { ContextEntry } from './context-entry.ts';
import type { Condition, PolicyDocument, Statement } from './document.ts';
import { coversAction, type Variables } from './pattern.ts';
import { coversResource } from './resource-pattern.ts';
import type { SourcedPolicy } from './sourced-policy.ts';
import { conditionOutcomes, resourceOutcomes } from './unknown-keys.ts';

export { type ServiceTrust, trustsService } from './trust.ts';

export interface AccessRequest {
  /** `iam:PassRole`; compared without case. */
  readonly action: string;
  /** An ARN, or `*` for actions that have no resource. */
  readonly resource: string;
  /** Keys compare without case. A key that is not listed is absent but unknown; one listed without values is known to be absent. */
  readonly context: readonly ContextEntry[];
}

export interface PartMatch {
  readonly matches: boolean;
  /** NotAction, NotResource. */
  readonly not: boolean;
  readonly patterns: readonly string[];
  /** The first pattern that matched; for a Not element, the one that excluded the request. */
  readonly by: string | null;
}

export interface ConditionMatch {
  readonly condition: Condition;
  readonly matches: boolean;
  /** Null: the key is absent. */
  readonly actual: readonly string[] | null;
}

/** Which parts of a statement matched. */
export interface StatementParts {
  readonly statement: Statement;
  /** Place in its document, from 0. */
  readonly index: number;
  readonly matches: boolean;
  readonly action: PartMatch;
  readonly resource: PartMatch;
  readonly conditions: readonly ConditionMatch[];
}

export interface StatementMatch extends StatementParts {
  /**
   * Unlisted keys, as the policy writes them, on whose values it depends whether the statement matches. Empty: it is decided, whatever
   * they are. Keys of variables count too.
   */
  readonly dependsOn: readonly string[];
}

export interface StatementInPolicy {
  readonly policy: SourcedPolicy;
  readonly match: StatementMatch;
}

export interface Evaluation {
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
  readonly denies: readonly StatementInPolicy[];
  readonly allows: readonly StatementInPolicy[];
  /** Statements whose `dependsOn` is not empty; those that match as things stand are in `denies` or `allows` as well. */
  readonly undecided: readonly StatementInPolicy[];
}

function partMatch(element: Statement['actions'], covers: (pattern: string) => boolean): PartMatch {
  const by = element.patterns.find(covers) ?? null;
  return { matches: (by !== null) !== element.not, not: element.not, patterns: element.patterns, by };
}

function resourceMatch(statement: Statement, resource: string, variables: Variables): PartMatch {
  if (statement.resources === null) return { matches: true, not: false, patterns: [], by: null };
  return partMatch(statement.resources, (pattern) => coversResource(pattern, resource, variables));
}

function conditionMatch(condition: Condition, context: RequestContext, variables: Variables): ConditionMatch {
  const values = context.get(condition.key.toLowerCase());
  const actual = values === undefined || values.length === 0 ? null : values;
  return { condition, matches: conditionHolds(condition, actual, variables), actual };
}

/** A request as the statements of documents of one version see it. */
interface Prepared {
  readonly request: AccessRequest;
  readonly context: RequestContext;
  readonly version: PolicyDocument['version'];
  readonly variables: Variables;
}

function prepare(request: AccessRequest, version: PolicyDocument['version'], context: RequestContext): Prepared {
  return { request, context, version, variables: variablesOf(version, context) };
}

function matchParts(statement: Statement, index: number, { request, context, variables }: Prepared): StatementParts {
  const action = partMatch(statement.actions, (pattern) => coversAction(pattern, request.action));
  const resource = resourceMatch(statement, request.resource, variables);
  const conditions = statement.conditions.map((condition) => conditionMatch(condition, context, variables));
  const matches = action.matches && resource.matches && conditions.every((condition) => condition.matches);
  return { statement, index, matches, action, resource, conditions };
}

/** What is decided comes first: one part that cannot match leaves nothing open, and most statements have one. */
function openKeys({ action, resource, conditions }: StatementParts, { request, context, version }: Prepared): string[] {
  const isFixed = ({ condition }: ConditionMatch): boolean =>
    context.has(condition.key.toLowerCase()) && !condition.values.some((value) => value.includes('$'));
  const hasVariables = resource.patterns.some((pattern) => pattern.includes('$'));
  if (!action.matches || (!hasVariables && !resource.matches)) return [];
  if (conditions.some((condition) => !condition.matches && isFixed(condition))) return [];

  const asked = { version, context };
  const parts = conditions.filter((match) => !isFixed(match)).map((match) => conditionOutcomes(match.condition, asked));
  if (hasVariables) parts.push(resourceOutcomes(resource.patterns, resource.not, request.resource, asked));
  if (!parts.every((part) => part.canMatch)) return [];
  const keys = parts.filter((part) => part.canMiss).flatMap((part) => part.keys);
  return [...new Map(keys.map((key) => [key.toLowerCase(), key])).values()];
}

function match(statement: Statement, index: number, prepared: Prepared): StatementMatch {
  const parts = matchParts(statement, index, prepared);
  return { ...parts, dependsOn: openKeys(parts, prepared) };
}

/**
 * Whether the statement applies to the request. Its principals are not looked at: an identity-based policy has none, for a trust policy
 * see `trustsService`. `version` is its document's; in `2008-10-17` a variable is plain text.
 * Throws for a condition operator that `parsePolicyDocument` would not have let through.
 */
export function evaluateStatement(
  statement: Statement,
  index: number,
  request: AccessRequest,
  version: PolicyDocument['version'] = '2012-10-17',
): StatementMatch {
  return match(statement, index, prepare(request, version, requestContext(request.context)));
}

/** Every statement of the policies, looked at part by part; what it may depend on is left out, which is the dearer half. */
export function* eachStatement(
  policies: readonly SourcedPolicy[],
  request: AccessRequest,
): Generator<{ readonly policy: SourcedPolicy; readonly match: StatementParts }> {
  const context = requestContext(request.context);
  for (const policy of policies) {
    const prepared = prepare(request, policy.document.version, context);
    for (const [index, statement] of policy.document.statements.entries())
      yield { policy, match: matchParts(statement, index, prepared) };
  }
}

/**
 * The decision of identity-based policies alone, with unlisted keys taken as absent: a matching Deny wins, then a matching Allow, else the
 * request is implicitly denied. A boundary, a session policy, an SCP or an RCP is evaluated by a call of its own.
 */
export function evaluate(policies: readonly SourcedPolicy[], request: AccessRequest): Evaluation {
  const context = requestContext(request.context);
  const all = policies.flatMap((policy) => {
    const prepared = prepare(request, policy.document.version, context);
    return policy.document.statements.map((statement, index) => ({ policy, match: match(statement, index, prepared) }));
  });
  const matching = all.filter(({ match }) => match.matches);
  const denies = matching.filter(({ match }) => match.statement.effect === 'Deny');
  const allows = matching.filter(({ match }) => match.statement.effect === 'Allow');
  const decision = denies.length > 0 ? 'explicitDeny' : allows.length > 0 ? 'allowed' : 'implicitDeny';
  return { decision, denies, allows, undecided: all.filter(({ match }) => match.dependsOn.length > 0) };
}
