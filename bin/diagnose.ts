/** `passrole diagnose`: the nine steps against the real account with the caller's credentials. Reads only. */
import { sha256 } from '../lambda/adapters/sha256.ts';
import { caseKey, subjectOf } from '../lambda/core/case/case.ts';
import type { Denial, Reading } from '../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../lambda/core/denial/event.ts';
import { readDenialMessage } from '../lambda/core/denial/message.ts';
import { denialJson } from '../lambda/core/denial/printed-json.ts';
import type { Diagnosis } from '../lambda/core/diagnosis/diagnosis.ts';
import { snippetsOf } from '../lambda/core/grant/snippet/shown-snippets.ts';
import type { SnippetFormat } from '../lambda/core/grant/snippet/snippet.ts';
import { printable } from '../lambda/core/text/printable.ts';
import { type Announcement, announcementOf } from '../lambda/core/wording/announcement.ts';
import { investigate } from '../lambda/investigation/investigate.ts';
import { asError } from '../lambda/runtime/as-error.ts';
import { accountFor, explainAws } from './aws.ts';
import { printableJson } from './case-text.ts';
import { Failure } from './failure.ts';
import { refuseBoth, textAs } from './in-code.ts';
import { readInput } from './input.ts';
import { denialOf } from './parse.ts';
import { terminalText } from './terminal.ts';

export interface DiagnoseOptions {
  readonly event?: string;
  readonly message?: string;
  readonly json?: boolean;
  /** Only the text for one kind of code. */
  readonly as?: SnippetFormat;
  /** `glue`: for a pasted text that names no service. */
  readonly service?: string;
  /** `yes` or `no`: for a pasted text, which never says it. */
  readonly mfa?: 'yes' | 'no';
}

function parseEvent(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(
      `${path} is not JSON (${asError(error).message}). Give one CloudTrail event, or paste the error text with --message.`,
      2,
    );
  }
}

async function readingOf({ event, message }: DiagnoseOptions): Promise<Reading> {
  if (event !== undefined && message !== undefined) throw new Failure('Give either --event or --message, not both.', 2);
  if (event !== undefined) return readDenialEvent(parseEvent(await readInput(event), event));
  if (message !== undefined) return readDenialMessage(message === '-' ? await readInput('-') : message);
  throw new Failure(
    'What was denied? Give --event FILE with the CloudTrail event, or --message with the error text (- for standard input).',
    2,
  );
}

/** What the person knows and the text does not say. An event's own facts are never overruled. */
function completed(denial: Denial, { mfa }: DiagnoseOptions): Denial {
  const known = denial.request.mfa ?? (mfa === undefined ? null : mfa === 'yes');
  return { ...denial, request: { ...denial.request, mfa: known } };
}

function jsonOf(denial: Denial, diagnosis: Diagnosis): string {
  const { verdict, checklist, risk, proposal, ...rest } = diagnosis;
  const snippets = snippetsOf(diagnosis, null);
  return printableJson({ denial: denialJson(denial), verdict, checklist, risk, proposal, ...rest, snippets });
}

/** Returns what to print. Throws a `Failure` for everything the person can mend. */
export async function diagnose(options: DiagnoseOptions): Promise<string> {
  refuseBoth(options.json, options.as);
  const denial = completed(denialOf(await readingOf(options)), options);
  let diagnosis: Diagnosis;
  try {
    diagnosis = await investigate(denial, await accountFor(denial), sha256, { passedTo: options.service ?? null });
  } catch (error) {
    throw explainAws(error);
  }
  if (options.json) return jsonOf(denial, diagnosis);
  const announcement = announcementFor(denial, diagnosis);
  if (options.as !== undefined) return asCode(options.as, announcement);
  return `${terminalText(announcement)}${hintOf(denial, diagnosis)}`;
}

/** What a person may know and the text did not say. */
function hintOf(denial: Denial, { verdict, service }: Diagnosis): string {
  if (verdict.kind !== 'unclear' || denial.source === 'event') return '';
  const reasons = verdict.reasons.join(' ');
  if (denial.request.mfa === null && reasons.includes('aws:MultiFactorAuthPresent')) {
    return '\nIf you know whether the person was signed in with MFA, say so: --mfa yes or --mfa no.\n';
  }
  return service === null && denial.eventSource === null && reasons.includes('service')
    ? '\nIf you know which service the role was passed to, say so: --service glue.\n'
    : '';
}

/** What must be known before it is pasted goes to standard error, so that the text alone can go into a file. */
function asCode(format: SnippetFormat, { inCode, advice, verdict, next, risk }: Announcement): string {
  const text = textAs(format, inCode.snippets, printable(`${verdict} ${next}`));
  const notes = [...(advice?.lines ?? []), ...(risk.level === 'low' ? [] : [next])];
  process.stderr.write(notes.map((note) => `${printable(note)}\n`).join(''));
  return text;
}

function announcementFor(denial: Denial, diagnosis: Diagnosis): Announcement {
  const at = denial.time ?? 'not stated';
  const denials = { count: 1, firstAt: at, lastAt: at };
  // No case is kept here, so nothing waits for an approver: whoever asked writes the grant.
  const head = {
    key: caseKey(subjectOf(denial), sha256),
    round: 1,
    earlier: null,
    denials,
    latest: denial,
    grants: [],
  };
  return announcementOf({ ...head, state: 'advised', diagnosis });
}
