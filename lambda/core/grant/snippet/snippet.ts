/** The grant, or what we advise and never write, as text for those who keep IAM in code. Each is one format; people use one of them. */
import type { Advice } from '../advice.ts';
import { command, grantAsAwsCli, option } from './aws-cli.ts';
import { grantAsCdk } from './cdk.ts';
import { grantAsCloudFormation } from './cloudformation.ts';
import {
  permissionSetAsAwsCli,
  permissionSetAsCdk,
  permissionSetAsCloudFormation,
  permissionSetAsTerraform,
} from './permission-set.ts';
import { type Grant, jsonText } from './quoting.ts';
import { grantAsTerraform } from './terraform.ts';

/** In the order in which they are shown. */
export const snippetFormats = ['cli', 'cloudformation', 'cdk', 'terraform'] as const;
export type SnippetFormat = (typeof snippetFormats)[number];

export const formatNames: Readonly<Record<SnippetFormat, string>> = {
  cli: 'AWS CLI',
  cloudformation: 'CloudFormation',
  cdk: 'CDK',
  terraform: 'Terraform',
};

/** Copied as they are. A format that there is no text for is absent. */
export type Snippets = Readonly<Partial<Record<SnippetFormat, string>>>;

/** Each gives the same inline policy under the same name. */
export const grantSnippets = (grant: Grant): Snippets => ({
  cli: grantAsAwsCli(grant),
  cloudformation: grantAsCloudFormation(grant),
  cdk: grantAsCdk(grant),
  terraform: grantAsTerraform(grant),
});

/** A trust policy stands in the definition of its role, which only its owner knows: there is a command for it, and no other text. */
export function adviceSnippets(advice: Advice): Snippets {
  switch (advice.kind) {
    case 'permission-set':
      return {
        cli: permissionSetAsAwsCli(advice),
        cloudformation: permissionSetAsCloudFormation(advice),
        cdk: permissionSetAsCdk(advice),
        terraform: permissionSetAsTerraform(advice),
      };
    case 'trust-policy':
      return {
        cli: command(
          'aws iam update-assume-role-policy',
          option('--role-name', advice.role),
          option('--policy-document', jsonText(advice.document)),
        ),
      };
    default:
      return advice satisfies never;
  }
}
