/** One try: a story in which one call goes wrong once, or until it is mended, and what became of it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from '../lambda/core/case.ts';
import { deadIn, redrive } from './dead-letters.ts';
import { noticesOf, secondMails, wrongs } from './end-state.ts';
import type { Site } from './injector.ts';
import { type FaultKind, LATEST } from './kinds.ts';
import type { Stage } from './stage.ts';
import { type Step, storyOf } from './story.ts';

export type Outcome =
  | { readonly kind: 'done' }
  /** Somebody was told that it failed, and their next try succeeded. */
  | { readonly kind: 'done-again'; readonly words: string }
  | { readonly kind: 'dead-letter'; readonly queues: readonly string[]; readonly reason: string }
  /** A state or verdict that says what is the matter. */
  | { readonly kind: 'named'; readonly name: string; readonly reason: string }
  /** Only by the schedule's next turn. */
  | { readonly kind: 'by-schedule' }
  /** In this run the call was not made that often. */
  | { readonly kind: 'not-met' }
  | { readonly kind: 'wrong'; readonly sentences: readonly string[] };

export interface Tried {
  readonly site: Site;
  readonly kind: FaultKind;
  readonly outcome: Outcome;
  readonly secondMails: number;
}

/** Of a run without faults: subjects of its mails, and the first diagnosis in short. */
export interface Clean {
  readonly subjects: readonly string[];
  readonly diagnosis: string;
}

const PATIENCE_MS = 600_000;

export const inShort = ({ diagnosis }: Case): string =>
  diagnosis === null
    ? 'not diagnosed'
    : `${diagnosis.verdict.kind}, risk ${diagnosis.risk.level}, ${diagnosis.proposal === null ? 'nothing proposed' : 'a grant proposed'}`;

const only = async (stage: Stage): Promise<Case | null> => (await stage.cases())[0] ?? null;

/** Until it is taken; a person whose press is done although they heard that it failed sees so, and lets it be. */
async function act(step: Step, stage: Stage): Promise<string | null> {
  let words: string | null = null;
  for (let turn = 0; turn < 2; turn += 1) {
    const before = (await only(stage))?.state ?? null;
    const answer = await step.act(stage).catch((error: unknown) => ({ kind: 'again', words: String(error) }) as const);
    await stage.here.runtime.idle(PATIENCE_MS);
    if (answer.kind === 'taken') return words;
    words = answer.words;
    const after = (await only(stage))?.state ?? null;
    if (before !== after) return words;
  }
  return words;
}

function namedOf(of: Case | null, clean: Clean): { readonly name: string; readonly reason: string } | null {
  if (of === null || of.diagnosis === null) return null;
  const { verdict } = of.diagnosis;
  switch (of.state) {
    case 'failed':
      return { name: 'failed', reason: of.why };
    case 'stale':
      return { name: 'stale', reason: of.why };
    case 'advised':
    case 'proposed':
      if (inShort(of) === clean.diagnosis) return null;
      return { name: `${of.state}: ${inShort(of)}`, reason: 'reasons' in verdict ? verdict.reasons.join(' ') : '' };
    default:
      return null;
  }
}

const reached = (of: Case | null, { reaches }: Step, clean: Clean): boolean =>
  of?.state === reaches && (reaches !== 'proposed' || inShort(of) === clean.diagnosis);

