/**
 * `npm run bench`: measures, prints a table and writes build/bench.json. `npm run -s bench -- --json`: the JSON alone, on standard output.
 * Exit code 1: a figure is beyond its limit. A new figure is a file of its own, and a line here. It is bundled before it runs, as the
 * functions are: tsx wraps every function that is made, which costs a fifth.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { diagnosisInCore } from './diagnosis-in-core.ts';
import { type Bench, type Figure, isBroken } from './figure.ts';
import { growthWithStatements } from './growth-with-statements.ts';
import { policyEvaluations } from './policy-evaluations.ts';
import { tableOf } from './table.ts';

const benches: readonly Bench[] = [diagnosisInCore, growthWithStatements, policyEvaluations];

const figures: Figure[] = [];
for (const bench of benches) figures.push(...(await bench()));

const json = `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`;
if (process.argv.includes('--json')) {
  process.stdout.write(json);
} else {
  await mkdir('build', { recursive: true });
  await writeFile('build/bench.json', json);
  process.stdout.write(tableOf(figures));
}
if (figures.some(isBroken)) process.exitCode = 1;
