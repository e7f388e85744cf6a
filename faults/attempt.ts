/** One run of a story in which calls go wrong, at most one in each step, and what became of each. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Diagnosis } from '../lambda/core/diagnosis/diagnosis.ts';
import { asError } from '../lambda/runtime/as-error.ts';
import { deadLettersIn } from './dead-letters.ts';
import { mailsOf, secondMails, wrongs } from './end-state.ts';
import { act, faultyStep, only, PATIENCE_MS } from './faulty-step.ts';
import { isLasting, LATEST } from './kinds.ts';
import { isSame } from './lesser.ts';
import type { Tried } from './outcome.ts';
import type { Stage } from './stage.ts';
import { countedIn, type Step, type Story } from './story.ts';
import type { Try } from './try.ts';

/** Of a run without faults: its mails, and the diagnosis that each step left. */
export interface Clean {
  readonly mails: readonly string[];
  readonly diagnosisAfter: ReadonlyMap<string, Diagnosis>;
}

/** `tries`: each in a step of the story, no two in the same. */
export interface Run {
  readonly story: Story;
  readonly tries: readonly Try[];
}

export interface Attempted {
  /** Of a step that was reached, in the order of the story. */
  readonly tried: readonly Tried[];
  /** What is wrong when all is over, whichever of the tries it came from. */
  readonly sentences: readonly string[];
  /** The last try ended the story: whether the earlier ones spoilt something is not known. */
  readonly isOver: boolean;
}

/** The machine was in the way before anything was tried: a step went wrong, or a diagnosis says less, without a fault. */
export class Disturbed extends Error {}

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

async function untouchedStep(step: Step, stage: Stage, clean: Clean): Promise<void> {
  try {
    await soundStep(step, stage);
  } catch (error) {
    throw new Disturbed(asError(error).message);
  }
  const expected = clean.diagnosisAfter.get(step.name) ?? null;
  const diagnosis = (await only(stage))?.diagnosis ?? null;
  if (expected !== null && diagnosis !== null && !isSame(diagnosis, expected))
    throw new Disturbed(`${step.name} ends in another diagnosis, without a fault`);
}

type More = ReadonlyMap<string, number>;

/** How often more than before each mail came too often; nothing for those that did not. */
const risen = (before: More, after: More): More =>
  new Map(
    [...after].map(([name, more]) => [name, more - (before.get(name) ?? 0)] as const).filter(([, more]) => more > 0),
  );

const joined = (one: More, other: More): More =>
  new Map([...one.keys(), ...other.keys()].map((name) => [name, (one.get(name) ?? 0) + (other.get(name) ?? 0)]));

const sum = (of: More): number => [...of.values()].reduce((all, n) => all + n, 0);

const doubled = (more: More): readonly string[] =>
  more.size === 0 ? [] : [`doubled: mails came ${[...more.values()].join(', ')} times more than once`];

/**
 * A mail that went out is sent once more where SNS's answer is lost or nothing is remembered from there on, or, each of those that were under
 * way, where announce dies; and a redrive sends it once again. Where one write goes wrong once, DynamoDB remembers it all the same. Source:
 * docs/runbook.md, "What mends itself".
 */
function tooManyMails({ site: { fn, operation }, kind, outcome }: Tried, more: More): readonly string[] {
  const isWrite = fn === 'announce' && operation === 'dynamodb:UpdateItem';
  const forgets = operation.startsWith('sns:') || (isWrite && isLasting(kind));
  const most = isLasting(kind) && outcome.kind === 'dead-letter' ? 2 : 1;
  const isForgiven =
    (forgets && (isLasting(kind) || more.size <= 1)) || (fn === 'announce' && kind.startsWith('crash'));
  const isOften = [...more.values()].some((times) => times > most);
  return isForgiven && !isOften ? [] : doubled(more);
}

