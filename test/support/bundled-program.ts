/**
 * The command line as one program. Started from its source, each call would load a compiler, and the compiler all of that source: six sevenths of the
 * time. test/bin/source.test.ts starts it as people do.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const folder = join(process.cwd(), 'build', 'test-program');
export const bundledProgram = join(folder, 'passrole.mjs');

/** Takes about a second. What is there already stays, as a run beside this one may be using it. */
export async function bundleProgram(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: ['bin/passrole.mjs'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    // Some dependencies are CommonJS, and esbuild's ESM output has no `require`.
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // Nothing is left for it to load.
    alias: { 'tsx/esm/api': './test/support/no-loader.ts' },
    logLevel: 'warning',
    write: false,
  });
  const there = await Promise.all(outputFiles.map(({ path }) => readFile(path, 'utf8').catch(() => null)));
  if (outputFiles.every(({ text }, at) => there[at] === text)) return;
  // Made aside and moved into place, so that nobody sees half of it.
  const aside = `${folder}-${process.pid}`;
  await mkdir(aside, { recursive: true });
  await Promise.all(outputFiles.map(({ path, text }) => writeFile(join(aside, basename(path)), text)));
  await rm(folder, { recursive: true, force: true });
  await rename(aside, folder);
}
