/**
 * One EvaluationResult per action: the top level is the strictest of all resources, the resources follow one by one. Source: the notes
 * in the API reference of EvaluationResult, 2026.
 */
import type { EvaluationResult, ResourceSpecificResult, Statement } from '@aws-sdk/client-iam';
import type { Decision, SimulatedResult } from './simulated.ts';

interface SimulatedResource extends SimulatedResult {
  readonly resource: string;
}

const strictness: readonly Decision[] = ['allowed', 'implicitDeny', 'explicitDeny'];

const hole = (name: string): string => `\${${name}}`;

/** The ARN form of the action's resource. Source: Service Authorization Reference; actions not listed here show `*`. */
function resourceTemplate(action: string): string {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  const inIam = `arn:${hole('Partition')}:iam::${hole('Account')}`;
  if (service === 'iam' && name.includes('role')) return `${inIam}:role/${hole('RoleNameWithPath')}`;
  if (service === 'iam' && name.includes('user')) return `${inIam}:user/${hole('UserNameWithPath')}`;
  if (service === 'iam' && name.includes('group')) return `${inIam}:group/${hole('GroupNameWithPath')}`;
  if (service !== 'glue' || !name.includes('job')) return '*';
  return `arn:${hole('Partition')}:glue:${hole('Region')}:${hole('Account')}:job/${hole('JobName')}`;
}

const organizations = (allowed: boolean | null) => (allowed === null ? undefined : { AllowedByOrganizations: allowed });
const boundary = (allowed: boolean | null) =>
  allowed === null ? undefined : { AllowedByPermissionsBoundary: allowed };

/** Null where nobody said; false where one said no. */
function together(values: readonly (boolean | null)[]): boolean | null {
  const said = values.filter((value) => value !== null);
  return said.length === 0 ? null : said.every((value) => value);
}

function strictest(results: readonly SimulatedResult[]): Decision {
  const worst = Math.max(...results.map(({ decision }) => strictness.indexOf(decision)));
  return strictness[worst] ?? 'implicitDeny';
}

const distinct = (statements: readonly Statement[]): Statement[] => [
  ...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values(),
];

const resourceResult = (result: SimulatedResource, missing: readonly string[]): ResourceSpecificResult => ({
  EvalResourceName: result.resource,
  EvalResourceDecision: result.decision,
  MatchedStatements: [...result.matched],
  MissingContextValues: [...missing],
  PermissionsBoundaryDecisionDetail: boundary(result.allowedByBoundary),
});

/** `results` is never empty; `*` as the only resource means that none was named. */
export function evaluationResult(
  action: string,
  results: readonly SimulatedResource[],
  missing: readonly string[],
): EvaluationResult {
  const decision = strictest(results);
  const deciding = results.filter((result) => result.decision === decision);
  const named = results.length > 1 || results[0]?.resource !== '*';
  return {
    EvalActionName: action,
    EvalResourceName: named ? resourceTemplate(action) : '*',
    EvalDecision: decision,
    MatchedStatements: distinct(deciding.flatMap(({ matched }) => matched)),
    MissingContextValues: [...missing],
    OrganizationsDecisionDetail: organizations(together(results.map((result) => result.allowedByOrganizations))),
    PermissionsBoundaryDecisionDetail: boundary(together(results.map((result) => result.allowedByBoundary))),
    ...(named ? { ResourceSpecificResults: results.map((result) => resourceResult(result, missing)) } : {}),
    // Present and empty within one account, gone when an organization's policy ended the simulation.
    ...(named && results.every((result) => result.allowedByOrganizations !== false) ? { EvalDecisionDetails: {} } : {}),
  };
}
