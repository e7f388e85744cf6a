/** One try: a story in which one call goes wrong once, or until it is mended, and what became of it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from '../lambda/core/case.ts';
import type { Diagnosis } from '../lambda/core/diagnosis.ts';
import { deadIn, deadLettersIn, redrive } from './dead-letters.ts';
import { noticesOf, secondMails, wrongs } from './end-state.ts';
import type { Site } from './injector.ts';
import { type FaultKind, isLasting, LATEST } from './kinds.ts';
import { compared, isSame, namesFailure } from './lesser.ts';
import type { Stage } from './stage.ts';
import { type Answer, countedIn, type Step, storyOf } from './story.ts';

export type Outcome =
  | { readonly kind: 'done' }
  /** Somebody was told that it failed, and it was done all the same. */
  | { readonly kind: 'done-although'; readonly words: string }
  /** Somebody was told that it failed, and their next try, once it was mended, succeeded. */
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

/** Of a run without faults: subjects of its mails, and the diagnosis that each step left. */
export interface Clean {
  readonly subjects: readonly string[];
  readonly diagnosisAfter: ReadonlyMap<string, Diagnosis>;
}

const PATIENCE_MS = 600_000;

const only = async (stage: Stage): Promise<Case | null> => (await stage.cases())[0] ?? null;

async function act(step: Step, stage: Stage): Promise<Answer> {
  const answer = await step.act(stage);
  await stage.here.runtime.idle(PATIENCE_MS);
  return answer;
}

/** Of a try: the step in which the call goes wrong, and what a clean run comes to. */
interface Scene {
  readonly step: Step;
  readonly stage: Stage;
  readonly site: Site;
  readonly clean: Diagnosis;
}

async function isReached({ step, stage, clean }: Scene, answer: Answer): Promise<boolean> {
  const of = await only(stage);
  return of !== null && of.diagnosis !== null && step.isDone(of, answer) && isSame(of.diagnosis, clean);
}

/** Null: the case says nothing of what failed. */
async function namedOf({ stage, site, clean }: Scene): Promise<Outcome | null> {
  const of = await only(stage);
  if (of === null || of.diagnosis === null) return null;
  switch (of.state) {
    case 'failed':
    case 'stale':
      return namesFailure(of.why, site)
        ? { kind: 'named', name: of.state, reason: of.why }
        : wrong(`${of.state}, and its reason does not name what failed: "${of.why}"`);
    case 'advised':
    case 'proposed': {
      const less = compared(of.diagnosis, clean, site);
      if (less.kind === 'same') return null;
      return less.kind === 'wrong'
        ? wrong(less.sentence)
        : { kind: 'named', name: `${of.state}: ${less.name}`, reason: less.reason };
    }
    default:
      return null;
  }
}

interface Ended {
  readonly outcome: Outcome;
  /** The story does not go on from there. */
  readonly isOver: boolean;
}

const wrong = (sentence: string): Outcome => ({ kind: 'wrong', sentences: [sentence] });
const over = (outcome: Outcome): Ended => ({ outcome, isOver: true });
const goesOn = (outcome: Outcome): Ended => ({ outcome, isOver: false });

/** A person who is told that it failed tries again while the fault lasts, sees that nothing helps, and waits. */
async function actUnderFault({ step, stage }: Scene, kind: FaultKind): Promise<Answer> {
  const answer = await act(step, stage);
  if (answer.kind === 'taken' || !isLasting(kind)) return answer;
  const of = await only(stage);
  return of !== null && step.isDone(of, answer) ? answer : act(step, stage);
}

/** Once it is mended: at once, and if they are refused, later, as a link that a dead function used up works again after a minute. */
async function tryAgain(scene: Scene, words: string): Promise<Ended> {
  const { step, stage } = scene;
  let answer = await act(step, stage);
  if (!(await isReached(scene, answer))) {
    const named = await namedOf(scene);
    if (named !== null) return over(named);
    stage.pass(0.05);
    answer = await act(step, stage);
  }
  if (answer.kind === 'taken' && (await isReached(scene, answer))) return goesOn({ kind: 'done-again', words });
  const of = await only(stage);
  return over(
    wrong(
      `told "${words}"; mended, and still ${of?.state ?? 'no case'} after two more tries: ${
        answer.kind === 'again' ? answer.words : 'they were told that it is done'
      }`,
    ),
  );
}

/** Brought back once it is mended. Null: nothing was dead. */
async function afterRedrive(scene: Scene, answer: Answer): Promise<Ended | null> {
  const { stage } = scene;
  const letters = deadLettersIn(stage);
  const [first] = letters;
  if (first === undefined) return null;
  const silent = letters.filter(({ reason }) => reason === null);
  if (silent.length > 0)
    return over(wrong(`in ${silent.map(({ queue }) => queue).join(', ')}, and no log says why of this very message`));
  await redrive(stage);
  const left = deadLettersIn(stage);
  if (left.length > 0)
    return over(
      wrong(`redriven, and dead again: ${left.map(({ queue, reason }) => `${queue}: ${reason}`).join('; ')}`),
    );
  const queues = [...new Set(letters.map(({ queue }) => queue))];
  const dead: Outcome = { kind: 'dead-letter', queues, reason: first.reason ?? '' };
  if (await isReached(scene, answer)) return goesOn(dead);
  const named = await namedOf(scene);
  if (named === null) return null;
  return over(named.kind === 'wrong' ? named : dead);
}

