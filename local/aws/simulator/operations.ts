/** The policy simulator of IAM. What it does not look at, AWS's does not either: whether a role exists, and whom it trusts. */
import type {
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { invalidInput } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { accountNeed } from '../iam/arns.ts';
import { type Checked, type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import { serviceControlPolicy } from '../state/policies-of.ts';
import { readContextEntries } from './context-entries.ts';
import { contextKeys, filledIn, missingKeys } from './context-keys.ts';
import { evaluationResult } from './evaluation-result.ts';
import { type PolicyOwner, policyOwner, sentPolicies } from './policy-source.ts';
import { type Simulator, simulateOne } from './simulated.ts';

type SimulationInput = Checked<SimulateCustomPolicyRequest> | Checked<SimulatePrincipalPolicyRequest>;

/** Refused rather than left out in silence: the answer would be another one. */
const notAvailable = [
  'ResourcePolicy',
  'ResourceOwner',
  'CallerArn',
  'ResourceHandlingOption',
  'PolicyExclusionList',
  'OrderedOrganizationPolicyInputList',
];

function checkInput(input: SimulationInput): void {
  const unsupported = notAvailable.find((name) => Object.getOwnPropertyDescriptor(input, name)?.value !== undefined);
  if (unsupported !== undefined) throw invalidInput(`${unsupported} is not available in the local AWS's simulator.`);
  for (const action of input.ActionNames) {
    if (!/^[a-zA-Z0-9-]+:[a-zA-Z0-9]+$/.test(action))
      throw invalidInput(`ActionNames are not in a valid format: ${action}.`);
  }
  for (const resource of input.ResourceArns ?? []) {
    if (resource !== '*' && !/^arn:([^:]*:){4}.+$/.test(resource)) {
      throw invalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`);
    }
  }
}

/** `organization`: the simulator of a principal knows the account's policies, that of loose policies does not. */
function simulate(
  input: SimulationInput,
  owner: PolicyOwner,
  organization: Simulator['organization'],
  call: Call,
): SimulatePolicyResponse {
  checkInput(input);
  const sentBoundary = input.PermissionsBoundaryPolicyInputList ?? [];
  const identity = [...owner.identity, ...sentPolicies('PolicyInputList', input.PolicyInputList ?? [])];
  const boundary =
    sentBoundary.length === 0 ? owner.boundary : sentPolicies('PermissionsBoundaryPolicyInputList', sentBoundary);
  const context = [...filledIn(call.state), ...readContextEntries(input.ContextEntries)];
  const simulator = { identity, boundary, organization, context };
  // "Only context keys referenced by identity-based and resource-based policies appear here": not those of a boundary.
  const missing = missingKeys(
    identity.map(({ policy }) => policy),
    context,
  );
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  const all = input.ActionNames.map((action) => {
    const results = resources.map((resource) => ({ resource, ...simulateOne(simulator, action, resource) }));
    return evaluationResult(action, results, missing);
  });
  const { items, ...rest } = page(all, input, call.pageSize);
  return { EvaluationResults: [...items], ...rest };
}

export const simulatorOperations: Operations = {
  SimulatePrincipalPolicy: operation<SimulatePrincipalPolicyRequest, SimulatePolicyResponse>({
    needs: ({ PolicySourceArn }) => [{ action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn }],
    run: (input, call) => {
      const owner = policyOwner(call.state, input.PolicySourceArn);
      const { organization } = call.state;
      const holder = { kind: 'user', name: input.PolicySourceArn } as const;
      const scps = organization?.serviceControlPolicies.map((policy) => serviceControlPolicy(policy, holder)) ?? null;
      return simulate(input, owner, scps, call);
    },
  }),

  SimulateCustomPolicy: operation<SimulateCustomPolicyRequest, SimulatePolicyResponse>({
    needs: () => accountNeed('SimulateCustomPolicy'),
    run: (input, call) => simulate(input, { identity: [], boundary: null }, null, call),
  }),

  GetContextKeysForPrincipalPolicy: operation<GetContextKeysForPrincipalPolicyRequest, GetContextKeysForPolicyResponse>(
    {
      needs: ({ PolicySourceArn }) => [{ action: 'iam:GetContextKeysForPrincipalPolicy', resource: PolicySourceArn }],
      run: ({ PolicySourceArn, PolicyInputList }, { state }) => {
        const named = [
          ...policyOwner(state, PolicySourceArn).identity,
          ...sentPolicies('PolicyInputList', PolicyInputList ?? []),
        ];
        return { ContextKeyNames: contextKeys(named.map(({ policy }) => policy)) };
      },
    },
  ),
};
