/** Synthesises the remediator in-process and renders its template so that a person can read it. */
import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { PassRoleRemediator, type PassRoleRemediatorProps } from '../../lib/passrole-remediator.ts';

/** `name` is the path inside the construct, such as `Cases/Table`. References to other resources are written as such names. */
export interface Resource {
  readonly name: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletion: string;
  /** What CloudFormation must have made before. */
  readonly after: readonly string[];
}

const Flags = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Every synthesis of this process leaves CloudFormation's own rules out, which take several times as long as the stack. The assembly that all
 * end-to-end tests deploy has every part that a stack can have, and is not made where it breaks one of them.
 */
process.env['CDK_VALIDATION'] = 'false';

/** The flags that `cdk synth` uses, so that the tests see the template that is deployed. */
export const context = {
  ...Flags.parse(JSON.parse(readFileSync('cdk.json', 'utf8'))).context,
  // Bundling, too, takes longer than everything else here, and bundle.test.ts looks at what comes of it.
  'aws:cdk:bundling-stacks': [],
  'aws:cdk:enable-path-metadata': true,
};

type Props = PassRoleRemediatorProps | ((stack: Stack) => PassRoleRemediatorProps);

/** By props, so that tests which ask for the same share one synthesis: it takes most of their time. */
const made = new Map<unknown, readonly Resource[]>();

/** @param props of the construct; a function when they need the stack, as a secret does. */
export function synthesise(props: Props = {}): readonly Resource[] {
  const name = typeof props === 'function' ? props : JSON.stringify(props);
  const resources = made.get(name) ?? synthesiseAnew(props);
  made.set(name, resources);
  return resources;
}

function synthesiseAnew(props: Props): readonly Resource[] {
  const stack = new Stack(new App({ context }), 'Stack');
  new PassRoleRemediator(stack, 'Remediator', typeof props === 'function' ? props(stack) : props);
  return readable(Template.fromStack(stack).toJSON());
}

const TemplateResource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.object({ 'aws:cdk:path': z.string() }).optional(),
  DeletionPolicy: z.string().default('Delete'),
  DependsOn: z.array(z.string()).default([]),
});

export function readable(template: unknown): readonly Resource[] {
  const { Resources } = z.object({ Resources: z.record(z.string(), TemplateResource) }).parse(template);
  const names = new Map(
    Object.entries(Resources).map(([id, { Metadata }]) => [id, nameOf(Metadata?.['aws:cdk:path'] ?? id)]),
  );
  return Object.entries(Resources).map(([id, { Type, Properties, DeletionPolicy, DependsOn }]) => ({
    name: names.get(id) ?? id,
    type: Type,
    properties: z.record(z.string(), z.unknown()).parse(written(Properties, names)),
    deletion: DeletionPolicy,
    after: DependsOn.map((other) => names.get(other) ?? other),
  }));
}

const nameOf = (path: string): string => path.replace(/^Stack\/(Remediator\/)?/, '').replace(/\/Resource$/, '');

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'PARTITION',
  'AWS::Region': 'REGION',
  'AWS::AccountId': 'ACCOUNT',
  'AWS::URLSuffix': 'URLSUFFIX',
};

const Ref = z.strictObject({ Ref: z.string() });
const GetAtt = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Join = z.strictObject({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });

/** `{ "Fn::GetAtt": ["CasesTable1A2B", "StreamArn"] }` is written `Cases/Table.StreamArn`, `{ "Ref": "AWS::Region" }` is written `REGION`. */
function written(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const ref = Ref.safeParse(value);
  if (ref.success) return pseudo[ref.data.Ref] ?? names.get(ref.data.Ref) ?? ref.data.Ref;
  const attribute = GetAtt.safeParse(value);
  if (attribute.success) {
    const [id, name] = attribute.data['Fn::GetAtt'];
    return `${names.get(id)}.${name}`;
  }
  const join = Join.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map((part) => written(part, names)).join('');
  if (Array.isArray(value)) return value.map((item) => written(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item, names)]));
}

export const ofType = (resources: readonly Resource[], type: string): readonly Resource[] =>
  resources.filter((resource) => resource.type === type);

/** @throws Error naming what there is instead. */
export function named(resources: readonly Resource[], name: string): Resource {
  const found = resources.find((resource) => resource.name === name);
  if (!found) throw new Error(`No resource '${name}'. There are: ${resources.map((one) => one.name).join(', ')}`);
  return found;
}
