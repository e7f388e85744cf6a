/**
 * The announcement as a Slack message. Limits (Slack Block Kit reference): 50 blocks, section text 3,000 characters, header 150, 10 fields
 * of 2,000. All blocks together: see `TOGETHER`.
 */
import { clip } from '../text/clip.ts';
import { printable } from '../text/printable.ts';
import type { Announcement, Tone } from '../wording/announcement.ts';
import { type AnnouncedState, isUndecided } from '../wording/outcome.ts';
import { type SlackBlock, section } from './block-kit.ts';
import { type ButtonAction, buttonActions, buttonsBlock } from './buttons.ts';
import { code, codeBlocks, escaped, type Mrkdwn, marks, mrkdwn, prose } from './mrkdwn.ts';

export interface SlackMessage {
  /** What a notification shows. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const SECTION = 3000;
/** The longest ARN of a user or role, 607 characters, stays whole. */
const FIELD = 650;
/**
 * Slack answers `msg_blocks_too_long` from about 13,200 characters on, all blocks together as JSON, and documents no such limit.
 * Source: github.com/slackapi/bolt-js issues 2509 and 2867.
 */
const TOGETHER = 12_500;
/** How long a sentence may be: the first that keeps the message within `TOGETHER`. */
const sentenceLengths = [500, 250, 100] as const;

const emoji: Readonly<Record<Tone, string>> = {
  'fix-ready': ':key:',
  'fix-risky': ':warning:',
  'act-elsewhere': ':construction:',
  'nothing-to-do': ':white_check_mark:',
  unclear: ':grey_question:',
  'under-way': ':hourglass_flowing_sand:',
  applied: ':white_check_mark:',
  confirmed: ':tada:',
  rejected: ':no_entry:',
  lapsed: ':hourglass:',
  failed: ':rotating_light:',
  undone: ':leftwards_arrow_with_hook:',
};

function grantBlocks({ grant }: Announcement, most: number): SlackBlock[] {
  if (grant === null) return [];
  const title = grant.sufficient ? '*The grant*' : '*The grant* (not enough alone: the Deny comes first)';
  const target = prose(grant.target, most);
  return [
    section(`${title}: inline policy ${code(grant.policyName, 200)} on ${target}. ${prose(grant.why, most)}`),
    ...codeBlocks(grant.document, SECTION).map(section),
    section(`*Who gains*: ${prose(grant.gains, 2 * most)}`),
  ];
}

/** The commands are too long for a message that is read on a phone. */
function adviceBlocks({ advice, grant, caseId }: Announcement, most: number): SlackBlock[] {
  if (advice === null) return [];
  const lines = advice.lines.map((line) => `• ${prose(line, most)}`);
  // A trust policy may be longer than a whole message, and two documents together nearly always are.
  const document = codeBlocks(advice.document, SECTION);
  return [
    section(`*For somebody else to write*: ${prose(advice.title, most)}\n${lines.join('\n')}`),
    ...(document.length === 1 && grant === null ? document.map(section) : []),
    section(`The commands for it: ${code(`passrole show ${caseId} --as cli`, 100)}`),
  ];
}

function nearMissBlocks({ nearMisses }: Announcement, most: number): SlackBlock[] {
  if (nearMisses.length === 0) return [];
  const lines = nearMisses.slice(0, 5).map((sentence) => `• ${prose(sentence, most)}`);
  const more = nearMisses.length > 5 ? [`_and ${nearMisses.length - 5} more_`] : [];
  return [section(`*Why the access there is was not enough*\n${[...lines, ...more].join('\n')}`)];
}

function riskBlock({ risk }: Announcement, most: number): SlackBlock {
  const reasons = risk.reasons.slice(0, 4).map((reason) => `\n• ${prose(reason, most)}`);
  return section(`*Risk of passing this role*: ${risk.level}${reasons.join('')}`);
}

function checklistBlock({ checklist }: Announcement, most: number): SlackBlock {
  const lines = checklist.map(
    (item) => `${marks[item.status]} *${item.step}. ${item.title}*: ${prose(item.finding, Math.min(most, 260))}`,
  );
  return section(`*Checklist*\n${lines.join('\n')}`);
}

/** `<!date^...>` shows the reader's own time zone. Source: Slack, "Formatting text for app surfaces". */
function when(value: string): string {
  const seconds = Date.parse(value) / 1000;
  return Number.isFinite(seconds)
    ? `<!date^${Math.floor(seconds)}^{date_short_pretty} {time_secs}|${escaped(value, 100)}>`
    : code(value, 100);
}

function fieldsOf({ facts }: Announcement): readonly Mrkdwn[] {
  return facts.map(({ label, value }) =>
    mrkdwn(`*${label}*\n${label === 'When' || label === 'Last' ? when(value) : code(value, FIELD)}`),
  );
}

/** Whole lines, in as few sections as they fit into. */
function packed(lines: readonly string[]): readonly string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + 1 + line.length > SECTION) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts;
}

