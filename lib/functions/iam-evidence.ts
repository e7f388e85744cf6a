import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/**
 * Lets a function read what a diagnosis needs from IAM, and nothing that changes it.
 *
 * One statement names `*`, because ListPolicies and ListRoles know no resource (Service Authorization Reference): they list names and
 * versions of this account only, no policy's text.
 */
export function grantEvidence(fn: LambdaFunction): void {
  const stack = Stack.of(fn);
  const iam = (resource: string, account = stack.account): string =>
    stack.formatArn({ service: 'iam', region: '', account, resource, resourceName: '*' });
  const allow = (sid: string, actions: readonly string[], resources: readonly string[]): void =>
    fn.addToRolePolicy(new PolicyStatement({ sid, actions: [...actions], resources: [...resources] }));

  allow(
    'ReadUsers',
    [
      'iam:GetUser',
      'iam:GetUserPolicy',
      'iam:ListAttachedUserPolicies',
      'iam:ListGroupsForUser',
      'iam:ListUserPolicies',
    ],
    [iam('user')],
  );
  allow(
    'ReadGroups',
    ['iam:GetGroup', 'iam:GetGroupPolicy', 'iam:ListAttachedGroupPolicies', 'iam:ListGroupPolicies'],
    [iam('group')],
  );
  allow(
    'ReadRoles',
    ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
    [iam('role')],
  );
  allow('ReadPolicies', ['iam:GetPolicy', 'iam:GetPolicyVersion'], [iam('policy'), iam('policy', 'aws')]);
  allow('Simulate', ['iam:SimulatePrincipalPolicy'], [iam('user'), iam('role')]);
  // The nearest names, when the role does not exist; and which version of each managed policy is in force.
  allow('ListNames', ['iam:ListPolicies', 'iam:ListRoles'], ['*']);
}

/**
 * The jobs that run as the role: a denied Glue call does not say which job it was about. They are told and decide nothing, so only diagnose
 * looks. GetJobs knows no resource (Service Authorization Reference).
 */
export function grantJobs(fn: LambdaFunction): void {
  const job = Stack.of(fn).formatArn({ service: 'glue', resource: 'job', resourceName: '*' });
  fn.addToRolePolicy(new PolicyStatement({ sid: 'ReadJob', actions: ['glue:GetJob'], resources: [job] }));
  fn.addToRolePolicy(new PolicyStatement({ sid: 'ListJobs', actions: ['glue:GetJobs'], resources: ['*'] }));
}
