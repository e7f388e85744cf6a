// Runs once before all tests: the end-to-end tests need the assembly that would be deployed, with its bundled functions.
import { rm } from 'node:fs/promises';
import { register } from 'tsx/esm/api';
import { keptIn } from './secrets-in-logs.js';

export default async function globalSetup() {
  // Workers begin after this, and have it in their environment.
  process.env['KEEP_LOGS'] ||= keptIn;
  await rm(keptIn, { recursive: true, force: true });

  const unregister = register();
  const { freshAssembly } = await import('./assembly.ts');
  await freshAssembly();
  await unregister();
}
