/** What a piece of somebody's own code or template puts into a stack. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { App, CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

type Resources = Readonly<Record<string, Resource>>;
type Fill = (stack: Stack) => void;

const folder = (): string => mkdtempSync(join(tmpdir(), 'stack-of-'));

/** Reads a template as CloudFormation's YAML into a stack. */
export const fillByTemplate =
  (yaml: string): Fill =>
  (stack) => {
    const at = folder();
    try {
      const templateFile = join(at, 'template.yaml');
      writeFileSync(templateFile, yaml);
      new CfnInclude(stack, 'Template', { templateFile });
    } finally {
      rmSync(at, { recursive: true });
    }
  };

/** Runs TypeScript as the body of a stack's constructor, its imports above it. */
export const fillByCode =
  (typeScript: string): Fill =>
  (stack) => {
    const [imports = '', ...body] = typeScript.split('\n');
    const source = `${imports}\nexport function fill(this: unknown) {\n${body.join('\n')}\n}`;
    const { code } = transformSync(source, { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
    const exports: { fill?: Fill } = {};
    new Function('require', 'exports', code)(createRequire(import.meta.url), exports);
    exports.fill?.call(stack, stack);
  };

/** The resources as they stand in the stack, without a whole synthesis. */
export function resourcesIn(fill: Fill): Resources {
  const stack = new Stack(new App(), 'Theirs');
  fill(stack);
  const elements = stack.node
    .findAll()
    .filter((each) => CfnElement.isCfnElement(each) && CfnResource.isCfnResource(each));
  return Object.assign({}, ...elements.map((each) => stack.resolve(each._toCloudFormation()).Resources));
}

/** Synthesises one stack for each; a property that the resource's own schema does not allow is an error. */
export function synthesised(fills: readonly Fill[]): readonly Resources[] {
  const outdir = folder();
  try {
    const app = new App({ outdir, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
    const names = fills.map((fill, at) => {
      const stack = new Stack(app, `Theirs${at}`);
      fill(stack);
      return stack.stackName;
    });
    const assembly = app.synth();
    return names.map((name) => assembly.getStackByName(name).template.Resources);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
