// Runs once before all tests: they need the assembly that would be deployed, with its bundled functions, and the command line as one file.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { register } from 'tsx/esm/api';
import { keptIn } from './secrets-in-logs.js';

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export default async function globalSetup() {
  // Workers begin after this, and have it in their environment. A folder for each run: another one may go on beside this.
  process.env['KEEP_LOGS'] ||= join(keptIn, String(process.pid));
  const left = (await readdir(keptIn).catch(() => [])).filter((run) => !isRunning(Number.parseInt(run, 10)));
  await Promise.all(left.map((run) => rm(join(keptIn, run), { recursive: true, force: true })));

  const unregister = register();
  const { freshAssembly } = await import('./assembly.ts');
  const { bundleProgram } = await import('./bundled-program.ts');
  await Promise.all([freshAssembly(), bundleProgram()]);
  await unregister();
}
