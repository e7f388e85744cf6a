/** A few of the faults that `npm run faults` tries: those that come nearest to losing or doubling something, and a sample of the rest. */
import { expect, test } from '@jest/globals';
import type { Tried } from '../../faults/outcome.ts';
import { planOf, shuffled } from '../../faults/plan.ts';
import { sentenceOf, waveringLines, wrongLines } from '../../faults/report.ts';
import { runTries } from '../../faults/run.ts';
import { openStage } from '../../faults/stage.ts';
import { tryName } from '../../faults/try.ts';
import { assemblyFolder } from '../support/assembly.ts';

const always = [
  'refused/diagnose dynamodb:UpdateItem#1 crash-after',
  'refused/announce slack:chat.postMessage#1 answer-lost',
  'refused/announce slack:chat.postMessage#1 crash-after',
  'approve/apply iam:PutGroupPolicy#1 crash-after',
  'approve/apply iam:PutGroupPolicy#1 denied-on',
  'approve/announce dynamodb:GetItem#2 denied-on',
  'approve-by-mail/review-mail dynamodb:UpdateItem#2 crash-before',
  'end/apply iam:DeleteGroupPolicy#1 crash-before',
  'list/review dynamodb:Query#1 denied-on',
  'thrice/diagnose dynamodb:UpdateItem#1 crash-after',
];
const SAMPLE = 4;

test('whatever fails, a case is done after all, kept with its reason, or in a state that says what is the matter', async () => {
  const stage = await openStage(assemblyFolder);
  const plan = await planOf(stage);
  const wanted = plan.tries.filter((one) => always.includes(tryName(one)));
  expect(wanted.map(tryName).sort()).toEqual([...always].sort());
  const others = plan.tries.filter((one) => !always.includes(tryName(one)));
  const tries = [...wanted, ...shuffled(others, 1).slice(0, SAMPLE)];
  const lines: string[] = [];
  const onTried = (one: Tried): void => void lines.push(sentenceOf(one));
  const settings = { assembly: assemblyFolder, workers: 2, onTried, mostWrong: 3, until: null };
  const { tried, wavering } = await runTries(tries, plan, stage, settings);
  expect(wrongLines(tried)).toBe('');
  expect(tried).toHaveLength(tries.length);
  // So few that a single one of the sample would be more than the run as a whole allows.
  const notMet = tried.filter(({ outcome }) => outcome.kind === 'not-met').map(tryName);
  expect(notMet.filter((name) => always.includes(name))).toEqual([]);
  process.stdout.write(
    `${plan.sites.length} call sites x ${plan.tries.length / plan.sites.length} faults\n${lines.join('')}${waveringLines(wavering)}`,
  );
}, 600_000);
