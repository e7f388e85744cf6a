/** The diagnosis as a person wants to read it in a terminal: the answer first, the evidence below, nothing wider than the window. */
import pc from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { formatNames, type Snippets, snippetFormats } from '../lambda/core/grant/snippet/snippet.ts';
import { printable, printableLines } from '../lambda/core/text/printable.ts';
import type { AdviceText } from '../lambda/core/wording/advice.ts';
import type { Announcement, Tone } from '../lambda/core/wording/announcement.ts';
import { spelled } from '../lambda/core/wording/mail-text.ts';

export const widthOf = (): number => Math.min(100, Math.max(40, process.stdout.columns ?? 100));

const paint: Readonly<Record<Tone, (text: string) => string>> = {
  'fix-ready': pc.green,
  'fix-risky': pc.red,
  'act-elsewhere': pc.yellow,
  'nothing-to-do': pc.green,
  unclear: pc.magenta,
  'under-way': pc.cyan,
  applied: pc.green,
  confirmed: pc.green,
  rejected: pc.red,
  lapsed: pc.yellow,
  failed: pc.red,
  undone: pc.yellow,
};

const label: Readonly<Record<Tone, string>> = {
  'fix-ready': 'A fix is ready',
  'fix-risky': 'A fix exists, but mind the risk',
  'act-elsewhere': 'Someone has to act elsewhere',
  'nothing-to-do': 'Nothing to do',
  unclear: 'Unclear',
  'under-way': 'Under way',
  applied: 'Written and proved',
  confirmed: 'It works',
  rejected: 'Somebody said no',
  lapsed: 'Nothing was written',
  failed: 'Someone has to look',
  undone: 'Taken back',
};

const marks = { found: pc.green('✔'), failed: pc.red('✘'), skipped: pc.dim('–') } as const;

/** Wraps with a hanging indent. Long ARNs are not broken, so that they can be copied whole. */
function hang(first: string, text: string, indent: number): string {
  const lines = wrapAnsi(printable(text), widthOf() - indent, { hard: false }).split('\n');
  return lines.map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line).join('\n');
}

const heading = (text: string): string => `\n${pc.bold(text)}\n`;
const bullets = (items: readonly string[]): string => items.map((item) => `${hang('  • ', item, 4)}\n`).join('');

function grantLines({ grant }: Announcement): string {
  if (grant === null) return '';
  const title = grant.sufficient ? 'The grant' : 'The grant, not enough alone';
  const intro = `Inline policy ${grant.policyName} on ${grant.target}. ${grant.why}`;
  return `${heading(title)}${hang('  ', intro, 2)}\n\n${coloured(grant.document)}\n${hang('  Who gains: ', grant.everyone, 13)}\n`;
}

const coloured = (document: string): string =>
  document
    .split('\n')
    .map((line) => `    ${pc.cyan(printable(line))}\n`)
    .join('');

export function adviceLines(advice: AdviceText | null): string {
  return advice === null
    ? ''
    : `${heading(printable(advice.title))}${bullets(advice.lines)}\n${coloured(advice.document)}`;
}

/** One text as it is to be copied: no colour, no indent, no break of ours. The others by name. */
export function inCodeLines(snippets: Snippets): string {
  const [format, ...others] = snippetFormats.filter((each) => snippets[each] !== undefined);
  if (format === undefined) return '';
  const options = others.map((other) => `--as ${other}`);
  const more = options.length === 0 ? '' : `\n${pc.dim(hang('  ', `The same with ${options.join(', ')}.`, 2))}\n`;
  return `${heading(formatNames[format])}\n${printableLines(snippets[format] ?? '')}\n${more}`;
}

function denyLines({ denies }: Announcement): string {
  if (denies.length === 0) return '';
  const each = denies.map(({ where, statement, lift }) => {
    const text = statement.split('\n').map((line) => `    ${pc.cyan(printable(line))}\n`);
    return `${hang('  ', `${where}:`, 2)}\n${text.join('')}${hang('  ', lift, 2)}\n`;
  });
  return `${heading('What denies it')}${each.join('\n')}`;
}

function outcomeLines({ outcome }: Announcement): string {
  return outcome === null ? '' : `  ${pc.bold(printable(outcome.label))}\n${bullets(outcome.lines.map(spelled))}\n`;
}

export function terminalText(announcement: Announcement): string {
  const { tone, facts, nearMisses, simulation, risk, checklist, detailsUrl } = announcement;
  const width = Math.max(...facts.map((fact) => fact.label.length)) + 4;
  return [
    `\n${paint[tone](pc.bold(`● ${label[tone]}`))}  ${pc.bold(printable(announcement.title))}\n\n`,
    outcomeLines(announcement),
    `${hang('  ', announcement.verdict, 2)}\n`,
    `${hang(`  ${pc.bold('Next:')} `, announcement.next, 8)}\n\n`,
    facts.map((fact) => `${hang(`  ${pc.dim(fact.label.padEnd(width - 2))}`, fact.value, width)}\n`).join(''),
    denyLines(announcement),
    grantLines(announcement),
    adviceLines(announcement.advice),
    nearMisses.length === 0 ? '' : heading('Why the access there is was not enough') + bullets(nearMisses),
    simulation === null
      ? ''
      : `${heading('Simulated by AWS')}  before  ${simulation.before}\n  after   ${simulation.after}\n`,
    `${heading(`Risk of passing this role: ${risk.level}`)}${bullets(risk.reasons)}`,
    heading('Checklist'),
    checklist
      .map((item) => `${hang(`  ${marks[item.status]} ${item.step}. `, `${item.title}: ${item.finding}`, 7)}\n`)
      .join(''),
    detailsUrl === null ? '' : `\n  AWS's own page: ${detailsUrl}\n`,
    inCodeLines(announcement.inCode.snippets),
  ].join('');
}
