/** A step in which one call goes wrong once, or until it is mended, and what became of it. */
import type { Case } from '../lambda/core/case/case.ts';
import type { Diagnosis } from '../lambda/core/diagnosis/diagnosis.ts';
import { deadIn, deadLettersIn, redrive } from './dead-letters.ts';
import type { Site } from './injector.ts';
import { type FaultKind, isLasting } from './kinds.ts';
import { compared, isSame, namesFailure } from './lesser.ts';
import type { Outcome } from './outcome.ts';
import type { Stage } from './stage.ts';
import type { Answer, Step } from './story.ts';

export const PATIENCE_MS = 600_000;

export const only = async (stage: Stage): Promise<Case | null> => (await stage.cases())[0] ?? null;

export async function act(step: Step, stage: Stage): Promise<Answer> {
  const answer = await step.act(stage);
  await stage.here.runtime.idle(PATIENCE_MS);
  return answer;
}

/** The step in which the call goes wrong, and what a clean run comes to. */
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
export async function faultyStep(scene: Scene, kind: FaultKind): Promise<Ended> {
  const { stage } = scene;
  const { faults, here } = stage;
  const answer = await actUnderFault(scene, kind);
  if (!faults.met) return (await isReached(scene, answer)) ? goesOn({ kind: 'not-met' }) : over({ kind: 'not-met' });
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
