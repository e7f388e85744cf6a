/** The synthesised assembly of the tests, made anew only when something it is made from has changed. */
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Account } from '../../local/account/account.ts';
import { slackChannel, slackSecretName } from '../../local/deploy-here.ts';
import { answeringFor } from '../../local/people.ts';
import { synthesise } from '../../local/synthesise.ts';
import { accountOf } from './account-of.ts';

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
  'local/people.ts',
  'test/denials',
  'examples/field-note.json',
];

async function newestIn(path: string): Promise<number> {
  const about = await stat(path);
  if (!about.isDirectory()) return about.mtimeMs;
  const within = await Promise.all((await readdir(path)).map((name) => newestIn(join(path, name))));
  return Math.max(about.mtimeMs, ...within);
}

const cases = join(process.cwd(), 'test', 'denials');
const accountFile = z.object({ account: z.unknown() });

/** The field note's first, as its people are the approvers; then every other, as one assembly serves all of them. */
async function accounts(): Promise<Account[]> {
  const others = (await readdir(cases)).filter((name) => name.endsWith('.json')).sort();
  const files = await Promise.all(
    ['missing-allow-field-note.json', ...others].map((name) => readFile(join(cases, name), 'utf8')),
  );
  const example = accountOf(JSON.parse(await readFile('examples/field-note.json', 'utf8')));
  const inCases = files.flatMap((text) => accountFile.safeParse(JSON.parse(text)).data?.account ?? []).map(accountOf);
  const [fieldNote, ...rest] = inCases;
  return fieldNote === undefined ? [example] : [fieldNote, example, ...rest];
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
  const slack = { channelId: slackChannel, secretName: slackSecretName };
  await synthesise(aside, { watch: ['*'], heartbeat: true, slack, ...answeringFor(await accounts()) });
  await rm(assemblyFolder, { recursive: true, force: true });
  await rename(aside, assemblyFolder);
  await writeFile(stamp, '');
  await utimes(stamp, started, started);
}
