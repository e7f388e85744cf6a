/** Put...Policy overwrites by name, silently, as AWS does; Delete...Policy. */
import type {
  DeleteGroupPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  PutGroupPolicyRequest,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam';
import { policySize } from '../../../lambda/core/policy/parse.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { type Operations, operation } from '../operation.ts';
import { type HolderKind, holderNamed, type LocalHolder, refuseProtectedRole, roleNamed } from '../state/holders.ts';
import { holderNeed } from './arns.ts';
import { noInlinePolicy } from './inline-policies.ts';
import { checkPolicyName, identityPolicy } from './policy-grammar.ts';

/** Characters without white space, all inline policies of one holder together. Source: "IAM and AWS STS quotas". */
const quotas: Readonly<Record<HolderKind, number>> = { user: 2048, group: 5120, role: 10240 };

function checkQuota(kind: HolderKind, holder: LocalHolder, name: string, text: string): void {
  const others = [...holder.inline.values()].filter((policy) => policy.name !== name);
  const total = others.reduce((sum, policy) => sum + policySize(policy.text), policySize(text));
  if (total <= quotas[kind]) return;
  throw new AwsError(
    'LimitExceeded',
    `Maximum policy size of ${quotas[kind]} bytes exceeded for ${kind} ${holder.name}`,
    409,
  );
}

function changeable(kind: HolderKind, name: string, { state }: Call): LocalHolder {
  if (kind === 'role') refuseProtectedRole(roleNamed(state, name));
  return holderNamed(state, kind, name);
}

function put(
  kind: HolderKind,
  name: string,
  policy: { PolicyName: string; PolicyDocument: string },
  call: Call,
): object {
  checkPolicyName(policy.PolicyName);
  const holder = changeable(kind, name, call);
  const document = identityPolicy(policy.PolicyDocument);
  checkQuota(kind, holder, policy.PolicyName, policy.PolicyDocument);
  holder.inline.set(policy.PolicyName, { name: policy.PolicyName, text: policy.PolicyDocument, document });
  return {};
}

function remove(kind: HolderKind, name: string, policyName: string, call: Call): object {
  if (!changeable(kind, name, call).inline.delete(policyName)) throw noInlinePolicy(kind, policyName);
  return {};
}

export const writeInlinePolicyOperations: Operations = {
  PutUserPolicy: operation<PutUserPolicyRequest, object>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'PutUserPolicy', 'user', UserName),
    run: (input, call) => put('user', input.UserName, input, call),
  }),
  PutGroupPolicy: operation<PutGroupPolicyRequest, object>({
    needs: ({ GroupName }, { state }) => holderNeed(state, 'PutGroupPolicy', 'group', GroupName),
    run: (input, call) => put('group', input.GroupName, input, call),
  }),
  PutRolePolicy: operation<PutRolePolicyRequest, object>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'PutRolePolicy', 'role', RoleName),
    run: (input, call) => put('role', input.RoleName, input, call),
  }),

  DeleteUserPolicy: operation<DeleteUserPolicyRequest, object>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'DeleteUserPolicy', 'user', UserName),
    run: ({ UserName, PolicyName }, call) => remove('user', UserName, PolicyName, call),
  }),
  DeleteGroupPolicy: operation<DeleteGroupPolicyRequest, object>({
    needs: ({ GroupName }, { state }) => holderNeed(state, 'DeleteGroupPolicy', 'group', GroupName),
    run: ({ GroupName, PolicyName }, call) => remove('group', GroupName, PolicyName, call),
  }),
  DeleteRolePolicy: operation<DeleteRolePolicyRequest, object>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'DeleteRolePolicy', 'role', RoleName),
    run: ({ RoleName, PolicyName }, call) => remove('role', RoleName, PolicyName, call),
  }),
};
