/** Entities in the SDK's shapes. Lists leave out tags and boundaries, as AWS does. */
import type { AttachedPermissionsBoundary, Group, Policy, Role, Tag, User } from '@aws-sdk/client-iam';
import type { ManagedPolicy } from '../../account/account.ts';
import type { LocalGroup, LocalRole, LocalState, LocalUser } from '../state/state.ts';

/** RFC 3986: encodeURIComponent leaves five characters that IAM encodes too. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const boundaryOf = (arn: string | null): AttachedPermissionsBoundary | undefined =>
  arn === null ? undefined : { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: arn };

export const listedUser = ({ name, id, arn, path, createdAt }: LocalUser): User => ({
  UserName: name,
  UserId: id,
  Arn: arn,
  Path: path,
  CreateDate: new Date(createdAt),
});

export const wholeUser = (user: LocalUser): User => ({
  ...listedUser(user),
  PermissionsBoundary: boundaryOf(user.boundaryArn),
  Tags: tagList(user.tags),
});

export const wholeGroup = ({ name, id, arn, path, createdAt }: LocalGroup): Group => ({
  GroupName: name,
  GroupId: id,
  Arn: arn,
  Path: path,
  CreateDate: new Date(createdAt),
});

export const listedRole = ({ name, id, arn, path, createdAt, trust }: LocalRole): Role => ({
  RoleName: name,
  RoleId: id,
  Arn: arn,
  Path: path,
  CreateDate: new Date(createdAt),
  AssumeRolePolicyDocument: encoded(trust.text),
  MaxSessionDuration: 3600,
});

export const wholeRole = (role: LocalRole): Role => ({
  ...listedRole(role),
  PermissionsBoundary: boundaryOf(role.boundaryArn),
  Tags: tagList(role.tags),
  RoleLastUsed: {},
});

export function attachmentCount(state: LocalState, arn: string): number {
  const holders = [...state.users.values(), ...state.groups.values(), ...state.roles.values()];
  return holders.filter(({ attached }) => attached.includes(arn)).length;
}

function boundaryCount(state: LocalState, arn: string): number {
  return [...state.users.values(), ...state.roles.values()].filter(({ boundaryArn }) => boundaryArn === arn).length;
}

export const listedPolicy = (state: LocalState, policy: ManagedPolicy): Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.version,
  AttachmentCount: attachmentCount(state, policy.arn),
  PermissionsBoundaryUsageCount: boundaryCount(state, policy.arn),
  IsAttachable: true,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.updatedAt),
});
