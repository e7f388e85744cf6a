/**
 * A statement for a permission set of IAM Identity Center. Its inline policy is one document that every write replaces, so each of these says
 * or does: read, add, write. Source: IAM Identity Center API reference, PutInlinePolicyToPermissionSet, ProvisionPermissionSet.
 */

import { quoted } from '../../text/quoted.ts';
import type { PermissionSetAdvice } from '../advice.ts';
import { command, option } from './aws-cli.ts';
import { construct } from './cdk.ts';
import { template } from './cloudformation.ts';
import { jsonText, shellWord, wordOf } from './quoting.ts';
import { identifier, resource } from './terraform.ts';

const instanceArn = ({ partition }: PermissionSetAdvice): string =>
  `arn:${partition}:sso:::instance/REPLACE-WITH-YOUR-INSTANCE`;
const setArn = ({ partition }: PermissionSetAdvice): string =>
  `arn:${partition}:sso:::permissionSet/REPLACE-WITH-YOUR-INSTANCE/REPLACE-WITH-THE-PERMISSION-SET`;

/** A shell that knows no comments takes the line for a command, so it must hold nothing that one would act on. */
const says = (line: string): string => `# ${line}`;

const both = ['--instance-arn "$INSTANCE_ARN"', '--permission-set-arn "$PERMISSION_SET_ARN"'] as const;

/** Takes what the set has, or nothing, and adds the statement unless it is there. `null`, `""`: the set has no inline policy. */
const MERGE =
  '(. // "") | if . == "" then $grant else fromjson | .Statement = ([.Statement] | flatten | map(select(. != $grant.Statement[0]))) + $grant.Statement end';

/** Needs jq. A step that fails leaves an empty file behind, which the next one refuses. */
export function permissionSetAsAwsCli(advice: PermissionSetAdvice): string {
  return [
    says('Run this in the management account, or in the delegated administrator account of IAM Identity Center'),
    says('Find both ARNs with aws sso-admin list-instances and aws sso-admin list-permission-sets'),
    `INSTANCE_ARN=${shellWord(instanceArn(advice))}`,
    `PERMISSION_SET_ARN=${shellWord(setArn(advice))}`,
    '',
    says('Writing replaces the whole inline policy of the set, so the statement is added to what is there'),
    `${command('aws sso-admin get-inline-policy-for-permission-set', ...both, '--query InlinePolicy --output json')} > inline-policy-before.json`,
    command(
      `jq --argjson grant ${shellWord(jsonText(advice.document))}`,
      shellWord(MERGE),
      'inline-policy-before.json > inline-policy-after.json',
    ),
    '',
    says('Compare both files, then write the new one and bring it to every account that has the set'),
    command(
      'aws sso-admin put-inline-policy-to-permission-set',
      ...both,
      '--inline-policy file://inline-policy-after.json',
    ),
    command('aws sso-admin provision-permission-set', ...both, option('--target-type', 'ALL_PROVISIONED_ACCOUNTS')),
  ].join('\n');
}

const warning = (set: string): readonly string[] => [
  `In the stack that defines the permission set ${quoted(set)}, in the management account or the delegated administrator.`,
  'It replaces the whole inline policy: keep every statement that the set has already.',
];

export function permissionSetAsCloudFormation(advice: PermissionSetAdvice): string {
  const { permissionSet, document } = advice;
  const properties = { InstanceArn: instanceArn(advice), Name: permissionSet, InlinePolicy: document };
  return template(
    wordOf('PermissionSet', permissionSet),
    'AWS::SSO::PermissionSet',
    properties,
    warning(permissionSet),
  );
}

export function permissionSetAsCdk(advice: PermissionSetAdvice): string {
  const { permissionSet, document } = advice;
  const properties = { instanceArn: instanceArn(advice), name: permissionSet, inlinePolicy: document };
  const of = { from: 'aws-sso', name: 'CfnPermissionSet' };
  return construct(of, wordOf('PermissionSet', permissionSet), properties, warning(permissionSet));
}

/** The provider provisions the set by itself. Source: Terraform Registry, aws_ssoadmin_permission_set_inline_policy. */
export function permissionSetAsTerraform(advice: PermissionSetAdvice): string {
  const { permissionSet, document } = advice;
  return resource(
    { type: 'aws_ssoadmin_permission_set_inline_policy', name: identifier('PermissionSet', permissionSet) },
    { instance_arn: instanceArn(advice), permission_set_arn: setArn(advice) },
    { attribute: 'inline_policy', document },
    warning(permissionSet),
  );
}
