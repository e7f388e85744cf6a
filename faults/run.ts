/** Works off tries, a few at the same time, each in a deployment of its own that serves many. */
import { attempt, type Tried } from './attempt.ts';
import type { Plan, Try } from './plan.ts';
import { openStage, type Stage } from './stage.ts';

export interface RunSettings {
  readonly assembly: string;
  readonly workers: number;
  readonly onTried: (tried: Tried, done: number) => void;
  /** The tries are given up once this many went wrong. */
  readonly mostWrong: number;
  /** Milliseconds since the epoch after which no further try is begun; null: all are made. */
  readonly until: number | null;
}

/** A try that broke off leaves its deployment in doubt: the next one gets another. */
async function tried(stage: Stage, { site, kind }: Try, plan: Plan): Promise<{ one: Tried; isSound: boolean }> {
  try {
    const one = await attempt(stage, site, kind, plan.cleanOf(site.step));
    return { one, isSound: one.outcome.kind !== 'wrong' };
  } catch (error) {
    const sentences = [error instanceof Error ? error.message : String(error)];
    return { one: { site, kind, outcome: { kind: 'wrong', sentences }, secondMails: 0 }, isSound: false };
  }
}

/** `first`: a stage that stands already; closed with the others. */
export async function runTries(
  tries: readonly Try[],
  plan: Plan,
  first: Stage,
  settings: RunSettings,
): Promise<readonly Tried[]> {
  const left = [...tries];
  const all: Tried[] = [];
  const work = async (given: Stage | null): Promise<void> => {
    let stage = given;
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      stage ??= await openStage(settings.assembly);
      const { one, isSound } = await tried(stage, next, plan);
      all.push(one);
      settings.onTried(one, all.length);
      if (!isSound) {
        await stage.close();
        stage = null;
      }
      const isLate = settings.until !== null && Date.now() >= settings.until;
      if (isLate || all.filter(({ outcome }) => outcome.kind === 'wrong').length >= settings.mostWrong) left.length = 0;
    }
    await stage?.close();
  };
  await Promise.all(Array.from({ length: settings.workers }, (_, at) => work(at === 0 ? first : null)));
  return all;
}