/** How the step in which the call goes wrong ends. */
async function faultyStep(scene: Scene, kind: FaultKind): Promise<Ended> {
  const { stage } = scene;
  const { faults, here } = stage;
  const answer = await actUnderFault(scene, kind);
  if (!faults.met) return over({ kind: 'not-met' });
  faults.lift();
  const wasDead = deadIn(here).length > 0;
  const revived = await afterRedrive(scene, answer);
  if (revived !== null) return revived;
  if (await isReached(scene, answer))
    return goesOn(answer.kind === 'taken' ? { kind: 'done' } : { kind: 'done-although', words: answer.words });
  const named = await namedOf(scene);
  if (named !== null) return over(named);
  if (answer.kind === 'again') return tryAgain(scene, answer.words);
  stage.pass(0.5);
  await here.runtime.tick('apply');
  await here.runtime.idle(PATIENCE_MS);
  if (await isReached(scene, answer)) return goesOn({ kind: 'by-schedule' });
  const of = await only(stage);
  const where = wasDead ? 'redriven' : 'in no dead-letter queue, and nobody was told';
  return over(wrong(`lost: the case is ${of?.state ?? 'not there'}, ${where}`));
}

/** Time-outs are ten times shorter here, so on a busy machine a person may be refused without any fault: they try again. */
const MOST_TURNS = 3;

/** Throws when a step goes wrong without a fault. */
async function soundStep(step: Step, stage: Stage): Promise<void> {
  let answer = await act(step, stage);
  for (let turn = 1; answer.kind === 'again' && turn < MOST_TURNS; turn += 1) answer = await act(step, stage);
  const of = await only(stage);
  if (answer.kind === 'again') throw new Error(`${step.name}: ${answer.words}`);
  if (of === null || !step.isDone(of, answer))
    throw new Error(`${step.name} is not done: the case is ${of?.state ?? 'not there'}`);
}

/**
 * A mail that went out is sent once more where it could not be remembered that it did: one mail, or, where nothing is remembered from there
 * on, each of those that were under way. Source: docs/architecture.md, "When something fails".
 */
function tooManyMails({ fn, operation }: Site, kind: FaultKind, more: readonly number[]): readonly string[] {
  const forgets = operation.startsWith('sns:') || (fn === 'announce' && operation === 'dynamodb:UpdateItem');
  const isForgiven = forgets && (isLasting(kind) || more.length <= 1) && more.every((times) => times === 1);
  return more.length === 0 || isForgiven ? [] : [`doubled: mails came ${more.join(', ')} times more than once`];
}

/** Subjects that came less often than in the clean run. */
function untold({ here }: Stage, { subjects }: Clean): readonly string[] {
  const left = noticesOf(here).map(({ subject }) => subject ?? '');
  return subjects.filter((subject) => {
    const at = left.indexOf(subject);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

export async function attempt(stage: Stage, site: Site, kind: FaultKind, clean: Clean): Promise<Tried> {
  await stage.startOver();
  let ended: Ended = over({ kind: 'not-met' });
  const acted: Step[] = [];
  for (const step of storyOf(site.step).steps) {
    stage.faults.begin(step.name);
    acted.push(step);
    if (step.name !== site.step) {
      await soundStep(step, stage);
      continue;
    }
    const diagnosis = clean.diagnosisAfter.get(step.name);
    if (diagnosis === undefined) throw new Error(`The clean run left no diagnosis after ${step.name}.`);
    stage.faults.arm(site, kind);
    ended = await faultyStep({ step, stage, site, clean: diagnosis }, kind);
    stage.faults.lift();
    if (ended.isOver) break;
  }
  // The SDK's adaptive retry keeps a container that was throttled slow for long; the next try is not about that.
  if (kind.startsWith('throttled')) for (const key of stage.faults.takeKeys()) await stage.here.runtime.kill(key);
  // What was given up is carried out late all the same: in this try, and not in the next.
  if (kind === 'time-out') await wait(LATEST);
  const { outcome, isOver } = ended;
  const counted = countedIn(acted);
  const second = secondMails(stage.here, counted.round);
  const result = (of: Outcome): Tried => ({
    site,
    kind,
    outcome: of,
    secondMails: second.reduce((sum, n) => sum + n, 0),
  });
  if (outcome.kind === 'wrong' || outcome.kind === 'not-met') return result(outcome);
  // What only the schedule mends: trail entries whose writer died.
  stage.pass(0.5);
  await stage.here.runtime.tick('apply');
  await stage.here.runtime.idle(PATIENCE_MS);
  const sentences = [
    ...(await wrongs(stage, counted)),
    ...(isOver ? [] : untold(stage, clean).map((subject) => `lost: no mail "${subject}"`)),
    ...tooManyMails(site, kind, second),
    ...deadLettersIn(stage).map(({ queue, reason }) => `in ${queue} at the end: ${reason}`),
  ];
  return result(sentences.length === 0 ? outcome : { kind: 'wrong', sentences });
}

/** Every step of a story, nothing going wrong. Throws otherwise. */
export async function cleanRun(stage: Stage, steps: readonly Step[]): Promise<Clean> {
  await stage.startOver();
  const diagnosisAfter = new Map<string, Diagnosis>();
  for (const step of steps) {
    stage.faults.begin(step.name);
    await soundStep(step, stage);
    const diagnosis = (await only(stage))?.diagnosis ?? null;
    if (diagnosis !== null) diagnosisAfter.set(step.name, diagnosis);
  }
  const second = secondMails(stage.here, countedIn(steps).round);
  const sentences = [
    ...(await wrongs(stage, countedIn(steps))),
    ...stage.reasons.map(({ fn, words }) => `${fn}: ${words}`),
    ...(second.length > 0 ? [`doubled: ${second.length} mails`] : []),
  ];
  if (sentences.length > 0) throw new Error(`Without any fault: ${sentences.join('; ')}`);
  return { subjects: noticesOf(stage.here).map(({ subject }) => subject ?? ''), diagnosisAfter };
}
