/** Drives every path that uses a right: the stories, the case files, and grants to each kind of target. */
import { readdirSync, readFileSync } from 'node:fs';
import { cleanRun } from '../faults/attempt.ts';
import { exampleAccount, type Stage } from '../faults/stage.ts';
import { review, stories, theCase } from '../faults/story.ts';
import { caseId } from '../lambda/core/case/case.ts';
import type { Account } from '../local/account/account.ts';
import { parseAccount } from '../local/account/read-account.ts';

interface CaseFile {
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly account: Account;
}

const folder = new URL('../test/denials/', import.meta.url);

type Written = Readonly<Record<string, unknown>>;

/** `change`: to the account as the file writes it. */
export function caseFile(name: string, change: (account: Written) => Written = (account) => account): CaseFile {
  const { event, account } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const parsed = parseAccount(change(account));
  if (parsed.kind === 'unusable') throw new Error(`${name} holds no account.`);
  return { name, event, account: parsed.account };
}

const caseNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

const REVIEWER = 'sora';

/** Whose grants are written to a group, a user and a role; and one whose account has a permissions boundary of its own to read. */
export const written = [
  'missing-allow-field-note',
  'missing-allow-user-without-group',
  'missing-allow-role-session',
  'missing-allow-within-boundary',
] as const;

/** Few case files have anybody who may call the review function: the example's sora joins them. */
function withReviewer(account: Account): Account {
  const { users, groups, policies } = exampleAccount();
  const joins = <Item extends { readonly name: string }>(
    here: readonly Item[],
    others: readonly Item[],
    name: string,
  ) => [...here.filter((one) => one.name !== name), ...others.filter((one) => one.name === name)];
  const more = policies.filter(({ arn }) => !account.policies.some((policy) => policy.arn === arn));
  return {
    ...account,
    users: joins(account.users, users, REVIEWER),
    groups: joins(account.groups, groups, 'Platform'),
    policies: [...account.policies, ...more],
  };
}

async function diagnose(stage: Stage, { event, account }: CaseFile): Promise<void> {
  await stage.startOver(withReviewer(account));
  stage.here.runtime.deliver(event);
  await stage.here.runtime.idle(60_000);
}

/** Another person than the one who was refused. */
async function ask(stage: Stage, path: string, body: object | null): Promise<void> {
  const answer = await review(stage, path, body, REVIEWER);
  if (answer.kind === 'again') throw new Error(`${path}: ${answer.words}`);
  await stage.here.runtime.idle(60_000);
}

async function approve(stage: Stage): Promise<string> {
  const of = await theCase(stage);
  if (of.state !== 'proposed') throw new Error(`The case is ${of.state}, not proposed.`);
  const path = `cases/${caseId(of.key, of.round)}`;
  await ask(stage, path, null);
  await ask(stage, `${path}/approve`, { digest: of.diagnosis.proposal.digest });
  return path;
}

const expectState = async (stage: Stage, name: string, wanted: string): Promise<void> => {
  const { state } = await theCase(stage);
  if (state !== wanted) throw new Error(`${name}: the case is ${state}, not ${wanted}: ${stage.reasons.join('; ')}`);
};

/** Written, read back and taken back. */
async function writeAndRevert(stage: Stage, file: CaseFile): Promise<void> {
  await diagnose(stage, file);
  const path = await approve(stage);
  await expectState(stage, file.name, 'applied');
  await ask(stage, `${path}/revert`, { reason: 'only tried' });
  await expectState(stage, file.name, 'reverted');
}

/** The boundary is a policy of AWS that nobody has otherwise, so that IAM's list of policies in use does not tell its version. */
const withinAwsBoundary = (): CaseFile =>
  caseFile('missing-allow-within-boundary', (account) => {
    const { maria, ...others } = account['users'] as Readonly<Record<string, object>>;
    return { ...account, users: { ...others, maria: { ...maria, boundary: 'AdministratorAccess' } } };
  });

/** Between proposal and approval the role is deleted: apply looks for the nearest names. */
async function roleGone(stage: Stage, file: CaseFile): Promise<void> {
  await diagnose(stage, file);
  stage.here.aws.state.roles.delete('glue-runtime-role');
  await approve(stage);
  await expectState(stage, `${file.name}, the role deleted`, 'stale');
}

async function nextRound(stage: Stage): Promise<void> {
  const [forGood] = stories;
  const [refused] = forGood?.steps ?? [];
  if (forGood === undefined || refused === undefined) throw new Error('There is no story to begin with.');
  await cleanRun(stage, forGood.steps);
  // CloudTrail's times are whole seconds, and a denial of the second in which a case was closed belongs to it.
  stage.pass(0.01);
  await refused.act(stage);
  await stage.here.runtime.idle(60_000);
  const { round, state } = await theCase(stage);
  if (round !== 2 || state !== 'proposed') throw new Error(`The case is ${state} in round ${round}.`);
}

export async function drive(stage: Stage, onDone: (what: string) => void): Promise<void> {
  for (const { name, steps } of stories) {
    await cleanRun(stage, steps);
    onDone(name);
  }
  await nextRound(stage);
  onDone('a case that is refused again once it was closed');
  for (const name of written) {
    await writeAndRevert(stage, caseFile(name));
    onDone(`${name}, written and taken back`);
  }
  await writeAndRevert(stage, withinAwsBoundary());
  onDone('a grant within a boundary of AWS');
  await roleGone(stage, caseFile(written[0]));
  onDone('the role deleted before the approval');
  const { accountId, region, partition } = stage.here.deployment.place;
  const here = caseNames()
    .map((name) => caseFile(name))
    .filter(({ account: of }) => of.accountId === accountId && of.region === region && of.partition === partition);
  for (const file of here) await diagnose(stage, file);
  onDone(`${here.length} case files`);
}
