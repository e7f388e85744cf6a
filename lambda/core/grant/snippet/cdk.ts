/**
 * The grant as TypeScript for the CDK, for the constructor of a stack. The L1 constructs give exactly this policy under exactly this name to
 * what exists already; `Group.fromGroupName(...)` with `iam.Policy` would need the name of every other policy to be left alone, too.
 */

import type { Holder } from '../../policy/sourced-policy.ts';
import { braced, type Grant, jsonInside, type Notation, wordOf } from './quoting.ts';

const typeScript: Notation = { string: (text) => `'${jsonInside(text)}'`, assign: ': ', comma: ',', isAligned: false };

/** `comment`: whole lines without slashes. */
export function construct(
  { from, name }: { readonly from: string; readonly name: string },
  id: string,
  properties: object,
  comment: readonly string[] = [],
): string {
  return [
    `import { ${name} } from 'aws-cdk-lib/${from}';`,
    '',
    ...comment.map((line) => `// ${line}`),
    `new ${name}(this, '${id}', ${braced(properties, typeScript).join('\n')});`,
  ].join('\n');
}

const constructs: Readonly<Record<Holder['kind'], { readonly name: string; readonly property: string }>> = {
  group: { name: 'CfnGroupPolicy', property: 'groupName' },
  user: { name: 'CfnUserPolicy', property: 'userName' },
  role: { name: 'CfnRolePolicy', property: 'roleName' },
};

export function grantAsCdk({ target, policyName, document }: Grant): string {
  const { name, property } = constructs[target.kind];
  const properties = { [property]: target.name, policyName, policyDocument: document };
  return construct({ from: 'aws-iam', name }, wordOf('', policyName), properties);
}
