/**
 * Sentinel actions: what a holder may do that reaches beyond its own job. They are looked for in a role's policies, and AWS's simulator is
 * asked which of them the role, and the one who was refused, may do on everything.
 * Source: pathfinding.cloud, glue-005 and glue-006 and all that it calls `existing-passrole`; "Privilege escalation" patterns for IAM;
 * Service Authorization Reference, for what each works on. Glue's own are left out: AWSGlueServiceRole, which nearly every role of a job
 * has, allows all of Glue on everything. So is what only lets a role use its own rights in another way (`cloudformation:CreateResource`),
 * or takes somebody's key or second factor away without giving it to anyone.
 */

export interface Sentinel {
  readonly action: string;
  /** What the action works on: `iam:role/?` is an ARN's service and its resource, with `?` for each name; `*`: nothing that has an ARN. */
  readonly things: readonly string[];
}

const on = (things: readonly string[], ...actions: readonly string[]): Sentinel[] =>
  actions.map((action) => ({ action, things }));

export const ROLE = 'iam:role/?';
export const USER = 'iam:user/?';
export const POLICY = 'iam:policy/?';
export const GROUP = 'iam:group/?';

const FUNCTION = 'lambda:function:?';
const STACK = 'cloudformation:stack/?/?';
const STACK_SET = 'cloudformation:stackset/?:?';
const KEY = 'kms:key/?';
const BUCKET = 's3:?';
const OBJECT = 's3:?/?';
const INSTANCE = 'ec2:instance/?';
const MACHINES = ['ssm:document/?', 'ssm:managed-instance/?', INSTANCE];
const ORGANIZATION = [
  'organizations:policy/?/service_control_policy/?',
  'organizations:account/?/?',
  'organizations:ou/?/?',
  'organizations:root/?/?',
];
const PERMISSION_SETS = ['sso:permissionSet/?/?', 'sso:instance/?'];
const DIRECTORY = ['identitystore:identitystore/?', 'identitystore:group/?', 'identitystore:user/?'];

