// Runs once before all tests: the end-to-end tests need the assembly that would be deployed, with its bundled functions.
import { register } from 'tsx/esm/api';

export default async function globalSetup() {
  const unregister = register();
  const { freshAssembly } = await import('./assembly.ts');
  await freshAssembly();
  await unregister();
}
