import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { PassRoleRemediatorStack } from '../../lib/passrole-remediator-stack.ts';
import { dana, fox } from './answering.ts';
import { contextOfCdkJson } from './synthesise.ts';

const DeployedFunction = z.object({
  Properties: z.object({ Environment: z.object({ Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }) }) }),
  Metadata: z.object({ 'aws:asset:path': z.string() }),
});

/** What esbuild makes for Lambda breaks in ways that no other test sees: a CommonJS part of the SDK, for one, needs a `require`. */
describe('the bundles that are deployed', () => {
  let out = '';
  const bundles = new Map<string, string>();

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'passrole-bundles-'));
    const context = { ...contextOfCdkJson, 'aws:cdk:enable-asset-metadata': true };
    const stack = new PassRoleRemediatorStack(new App({ context, outdir: out }), 'Stack', {
      settings: {
        slack: { channelId: 'C0123456789', secretName: 'team/slack' },
        approvers: [dana, fox],
        grantTo: { groups: ['GlueAccess'] },
        review: { slack: { teamId: 'T0123456789' }, mail: {} },
      },
    });
    for (const found of Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'))) {
      const { Properties, Metadata } = DeployedFunction.parse(found);
      bundles.set(
        Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
        join(out, Metadata['aws:asset:path'], 'index.mjs'),
      );
    }
  }, 60_000);

  afterAll(() => rm(out, { recursive: true }));

  /** What a script prints that gets the bundle's `handler`, in a process without any setting. */
  async function printed(name: string, script: string): Promise<string> {
    const url = pathToFileURL(z.string().parse(bundles.get(name))).href;
    const whole = `import { handler } from ${JSON.stringify(url)}; ${script}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', whole], { env: {} });
    return stdout;
  }

  const names = ['diagnose', 'announce', 'apply', 'review', 'review-slack', 'review-mail'];

  test.each(names)(
    '%s can be imported as it is, without any setting, and exports its handler',
    async (name) => {
      expect(await printed(name, 'console.log(typeof handler)')).toBe('function\n');
    },
    60_000,
  );

  /** The files of a bundle, by name. */
  async function filesOf(name: string): Promise<ReadonlyMap<string, string>> {
    const folder = dirname(z.string().parse(bundles.get(name)));
    const files = await readdir(folder);
    return new Map(
      await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
    );
  }

  test.each(names)('%s is no larger than 500 KB, which docs/decisions/0013 sets as the limit', async (name) => {
    const sizes = [...(await filesOf(name)).values()].map((text) => Buffer.byteLength(text));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(500_000);
  });

  test.each(names)('%s reaches nothing of the module that lib/function-bundle.ts leaves out', async (name) => {
    for (const text of (await filesOf(name)).values()) expect(text).not.toMatch(/["']bowser["']/);
  });

  test('diagnose loads what deciding needs only when it decides', async () => {
    const files = await filesOf('diagnose');
    expect([...files.keys()].filter((file) => file.startsWith('diagnosing-'))).toHaveLength(1);
    expect(files.get('index.mjs')).not.toContain('SimulatePrincipalPolicy');
  });
});
