/**
 * AWS's policy simulator, one role ARN a call. Source: API reference of SimulatePrincipalPolicy. The decision is read from
 * ResourceSpecificResults: the top-level one may be an aggregate.
 */
import {
  type EvaluationResult,
  type IAMClient,
  type ContextEntry as IamContextEntry,
  paginateSimulatePrincipalPolicy,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Found, Simulation } from '../../core/account/evidence.ts';
import type { SimulationRequest } from '../../core/diagnosis/diagnosis.ts';
import type { ContextEntry } from '../../core/policy/context-entry.ts';
import { ask } from '../aws/answer.ts';

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

const contextEntries = (context: readonly ContextEntry[]): IamContextEntry[] =>
  context.map(({ key, type, values }) => ({
    ContextKeyName: key,
    ContextKeyType: type,
    ContextKeyValues: [...values],
  }));

export function simulatePassRole(client: IAMClient, request: SimulationRequest): Promise<Found<Simulation>> {
  return ask(`the simulation of iam:PassRole for ${request.principalArn}`, async () => {
    const { EvaluationResults } = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: request.principalArn,
        ActionNames: ['iam:PassRole'],
        ResourceArns: [request.roleArn],
        ContextEntries: contextEntries(request.context),
        ...(request.added.length === 0 ? {} : { PolicyInputList: [...request.added] }),
        ...(request.boundary === null ? {} : { PermissionsBoundaryPolicyInputList: [request.boundary] }),
      }),
    );
    return simulationOf(EvaluationResults?.[0], request);
  });
}

/** Without resources, `*` is simulated. An action without an answer is a broken world: to leave it out would read as "not allowed". */
export function simulateOnEverything(
  client: IAMClient,
  principalArn: string,
  actions: readonly string[],
  context: readonly ContextEntry[],
): Promise<Found<readonly string[]>> {
  return ask(`the simulation of far-reaching actions for ${principalArn}`, async () => {
    const input = {
      PolicySourceArn: principalArn,
      ActionNames: [...actions],
      ContextEntries: contextEntries(context),
      // The most there is; without it a hundred answers make a page, and each page is a call that waits for the one before.
      MaxItems: 1000,
    };
    const decisions = new Map<string, string>();
    for await (const page of paginateSimulatePrincipalPolicy({ client }, input)) {
      for (const { EvalActionName, EvalDecision } of page.EvaluationResults ?? [])
        decisions.set(EvalActionName?.toLowerCase() ?? '', EvalDecision ?? '');
    }
    return actions.filter((action) => {
      const decision = decisions.get(action.toLowerCase());
      if (decision === undefined) throw new Error(`AWS's simulator answered nothing for ${action}.`);
      return decision === 'allowed';
    });
  });
}
