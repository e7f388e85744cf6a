/** Works off tries, a few at the same time, each in a deployment of its own that serves many. */
import { type Attempted, attempt, Disturbed, type Run } from './attempt.ts';
import type { Tried } from './outcome.ts';
import { type Plan, type Try, tryName } from './plan.ts';
import { runsOf } from './runs.ts';
import { openStage, type Stage } from './stage.ts';
import { storyOf } from './story.ts';

export interface RunSettings {
  readonly assembly: string;
  readonly workers: number;
  readonly onTried: (tried: Tried, done: number) => void;
  /** The tries are given up once this many went wrong. */
  readonly mostWrong: number;
  /** Milliseconds since the epoch after which no further run is begun; null: all are made. */
  readonly until: number | null;
}

/** How often a try comes again whose story went wrong before the call that it is about. */
const MOST_DISTURBED = 3;

/** Time-outs are ten times shorter here: what looks wrong on a busy machine is looked at again on a quiet one. */
const MOST_ALONE = 2;

type Ended = Attempted | Error;

async function attempted(stage: Stage, run: Run, plan: Plan): Promise<Ended> {
  try {
    return await attempt(stage, run, plan.cleanOf(run.story));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const isWrong = ({ outcome }: Tried): boolean => outcome.kind === 'wrong';
const isKnown = ({ outcome }: Tried): boolean => outcome.kind !== 'wrong' && outcome.kind !== 'not-met';
const asWrong = ({ site, kind }: Try, sentences: readonly string[]): Tried => ({
  site,
  kind,
  outcome: { kind: 'wrong', sentences },
  secondMails: 0,
});

/** `first`: a stage that stands already; closed with the others. */
export async function runTries(
  tries: readonly Try[],
  plan: Plan,
  first: Stage,
  settings: RunSettings,
): Promise<readonly Tried[]> {
  const all: Tried[] = [];
  const tell = (one: Tried): void => {
    all.push(one);
    settings.onTried(one, all.length);
  };
  const isEnded = (): boolean =>
    (settings.until !== null && Date.now() >= settings.until) || all.filter(isWrong).length >= settings.mostWrong;

  async function workOff(given: Stage | null, next: () => Run | null, take: (run: Run, ended: Ended) => void) {
    let stage = given;
    for (let run = next(); run !== null && !isEnded(); run = next()) {
      stage ??= await openStage(settings.assembly);
      const ended = await attempted(stage, run, plan);
      take(run, ended);
      // A run that broke off leaves its deployment in doubt: the next one gets another.
      if (ended instanceof Error || ended.tried.some(isWrong) || ended.sentences.length > 0) {
        await stage.close();
        stage = null;
      }
    }
    await stage?.close();
  }
  const together = (workers: number, work: (at: number) => Promise<void>): Promise<unknown> =>
    Promise.all(Array.from({ length: workers }, (_, at) => work(at)));

  const runs = runsOf(tries);
  const alone: Try[] = [];
  /** Only those are told in which all is well; which of them spoilt something shows when each has a run of its own. */
  function takeJoined({ tries: joined }: Run, ended: Ended): void {
    if (ended instanceof Error || ended.sentences.length > 0 || ended.tried.some(isWrong)) {
      alone.push(...joined);
      return;
    }
    const names = new Set(ended.tried.map(tryName));
    runs.putBack(joined.filter((one) => !names.has(tryName(one))));
    alone.push(...ended.tried.filter((one) => !isKnown(one)));
    ended.tried.filter(isKnown).forEach(tell);
  }
  await together(settings.workers, (at) => workOff(at === 0 ? first : null, runs.next, takeJoined));

  const disturbed = new Map<string, number>();
  const nextAlone = (): Run | null => {
    const one = alone.shift();
    return one === undefined ? null : { story: storyOf(one.site.step), tries: [one] };
  };
  function takeAlone({ tries: [one] }: Run, ended: Ended): void {
    if (one === undefined) return;
    if (ended instanceof Disturbed) {
      const times = (disturbed.get(tryName(one)) ?? 0) + 1;
      disturbed.set(tryName(one), times);
      if (times < MOST_DISTURBED) alone.push(one);
      else tell(asWrong(one, [`without a fault, ${times} times: ${ended.message}`]));
      return;
    }
    if (ended instanceof Error) {
      tell(asWrong(one, [ended.message]));
      return;
    }
    const [tried] = ended.tried;
    if (tried === undefined) return;
    const isSpoilt = ended.sentences.length > 0 && !isWrong(tried);
    tell(isSpoilt ? { ...asWrong(one, ended.sentences), secondMails: tried.secondMails } : tried);
  }
  await together(Math.min(settings.workers, MOST_ALONE), () => workOff(null, nextAlone, takeAlone));
  return all;
}
