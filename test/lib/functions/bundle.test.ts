import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readDeployment } from '../../../local/runtime/deployment.ts';
import { assemblyFolder } from '../../support/assembly.ts';

/** What esbuild makes for Lambda breaks in ways that no other test sees: a CommonJS part of the SDK, for one, needs a `require`. */
describe('the bundles that are deployed', () => {
  const bundles = new Map<string, string>();

  beforeAll(async () => {
    const place = { accountId: '111122223333', region: 'eu-west-1', partition: 'aws' } as const;
    const { functions } = await readDeployment(assemblyFolder, place);
    for (const { name, bundle } of functions) bundles.set(name, bundle);
  });

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

  test.each(names)('%s is no larger than 500 KB, which docs/decisions/0006 sets as the limit', async (name) => {
    const sizes = [...(await filesOf(name)).values()].map((text) => Buffer.byteLength(text));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(500_000);
  });

  test.each(names)('%s reaches nothing of the module that lib/functions/bundle.ts leaves out', async (name) => {
    for (const text of (await filesOf(name)).values()) expect(text).not.toMatch(/["']bowser["']/);
  });

  test('diagnose loads what deciding needs only when it decides', async () => {
    const files = await filesOf('diagnose');
    expect([...files.keys()].filter((file) => file.startsWith('diagnosing-'))).toHaveLength(1);
    expect(files.get('index.mjs')).not.toContain('SimulatePrincipalPolicy');
  });
});
