/**
 * `npm run faults`: lets every AWS and Slack call of every function go wrong in every way, one in each step of a story, and looks at what
 * becomes of it.
 * Exit code 1: something was lost, doubled or half told, and the line says how to see it again; or too many tries never came to their call.
 */
import '../local/quiet-sdk.ts';
import { Command } from 'commander';
import { asError } from '../lambda/runtime/as-error.ts';
import { assemblyFolder, freshAssembly } from '../test/support/assembly.ts';
import type { Tried } from './outcome.ts';
import { planOf, shuffled } from './plan.ts';
import { namesOf, sentenceOf, tableOf, tooFewMet, waveringLines, wrongLines } from './report.ts';
import { runTries } from './run.ts';
import { openStage } from './stage.ts';
import { tryName } from './try.ts';

interface Options {
  readonly only?: readonly string[];
  readonly sample?: number;
  readonly seed: number;
  readonly workers: number;
  readonly minutes?: number;
  readonly list: boolean;
  readonly verbose: boolean;
}

const BAD_USAGE = 2;
const PROGRESS_EVERY = 20;

/** `seconds` since the first try began. */
const progress = (done: number, of: number, seconds: number): string =>
  `${done} of ${of}, ${(seconds / done).toFixed(1)} s each, ${Math.ceil(((of - done) * seconds) / done / 60)} minutes left\n`;

async function run({ only, sample, seed, workers, minutes, list, verbose }: Options): Promise<void> {
  await freshAssembly();
  const stage = await openStage(assemblyFolder);
  const plan = await planOf(stage);
  const wanted = plan.tries.filter((one) => only === undefined || only.some((text) => tryName(one).includes(text)));
  const tries = sample === undefined ? wanted : shuffled(wanted, seed).slice(0, sample);
  if (tries.length === 0 || list) {
    await stage.close();
    process.stdout.write(plan.tries.map((one) => `${tryName(one)}\n`).join(''));
    if (!list) throw new Error(`No try has "${only?.join('" or "')}" in its name. All of them stand above.`);
    return;
  }
  process.stdout.write(
    `${plan.sites.length} call sites x ${plan.tries.length / plan.sites.length} faults; ${tries.length} tries.\n`,
  );
  const began = Date.now();
  const onTried = (one: Tried, done: number): void => {
    if (verbose || only !== undefined) process.stdout.write(`${done} ${sentenceOf(one)}`);
    else if (one.outcome.kind === 'wrong') process.stdout.write(wrongLines([one]));
    if (done % PROGRESS_EVERY === 0) process.stdout.write(progress(done, tries.length, (Date.now() - began) / 1000));
  };
  const until = minutes === undefined ? null : began + minutes * 60_000;
  const settings = { assembly: assemblyFolder, workers, onTried, mostWrong: 50, until };
  const { tried, wavering } = await runTries(tries, plan, stage, settings);
  if (tried.length < tries.length) process.stdout.write(`Ended after ${tried.length} of ${tries.length} tries.\n`);
  const mails = tried.reduce((sum, one) => sum + one.secondMails, 0);
  process.stdout.write(`\n${tableOf(tried)}\nNamed states:\n${namesOf(tried)}`);
  process.stdout.write(`Mails that came once more, as SNS cannot be asked whether one went out: ${mails}\n`);
  process.stdout.write(waveringLines(wavering));
  process.stdout.write(wrongLines(tried));
  const unmet = tooFewMet(tried);
  process.stdout.write(unmet ?? '');
  if (unmet !== null || tried.some(({ outcome }) => outcome.kind === 'wrong')) process.exitCode = 1;
}

const program = new Command('npm run faults --')
  .description('Every call of every function goes wrong in every way; nothing may be lost, doubled or half told.')
  .option('--only <text...>', "tries whose name holds one of these: 'approve/apply iam:PutGroupPolicy#1 reset'")
  .option('--sample <number>', 'so many, chosen by the seed', Number)
  .option('--seed <number>', 'for the sample', Number, 1)
  .option('--workers <number>', 'at the same time; four for each processor are not too many', Number, 4)
  .option(
    '--minutes <number>',
    'no further run is begun after so long, but of what looked wrong; left out: all are made',
    Number,
  )
  .option('--list', 'only the names of all tries', false)
  .option('--verbose', 'a line for each try', false)
  .action(async (options: Options) => {
    try {
      await run(options);
    } catch (error) {
      process.stderr.write(`npm run faults: ${asError(error).message}\n`);
      process.exitCode = BAD_USAGE;
    }
  });

await program.parseAsync();
