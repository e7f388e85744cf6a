import type {
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
} from '@aws-sdk/client-iam';
import type { ManagedPolicy } from '../../account/account.ts';
import type { Need } from '../authorization/authorize.ts';
import { noSuchEntity } from '../aws-error.ts';
import { type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import type { LocalState } from '../state/state.ts';
import { accountNeed } from './arns.ts';
import { attachmentCount, encoded, listedPolicy, tagList } from './shapes.ts';

function policyWithArn({ policies }: LocalState, arn: string): ManagedPolicy {
  const found = policies.get(arn);
  if (found === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return found;
}

const policyNeed = (action: string, arn: string): Need[] => [{ action: `iam:${action}`, resource: arn }];

export const managedPolicyOperations: Operations = {
  GetPolicy: operation<GetPolicyRequest, GetPolicyResponse>({
    needs: ({ PolicyArn }) => policyNeed('GetPolicy', PolicyArn),
    run: ({ PolicyArn }, { state }) => {
      const policy = policyWithArn(state, PolicyArn);
      return {
        Policy: { ...listedPolicy(state, policy), Description: policy.description ?? undefined, Tags: tagList({}) },
      };
    },
  }),

  /** Only the default version is kept. */
  GetPolicyVersion: operation<GetPolicyVersionRequest, GetPolicyVersionResponse>({
    needs: ({ PolicyArn }) => policyNeed('GetPolicyVersion', PolicyArn),
    run: ({ PolicyArn, VersionId }, { state }) => {
      const policy = policyWithArn(state, PolicyArn);
      if (policy.version !== VersionId) {
        throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
      }
      const CreateDate = new Date(policy.updatedAt);
      return { PolicyVersion: { Document: encoded(policy.text), VersionId, IsDefaultVersion: true, CreateDate } };
    },
  }),

  ListPolicies: operation<ListPoliciesRequest, ListPoliciesResponse>({
    needs: () => accountNeed('ListPolicies'),
    run: (input, { state, pageSize }) => {
      const { Scope = 'All', OnlyAttached = false, PathPrefix = '/' } = input;
      const listed = [...state.policies.values()]
        .filter(({ scope, path }) => (Scope === 'All' || scope === Scope) && path.startsWith(PathPrefix))
        .filter(({ arn }) => !OnlyAttached || attachmentCount(state, arn) > 0);
      const { items, ...rest } = page(listed, input, pageSize);
      return { Policies: items.map((policy) => listedPolicy(state, policy)), ...rest };
    },
  }),
};