/** Each gives its holder more rights than it has: whoever may do one of these on any identity, or on itself, is an administrator. */
export const takeover: readonly Sentinel[] = [
  ...on([POLICY], 'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'),
  ...on([USER], 'iam:AttachUserPolicy'),
  ...on([GROUP], 'iam:AttachGroupPolicy'),
  ...on([ROLE], 'iam:AttachRolePolicy'),
  ...on([USER], 'iam:PutUserPolicy'),
  ...on([GROUP], 'iam:PutGroupPolicy'),
  ...on([ROLE], 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'),
  ...on([USER], 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile'),
  ...on([GROUP], 'iam:AddUserToGroup'),
  ...on([ROLE], 'iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary'),
  ...on([USER], 'iam:DeleteUserPermissionsBoundary', 'iam:PutUserPermissionsBoundary'),
  ...on(['iam:saml-provider/?'], 'iam:UpdateSAMLProvider'),
];

/**
 * Each runs code, signs people in or sets rights elsewhere: a sign on whatever it may be done, the role itself left out. Those of
 * Organizations and Identity Center are the management account's, except `LeaveOrganization`, which lifts every SCP.
 */
export const elsewhere: readonly Sentinel[] = [
  ...on([ROLE], 'iam:PassRole', 'sts:AssumeRole'),
  ...on(['iam:instance-profile/?'], 'iam:AddRoleToInstanceProfile'),
  ...on(['iam:saml-provider/?'], 'iam:CreateSAMLProvider'),
  ...on(
    ['iam:oidc-provider/?'],
    'iam:CreateOpenIDConnectProvider',
    'iam:UpdateOpenIDConnectProviderThumbprint',
    'iam:AddClientIDToOpenIDConnectProvider',
  ),
  ...on([FUNCTION], 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'),
  ...on(
    [STACK],
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'cloudformation:CreateChangeSet',
    'cloudformation:ExecuteChangeSet',
  ),
  ...on(
    [STACK_SET],
    'cloudformation:CreateStackSet',
    'cloudformation:UpdateStackSet',
    'cloudformation:CreateStackInstances',
    'cloudformation:UpdateStackInstances',
  ),
  ...on(MACHINES, 'ssm:SendCommand', 'ssm:StartSession', 'ssm:CreateAssociation'),
  ...on(['ssm:session/?'], 'ssm:ResumeSession'),
  ...on(['ssm:automation-definition/?:?'], 'ssm:StartAutomationExecution'),
  ...on([INSTANCE], 'ec2:ModifyInstanceAttribute', 'ec2-instance-connect:SendSSHPublicKey'),
  ...on(['ec2:launch-template/?'], 'ec2:CreateLaunchTemplateVersion'),
  ...on(['codebuild:project/?'], 'codebuild:StartBuild', 'codebuild:StartBuildBatch', 'codebuild:UpdateProject'),
  ...on(['codedeploy:deploymentgroup:?/?'], 'codedeploy:CreateDeployment'),
  ...on(['ecs:cluster/?', 'ecs:task/?/?'], 'ecs:ExecuteCommand'),
  ...on(['batch:job-definition/?'], 'batch:SubmitJob'),
  ...on(['elasticmapreduce:cluster/?'], 'elasticmapreduce:AddJobFlowSteps'),
  ...on(['apprunner:service/?/?'], 'apprunner:UpdateService'),
  ...on(['states:stateMachine:?'], 'states:UpdateStateMachine'),
  ...on(
    ['sagemaker:notebook-instance/?'],
    'sagemaker:CreatePresignedNotebookInstanceUrl',
    'sagemaker:UpdateNotebookInstance',
  ),
  ...on(
    ['bedrock-agentcore:code-interpreter/?', 'bedrock-agentcore:code-interpreter-custom/?'],
    'bedrock-agentcore:InvokeCodeInterpreter',
  ),
  ...on(['eks:cluster/?'], 'eks:CreateAccessEntry'),
  ...on(['eks:access-entry/?/?/?/?/?'], 'eks:AssociateAccessPolicy'),
  ...on(['iam:root'], 'sts:AssumeRoot'),
  ...on(['rolesanywhere:trust-anchor/?'], 'rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateTrustAnchor'),
  ...on([USER], 'iam:CreateServiceSpecificCredential', 'iam:ResetServiceSpecificCredential'),
  ...on(
    ORGANIZATION,
    'organizations:AttachPolicy',
    'organizations:CreatePolicy',
    'organizations:UpdatePolicy',
    'organizations:DetachPolicy',
    'organizations:DeletePolicy',
    'organizations:DisablePolicyType',
    'organizations:MoveAccount',
    'organizations:RegisterDelegatedAdministrator',
  ),
  ...on(
    ['*'],
    'organizations:CreateAccount',
    'organizations:LeaveOrganization',
    'organizations:EnableAWSServiceAccess',
    'sso-directory:AddMemberToGroup',
  ),
  ...on(
    PERMISSION_SETS,
    'sso:CreateAccountAssignment',
    'sso:CreatePermissionSet',
    'sso:UpdatePermissionSet',
    'sso:ProvisionPermissionSet',
    'sso:PutInlinePolicyToPermissionSet',
    'sso:AttachManagedPolicyToPermissionSet',
    'sso:AttachCustomerManagedPolicyReferenceToPermissionSet',
    'sso:DeletePermissionsBoundaryFromPermissionSet',
  ),
  ...on(DIRECTORY, 'identitystore:CreateGroupMembership'),
];

/** Takes a Deny of the role's own policies away. */
export const lifting: readonly Sentinel[] = on([ROLE], 'iam:DetachRolePolicy', 'iam:DeleteRolePolicy');

/** Each is part of many an ordinary job on things of its own, and a sign when it may be done on everything: it gives data or secrets. */
export const onEverything: readonly Sentinel[] = [
  ...on(['secretsmanager:secret:?'], 'secretsmanager:GetSecretValue', 'secretsmanager:PutResourcePolicy'),
  ...on(
    ['ssm:parameter/?'],
    'ssm:GetParameter',
    'ssm:GetParameters',
    'ssm:GetParametersByPath',
    'ssm:GetParameterHistory',
  ),
  ...on(
    [KEY],
    'kms:Decrypt',
    'kms:CreateGrant',
    'kms:PutKeyPolicy',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:ScheduleKeyDeletion',
  ),
  ...on([OBJECT], 's3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'),
  ...on([BUCKET], 's3:PutBucketPolicy', 's3:PutBucketAcl', 's3:DeleteBucketPolicy', 's3:DeleteBucket'),
  ...on(['dynamodb:table/?'], 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:DeleteTable'),
  ...on(['rds:db:?'], 'rds:ModifyDBInstance'),
  ...on(['rds:cluster:?'], 'rds:ModifyDBCluster'),
  ...on(['rds-db:dbuser:?/?'], 'rds-db:connect'),
  ...on(['redshift:dbuser:?/?'], 'redshift:GetClusterCredentials'),
  ...lifting,
];

const takeovers: ReadonlySet<string> = new Set(takeover.map(({ action }) => action));

export const isTakeover = (action: string): boolean => takeovers.has(action);

/** What the simulator is asked, in one call. */
export const sentinels: readonly string[] = [...takeover, ...elsewhere, ...onEverything].map(({ action }) => action);
