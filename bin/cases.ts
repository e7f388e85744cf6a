/** `passrole cases|show|approve|reject|revert`: the review function, called as the caller's own AWS identity. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { termWords } from '../lambda/core/case/ruling.ts';
import { caseStates, isState } from '../lambda/core/case/states.ts';
import type { SnippetFormat } from '../lambda/core/grant/snippet/snippet.ts';
import { printable } from '../lambda/core/text/printable.ts';
import { readOne, readPage, readRuled, type ShownCase } from './case-shapes.ts';
import { caseCsv, caseTable, caseText, grantText, printableJson } from './case-text.ts';
import { Failure } from './failure.ts';
import { asOption, refuseBoth, textAs } from './in-code.ts';
import { type ReviewApi, reviewApi } from './review-api.ts';

interface At {
  readonly url?: string;
}

/** Checked here, so that what is typed never becomes another address. */
function pathOf(id: string, action = ''): string {
  if (!/^[0-9a-f]{10,32}(-[1-9]\d{0,5})?$/.test(id))
    throw new Failure(
      `${printable(id)} is not a case: it looks like 3f2a9c01bd or 3f2a9c01bd-2. See passrole cases.`,
      2,
    );
  return `/cases/${id}${action}`;
}

/** Every page. */
export async function allCases(api: ReviewApi, state: string | null): Promise<readonly ShownCase[]> {
  const cases: ShownCase[] = [];
  let from: string | null = null;
  do {
    const query = new URLSearchParams({
      most: '100',
      ...(state === null ? {} : { state }),
      ...(from === null ? {} : { from }),
    });
    const page: ReturnType<typeof readPage> = readPage(await api.call('GET', `/cases?${query}`));
    if (page.next !== null && page.next === from)
      throw new Failure('The review function gives the same page again and again.', 3);
    cases.push(...page.cases);
    from = page.next;
  } while (from !== null);
  return cases;
}

async function listCases({
  url,
  state,
  json,
  csv,
}: At & { state?: string; json?: boolean; csv?: boolean }): Promise<string> {
  if (json && csv) throw new Failure('Give either --json or --csv, not both.', 2);
  if (state !== undefined && !isState(state))
    throw new Failure(`${printable(state)} is not a state. States: ${caseStates.join(', ')}.`, 2);
  const cases = await allCases(await reviewApi(url), state ?? null);
  if (json) return `${printableJson(cases)}\n`;
  if (csv) return caseCsv(cases);
  if (cases.length > 0) return caseTable(cases);
  return state === undefined
    ? 'There are no cases. The first refused iam:PassRole opens one.\n'
    : `There are no cases in the state ${state}. passrole cases lists all.\n`;
}

interface ShowOptions extends At {
  readonly json?: boolean;
  readonly as?: SnippetFormat;
}

async function show(id: string, { url, json, as }: ShowOptions): Promise<string> {
  refuseBoth(json, as);
  const path = pathOf(id);
  const of = readOne(await (await reviewApi(url)).call('GET', path));
  if (json) return `${printableJson(of)}\n`;
  if (as === undefined) return caseText(of);
  const why = `The case ${of.id} is ${of.state}. ${of.next}`;
  return `${textAs(as, of.snippets, printable(why))}\n`;
}

/** `8h`, `7d`: at most a week. Left out: for good. */
function hoursIn(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, count, unit] = /^([1-9]\d{0,2})([hd])$/.exec(text) ?? [];
  const hours = Number(count) * (unit === 'd' ? 24 : 1);
  if (count === undefined || hours > 168)
    throw new Failure(
      `--for ${printable(text)}: give 1h to 168h, or 1d to 7d. Left out, the grant stays until it is reverted.`,
      2,
    );
  return hours;
}

async function isAgreed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

function proposalOf(of: ShownCase): NonNullable<ShownCase['proposal']> {
  if (of.proposal !== null) return of.proposal;
  throw new Failure(
    `The case ${of.id} has no grant to decide on; it is ${printable(of.state)}. ${printable(of.next)}`,
    1,
  );
}

async function approve(id: string, options: At & { for?: string; yes?: boolean }): Promise<string> {
  const path = pathOf(id);
  const hours = hoursIn(options.for);
  const api = await reviewApi(options.url);
  const of = readOne(await api.call('GET', path));
  const { digest } = proposalOf(of);
  process.stderr.write(`${grantText(of)}\n`);
  if (!options.yes) {
    if (!process.stdin.isTTY || !process.stderr.isTTY)
      throw new Failure('Nobody can be asked here. Read the grant above, then add --yes.', 2);
    if (!(await isAgreed(`Approve this grant ${termWords({ hours })}?`))) throw new Failure('Nothing was approved.', 1);
  }
  const { ruling, case: now } = readRuled(await api.call('POST', `${path}/approve`, { digest, hours }));
  return ruling === 'noted'
    ? `Your approval of ${now.id} is noted ${termWords({ hours })}. The risk asks for a second person.\n`
    : `${now.id} is approved ${termWords({ hours })}. ${printable(now.next)}\n`;
}

async function reject(id: string, options: At & { reason: string }): Promise<string> {
  const path = pathOf(id);
  const api = await reviewApi(options.url);
  const { digest } = proposalOf(readOne(await api.call('GET', path)));
  const { case: now } = readRuled(await api.call('POST', `${path}/reject`, { digest, reason: options.reason }));
  return `${now.id} is rejected. Nothing is written.\n`;
}

async function revert(id: string, options: At & { reason: string }): Promise<string> {
  const path = pathOf(id, '/revert');
  const api = await reviewApi(options.url);
  const { case: now } = readRuled(await api.call('POST', path, { reason: options.reason }));
  return `${now.id} is being reverted. ${printable(now.next)}\n`;
}

const URL_WORDS = 'address of the review function; else PASSROLE_REVIEW_URL';
const print = (text: string): void => void process.stdout.write(text);

export function addCaseCommands(root: Command): void {
  root
    .command('cases')
    .description('list the cases, newest first')
    .option('--state <state>', `only those that are ${caseStates.join(', ')}`)
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .option('--url <url>', URL_WORDS)
    .action(async (options) => print(await listCases(options)));
  root
    .command('show')
    .description('show one case: what happened, what is proposed, what became of it')
    .argument('<case>', 'as passrole cases lists it: 3f2a9c01bd')
    .option('--json', 'print JSON')
    .addOption(asOption())
    .option('--url <url>', URL_WORDS)
    .action(async (id: string, options: ShowOptions) => print(await show(id, options)));
  root
    .command('approve')
    .description('approve the grant of a case, after showing it')
    .argument('<case>', 'as passrole cases lists it')
    .option('--for <time>', 'end by itself after 8h, 7d, at most 168h; left out: until it is reverted')
    .option('--yes', 'do not ask')
    .option('--url <url>', URL_WORDS)
    .action(async (id: string, options) => print(await approve(id, options)));
  root
    .command('reject')
    .description('reject the grant of a case and close it')
    .argument('<case>', 'as passrole cases lists it')
    .requiredOption('--reason <text>', 'why, and what to do instead: whoever was refused reads it')
    .option('--url <url>', URL_WORDS)
    .action(async (id: string, options) => print(await reject(id, options)));
  root
    .command('revert')
    .description('take back what a case has granted')
    .argument('<case>', 'as passrole cases lists it')
    .requiredOption('--reason <text>', 'why')
    .option('--url <url>', URL_WORDS)
    .action(async (id: string, options) => print(await revert(id, options)));
}
