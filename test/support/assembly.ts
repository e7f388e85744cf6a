/** The synthesised assembly of the tests, made anew only when something it is made from has changed. */
import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slackChannel, slackSecretName } from '../../local/deploy-here.ts';
import { synthesise } from '../../local/synthesise.ts';

export const assemblyFolder = join(process.cwd(), 'build', 'test-assembly');
const stamp = join(process.cwd(), 'build', 'test-assembly.stamp');
const sources = [
  'lambda',
  'lib',
  'bin/app.ts',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
  'local/synthesise.ts',
];

async function newestIn(path: string): Promise<number> {
  const about = await stat(path);
  if (!about.isDirectory()) return about.mtimeMs;
  const within = await Promise.all((await readdir(path)).map((name) => newestIn(join(path, name))));
  return Math.max(about.mtimeMs, ...within);
}

/** Every service is watched here, so that case files of other services than Glue come through the rule as well. */
export async function freshAssembly(): Promise<void> {
  const newest = Math.max(...(await Promise.all(sources.map(newestIn))));
  const made = await stat(stamp).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (made > newest) return;
  const started = new Date();
  // Made aside and moved into place, so that a run that goes on beside this one never sees half of it.
  const aside = `${assemblyFolder}-${process.pid}`;
  await synthesise(aside, { watch: ['*'], slack: { channelId: slackChannel, secretName: slackSecretName } });
  await rm(assemblyFolder, { recursive: true, force: true });
  await rename(aside, assemblyFolder);
  await writeFile(stamp, '');
  await utimes(stamp, started, started);
}
