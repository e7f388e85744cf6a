/** One action on one resource. */
import type { Statement } from '@aws-sdk/client-iam';
import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import { evaluate, type StatementInPolicy } from '../../../lambda/core/policy/evaluate.ts';
import type { StoredPolicy } from '../state/policies-of.ts';
import { statementSpans } from './statement-positions.ts';

/** A policy that takes part, with the name the simulator calls it by. */
export interface NamedPolicy {
  readonly policy: StoredPolicy;
  /** `AWSGlueConsoleFullAccess`, `group_GlueAccess_Extra`, `PolicyInputList.1`. */
  readonly id: string;
}

export interface Simulator {
  readonly identity: readonly NamedPolicy[];
  /** Null: there is no boundary. */
  readonly boundary: readonly NamedPolicy[] | null;
  /** Null: the account is in no organization. */
  readonly organization: readonly StoredPolicy[] | null;
  readonly context: readonly ContextEntry[];
}

export type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny';

export interface SimulatedResult {
  readonly decision: Decision;
  readonly matched: readonly Statement[];
  readonly allowedByBoundary: boolean | null;
  readonly allowedByOrganizations: boolean | null;
}

/** What AWS answers today; the values in its API reference (user, group, aws-managed, ...) are not what it sends. */
const IDENTITY = 'IAM Policy';
const BOUNDARY = 'Permissions Boundary Policy';

function matchedStatements(
  found: readonly StatementInPolicy[],
  named: readonly NamedPolicy[],
  type: string,
): Statement[] {
  return found.flatMap(({ policy, match }) => {
    const source = named.find((candidate) => candidate.policy === policy);
    if (source === undefined) return [];
    const span = statementSpans(source.policy.text)[match.index];
    // The SDK's type lists the values of the API reference; the wire carries what AWS sends.
    const SourcePolicyType = type as Statement['SourcePolicyType'];
    return [{ SourcePolicyId: source.id, SourcePolicyType, StartPosition: span?.start, EndPosition: span?.end }];
  });
}

const policiesOf = (named: readonly NamedPolicy[]): StoredPolicy[] => named.map(({ policy }) => policy);

/** "If an Organizations SCP included in the evaluation denies access, the simulation ends": its statements are never shown. */
export function simulateOne(
  { identity, boundary, organization, context }: Simulator,
  action: string,
  resource: string,
): SimulatedResult {
  const request = { action, resource, context };
  const allowedByOrganizations = organization === null ? null : evaluate(organization, request).decision === 'allowed';
  if (allowedByOrganizations === false) {
    return { decision: 'implicitDeny', matched: [], allowedByBoundary: null, allowedByOrganizations };
  }
  const found = evaluate(policiesOf(identity), request);
  const limit = boundary === null ? null : evaluate(policiesOf(boundary), request);
  const allowedByBoundary = limit === null ? null : limit.decision === 'allowed';
  const denies = [
    ...matchedStatements(found.denies, identity, IDENTITY),
    ...matchedStatements(limit?.denies ?? [], boundary ?? [], BOUNDARY),
  ];
  if (denies.length > 0)
    return { decision: 'explicitDeny', matched: denies, allowedByBoundary, allowedByOrganizations };
  if (found.decision !== 'allowed' || allowedByBoundary === false) {
    return { decision: 'implicitDeny', matched: [], allowedByBoundary, allowedByOrganizations };
  }
  return {
    decision: 'allowed',
    matched: matchedStatements(found.allows, identity, IDENTITY),
    allowedByBoundary,
    allowedByOrganizations,
  };
}
