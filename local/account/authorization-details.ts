/**
 * The output of `aws iam get-account-authorization-details`, so that people can replay their own account. Keys that are not needed are
 * left alone: AWS may add some. `jobs` and `region` may be written in by hand; the output has neither.
 */
import * as z from 'zod/mini';
import type { AccountId } from '../../lambda/core/iam/arn.ts';
import { isAccountId, splitArn } from '../../lambda/core/iam/arn.ts';
import type { Draft, DraftEntity, DraftPolicy, DraftRole, DraftUser, Reference } from './draft.ts';
import { draftJob, jobShape } from './job-file.ts';

const attached = z.optional(z.array(z.looseObject({ PolicyArn: z.string() })));
const inline = z.optional(z.array(z.looseObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })));
const tags = z.optional(z.array(z.looseObject({ Key: z.string(), Value: z.string() })));
const boundary = z.optional(z.looseObject({ PermissionsBoundaryArn: z.string() }));
const common = {
  Arn: z.string(),
  Path: z.string(),
  CreateDate: z.optional(z.string()),
  AttachedManagedPolicies: attached,
};

const userDetail = z.looseObject({
  ...common,
  UserName: z.string(),
  UserId: z.string(),
  UserPolicyList: inline,
  GroupList: z.optional(z.array(z.string())),
  PermissionsBoundary: boundary,
  Tags: tags,
});
const groupDetail = z.looseObject({ ...common, GroupName: z.string(), GroupId: z.string(), GroupPolicyList: inline });
const roleDetail = z.looseObject({
  ...common,
  RoleName: z.string(),
  RoleId: z.string(),
  AssumeRolePolicyDocument: z.unknown(),
  RolePolicyList: inline,
  PermissionsBoundary: boundary,
  Tags: tags,
});
const policyVersion = z.looseObject({
  Document: z.unknown(),
  VersionId: z.string(),
  IsDefaultVersion: z.optional(z.boolean()),
});
const policyDetail = z.looseObject({
  PolicyName: z.string(),
  PolicyId: z.optional(z.string()),
  Arn: z.string(),
  Path: z.string(),
  CreateDate: z.optional(z.string()),
  PolicyVersionList: z.array(policyVersion),
});

export const authorizationDetails = z.looseObject({
  UserDetailList: z.array(userDetail),
  GroupDetailList: z.array(groupDetail),
  RoleDetailList: z.array(roleDetail),
  Policies: z.array(policyDetail),
  IsTruncated: z.optional(z.boolean()),
  region: z.optional(z.string()),
  jobs: z.optional(z.record(z.string(), z.strictObject(jobShape))),
});
type AuthorizationDetails = z.infer<typeof authorizationDetails>;

const references = (at: string, list: z.infer<typeof attached>): Reference[] =>
  (list ?? []).map(({ PolicyArn }, index) => ({ to: PolicyArn, at: `${at}.AttachedManagedPolicies.${index}` }));

function entity(
  at: string,
  names: { readonly name: string; readonly id: string },
  from: { Path: string; CreateDate?: string | undefined; AttachedManagedPolicies?: z.infer<typeof attached> },
  policies: readonly [string, z.infer<typeof inline>],
): DraftEntity {
  const [list, found] = policies;
  return {
    at,
    ...names,
    path: from.Path,
    createdAt: from.CreateDate ?? null,
    managed: references(at, from.AttachedManagedPolicies),
    inline: (found ?? []).map(({ PolicyName, PolicyDocument }, index) => ({
      name: PolicyName,
      source: PolicyDocument,
      at: `${at}.${list}.${index}.PolicyDocument`,
    })),
  };
}

const tagsOf = (found: z.infer<typeof tags>): Record<string, string> =>
  Object.fromEntries((found ?? []).map(({ Key, Value }) => [Key, Value]));

const boundaryOf = (at: string, found: z.infer<typeof boundary>): Reference | null =>
  found === undefined ? null : { to: found.PermissionsBoundaryArn, at: `${at}.PermissionsBoundary` };

function user(found: z.infer<typeof userDetail>, index: number): DraftUser {
  const at = `UserDetailList.${index}`;
  return {
    ...entity(at, { name: found.UserName, id: found.UserId }, found, ['UserPolicyList', found.UserPolicyList]),
    groups: (found.GroupList ?? []).map((to, place) => ({ to, at: `${at}.GroupList.${place}` })),
    boundary: boundaryOf(at, found.PermissionsBoundary),
    tags: tagsOf(found.Tags),
    accessKeyIds: [],
  };
}

function role(found: z.infer<typeof roleDetail>, index: number): DraftRole {
  const at = `RoleDetailList.${index}`;
  return {
    ...entity(at, { name: found.RoleName, id: found.RoleId }, found, ['RolePolicyList', found.RolePolicyList]),
    trust: { at: `${at}.AssumeRolePolicyDocument`, source: found.AssumeRolePolicyDocument },
    boundary: boundaryOf(at, found.PermissionsBoundary),
    tags: tagsOf(found.Tags),
  };
}

function policy(found: z.infer<typeof policyDetail>, index: number): DraftPolicy {
  const standard =
    found.PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion) ?? found.PolicyVersionList[0];
  return {
    at: `Policies.${index}.PolicyVersionList`,
    name: found.PolicyName,
    path: found.Path,
    arn: found.Arn,
    id: found.PolicyId ?? null,
    version: standard?.VersionId ?? 'v1',
    createdAt: found.CreateDate ?? null,
    source: standard?.Document,
  };
}

const holders = (details: AuthorizationDetails) => [
  ...details.UserDetailList,
  ...details.GroupDetailList,
  ...details.RoleDetailList,
];

/** Account and partition, from the first user, group or role. Null: there is none, or its ARN is not one. */
export function ownerOf(
  details: AuthorizationDetails,
): { readonly accountId: AccountId; readonly partition: string } | null {
  const arn = splitArn(holders(details)[0]?.Arn ?? '');
  return arn === null || !isAccountId(arn.account) ? null : { accountId: arn.account, partition: arn.partition };
}

export function draftFromDetails(
  details: AuthorizationDetails,
  owner: { readonly accountId: AccountId; readonly partition: string; readonly region: string },
): Draft {
  return {
    ...owner,
    users: details.UserDetailList.map(user),
    groups: details.GroupDetailList.map((found, index) =>
      entity(`GroupDetailList.${index}`, { name: found.GroupName, id: found.GroupId }, found, [
        'GroupPolicyList',
        found.GroupPolicyList,
      ]),
    ),
    roles: details.RoleDetailList.map(role),
    policies: details.Policies.map(policy),
    jobs: Object.entries(details.jobs ?? {}).map(([name, job]) => draftJob(name, job)),
    organization: null,
  };
}
