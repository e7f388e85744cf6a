/** The announcement as plain text: the mail, and what a notification on a phone shows. Limits: SNS subject 99 printable ASCII characters. */

import { formatNames, snippetFormats } from '../grant/snippet/snippet.ts';
import { printable, printableLines } from '../text/printable.ts';
import type { Announcement } from './announcement.ts';
import { isUndecided, type Words } from './outcome.ts';

/** `2026-11-20 09:14 UTC`: minutes do for people, and no mail knows its reader's time zone. */
export function minute(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A sentence whose times are spelled out. */
export const spelled = (words: Words): string =>
  printable(words.map((part) => (typeof part === 'string' ? part : minute(part.at))).join(''));

/** Characters. */
const SUBJECT = 99;

/** What SNS takes as a subject: begins with a letter or digit, ASCII, under 100 characters. Shows the state: a decided case's title begins with it. */
export function subjectOf({ outcome, title }: Announcement): string {
  const ascii = printable(title)
    .replace(/…/g, '...')
    .replace(/[^\x20-\x7e]/g, '?');
  const isDecided = outcome !== null && !isUndecided(outcome.state);
  const subject = isDecided
    ? `PassRole ${ascii.charAt(0).toLowerCase()}${ascii.slice(1)}`
    : `PassRole denied: ${ascii}`;
  return subject.length > SUBJECT ? `${subject.slice(0, SUBJECT - 3).trimEnd()}...` : subject.trimEnd();
}

/** What stands before the announcement in a mail that can be answered. `url` is ours and holds nothing but letters of its own. */
export function linkText(link: { readonly url: string; readonly address: string; readonly endsAt: string }): string {
  const lines = [
    `Look at it and decide: ${link.url}`,
    `The link is for ${printable(link.address)} alone. It decides once, until ${minute(link.endsAt)}; opening it changes nothing.`,
    'Do not forward this mail: whoever has the link can decide in your name.',
  ];
  return `${lines.join('\n')}\n\n`;
}

const heading = (text: string): string => `${text.toUpperCase()}\n`;
const bullet = (text: string): string => `  - ${printable(text)}\n`;

function grantText({ grant }: Announcement): string {
  if (grant === null) return '';
  const title = grant.sufficient ? 'The grant' : 'The grant (not enough alone)';
  return `${heading(title)}Inline policy ${grant.policyName} on ${printable(grant.target)}. ${printable(grant.why)}\n\n${printableLines(grant.document)}\n\nWho gains: ${printable(grant.everyone)}\n\n`;
}

function adviceSection({ advice }: Announcement): string {
  if (advice === null) return '';
  return `${heading(printable(advice.title))}${advice.lines.map(bullet).join('')}\n${printableLines(advice.document)}\n\n`;
}

const RULE = '-'.repeat(72);

/** Below everything else: long, and of use to those who keep IAM in code only. */
function inCodeText({ inCode: { intro, snippets } }: Announcement): string {
  const texts = snippetFormats.flatMap((format) => {
    const text = snippets[format];
    return text === undefined ? [] : [`\n${heading(formatNames[format])}\n${printableLines(text)}\n`];
  });
  return texts.length === 0 ? '' : `\n${RULE}\n${heading('As commands and code')}${intro}\n${texts.join('')}`;
}

function outcomeText({ outcome }: Announcement): string {
  return outcome === null
    ? ''
    : `${heading(printable(outcome.label))}${outcome.lines.map((words) => `  - ${spelled(words)}\n`).join('')}\n`;
}

function deniesText({ denies }: Announcement): string {
  if (denies.length === 0) return '';
  const each = denies.map(({ where, statement, lift }) => {
    const lines = statement.split('\n').map((line) => `      ${printable(line)}\n`);
    return `${bullet(`${where}:`)}${lines.join('')}    ${printable(lift)}\n`;
  });
  return `${heading('What denies it')}${each.join('')}\n`;
}

const marks = { found: '[x]', failed: '[!]', skipped: '[ ]' } as const;

export function plainText(announcement: Announcement): string {
  const { facts, nearMisses, checklist, simulation, risk } = announcement;
  const width = Math.max(...facts.map(({ label }) => label.length));
  return [
    outcomeText(announcement),
    `${printable(announcement.verdict)}\n\nNEXT: ${printable(announcement.next)}\n\n`,
    facts.map(({ label, value }) => `${label.padEnd(width)}  ${printable(value)}\n`).join(''),
    '\n',
    deniesText(announcement),
    grantText(announcement),
    adviceSection(announcement),
    nearMisses.length === 0
      ? ''
      : `${heading('Why the access there is was not enough')}${nearMisses.map(bullet).join('')}\n`,
    simulation === null
      ? ''
      : `${heading('Simulated by AWS')}  before: ${simulation.before}\n  after:  ${simulation.after}\n\n`,
    `${heading(`Risk of passing this role: ${risk.level}`)}${risk.reasons.map(bullet).join('')}\n`,
    `${heading('Checklist')}${checklist.map((item) => `  ${marks[item.status]} ${item.step}. ${item.title}: ${printable(item.finding)}\n`).join('')}\n`,
    announcement.detailsUrl === null ? '' : `AWS's own page: ${announcement.detailsUrl}\n`,
    `Case ${announcement.caseId}\n`,
    inCodeText(announcement),
  ].join('');
}