/** How the step in which the call goes wrong ends. `isOver`: the story does not go on from there. */
async function faultyStep(step: Step, stage: Stage, clean: Clean): Promise<{ outcome: Outcome; isOver: boolean }> {
  const { faults, here, reasons } = stage;
  const words = await act(step, stage);
  if (!faults.met) return { outcome: { kind: 'not-met' }, isOver: true };
  const queues = deadIn(here);
  const reason = reasons.at(-1) ?? '';
  const early = await only(stage);
  faults.lift();
  if (queues.length > 0) {
    await redrive(stage);
    const left = deadIn(here);
    if (left.length > 0) return bad(`redriven, and dead again in ${left.join(', ')}: ${reasons.at(-1)}`);
    if (reason === '') return bad(`in ${queues.join(', ')} without a reason in any log`);
  }
  let of = queues.length > 0 ? await only(stage) : early;
  const story = (outcome: Outcome) => ({ outcome, isOver: false });
  const dead: Outcome = { kind: 'dead-letter', queues, reason };
  if (reached(of, step, clean)) {
    if (queues.length > 0) return story(dead);
    return story(words === null ? { kind: 'done' } : { kind: 'done-again', words });
  }
  const named = namedOf(of, clean);
  if (named !== null) return { outcome: queues.length > 0 ? dead : { kind: 'named', ...named }, isOver: true };
  if (words !== null && queues.length === 0) {
    // Later, as they are told to: a link that a dead function used up works again after a minute.
    stage.pass(0.05);
    const later = await act(step, stage);
    of = await only(stage);
    if (reached(of, step, clean)) return story({ kind: 'done-again', words });
    return bad(`mended, and still ${of?.state ?? 'no case'} after another try: ${later ?? 'taken'}`);
  }
  stage.pass(0.5);
  await here.runtime.tick('apply');
  await here.runtime.idle(PATIENCE_MS);
  of = await only(stage);
  if (reached(of, step, clean)) return story(queues.length > 0 ? dead : { kind: 'by-schedule' });
  return bad(`lost: the case is ${of?.state ?? 'not there'}, in no dead-letter queue, and nobody was told`);
}

const bad = (sentence: string): { outcome: Outcome; isOver: boolean } => ({
  outcome: { kind: 'wrong', sentences: [sentence] },
  isOver: true,
});

/** Throws when a step goes wrong without a fault. */
async function soundStep(step: Step, stage: Stage): Promise<void> {
  const answer = await step.act(stage);
  await stage.here.runtime.idle(PATIENCE_MS);
  const of = await only(stage);
  if (answer.kind === 'again') throw new Error(`${step.name}: ${answer.words}`);
  if (of?.state !== step.reaches)
    throw new Error(`${step.name}: the case is ${of?.state ?? 'not there'}, not ${step.reaches}`);
}

export async function attempt(stage: Stage, site: Site, kind: FaultKind, clean: Clean): Promise<Tried> {
  await stage.startOver();
  let outcome: Outcome = { kind: 'not-met' };
  let isOver = false;
  for (const step of storyOf(site.step).steps) {
    stage.faults.begin(step.name);
    if (step.name !== site.step) {
      await soundStep(step, stage);
      continue;
    }
    stage.faults.arm(site, kind);
    ({ outcome, isOver } = await faultyStep(step, stage, clean));
    stage.faults.lift();
    if (isOver) break;
  }
  // The SDK's adaptive retry keeps a container that was throttled slow for long; the next try is not about that.
  if (kind.startsWith('throttled')) for (const key of stage.faults.takeKeys()) await stage.here.runtime.kill(key);
  // What was given up is carried out late all the same: in this try, and not in the next.
  if (kind === 'time-out') await wait(LATEST);
  const result = (of: Outcome): Tried => ({ site, kind, outcome: of, secondMails: secondMails(stage.here) });
  if (outcome.kind === 'wrong' || outcome.kind === 'not-met') return result(outcome);
  // What only the schedule mends: trail entries whose writer died.
  stage.pass(0.5);
  await stage.here.runtime.tick('apply');
  await stage.here.runtime.idle(PATIENCE_MS);
  const told = new Set(noticesOf(stage.here).map(({ subject }) => subject ?? ''));
  const untold = isOver ? [] : clean.subjects.filter((subject) => !told.has(subject));
  const sentences = [
    ...(await wrongs(stage)),
    ...untold.map((subject) => `lost: no mail "${subject}"`),
    ...deadIn(stage.here).map((queue) => `in ${queue} at the end: ${stage.reasons.at(-1)}`),
  ];
  return result(sentences.length === 0 ? outcome : { kind: 'wrong', sentences });
}

/** Every step of a story, nothing going wrong. Throws otherwise. */
export async function cleanRun(stage: Stage, steps: readonly Step[]): Promise<Clean> {
  await stage.startOver();
  let diagnosis = '';
  for (const step of steps) {
    stage.faults.begin(step.name);
    await soundStep(step, stage);
    const of = await only(stage);
    if (diagnosis === '' && of !== null) diagnosis = inShort(of);
  }
  const sentences = [...(await wrongs(stage)), ...stage.reasons];
  if (sentences.length > 0) throw new Error(`Without any fault: ${sentences.join('; ')}`);
  return { subjects: noticesOf(stage.here).map(({ subject }) => subject ?? ''), diagnosis };
}
