/**
 * What opens over Slack after a press. Limits (Slack, "Modal views"): title and labels 24 characters, 100 blocks, section text 3,000,
 * private metadata 3,000.
 */

import { formatNames, snippetFormats } from '../grant/snippet/snippet.ts';
import type { Announcement } from '../wording/announcement.ts';
import { type PlainText, type SlackBlock, section } from './block-kit.ts';
import { type ButtonValue, encodeButton, plain } from './buttons.ts';
import { code, codeBlocks, marks, prose } from './mrkdwn.ts';

export interface SlackInput {
  readonly type: 'input';
  readonly block_id: string;
  readonly label: PlainText;
  readonly hint?: PlainText;
  readonly element: {
    readonly type: 'plain_text_input';
    readonly action_id: string;
    readonly multiline: boolean;
    readonly min_length: number;
    readonly max_length: number;
    readonly placeholder?: PlainText;
  };
}

export interface SlackView {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: PlainText;
  readonly submit?: PlainText;
  readonly close: PlainText;
  readonly blocks: readonly (SlackBlock | SlackInput)[];
}

export const REJECT_VIEW = 'passrole_reject';
const EVIDENCE_VIEW = 'passrole_evidence';

/** `block_id` and `action_id` of the reason; in a submission it is `reason/text`. */
export const REASON = { block: 'reason', action: 'text', value: 'reason/text' } as const;
/** Characters, as Slack counts them: UTF-16 units. */
export const REASON_LENGTH = { least: 3, most: 500 } as const;

/** Submitting it is the ruling: `private_metadata` is the button's value. */
export function rejectView(value: ButtonValue): SlackView {
  return {
    type: 'modal',
    callback_id: REJECT_VIEW,
    private_metadata: encodeButton(value),
    title: plain('Reject this grant'),
    submit: plain('Reject'),
    close: plain('Cancel'),
    blocks: [
      section('Nothing is written to IAM. The case is closed under your name, and everybody in the channel sees why.'),
      {
        type: 'input',
        block_id: REASON.block,
        label: plain('Why not?'),
        hint: plain('Say what should be done instead: whoever was refused reads this.'),
        element: {
          type: 'plain_text_input',
          action_id: REASON.action,
          multiline: true,
          min_length: REASON_LENGTH.least,
          max_length: REASON_LENGTH.most,
          placeholder: plain('This job should run as its own role, not as …'),
        },
      },
    ],
  };
}

const SECTION = 3000;
const MOST_BLOCKS = 100;
const SENTENCE = 1000;

/** Lines, whole, in as few sections as they fit into. */
function sections(lines: readonly string[]): SlackBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + 1 + line.length > SECTION) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts.map(section);
}

const part = (title: string, lines: readonly string[]): SlackBlock[] =>
  lines.length === 0 ? [] : [{ type: 'divider' }, ...sections([`*${title}*`, ...lines])];

const bullet = (sentence: string): string => `• ${prose(sentence, SENTENCE)}`;

function grantBlocks({ grant }: Announcement): SlackBlock[] {
  if (grant === null) return [];
  const not = grant.sufficient ? '' : ' (not enough alone: the Deny comes first)';
  const line = `${code(grant.policyName, 200)} on ${prose(grant.target, SENTENCE)}. ${prose(grant.why, SENTENCE)}`;
  return [
    ...part(`The grant${not}`, [line]),
    ...codeBlocks(grant.document, SECTION).map(section),
    section(`*Who gains*: ${prose(grant.everyone, SECTION - SENTENCE)}`),
  ];
}

function adviceBlocks({ advice }: Announcement): SlackBlock[] {
  if (advice === null) return [];
  return [
    ...part('For somebody else to write', [prose(advice.title, SENTENCE), ...advice.lines.map(bullet)]),
    ...codeBlocks(advice.document, SECTION).map(section),
  ];
}

function inCodeBlocks({ inCode: { intro, snippets } }: Announcement): SlackBlock[] {
  const texts = snippetFormats.flatMap((format) => {
    const text = snippets[format];
    return text === undefined ? [] : [section(`*${formatNames[format]}*`), ...codeBlocks(text, SECTION).map(section)];
  });
  return texts.length === 0 ? [] : [...part('As commands and code', [intro]), ...texts];
}

const denyBlocks = ({ denies }: Announcement): readonly SlackBlock[] =>
  denies.flatMap(({ where, statement, lift }, index) => [
    ...(index === 0 ? part('What denies it', [`${prose(where, SENTENCE)}:`]) : [section(`${prose(where, SENTENCE)}:`)]),
    ...codeBlocks(statement, SECTION).map(section),
    section(prose(lift, SENTENCE)),
  ]);

function simulationLines({ simulation }: Announcement): readonly string[] {
  if (simulation === null) return [];
  return [`Before: ${code(simulation.before, SENTENCE)}`, `With the grant: ${code(simulation.after, SENTENCE)}`];
}

/** Says how many blocks are missing rather than be refused by Slack, or look whole when it is not. */
function within(blocks: readonly SlackBlock[], caseId: string): readonly SlackBlock[] {
  if (blocks.length <= MOST_BLOCKS) return blocks;
  const shown = blocks.slice(0, MOST_BLOCKS - 1);
  const missing = blocks.length - shown.length;
  return [...shown, section(`_${missing} more parts do not fit here: \`passrole show ${caseId}\` prints them all._`)];
}

/** Everything that led to the verdict; nothing can be decided in it. Near misses and checklist are whole here, not the first few. */
export function evidenceView(announcement: Announcement): SlackView {
  const { caseId, verdict, nearMisses, checklist, risk } = announcement;
  const blocks: readonly SlackBlock[] = [
    section(`${prose(verdict, 2 * SENTENCE)}\nCase ${code(caseId, 50)}`),
    ...part(
      'Checklist',
      checklist.map(
        ({ status, step, title, finding }) => `${marks[status]} *${step}. ${title}*: ${prose(finding, SENTENCE)}`,
      ),
    ),
    ...denyBlocks(announcement),
    ...part('Why the access there is was not enough', nearMisses.map(bullet)),
    ...part('Simulated by AWS', simulationLines(announcement)),
    ...grantBlocks(announcement),
    ...adviceBlocks(announcement),
    { type: 'divider' },
    ...sections([`*Risk of passing this role*: ${risk.level}`, ...risk.reasons.map(bullet)]),
    ...inCodeBlocks(announcement),
  ];
  return {
    type: 'modal',
    callback_id: EVIDENCE_VIEW,
    private_metadata: '',
    title: plain('Evidence'),
    close: plain('Close'),
    blocks: within(blocks, caseId),
  };
}
