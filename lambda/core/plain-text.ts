/** The announcement as plain text: the mail, and what a notification on a phone shows. Limits: SNS subject 99 printable ASCII characters. */
import { isUndecided, type Words } from './outcome.ts';
import type { Announcement } from './wording.ts';

/**
 * Control and invisible format characters and torn surrogates out, so that a name can neither break a line nor move a cursor. Keeps every
 * letter of every script.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ');

/** `2026-11-20 09:14 UTC`: minutes do for people, and no mail knows its reader's time zone. */
function minute(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A sentence whose times are spelled out. */
export const spelled = (words: Words): string =>
  printable(words.map((part) => (typeof part === 'string' ? part : minute(part.at))).join(''));

/** What SNS takes as a subject: begins with a letter or digit, ASCII, under 100 characters. Shows the state: a decided case's title begins with it. */
export function subjectOf({ outcome, title }: Announcement): string {
  const ascii = printable(title).replace(/[^\x20-\x7e]/g, '?');
  const isDecided = outcome !== null && !isUndecided(outcome.state);
  const subject = isDecided
    ? `PassRole ${ascii.charAt(0).toLowerCase()}${ascii.slice(1)}`
    : `PassRole denied: ${ascii}`;
  return subject.slice(0, 99).trimEnd();
}

const heading = (text: string): string => `${text.toUpperCase()}\n`;
const bullet = (text: string): string => `  - ${printable(text)}\n`;

function grantText({ grant }: Announcement): string {
  if (grant === null) return '';
  const title = grant.sufficient ? 'The narrow grant' : 'The narrow grant (not enough alone)';
  return `${heading(title)}Inline policy ${grant.policyName} on ${printable(grant.target)}. ${printable(grant.why)}\n\n${grant.document.split('\n').map(printable).join('\n')}\n\nWho gains: ${printable(grant.gains)}\n\n`;
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
  ].join('');
}
