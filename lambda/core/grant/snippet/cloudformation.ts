/**
 * The grant as a CloudFormation template in YAML. Source: CloudFormation template reference, AWS::IAM::GroupPolicy, UserPolicy, RolePolicy:
 * inline policies of something that exists already.
 */

import type { Holder } from '../../policy/sourced-policy.ts';
import { type Grant, jsonInside, wordOf } from './quoting.ts';

/** YAML's double quotes read every escape of JSON. Source: YAML 1.2, 5.7 "Escaped Characters". */
const quoted = (text: string): string => `"${jsonInside(text)}"`;

const key = (name: string): string => (/^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : quoted(name));

const indented = (lines: readonly string[], first: string): readonly string[] =>
  lines.map((line, at) => `${at === 0 ? first : ' '.repeat(first.length)}${line}`);

/** The lines of a value in YAML's block style: strings, lists and objects, none of them empty. */
function yamlLines(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => indented(yamlLines(item), '- '));
  if (typeof value !== 'object' || value === null) return [quoted(String(value))];
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === 'object' && item !== null
      ? [`${key(name)}:`, ...indented(yamlLines(item), '  ')]
      : [`${key(name)}: ${quoted(String(item))}`],
  );
}

/** `comment`: whole lines without `#`. */
export function template(id: string, type: string, properties: object, comment: readonly string[] = []): string {
  const resource = indented(yamlLines(properties), '      ');
  return [
    ...comment.map((line) => `# ${line}`),
    'Resources:',
    `  ${id}:`,
    `    Type: ${type}`,
    '    Properties:',
    ...resource,
  ].join('\n');
}

const resources: Readonly<Record<Holder['kind'], { readonly type: string; readonly property: string }>> = {
  group: { type: 'AWS::IAM::GroupPolicy', property: 'GroupName' },
  user: { type: 'AWS::IAM::UserPolicy', property: 'UserName' },
  role: { type: 'AWS::IAM::RolePolicy', property: 'RoleName' },
};

export function grantAsCloudFormation({ target, policyName, document }: Grant): string {
  const { type, property } = resources[target.kind];
  const properties = { [property]: target.name, PolicyName: policyName, PolicyDocument: document };
  return template(wordOf('', policyName), type, properties);
}
