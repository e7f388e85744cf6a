/** The grant as a Terraform resource, in HCL as `terraform fmt` leaves it. Source: Terraform Registry, hashicorp/aws, aws_iam_group_policy. */

import type { Holder } from '../../policy/sourced-policy.ts';
import { braced, type Grant, jsonInside, type Notation, wordOf } from './quoting.ts';

/** HCL has no pairs of surrogates. Source: HCL native syntax specification, "Template Expressions". */
const codePoint = (character: string): string => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;

/** `${` and `%{` begin a template there; an escaped first character never does, whatever stands before it. */
const hclString = (text: string): string =>
  `"${[...text]
    .map((character) => (character.length > 1 ? codePoint(character) : jsonInside(character)))
    .join('')
    .replace(/\$(?=\{)/g, '\\u0024')
    .replace(/%(?=\{)/g, '\\u0025')}"`;

const hcl: Notation = { string: hclString, assign: ' = ', comma: '', isAligned: true };

/** `comment`: whole lines without `#`. `document` becomes JSON in Terraform itself. */
export function resource(
  { type, name }: { readonly type: string; readonly name: string },
  strings: Readonly<Record<string, string>>,
  { attribute, document }: { readonly attribute: string; readonly document: object },
  comment: readonly string[] = [],
): string {
  const [open = '', ...body] = braced(strings, hcl);
  return [
    ...comment.map((line) => `# ${line}`),
    `resource "${type}" "${name}" ${open}`,
    ...body.slice(0, -1),
    `  ${attribute} = jsonencode(${braced(document, hcl).join('\n  ')})`,
    '}',
  ].join('\n');
}

/** `allow_pass_glue_runtime_role_to_glue`: an identifier of Terraform. */
export const identifier = (prefix: string, name: string): string =>
  wordOf(prefix, name)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

const resources: Readonly<Record<Holder['kind'], { readonly type: string; readonly attribute: string }>> = {
  group: { type: 'aws_iam_group_policy', attribute: 'group' },
  user: { type: 'aws_iam_user_policy', attribute: 'user' },
  role: { type: 'aws_iam_role_policy', attribute: 'role' },
};

export function grantAsTerraform({ target, policyName, document }: Grant): string {
  const { type, attribute } = resources[target.kind];
  return resource(
    { type, name: identifier('', policyName) },
    { [attribute]: target.name, name: policyName },
    { attribute: 'policy', document },
  );
}
