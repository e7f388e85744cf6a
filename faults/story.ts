/** The ways of a case, step by step: what somebody does, and the state that must come of it. */
import { AwsClient } from 'aws4fetch';
import { APPROVER_ATTRIBUTE } from '../lambda/adapters/sns-topic.ts';
import { type Case, type CaseState, caseId } from '../lambda/core/case.ts';
import { saveJob } from '../local/save-job.ts';
import type { Stage } from './stage.ts';

/** `again`: they were told that it failed, and will try again. */
export type Answer = { readonly kind: 'taken' } | { readonly kind: 'again'; readonly words: string };

export interface Step {
  readonly name: string;
  readonly act: (stage: Stage) => Promise<Answer>;
  readonly reaches: CaseState;
  /** Functions whose calls are tried; left out: all. The others do here what they do in another step. */
  readonly only?: readonly string[];
}

export interface Story {
  readonly name: string;
  readonly steps: readonly Step[];
}

export const PERSON = 'U0SORA';
const taken: Answer = { kind: 'taken' };
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

async function press({ here }: Stage, actionId: string): Promise<Answer> {
  const [message] = here.slack.messages();
  if (message === undefined) return again('There is no message to press a button of.');
  const { seen } = await here.slack.press({ ts: message.ts, actionId, user: PERSON });
  return seen.kind === 'ok' ? taken : again(JSON.stringify(seen));
}

async function reject(stage: Stage): Promise<Answer> {
  const { slack } = stage.here;
  slack.closeAll(PERSON);
  const pressed = await press(stage, 'passrole_reject');
  const [view] = slack.openViews(PERSON);
  if (view === undefined) return pressed.kind === 'again' ? pressed : again('No window opened.');
  const values = { 'reason/text': 'not this role' };
  const { seen } = await slack.submitView({ viewId: view.id, user: PERSON, values });
  return seen.kind === 'ok' ? taken : again(JSON.stringify(seen));
}

async function look(stage: Stage): Promise<Answer> {
  const { slack } = stage.here;
  slack.closeAll(PERSON);
  const pressed = await press(stage, 'passrole_evidence');
  if (pressed.kind === 'again') return pressed;
  return slack.openViews(PERSON).length === 1 ? taken : again('No window opened.');
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
  return answer.ok ? taken : again(`${answer.status} ${text.slice(0, 200)}`);
}

const list = (stage: Stage): Promise<Answer> => review(stage, 'cases', null);

async function revert(stage: Stage): Promise<Answer> {
  const { key, round } = await theCase(stage);
  return review(stage, `cases/${caseId(key, round)}/revert`, { reason: 'not needed any more' });
}

async function approveByMail({ here }: Stage): Promise<Answer> {
  const mails = here.aws.sent.filter(({ attributes }) => attributes[APPROVER_ATTRIBUTE] !== undefined);
  const url = /http:\/\/\S+/.exec(mails.at(-1)?.message ?? '')?.[0];
  if (url === undefined) return again('No mail holds a link.');
  const opened = await fetch(url);
  await opened.text();
  if (!opened.ok) return again(`opening: ${opened.status}`);
  const form = new URLSearchParams({ decision: 'approve', term: '8h', confirm: 'glue-runtime-role' });
  const decided = await fetch(url, { method: 'POST', body: form });
  await decided.text();
  return decided.ok ? taken : again(`deciding: ${decided.status}`);
}

async function end(stage: Stage): Promise<Answer> {
  stage.pass(9);
  await stage.here.runtime.tick('apply');
  return taken;
}

const refused = (user: string): Step => ({ name: 'refused', act: save(user), reaches: 'proposed' });

/** A step of the same name counts once, in the first story that has it. */
export const stories: readonly Story[] = [
  {
    name: 'for good, and taken back',
    steps: [
      refused('mika'),
      { name: 'approve', act: (stage) => press(stage, 'passrole_approve'), reaches: 'applied' },
      { name: 'works', act: save('mika'), reaches: 'confirmed' },
      { name: 'revert', act: revert, reaches: 'reverted' },
    ],
  },
  {
    name: 'rejected',
    steps: [
      refused('mika'),
      { name: 'list', act: list, reaches: 'proposed' },
      { name: 'look', act: look, reaches: 'proposed' },
      { name: 'reject', act: reject, reaches: 'rejected' },
    ],
  },
  {
    name: 'for eight hours, by a link',
    steps: [
      refused('ren'),
      { name: 'approve-by-mail', act: approveByMail, reaches: 'applied', only: ['review-mail'] },
      { name: 'end', act: end, reaches: 'reverted' },
    ],
  },
];

export function storyOf(step: string): Story {
  const found = stories.find(({ steps }) => steps.some(({ name }) => name === step));
  if (found === undefined) throw new Error(`No story has a step ${step}.`);
  return found;
}
