/** Reading inline policies of the three holders. Writing them: write-inline-policies.ts. */
import type {
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListGroupPoliciesRequest,
  ListGroupPoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
} from '@aws-sdk/client-iam';
import { noSuchEntity } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { type Operations, operation } from '../operation.ts';
import { type PageRequest, page } from '../pages.ts';
import { type HolderKind, holderNamed } from '../state/holders.ts';
import { holderNeed } from './arns.ts';
import { encoded } from './shapes.ts';

export const noInlinePolicy = (kind: HolderKind, name: string) =>
  noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);

function document(kind: HolderKind, holder: string, policyName: string, { state }: Call): string {
  const found = holderNamed(state, kind, holder).inline.get(policyName);
  if (found === undefined) throw noInlinePolicy(kind, policyName);
  return encoded(found.text);
}

function names(kind: HolderKind, holder: string, input: PageRequest, { state, pageSize }: Call) {
  const { items, ...rest } = page([...holderNamed(state, kind, holder).inline.keys()], input, pageSize);
  return { PolicyNames: [...items], ...rest };
}

export const inlinePolicyOperations: Operations = {
  GetUserPolicy: operation<GetUserPolicyRequest, GetUserPolicyResponse>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'GetUserPolicy', 'user', UserName),
    run: ({ UserName, PolicyName }, call) => ({
      UserName,
      PolicyName,
      PolicyDocument: document('user', UserName, PolicyName, call),
    }),
  }),
  GetGroupPolicy: operation<GetGroupPolicyRequest, GetGroupPolicyResponse>({
    needs: ({ GroupName }, { state }) => holderNeed(state, 'GetGroupPolicy', 'group', GroupName),
    run: ({ GroupName, PolicyName }, call) => ({
      GroupName,
      PolicyName,
      PolicyDocument: document('group', GroupName, PolicyName, call),
    }),
  }),
  GetRolePolicy: operation<GetRolePolicyRequest, GetRolePolicyResponse>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'GetRolePolicy', 'role', RoleName),
    run: ({ RoleName, PolicyName }, call) => ({
      RoleName,
      PolicyName,
      PolicyDocument: document('role', RoleName, PolicyName, call),
    }),
  }),

  ListUserPolicies: operation<ListUserPoliciesRequest, ListUserPoliciesResponse>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'ListUserPolicies', 'user', UserName),
    run: (input, call) => names('user', input.UserName, input, call),
  }),
  ListGroupPolicies: operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse>({
    needs: ({ GroupName }, { state }) => holderNeed(state, 'ListGroupPolicies', 'group', GroupName),
    run: (input, call) => names('group', input.GroupName, input, call),
  }),
  ListRolePolicies: operation<ListRolePoliciesRequest, ListRolePoliciesResponse>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'ListRolePolicies', 'role', RoleName),
    run: (input, call) => names('role', input.RoleName, input, call),
  }),
};
