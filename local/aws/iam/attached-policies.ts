/** ListAttached...Policies of the three holders: the same thing under three names. */
import type {
  AttachedPolicy,
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
} from '@aws-sdk/client-iam';
import type { Call } from '../call.ts';
import { type Operations, operation } from '../operation.ts';
import { type PageRequest, page } from '../pages.ts';
import { type HolderKind, holderNamed } from '../state/holders.ts';
import type { LocalState } from '../state/state.ts';
import { holderNeed } from './arns.ts';

export const attachedPolicy = ({ policies }: LocalState, arn: string): AttachedPolicy => ({
  PolicyName: policies.get(arn)?.name ?? arn.slice(arn.lastIndexOf('/') + 1),
  PolicyArn: arn,
});

function attachedTo(
  kind: HolderKind,
  name: string,
  input: PageRequest & { PathPrefix?: string | undefined },
  call: Call,
) {
  const { state, pageSize } = call;
  const under = holderNamed(state, kind, name).attached.filter((arn) =>
    (state.policies.get(arn)?.path ?? '/').startsWith(input.PathPrefix ?? '/'),
  );
  const { items, ...rest } = page(under, input, pageSize);
  return { AttachedPolicies: items.map((arn) => attachedPolicy(state, arn)), ...rest };
}

export const attachedPolicyOperations: Operations = {
  ListAttachedUserPolicies: operation<ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'ListAttachedUserPolicies', 'user', UserName),
    run: (input, call) => attachedTo('user', input.UserName, input, call),
  }),
  ListAttachedGroupPolicies: operation<ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse>({
    needs: ({ GroupName }, { state }) => holderNeed(state, 'ListAttachedGroupPolicies', 'group', GroupName),
    run: (input, call) => attachedTo('group', input.GroupName, input, call),
  }),
  ListAttachedRolePolicies: operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'ListAttachedRolePolicies', 'role', RoleName),
    run: (input, call) => attachedTo('role', input.RoleName, input, call),
  }),
};