/** Mails that came less often than in the clean run. */
function missingMails({ here }: Stage, { mails }: Clean): readonly string[] {
  const left = [...mailsOf(here)];
  return mails.filter((mail) => {
    const at = left.indexOf(mail);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** What a fault leaves behind in the machine, and not in the account, is not what the next step is about. */
async function clearUp(stage: Stage, { kind }: Try): Promise<void> {
  // The SDK's adaptive retry keeps a container that was throttled slow for long.
  if (kind.startsWith('throttled')) for (const key of stage.faults.takeKeys()) await stage.here.runtime.kill(key);
  // What was given up is carried out late all the same.
  if (kind === 'time-out') await wait(LATEST);
}

/**
 * The story goes on after a try that was done, so that a later step shows what an earlier one may have spoilt; it ends where a try ends it.
 *
 * @throws Disturbed before anything was tried; what else is thrown may come from any of the tries.
 */
export async function attempt(stage: Stage, { story, tries }: Run, clean: Clean): Promise<Attempted> {
  await stage.startOver();
  const tried: { readonly one: Tried; readonly more: More }[] = [];
  const tooMany: string[] = [];
  const acted: Step[] = [];
  let mails: More = new Map();
  let isOver = false;
  const newMails = (): More => {
    const now = secondMails(stage.here, countedIn(acted).round);
    const more = risen(mails, now);
    mails = now;
    return more;
  };

  for (const step of story.steps) {
    stage.faults.begin(step.name);
    acted.push(step);
    const one = tries.find(({ site }) => site.step === step.name);
    if (one === undefined) {
      await (tried.length === 0 ? untouchedStep(step, stage, clean) : soundStep(step, stage));
      tooMany.push(...doubled(newMails()));
      continue;
    }
    const diagnosis = clean.diagnosisAfter.get(step.name);
    if (diagnosis === undefined) throw new Error(`The clean run left no diagnosis after ${step.name}.`);
    stage.forgetReasons();
    stage.faults.arm(one.site, one.kind);
    const ended = await faultyStep({ step, stage, site: one.site, clean: diagnosis }, one.kind);
    stage.faults.lift();
    await clearUp(stage, one);
    const more = newMails();
    tried.push({ one: { ...one, outcome: ended.outcome, secondMails: sum(more) }, more });
    isOver = ended.isOver;
    if (isOver) break;
  }
  const last = tried.at(-1);
  if (last === undefined) throw new Error(`The story ${story.name} has no step of ${tries.length} tries.`);
  const earlier = tried.slice(0, -1);
  tooMany.push(...earlier.flatMap(({ one, more }) => tooManyMails(one, more)));
  const withSecondMails = (more: More) => [...earlier.map(({ one }) => one), { ...last.one, secondMails: sum(more) }];
  if (isOver && (last.one.outcome.kind === 'wrong' || last.one.outcome.kind === 'not-met'))
    return { tried: withSecondMails(last.more), sentences: tooMany, isOver };
  // What only the schedule mends: trail entries whose writer died.
  stage.pass(0.5);
  await stage.here.runtime.tick('apply');
  await stage.here.runtime.idle(PATIENCE_MS);
  const more = joined(last.more, newMails());
  const sentences = [
    ...(await wrongs(stage, countedIn(acted))),
    ...(isOver ? [] : missingMails(stage, clean).map((mail) => `lost: no mail "${mail}"`)),
    ...tooMany,
    ...tooManyMails(last.one, more),
    ...deadLettersIn(stage).map(({ queue, reason }) => `in ${queue} at the end: ${reason}`),
  ];
  return { tried: withSecondMails(more), sentences, isOver };
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
  const sentences = [
    ...(await wrongs(stage, countedIn(steps))),
    ...stage.reasons.map(({ fn, words }) => `${fn}: ${words}`),
    ...doubled(secondMails(stage.here, countedIn(steps).round)),
  ];
  if (sentences.length > 0) throw new Error(`Without any fault: ${sentences.join('; ')}`);
  return { mails: mailsOf(stage.here), diagnosisAfter };
}
