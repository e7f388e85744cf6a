/** Works off tries, a few at the same time, each in a deployment of its own that serves many. */
import { asError } from '../lambda/runtime/as-error.ts';
import { type Attempted, attempt, Disturbed, type Run } from './attempt.ts';
import type { Tried } from './outcome.ts';
import type { Plan } from './plan.ts';
import { runsOf } from './runs.ts';
import { openStage, type Stage } from './stage.ts';
import { storyOf } from './story.ts';
import { type Try, tryName } from './try.ts';

interface RunSettings {
  readonly assembly: string;
  readonly workers: number;
  readonly onTried: (tried: Tried, done: number) => void;
  /** The tries are given up once this many went wrong, or this many runs and more than half of them. */
  readonly mostWrong: number;
  /** Milliseconds since the epoch after which no further run is begun but of what looked wrong; null: all are made. */
  readonly until: number | null;
}

/** Something was wrong in a run of several tries, and in runs of their own each of them was well. */
export interface Wavering {
  readonly tries: readonly Try[];
  readonly sentences: readonly string[];
}

interface Results {
  readonly tried: readonly Tried[];
  readonly wavering: readonly Wavering[];
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
    return asError(error);
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

/** What was wrong in a run; none: nothing. */
function wrongIn(ended: Ended): readonly string[] {
  if (ended instanceof Error) return [ended.message];
  const own = ended.tried.flatMap(({ outcome }) => (outcome.kind === 'wrong' ? outcome.sentences : []));
  return [...own, ...ended.sentences];
}

/** `first`: a stage that stands already; closed with the others. */
export async function runTries(
  tries: readonly Try[],
  plan: Plan,
  first: Stage,
  settings: RunSettings,
): Promise<Results> {
  const all: Tried[] = [];
  const report = (one: Tried): void => {
    all.push(one);
    settings.onTried(one, all.length);
  };

  async function workOff(given: Stage | null, next: () => Run | null, take: (run: Run, ended: Ended) => void) {
    let stage = given;
    for (let run = next(); run !== null; run = next()) {
      stage ??= await openStage(settings.assembly);
      const ended = await attempted(stage, run, plan);
      take(run, ended);
      // A run that broke off leaves its deployment in doubt: the next one gets another.
      if (wrongIn(ended).length > 0) {
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
  const suspect: Wavering[] = [];
  let made = 0;
  const isEnded = (): boolean =>
    (settings.until !== null && Date.now() >= settings.until) ||
    (suspect.length >= settings.mostWrong && suspect.length * 2 > made);
  /** Only those are told in which all is well; which of them spoilt something shows when each has a run of its own. */
  function takeJoined({ tries: joined }: Run, ended: Ended): void {
    made += 1;
    const sentences = wrongIn(ended);
    if (ended instanceof Error || sentences.length > 0) {
      if (!(ended instanceof Disturbed)) suspect.push({ tries: joined, sentences });
      alone.push(...joined);
      return;
    }
    const kept = ended.isOver ? ended.tried.slice(-1) : ended.tried;
    const names = new Set(kept.map(tryName));
    runs.putBack(joined.filter((one) => !names.has(tryName(one))));
    alone.push(...kept.filter((one) => !isKnown(one)));
    kept.filter(isKnown).forEach(report);
  }
  const nextJoined = (): Run | null => (isEnded() ? null : runs.next());
  await together(settings.workers, (at) => workOff(at === 0 ? first : null, nextJoined, takeJoined));

  const disturbed = new Map<string, number>();
  const nextAlone = (): Run | null => {
    const one = all.filter(isWrong).length >= settings.mostWrong ? undefined : alone.shift();
    return one === undefined ? null : { story: storyOf(one.site.step), tries: [one] };
  };
  function takeAlone({ tries: [one] }: Run, ended: Ended): void {
    if (one === undefined) return;
    if (ended instanceof Disturbed) {
      const times = (disturbed.get(tryName(one)) ?? 0) + 1;
      disturbed.set(tryName(one), times);
      if (times < MOST_DISTURBED) alone.push(one);
      else report(asWrong(one, [`without a fault, ${times} times: ${ended.message}`]));
      return;
    }
    if (ended instanceof Error) {
      report(asWrong(one, [ended.message]));
      return;
    }
    const [tried] = ended.tried;
    if (tried === undefined) return;
    const isSpoilt = ended.sentences.length > 0 && !isWrong(tried);
    report(isSpoilt ? { ...asWrong(one, ended.sentences), secondMails: tried.secondMails } : tried);
  }
  await together(Math.min(settings.workers, MOST_ALONE), () => workOff(null, nextAlone, takeAlone));
  const wrong = new Set(all.filter(isWrong).map(tryName));
  return { tried: all, wavering: suspect.filter((one) => !one.tries.some((of) => wrong.has(tryName(of)))) };
}
