/**
 * Sentinel actions: what a holder may do that reaches beyond its own job. They are looked for in a role's policies, and AWS's simulator is
 * asked which of them the role, and the one who was refused, may do on everything.
 * Source: pathfinding.cloud glue-005 and glue-006; "Privilege escalation" patterns for IAM; Service Authorization Reference.
 */

/** Each gives its holder more rights than it has: whoever may do one of these on any identity is an administrator. */
export const takeover: readonly string[] = [
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:AttachUserPolicy',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:PutUserPolicy',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:AddUserToGroup',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PutRolePermissionsBoundary',
  'iam:PutUserPermissionsBoundary',
  'iam:UpdateSAMLProvider',
];

/** Each runs code, or sets rights, elsewhere: a sign on whatever it may be done. The last two services: the management account's. */
export const elsewhere: readonly string[] = [
  'lambda:UpdateFunctionCode',
  'cloudformation:CreateStack',
  'cloudformation:UpdateStack',
  'cloudformation:CreateChangeSet',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:CreateStackSet',
  'cloudformation:UpdateStackSet',
  'cloudformation:CreateStackInstances',
  'ssm:SendCommand',
  'ssm:StartSession',
  'organizations:AttachPolicy',
  'organizations:CreatePolicy',
  'organizations:UpdatePolicy',
  'organizations:DetachPolicy',
  'organizations:DeletePolicy',
  'organizations:MoveAccount',
  'organizations:RegisterDelegatedAdministrator',
  'sso:CreateAccountAssignment',
  'sso:PutInlinePolicyToPermissionSet',
  'sso:AttachManagedPolicyToPermissionSet',
  'sso:AttachCustomerManagedPolicyReferenceToPermissionSet',
  'sso:DeletePermissionsBoundaryFromPermissionSet',
];

/** Each is part of many an ordinary job on things of its own, and a sign when it may be done on everything. */
export const onEverything: readonly string[] = [
  'iam:PassRole',
  'sts:AssumeRole',
  'secretsmanager:GetSecretValue',
  'kms:Decrypt',
  's3:GetObject',
  's3:PutObject',
];

/** What the simulator is asked, in one call. */
export const sentinels: readonly string[] = [...takeover, ...onEverything, ...elsewhere];
