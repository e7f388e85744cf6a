/** GetAccountAuthorizationDetails: users, groups, roles and policies in one list, cut into pages. */
import type {
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import type { ManagedPolicy } from '../../account/account.ts';
import { type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import type { LocalHolder } from '../state/holders.ts';
import type { LocalGroup, LocalRole, LocalState, LocalUser } from '../state/state.ts';
import { accountNeed } from './arns.ts';
import { attachedPolicy } from './attached-policies.ts';
import { encoded, listedPolicy, listedRole, listedUser, wholeGroup, wholeRole, wholeUser } from './shapes.ts';

const inline = ({ inline: policies }: LocalHolder): PolicyDetail[] =>
  [...policies.values()].map(({ name, text }) => ({ PolicyName: name, PolicyDocument: encoded(text) }));

const attached = (state: LocalState, holder: LocalHolder) => holder.attached.map((arn) => attachedPolicy(state, arn));

function userDetail(state: LocalState, user: LocalUser): UserDetail {
  const { PermissionsBoundary, Tags } = wholeUser(user);
  return {
    ...listedUser(user),
    UserPolicyList: inline(user),
    GroupList: [...user.groups],
    AttachedManagedPolicies: attached(state, user),
    PermissionsBoundary,
    Tags,
  };
}

const groupDetail = (state: LocalState, group: LocalGroup): GroupDetail => ({
  ...wholeGroup(group),
  GroupPolicyList: inline(group),
  AttachedManagedPolicies: attached(state, group),
});

function roleDetail(state: LocalState, role: LocalRole): RoleDetail {
  const { PermissionsBoundary, Tags, RoleLastUsed } = wholeRole(role);
  const { MaxSessionDuration: _, ...listed } = listedRole(role);
  return {
    ...listed,
    InstanceProfileList: [],
    RolePolicyList: inline(role),
    AttachedManagedPolicies: attached(state, role),
    PermissionsBoundary,
    Tags,
    RoleLastUsed,
  };
}

const policyDetail = (state: LocalState, policy: ManagedPolicy): ManagedPolicyDetail => ({
  ...listedPolicy(state, policy),
  PolicyVersionList: [
    {
      VersionId: policy.version,
      IsDefaultVersion: true,
      Document: encoded(policy.text),
      CreateDate: new Date(policy.updatedAt),
    },
  ],
});

type Entry =
  | { readonly kind: 'User'; readonly entity: LocalUser }
  | { readonly kind: 'Group'; readonly entity: LocalGroup }
  | { readonly kind: 'Role'; readonly entity: LocalRole }
  | { readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly entity: ManagedPolicy };

/** AWS's own policies only where they are in use. */
function entries(state: LocalState, filter: readonly EntityType[] | undefined): Entry[] {
  const holders = [...state.users.values(), ...state.groups.values(), ...state.roles.values()];
  const inUse = new Set(holders.flatMap((holder) => holder.attached));
  const all: Entry[] = [
    ...[...state.users.values()].map((entity) => ({ kind: 'User' as const, entity })),
    ...[...state.groups.values()].map((entity) => ({ kind: 'Group' as const, entity })),
    ...[...state.roles.values()].map((entity) => ({ kind: 'Role' as const, entity })),
    ...[...state.policies.values()]
      .filter(({ scope, arn }) => scope === 'Local' || inUse.has(arn))
      .map((entity) => ({ kind: `${entity.scope}ManagedPolicy` as const, entity })),
  ];
  return filter === undefined || filter.length === 0 ? all : all.filter(({ kind }) => filter.includes(kind));
}

export const authorizationDetailsOperations: Operations = {
  GetAccountAuthorizationDetails: operation<
    GetAccountAuthorizationDetailsRequest,
    GetAccountAuthorizationDetailsResponse
  >({
    needs: () => accountNeed('GetAccountAuthorizationDetails'),
    run: (input, { state, pageSize }) => {
      const { items, ...rest } = page(entries(state, input.Filter), input, pageSize);
      return {
        UserDetailList: items.flatMap((item) => (item.kind === 'User' ? userDetail(state, item.entity) : [])),
        GroupDetailList: items.flatMap((item) => (item.kind === 'Group' ? groupDetail(state, item.entity) : [])),
        RoleDetailList: items.flatMap((item) => (item.kind === 'Role' ? roleDetail(state, item.entity) : [])),
        Policies: items.flatMap((item) =>
          item.kind === 'LocalManagedPolicy' || item.kind === 'AWSManagedPolicy'
            ? policyDetail(state, item.entity)
            : [],
        ),
        ...rest,
      };
    },
  }),
};
