/** Synthesises the app as `cdk synth` would, with other settings where the caller gives them. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { LocalAnswering } from './people.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const cdkFile = z.object({ context: z.record(z.string(), z.unknown()) });

/** The settings of cdk.json, under `passrole-remediator`. */
interface LocalSettings extends Partial<LocalAnswering> {
  readonly watch?: readonly string[];
  readonly heartbeat?: boolean;
  readonly slack?: { readonly channelId: string; readonly secretName: string };
}

/** Fills `folder`, anew. Takes some seconds: the functions are bundled. Throws with what the app printed. */
export async function synthesise(folder: string, settings: LocalSettings): Promise<string> {
  const { context } = cdkFile.parse(JSON.parse(await readFile(resolve(project, 'cdk.json'), 'utf8')));
  const own = context['passrole-remediator'];
  const merged = {
    ...context,
    'passrole-remediator': { ...(typeof own === 'object' ? own : {}), ...settings },
    // What the CDK command line asks for as well; it says where each function's bundle lies.
    'aws:cdk:enable-asset-metadata': true,
  };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: project,
      env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(merged) },
      timeout: 180_000,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`The stack could not be synthesised:\n${printed}`, { cause: error });
  }
  return folder;
}