function outcomeBlocks({ outcome, title, next }: Announcement, most: number): SlackBlock[] {
  if (outcome === null) return [];
  const lines = outcome.lines.map((words) =>
    words.map((part) => (typeof part === 'string' ? prose(part, 2 * most) : when(part.at))).join(''),
  );
  const after = isUndecided(outcome.state) ? [] : [`*Next*: ${prose(next, 2 * most)}`];
  const label = title.startsWith(`${outcome.label}:`) ? [] : [`*${escaped(outcome.label, 100)}*`];
  return packed([...label, ...lines, ...after]).map(section);
}

const rejectOnly: readonly ButtonAction[] = ['reject', 'evidence'];

function buttons({ decision }: Announcement): readonly SlackBlock[] {
  return decision === null ? [] : buttonsBlock(decision.value, decision.mayApprove ? buttonActions : rejectOnly);
}

function simulationBlocks({ simulation }: Announcement, most: number): SlackBlock[] {
  if (simulation === null) return [];
  return [section(`*Simulated by AWS*: ${code(simulation.before, most)} → ${code(simulation.after, most)}`)];
}

const context = (text: string): SlackBlock => ({ type: 'context', elements: [mrkdwn(text)] });

/** What a person decides on stands above the buttons, what explains it below. */
function undecidedBlocks(announcement: Announcement, most: number, hasButtons: boolean): readonly SlackBlock[] {
  const { verdict, next, detailsUrl, caseId } = announcement;
  const page = detailsUrl === null ? '' : ` · <${detailsUrl}|AWS's own page about this denial>`;
  return [
    section(`${prose(verdict, 3 * most)}\n*Next*: ${prose(next, 2 * most)}`),
    { type: 'section', fields: fieldsOf(announcement) },
    ...grantBlocks(announcement, most),
    ...adviceBlocks(announcement, most),
    ...simulationBlocks(announcement, most),
    riskBlock(announcement, most),
    ...(hasButtons ? buttons(announcement) : []),
    ...nearMissBlocks(announcement, most),
    { type: 'divider' },
    checklistBlock(announcement, most),
    context(`Case ${code(caseId, 50)}${page}`),
  ];
}

/** A document that is shown invites to be pasted, so it is not where nobody wants it any more. */
const showsGrant: ReadonlySet<AnnouncedState> = new Set(['approved', 'applied', 'confirmed', 'failed', 'reverting']);

/** The evidence has done its work; the record has it. */
function decidedBlocks(announcement: Announcement, state: AnnouncedState, most: number): readonly SlackBlock[] {
  const { verdict, caseId } = announcement;
  return [
    { type: 'section', fields: fieldsOf(announcement) },
    ...(showsGrant.has(state) ? grantBlocks(announcement, most) : []),
    riskBlock(announcement, most),
    section(`*Why it was refused*: ${prose(verdict, 3 * most)}`),
    context(`Case ${code(caseId, 50)} · the whole evidence: ${code(`passrole show ${caseId}`, 100)}`),
  ];
}

function blocksOf(announcement: Announcement, most: number, hasButtons: boolean): readonly SlackBlock[] {
  const { tone, title, outcome } = announcement;
  const heading = clip(`${emoji[tone]} ${printable(title)}`, 150);
  return [
    { type: 'header', text: { type: 'plain_text', text: heading, emoji: true } },
    ...outcomeBlocks(announcement, most),
    ...(outcome === null || isUndecided(outcome.state)
      ? undecidedBlocks(announcement, most, hasButtons)
      : decidedBlocks(announcement, outcome.state, most)),
  ];
}

/** `hasButtons`: somebody answers presses. They stand under a proposal that waits, and nowhere else. */
export function slackMessage(announcement: Announcement, hasButtons = false): SlackMessage {
  const text = escaped(`${announcement.title}. ${announcement.next}`, 500);
  let blocks: readonly SlackBlock[] = [];
  for (const most of sentenceLengths) {
    blocks = blocksOf(announcement, most, hasButtons);
    if (JSON.stringify(blocks).length <= TOGETHER) break;
  }
  return { text, blocks };
}
