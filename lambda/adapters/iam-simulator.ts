/**
 * AWS's policy simulator, one role ARN a call. Source: API reference of SimulatePrincipalPolicy. The decision is read from
 * ResourceSpecificResults: the top-level one may be an aggregate.
 */
import { type EvaluationResult, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { SimulationRequest } from '../core/diagnosis.ts';
import type { Found, Simulation } from '../core/evidence.ts';
import { ask } from './aws-answer.ts';

const decisions: readonly Simulation['decision'][] = ['allowed', 'implicitDeny', 'explicitDeny'];

function simulationOf(result: EvaluationResult | undefined, request: SimulationRequest): Simulation {
  const specific = result?.ResourceSpecificResults?.find(
    ({ EvalResourceName }) => EvalResourceName === request.roleArn,
  );
  const stated = specific?.EvalResourceDecision ?? result?.EvalDecision;
  const decision = decisions.find((known) => known === stated);
  if (decision === undefined)
    throw new Error(`AWS's simulator answered ${stated ?? 'without a decision'}, which is not known here.`);
  const matched = specific?.MatchedStatements ?? result?.MatchedStatements ?? [];
  return {
    decision,
    matched: matched.map(({ SourcePolicyId, SourcePolicyType, StartPosition, EndPosition }) => ({
      policyId: SourcePolicyId ?? '',
      policyType: SourcePolicyType ?? '',
      startLine: StartPosition?.Line ?? null,
      endLine: EndPosition?.Line ?? null,
    })),
    missingContext: specific?.MissingContextValues ?? result?.MissingContextValues ?? [],
    allowedByOrganizations: result?.OrganizationsDecisionDetail?.AllowedByOrganizations ?? null,
    allowedByBoundary:
      (specific?.PermissionsBoundaryDecisionDetail ?? result?.PermissionsBoundaryDecisionDetail)
        ?.AllowedByPermissionsBoundary ?? null,
    context: request.context,
  };
}

export function simulatePassRole(client: IAMClient, request: SimulationRequest): Promise<Found<Simulation>> {
  return ask(`the simulation of iam:PassRole for ${request.principalArn}`, async () => {
    const { EvaluationResults } = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: request.principalArn,
        ActionNames: ['iam:PassRole'],
        ResourceArns: [request.roleArn],
        ContextEntries: request.context.map(({ key, type, values }) => ({
          ContextKeyName: key,
          ContextKeyType: type,
          ContextKeyValues: [...values],
        })),
        ...(request.added.length === 0 ? {} : { PolicyInputList: [...request.added] }),
        ...(request.boundary === null ? {} : { PermissionsBoundaryPolicyInputList: [request.boundary] }),
      }),
    );
    return simulationOf(EvaluationResults?.[0], request);
  });
}
