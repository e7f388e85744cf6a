/**
 * `npm run bench`: measures, prints a table and writes build/bench.json. `npm run -s bench -- --json`: the JSON alone, on standard output.
 * Exit code 1: a figure is beyond its limit. `npm run bench -- --wave=10000`: the whole wave. A new figure is a file of its own, and a line here. It is bundled before it runs, as the
 * functions are: tsx wraps every function that is made, which costs a fifth.
 */
import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { diagnosisInCore } from './diagnosis-in-core.ts';
import { type Bench, type Figure, isBroken } from './figure.ts';
import { growthWithStatements } from './growth-with-statements.ts';
import { policyEvaluations } from './policy-evaluations.ts';
import { tableOf } from './table.ts';

const benches: readonly Bench[] = [diagnosisInCore, growthWithStatements, policyEvaluations];

/** By tsx, as the local AWS looks for files beside its own. */
function inDeployment(): Promise<readonly Figure[]> {
  const child = fork('bench/in-deployment.ts', process.argv.slice(2), {
    execArgv: ['--import', 'tsx', '--no-warnings'],
    // Standard output is for the table, or the JSON.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let measured: readonly Figure[] | null = null;
    child.on('message', (message) => {
      measured = message as readonly Figure[];
    });
    child.on('exit', (code) => {
      if (measured === null) reject(new Error(`The figures of the deployment could not be made: exit code ${code}.`));
      else resolve(measured);
    });
  });
}

const figures: Figure[] = [];
for (const bench of benches) figures.push(...(await bench()));
figures.push(...(await inDeployment()));

const json = `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`;
if (process.argv.includes('--json')) {
  process.stdout.write(json);
} else {
  await mkdir('build', { recursive: true });
  await writeFile('build/bench.json', json);
  process.stdout.write(tableOf(figures));
}
if (figures.some(isBroken)) process.exitCode = 1;
