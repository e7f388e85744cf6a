/**
 * The announcement as a Slack message. Limits (Slack Block Kit reference): 50 blocks, section text 3,000 characters, header 150, 10 fields
 * of 2,000; `& < >` are escaped. Names stand in code spans, so that none of them is read as markup.
 */
import { printable } from './plain-text.ts';
import type { Announcement, Tone } from './wording.ts';

/** As far as we use it of Block Kit. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text?: Mrkdwn; readonly fields?: readonly Mrkdwn[] }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] }
  | { readonly type: 'divider' };

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: boolean;
}

interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
}

export interface SlackMessage {
  /** What a notification shows. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const SECTION = 3000;
const FIELD = 2000;

const escaped = (text: string): string =>
  printable(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Prose with names in it: nothing in it is markup. A zero-width space after each mark keeps Slack from reading it. */
const prose = (text: string): string => escaped(text).replace(/([*_~`])/g, '$1\u200b');

const code = (text: string): string => `\`${escaped(text).replace(/`/g, "'")}\``;

const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const mrkdwn = (text: string, most = SECTION): Mrkdwn => ({ type: 'mrkdwn', text: clip(text, most) });
const section = (text: string): SlackBlock => ({ type: 'section', text: mrkdwn(text) });

const emoji: Readonly<Record<Tone, string>> = {
  'fix-ready': ':key:',
  'act-elsewhere': ':construction:',
  'nothing-to-do': ':white_check_mark:',
  unclear: ':grey_question:',
};

const marks = { found: ':white_check_mark:', failed: ':x:', skipped: ':heavy_minus_sign:' } as const;

const codeBlock = (text: string): string => `\`\`\`${escaped(text).replace(/`/g, "'")}\`\`\``;

function grantBlocks({ grant }: Announcement): SlackBlock[] {
  if (grant === null) return [];
  const title = grant.sufficient ? '*The narrow grant*' : '*The narrow grant* (not enough alone: the Deny comes first)';
  return [
    section(`${title}: inline policy ${code(grant.policyName)} on ${prose(grant.target)}. ${prose(grant.why)}`),
    section(codeBlock(grant.document)),
    section(`*Who gains*: ${prose(grant.gains)}`),
  ];
}

function nearMissBlocks({ nearMisses }: Announcement): SlackBlock[] {
  if (nearMisses.length === 0) return [];
  const lines = nearMisses.slice(0, 5).map((sentence) => `• ${prose(sentence)}`);
  const more = nearMisses.length > 5 ? [`_and ${nearMisses.length - 5} more_`] : [];
  return [section(`*Why the access there is was not enough*\n${[...lines, ...more].join('\n')}`)];
}

function riskBlock({ risk }: Announcement): SlackBlock {
  const reasons = risk.reasons.slice(0, 4).map((reason) => `\n• ${prose(reason)}`);
  return section(`*Risk of passing this role*: ${risk.level}${reasons.join('')}`);
}

function checklistBlock({ checklist }: Announcement): SlackBlock {
  const lines = checklist.map(
    (item) => `${marks[item.status]} *${item.step}. ${item.title}*: ${clip(prose(item.finding), 260)}`,
  );
  return section(`*Checklist*\n${lines.join('\n')}`);
}

/** `<!date^...>` shows the reader's own time zone. Source: Slack, "Formatting text for app surfaces". */
function when(value: string): string {
  const seconds = Date.parse(value) / 1000;
  return Number.isFinite(seconds)
    ? `<!date^${Math.floor(seconds)}^{date_short_pretty} {time_secs}|${escaped(value)}>`
    : code(value);
}

export function slackMessage(announcement: Announcement): SlackMessage {
  const { simulation, detailsUrl } = announcement;
  const fields = announcement.facts.map(({ label, value }) =>
    mrkdwn(`*${label}*\n${label === 'When' ? when(value) : code(value)}`, FIELD),
  );
  return {
    text: clip(`${printable(announcement.title)}. ${printable(announcement.next)}`, 500),
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: clip(`${emoji[announcement.tone]} ${printable(announcement.title)}`, 150),
          emoji: true,
        },
      },
      section(`${prose(announcement.verdict)}\n*Next*: ${prose(announcement.next)}`),
      { type: 'section', fields },
      ...grantBlocks(announcement),
      ...nearMissBlocks(announcement),
      ...(simulation === null
        ? []
        : [section(`*Simulated by AWS*: ${code(simulation.before)} → ${code(simulation.after)}`)]),
      riskBlock(announcement),
      { type: 'divider' },
      checklistBlock(announcement),
      {
        type: 'context',
        elements: [
          mrkdwn(
            `Case ${code(announcement.caseId)}${detailsUrl === null ? '' : ` · <${detailsUrl}|AWS's own page about this denial>`}`,
          ),
        ],
      },
    ],
  };
}
