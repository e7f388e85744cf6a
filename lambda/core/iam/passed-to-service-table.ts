/**
 * Which service principals a call may pass its role to: the value of `iam:PassedToService`, with where AWS documents it. A call that stands
 * here twice passes to either. Source of `verified`: an example policy or the Service Authorization Reference that shows the key with this
 * value; `false` where AWS documents only that such a role trusts the principal.
 */
export interface ServiceRow {
  readonly eventSource: string;
  /** Null: every operation of the service that carries a role. */
  readonly operations: readonly string[] | null;
  readonly principal: string;
  readonly name: string;
  readonly verified: boolean;
  readonly source: string;
  /** A call that carries a role, in IAM's terms: stands for the denied one where a pasted text does not name it. */
  readonly usual: string;
  /** Actions of STS that the trust policy has to allow the principal. Not there: `sts:AssumeRole` alone. */
  readonly assumes?: readonly string[];
}

const userGuide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html';
const emrPolicies = 'https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html';

export const services: readonly ServiceRow[] = [
  {
    usual: 'glue:UpdateJob',
    eventSource: 'glue.amazonaws.com',
    operations: null,
    principal: 'glue.amazonaws.com',
    name: 'Glue',
    verified: true,
    source: 'https://docs.aws.amazon.com/glue/latest/dg/attach-policy-iam-user.html',
  },
  {
    usual: 'lambda:CreateFunction',
    eventSource: 'lambda.amazonaws.com',
    operations: null,
    principal: 'lambda.amazonaws.com',
    name: 'Lambda',
    verified: true,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
  },
  {
    usual: 'ecs:RegisterTaskDefinition',
    eventSource: 'ecs.amazonaws.com',
    operations: ['RegisterTaskDefinition'],
    principal: 'ecs-tasks.amazonaws.com',
    name: 'EcsTasks',
    verified: true,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html',
  },
  // A task role; an infrastructure role goes to ecs itself, and the call does not tell which it is.
  {
    usual: 'ecs:RunTask',
    eventSource: 'ecs.amazonaws.com',
    operations: ['RunTask', 'StartTask', 'CreateService', 'UpdateService'],
    principal: 'ecs-tasks.amazonaws.com',
    name: 'EcsTasks',
    verified: true,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
  },
  {
    usual: 'ecs:CreateService',
    eventSource: 'ecs.amazonaws.com',
    operations: ['RunTask', 'StartTask', 'CreateService', 'UpdateService'],
    principal: 'ecs.amazonaws.com',
    name: 'Ecs',
    verified: true,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html',
  },
  {
    usual: 'states:CreateStateMachine',
    eventSource: 'states.amazonaws.com',
    operations: null,
    principal: 'states.amazonaws.com',
    name: 'States',
    verified: true,
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html',
  },
  {
    usual: 'ec2:RunInstances',
    eventSource: 'ec2.amazonaws.com',
    operations: ['RunInstances', 'AssociateIamInstanceProfile', 'ReplaceIamInstanceProfileAssociation'],
    principal: 'ec2.amazonaws.com',
    name: 'Ec2',
    verified: true,
    source: userGuide,
  },
  {
    usual: 'events:PutTargets',
    eventSource: 'events.amazonaws.com',
    operations: ['PutTargets', 'PutRule'],
    principal: 'events.amazonaws.com',
    name: 'Events',
    verified: true,
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html',
  },
  {
    usual: 'scheduler:CreateSchedule',
    eventSource: 'scheduler.amazonaws.com',
    operations: ['CreateSchedule', 'UpdateSchedule'],
    principal: 'scheduler.amazonaws.com',
    name: 'Scheduler',
    verified: true,
    source: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEventBridgeSchedulerFullAccess.html',
  },
  // The service role; the role of its instances goes to EC2.
  {
    usual: 'elasticmapreduce:RunJobFlow',
    eventSource: 'elasticmapreduce.amazonaws.com',
    operations: ['RunJobFlow'],
    principal: 'elasticmapreduce.amazonaws.com',
    name: 'Elasticmapreduce',
    verified: true,
    source: emrPolicies,
  },
  {
    usual: 'elasticmapreduce:RunJobFlow',
    eventSource: 'elasticmapreduce.amazonaws.com',
    operations: ['RunJobFlow'],
    principal: 'ec2.amazonaws.com',
    name: 'Ec2',
    verified: true,
    source: emrPolicies,
  },
  {
    usual: 'emr-serverless:StartJobRun',
    eventSource: 'emr-serverless.amazonaws.com',
    operations: ['StartJobRun'],
    principal: 'emr-serverless.amazonaws.com',
    name: 'EmrServerless',
    verified: true,
    source: 'https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-user-access-policies.html',
  },
  // For enhanced monitoring; the role for a directory goes to RDS itself.
  {
    usual: 'rds:ModifyDBInstance',
    eventSource: 'rds.amazonaws.com',
    operations: ['CreateDBInstance', 'ModifyDBInstance'],
    principal: 'monitoring.rds.amazonaws.com',
    name: 'MonitoringRds',
    verified: true,
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html',
  },
  {
    usual: 'rds:ModifyDBInstance',
    eventSource: 'rds.amazonaws.com',
    operations: ['CreateDBInstance', 'ModifyDBInstance'],
    principal: 'rds.amazonaws.com',
    name: 'Rds',
    verified: false,
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_SQLServerWinAuth.SettingUp.html',
  },
  {
    usual: 'eks:CreatePodIdentityAssociation',
    eventSource: 'eks.amazonaws.com',
    operations: ['CreatePodIdentityAssociation', 'UpdatePodIdentityAssociation'],
    principal: 'pods.eks.amazonaws.com',
    name: 'PodsEks',
    verified: true,
    // "EKS Pod Identity uses TagSession to include session tags in the requests to AWS STS."
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html',
    assumes: ['sts:AssumeRole', 'sts:TagSession'],
  },
  {
    usual: 'sagemaker:CreateTrainingJob',
    eventSource: 'sagemaker.amazonaws.com',
    operations: null,
    principal: 'sagemaker.amazonaws.com',
    name: 'Sagemaker',
    verified: true,
    source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  },
  {
    usual: 'cloudformation:CreateStack',
    eventSource: 'cloudformation.amazonaws.com',
    operations: ['CreateStack', 'UpdateStack', 'DeleteStack', 'CreateChangeSet', 'ContinueUpdateRollback'],
    principal: 'cloudformation.amazonaws.com',
    name: 'Cloudformation',
    verified: true,
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_cloudformation.html',
  },
  // AWS documents the trust, not the key's value.
  {
    usual: 'codebuild:CreateProject',
    eventSource: 'codebuild.amazonaws.com',
    operations: ['CreateProject', 'UpdateProject'],
    principal: 'codebuild.amazonaws.com',
    name: 'Codebuild',
    verified: false,
    source: 'https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html',
  },
  // AWS documents the trust, not the key's value.
  {
    usual: 'firehose:CreateDeliveryStream',
    eventSource: 'firehose.amazonaws.com',
    operations: ['CreateDeliveryStream', 'UpdateDestination'],
    principal: 'firehose.amazonaws.com',
    name: 'Firehose',
    verified: false,
    source: 'https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html',
  },
];

/** What a service does to assume a role. `principal`: `pods.eks.amazonaws.com`. */
export const assumingActions = (principal: string): readonly string[] =>
  services.find((row) => row.principal === principal)?.assumes ?? ['sts:AssumeRole'];
