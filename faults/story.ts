/** The ways of a case, step by step: what somebody does, and how it shows that it came about. */
import { AwsClient } from 'aws4fetch';
import { type Case, type CaseState, caseId } from '../lambda/core/case/case.ts';
import { APPROVER_ATTRIBUTE } from '../lambda/runtime/approver-attribute.ts';
import { saveJob } from '../local/save-job.ts';
import type { Stage } from './stage.ts';

/**
 * What an HTTP answer, or Slack, said to the person. `shown`: what they see in it, where that is what they wanted. `again`: that it failed.
 * Whatever else goes wrong is thrown, and is no answer.
 */
export type Answer =
  | { readonly kind: 'taken'; readonly shown: string }
  | { readonly kind: 'again'; readonly words: string };

export interface Step {
  readonly name: string;
  readonly act: (stage: Stage) => Promise<Answer>;
  /** Whether what was wanted is there. False in the state in which the step begins. */
  readonly isDone: (of: Case, answer: Answer) => boolean;
  /** How many refusals AWS sends in it. Left out: none. */
  readonly refusals?: number;
  /** The case before was closed: these refusals are counted in a round of their own. */
  readonly opensRound?: true;
  /** `diagnose dynamodb`, `announce`: whose calls are tried; left out: all. The others are made here as in another step. */
  readonly only?: readonly string[];
}

export interface Story {
  readonly name: string;
  readonly steps: readonly Step[];
}

const PERSON = 'U0SORA';
const taken: Answer = { kind: 'taken', shown: '' };
const again = (words: string): Answer => ({ kind: 'again', words });

export async function theCase({ cases }: Stage): Promise<Case> {
  const [only, ...others] = await cases();
  if (only === undefined || others.length > 0)
    throw new Error(`There are ${only === undefined ? 0 : others.length + 1} cases.`);
  return only;
}

/** A refused Save is an answer, too: it is what the story begins with. */
const save =
  (user: string) =>
  async ({ here }: Stage): Promise<Answer> => {
    await saveJob(here.aws, { user, job: 'nightly-orders', role: 'glue-runtime-role', mfa: true });
    return taken;
  };

/** Of the newest message. */
async function press({ here }: Stage, actionId: string): Promise<Answer> {
  const message = here.slack.messages().at(-1);
  if (message === undefined) throw new Error('There is no message to press a button of.');
  const { seen } = await here.slack.press({ ts: message.ts, actionId, user: PERSON });
  return seen.kind === 'ok' ? taken : again(JSON.stringify(seen));
}

/** Slack shows nothing where a window did not open: then a line for the person alone has to say so. */
async function openWindow(stage: Stage, actionId: string): Promise<Answer> {
  const { slack } = stage.here;
  slack.closeAll(PERSON);
  const before = slack.ephemerals(PERSON).length;
  const pressed = await press(stage, actionId);
  const [view, ...more] = slack.openViews(PERSON);
  if (more.length > 0) throw new Error(`${more.length + 1} windows opened.`);
  if (view !== undefined && pressed.kind === 'taken') return { kind: 'taken', shown: JSON.stringify(view.view) };
  if (pressed.kind === 'again') return pressed;
  const said = slack.ephemerals(PERSON).slice(before).at(-1)?.text;
  if (said === undefined) throw new Error('half told: no window opened, and nothing in Slack says why');
  return again(said);
}

async function reject(stage: Stage): Promise<Answer> {
  const { slack } = stage.here;
  const opened = await openWindow(stage, 'passrole_reject');
  const [view] = slack.openViews(PERSON);
  if (view === undefined) return opened;
  const values = { 'reason/text': 'not this role' };
  const { seen } = await slack.submitView({ viewId: view.id, user: PERSON, values });
  return seen.kind === 'ok' ? taken : again(JSON.stringify(seen));
}

/** `body`: null to read. */
export async function review({ here }: Stage, path: string, body: object | null, user = 'sora'): Promise<Answer> {
  const accessKeyId = here.aws.keyFor({ kind: 'user', name: user, console: true, mfa: true });
  const { region } = here.deployment.place;
  const signer = new AwsClient({ accessKeyId, secretAccessKey: 'local', service: 'lambda', region });
  const url = new URL(path, here.runtime.url('review') ?? '');
  const headers = { 'content-type': 'application/json' };
  const init = body === null ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const request = await signer.sign(url, init);
  const answer = await fetch(request);
  const text = await answer.text();
  return answer.ok ? { kind: 'taken', shown: text } : again(`${answer.status} ${text.slice(0, 200)}`);
}

const list = (stage: Stage): Promise<Answer> => review(stage, 'cases', null);

/** Exactly this case, as it stands. */
function isListed(of: Case, answer: Answer): boolean {
  if (answer.kind === 'again') return false;
  const { cases } = JSON.parse(answer.shown) as { readonly cases: readonly { id: string; state: string }[] };
  const [one, ...more] = cases;
  return more.length === 0 && one?.id === caseId(of.key, of.round) && one.state === of.state;
}

