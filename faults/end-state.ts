/** What must hold of everything that people and IAM can see, whatever went wrong: nothing lost, doubled or half told. */
import { trailKey } from '../lambda/adapters/dynamo-case-moves.ts';
import { sha256 } from '../lambda/adapters/sha256.ts';
import { APPROVER_ATTRIBUTE } from '../lambda/adapters/sns-topic.ts';
import { canonicalJson } from '../lambda/core/canonical.ts';
import type { Case } from '../lambda/core/case.ts';
import { slackMessage } from '../lambda/core/slack-blocks.ts';
import { type TrailEntry, verifyTrail } from '../lambda/core/trail.ts';
import { announcementOf } from '../lambda/core/wording.ts';
import type { Here } from '../local/deploy-here.ts';
import type { Stage } from './stage.ts';

const GROUP = 'GlueAccess';
const telling = { allowAdministrator: false };

function trailOf({ aws }: Here, { key, round }: Case): readonly string[] {
  const prefix = `trail/${trailKey(key, round)}/`;
  return [...aws.state.buckets.values()]
    .flatMap(({ objects }) => [...objects])
    .filter(([name]) => name.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => Buffer.from(body).toString('utf8'));
}

function wrongTrail(here: Here, of: Case): string[] {
  const texts = trailOf(here, of);
  const verified = verifyTrail(of.key, texts, null, sha256);
  if (verified.kind === 'broken') return [`the trail is broken at ${verified.seq}: ${verified.why}`];
  if (texts.length !== of.moves) return [`the case made ${of.moves} moves, its trail holds ${texts.length}`];
  const last = texts.at(-1);
  const { to } = last === undefined ? { to: 'open' } : (JSON.parse(last) as TrailEntry);
  return to === of.state ? [] : [`the trail ends ${to}, the case is ${of.state}`];
}

/** A grant that stands is known to its case, and one that the case holds stands, exactly. */
function wrongGrants({ aws }: Here, of: Case): string[] {
  const inline = aws.state.groups.get(GROUP)?.inline ?? new Map();
  const known = new Map(of.grants.map((grant) => [grant.policyName, grant]));
  const unknown = [...inline.keys()].filter((name) => !known.has(name));
  const others = [...aws.state.groups.values(), ...aws.state.users.values(), ...aws.state.roles.values()].filter(
    (holder) => holder.name !== GROUP && [...holder.inline.keys()].some((name) => name.startsWith('AllowPass')),
  );
  return [
    ...(inline.size > 1 ? [`doubled: ${inline.size} policies stand in ${GROUP}`] : []),
    ...others.map(({ name }) => `a grant stands at ${name}, which nobody asked for`),
    // While it is being written the intent names it.
    ...(of.state === 'approved' ? [] : unknown.map((name) => `${name} stands in IAM and the case does not know it`)),
    ...[...known].flatMap(([name, { document }]) => {
      const text = inline.get(name)?.text;
      if (text === undefined) return [`the case holds ${name}, which does not stand in IAM`];
      return canonicalJson(JSON.parse(text)) === canonicalJson(document)
        ? []
        : [`${name} stands with other words than the case's`];
    }),
  ];
}

function wrongMessages({ slack }: Here, of: Case): string[] {
  const [message, ...more] = slack.messages();
  if (message === undefined) return ['lost: nothing was told in Slack'];
  if (more.length > 0) return [`doubled: ${more.length + 1} messages in Slack`];
  if (of.state === 'open') return ['half told: a message of a case that was not diagnosed'];
  const { text, blocks } = slackMessage(announcementOf(of, telling), true);
  const isNow = message.text === text && canonicalJson(message.blocks) === canonicalJson(blocks);
  return isNow ? [] : [`half told: the message in Slack is not what the case, ${of.state}, says now: ${message.text}`];
}

/** Mails to everybody on the topic. */
export const noticesOf = ({ aws }: Here) =>
  aws.sent.filter(({ attributes }) => attributes[APPROVER_ATTRIBUTE] === undefined);

/** SNS has no key that makes a second publish of the same mail harmless, so these are counted and forgiven. */
export const secondMails = (here: Here): number => {
  const mails = here.aws.sent.map(({ subject, message, attributes }) => {
    const to = attributes[APPROVER_ATTRIBUTE]?.value ?? '';
    return to === '' ? `${subject} ${message}` : `to ${to}`;
  });
  return mails.length - new Set(mails).size;
};

/** Sentences; none: all is well. */
export async function wrongs({ here, cases }: Stage): Promise<readonly string[]> {
  const found = await cases();
  const [of] = found;
  if (of === undefined) return ['lost: there is no case'];
  if (found.length > 1 || of.round !== 1) return [`doubled: ${found.length} cases, the newest of round ${of.round}`];
  if (of.denials.count !== 1) return [`the one refusal is counted as ${of.denials.count}`];
  return [...wrongGrants(here, of), ...wrongMessages(here, of), ...wrongTrail(here, of)];
}
