/**
 * Why findings of cdk-nag (AwsSolutions) are as they are: here and nowhere else, each with its reason and where it is true. Written with the
 * CDK's own means, so that apps which embed the construct and run cdk-nag find them too.
 */
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';

interface Reason {
  /** Paths inside PassRoleRemediator; those that the props did not ask for are not there. */
  readonly at: readonly string[];
  readonly rules: readonly string[];
  readonly reason: string;
}

const iam = (resource: string, account = '<AWS::AccountId>'): string =>
  `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::${account}:${resource}/*]`;

const reasons = (bucket: string): readonly Reason[] => [
  {
    at: ['DiagnoseRole', 'ApplyRole'],
    rules: [iam('user'), iam('group'), iam('role'), iam('policy'), iam('policy', 'aws')],
    reason:
      'Reads and simulations only. Whose denial comes in is not known beforehand, so every user, group, role and policy of the account may have to be read.',
  },
  {
    at: ['DiagnoseRole', 'ApplyRole'],
    rules: ['AwsSolutions-IAM5[Resource::*]'],
    reason:
      'iam:ListPolicies and iam:ListRoles, and in diagnose glue:GetJobs: lists that know no resource (Service Authorization Reference). No other action has it.',
  },
  {
    at: ['DiagnoseRole'],
    rules: ['AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:job/*]'],
    reason: 'glue:GetJob, a read: which job was refused is not known beforehand.',
  },
  {
    at: ['DiagnoseRole', 'ApplyRole', 'ReviewRole', 'ReviewSlackRole', 'ReviewMailRole'],
    rules: [`AwsSolutions-IAM5[Resource::<${bucket}.Arn>/trail/*]`],
    reason:
      'The objects of one prefix, an object for each entry of the trail. They may be added and read; nothing may be overwritten or deleted.',
  },
  {
    at: ['Trail/Bucket'],
    rules: ['AwsSolutions-S1'],
    reason:
      'The objects are the record: each is written once, and the bucket refuses to overwrite or delete. Who reads them shows in CloudTrail where data events are on.',
  },
  {
    at: [
      'Announcements/PipeDeadLetters',
      'Applying/Changes/PipeDeadLetters',
      'Applying/ScheduleDeadLetters',
      'OwnPolicies/DeadLetters',
    ],
    rules: ['AwsSolutions-SQS3'],
    reason:
      'These are dead-letter queues, of pipes, rules and an asynchronous call: the check knows only those of queues.',
  },
];

function find(scope: Construct, path: string): IConstruct | undefined {
  return path.split('/').reduce<IConstruct | undefined>((at, name) => at?.node.tryFindChild(name), scope);
}

/** Call it when everything in `scope` is made. */
export function acknowledgeFindings(scope: Construct, bucket: Bucket): void {
  const inTemplate = bucket.node.defaultChild;
  const bucketId = CfnResource.isCfnResource(inTemplate) ? Stack.of(scope).getLogicalId(inTemplate) : '';
  for (const { at, rules, reason } of reasons(bucketId)) {
    for (const found of at.flatMap((path) => find(scope, path) ?? []))
      for (const id of rules) Validations.of(found).acknowledge({ id, reason });
  }
}