/** The window holds each finding of the checklist's nine steps, as far as Slack's quoting lets them be compared. */
function isEvidence(of: Case, answer: Answer): boolean {
  if (answer.kind === 'again' || of.diagnosis === null) return false;
  return of.diagnosis.checklist.every(({ title }) => answer.shown.includes(title));
}

async function revert(stage: Stage): Promise<Answer> {
  const { key, round } = await theCase(stage);
  return review(stage, `cases/${caseId(key, round)}/revert`, { reason: 'not needed any more' });
}

async function approveByMail({ here }: Stage): Promise<Answer> {
  const mails = here.aws.sent.filter(({ attributes }) => attributes[APPROVER_ATTRIBUTE] !== undefined);
  const url = /http:\/\/\S+/.exec(mails.at(-1)?.message ?? '')?.[0];
  if (url === undefined) throw new Error('No mail holds a link.');
  const opened = await fetch(url);
  await opened.text();
  if (!opened.ok) return again(`opening: ${opened.status}`);
  const form = new URLSearchParams({ decision: 'approve', term: '8h', confirm: 'glue-runtime-role' });
  const decided = await fetch(url, { method: 'POST', body: form });
  await decided.text();
  return decided.ok ? taken : again(`deciding: ${decided.status}`);
}

/** Nobody hears of a schedule's failure but the alarm: what it could not do waits in its dead-letter queue, or for its next turn. */
async function end(stage: Stage): Promise<Answer> {
  stage.pass(9);
  await stage.here.runtime.tick('apply');
  return taken;
}

/** So fast that a single batch brings them to diagnose. */
async function saveThrice(stage: Stage): Promise<Answer> {
  await stage.together(async () => {
    for (let turn = 0; turn < 3; turn += 1) await save('mika')(stage);
  });
  return taken;
}

/** CloudTrail's times are whole seconds, and a denial of the second in which a case was closed belongs to it. */
async function saveLater(stage: Stage): Promise<Answer> {
  stage.pass(0.01);
  return save('mika')(stage);
}

const reaches = (state: CaseState, count?: number) => (of: Case) =>
  of.state === state && (count === undefined || of.denials.count === count);

const refused = (user: string): Step => ({
  name: 'refused',
  act: save(user),
  isDone: reaches('proposed', 1),
  refusals: 1,
});
const mikaRefused = refused('mika');
const rejected: Step = { name: 'reject', act: reject, isDone: reaches('rejected') };

/** Calls of a step count once, in the first story that has one of its name; the very same step of another story serves for their tries, too. */
export const stories: readonly Story[] = [
  {
    name: 'for good, and taken back',
    steps: [
      mikaRefused,
      { name: 'approve', act: (stage) => press(stage, 'passrole_approve'), isDone: reaches('applied') },
      { name: 'works', act: save('mika'), isDone: reaches('confirmed') },
      { name: 'revert', act: revert, isDone: reaches('reverted') },
    ],
  },
  {
    name: 'rejected',
    steps: [
      mikaRefused,
      { name: 'list', act: list, isDone: isListed },
      { name: 'look', act: (stage) => openWindow(stage, 'passrole_evidence'), isDone: isEvidence },
      rejected,
    ],
  },
  {
    name: 'for eight hours, by a link',
    steps: [
      refused('ren'),
      { name: 'approve-by-mail', act: approveByMail, isDone: reaches('applied'), only: ['review-mail'] },
      { name: 'end', act: end, isDone: reaches('reverted') },
    ],
  },
  {
    name: 'refused three times at once, and once more',
    steps: [
      {
        name: 'thrice',
        act: saveThrice,
        isDone: reaches('proposed', 3),
        refusals: 3,
        only: ['diagnose dynamodb', 'diagnose s3'],
      },
      { name: 'repeat', act: save('mika'), isDone: reaches('proposed', 4), refusals: 1 },
    ],
  },
  {
    name: 'rejected, and refused again',
    steps: [
      mikaRefused,
      rejected,
      {
        name: 'next-round',
        act: saveLater,
        isDone: (of) => of.round === 2 && reaches('proposed', 1)(of),
        refusals: 1,
        opensRound: true,
        only: ['diagnose dynamodb', 'diagnose s3', 'announce'],
      },
    ],
  },
];

export function storyOf(step: string): Story {
  const found = stories.find(({ steps }) => steps.some(({ name }) => name === step));
  if (found === undefined) throw new Error(`No story has a step ${step}.`);
  return found;
}

/** What the steps so far must have been counted as. */
export interface Counted {
  readonly round: number;
  readonly refusals: number;
}

export function countedIn(steps: readonly Step[]): Counted {
  return steps.reduce<Counted>(
    ({ round, refusals }, { refusals: more = 0, opensRound }) =>
      opensRound === true ? { round: round + 1, refusals: more } : { round, refusals: refusals + more },
    { round: 1, refusals: 0 },
  );
}
