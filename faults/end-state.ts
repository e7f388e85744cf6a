/** What must hold of everything that people and IAM can see, whatever went wrong: nothing lost, doubled or half told. */
import { trailKey } from '../lambda/adapters/dynamodb/case-transitions.ts';
import { sha256 } from '../lambda/adapters/sha256.ts';
import type { Case } from '../lambda/core/case/case.ts';
import type { TrailEntry } from '../lambda/core/case/trail.ts';
import { verifyTrail } from '../lambda/core/case/verify-trail.ts';
import { slackMessage } from '../lambda/core/slack/blocks.ts';
import { canonicalJson } from '../lambda/core/text/canonical-json.ts';
import { announcementOf } from '../lambda/core/wording/announcement.ts';
import { APPROVER_ATTRIBUTE } from '../lambda/runtime/approver-attribute.ts';
import type { Here } from '../local/deploy-here.ts';
import type { Stage } from './stage.ts';
import type { Counted } from './story.ts';

const GROUP = 'GlueAccess';
const rules = { allowAdministrator: false };

function trailOf({ aws }: Here, { key }: Case, round: number): readonly string[] {
  const prefix = `trail/${trailKey(key, round)}/`;
  return [...aws.state.buckets.values()]
    .flatMap(({ objects }) => [...objects])
    .filter(([name]) => name.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => Buffer.from(body).toString('utf8'));
}

function wrongTrail(here: Here, of: Case): string[] {
  for (let round = 1; round < of.round; round += 1) {
    const earlier = trailOf(here, of, round);
    const { kind } = verifyTrail(of.key, earlier, null, sha256);
    if (kind === 'broken' || earlier.length === 0) return [`the trail of round ${round} is broken or lost`];
  }
  const texts = trailOf(here, of, of.round);
  const verified = verifyTrail(of.key, texts, null, sha256);
  if (verified.kind === 'broken') return [`the trail is broken at ${verified.seq}: ${verified.why}`];
  if (texts.length !== of.transitionCount)
    return [`the case made ${of.transitionCount} transitions, its trail holds ${texts.length}`];
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
      if (text === undefined) {
        // Where IAM could not be read after the intent, what may stand stays known: docs/decisions/0011-the-intent-before-the-write.md.
        return of.state === 'failed' ? [] : [`the case holds ${name}, which does not stand in IAM`];
      }
      return canonicalJson(JSON.parse(text)) === canonicalJson(document)
        ? []
        : [`${name} stands with other words than the case's`];
    }),
  ];
}

function wrongMessages({ slack }: Here, of: Case): string[] {
  const messages = slack.messages();
  const message = messages.at(-1);
  if (message === undefined || messages.length < of.round)
    return [`lost: ${messages.length} messages in Slack of ${of.round} rounds`];
  if (messages.length > of.round) return [`doubled: ${messages.length} messages in Slack of ${of.round} rounds`];
  if (of.state === 'open') return ['half told: a message of a case that was not diagnosed'];
  const { text, blocks } = slackMessage(announcementOf(of, rules), true);
  const isNow = message.text === text && canonicalJson(message.blocks) === canonicalJson(blocks);
  return isNow ? [] : [`half told: the message in Slack is not what the case, ${of.state}, says now: ${message.text}`];
}

/** Of each mail: whom it is for, where it is for one alone, and its subject. */
export const mailsOf = ({ aws }: Here): readonly string[] =>
  aws.sent.map(({ subject, attributes }) => `${attributes[APPROVER_ATTRIBUTE]?.value ?? ''} ${subject ?? ''}`.trim());

/**
 * By mail, how often it came more often than it should, those alone that did. SNS has no key that makes a second publish of the same mail
 * harmless. A link is sent once in each round.
 */
export function secondMails({ aws }: Here, rounds: number): ReadonlyMap<string, number> {
  const mails = aws.sent.map(({ subject, message, attributes }) => {
    const to = attributes[APPROVER_ATTRIBUTE]?.value ?? '';
    return to === '' ? { name: `${subject} ${message}`, most: 1 } : { name: `to ${to}`, most: rounds };
  });
  const most = new Map(mails.map((mail) => [mail.name, mail.most]));
  const more = [...most].map(
    ([name, times]) => [name, mails.filter((mail) => mail.name === name).length - times] as const,
  );
  return new Map(more.filter(([, times]) => times > 0));
}

/** Sentences; none: all is well. */
export async function wrongs({ here, cases }: Stage, { round, refusals }: Counted): Promise<readonly string[]> {
  const found = await cases();
  const [of] = found;
  if (of === undefined) return ['lost: there is no case'];
  if (found.length > 1 || of.round !== round)
    return [`${found.length} cases, the newest of round ${of.round} instead of ${round}`];
  if (of.denials.count !== refusals) return [`${refusals} refusals are counted as ${of.denials.count}`];
  return [...wrongGrants(here, of), ...wrongMessages(here, of), ...wrongTrail(here, of)];
}
