/** `passrole parse`: one text or event as JSON, or many texts as NDJSON. Asks no one: what is printed stood in the input. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Denial, DenialWords, Reading } from '../lambda/core/denial/denial.ts';
import { isFields, own } from '../lambda/core/denial/json-fields.ts';
import { readDenialMessage } from '../lambda/core/denial/message.ts';
import { denialJson, denialWordsJson } from '../lambda/core/denial/printed-json.ts';
import { asError } from '../lambda/runtime/as-error.ts';
import { inert, printableJson } from './case-text.ts';
import { Failure } from './failure.ts';
import { unreadable } from './input.ts';

/** Throws a `Failure` for what is no denial, and for what is no text at all. */
export function denialOf(reading: Reading): Denial {
  switch (reading.kind) {
    case 'denial':
      return reading.denial;
    case 'not-a-denial':
      throw new Failure(`This is not a refused iam:PassRole. ${reading.why}`, 1);
    case 'malformed':
      throw new Failure(reading.why, 2);
    default:
      return reading satisfies never;
  }
}

/** What `passrole parse` prints for one text: an error text, or a CloudTrail event as JSON. */
export const parse = (text: string): string => printableJson(denialJson(denialOf(readDenialMessage(text))));

export interface NdjsonCount {
  /** Lines that were not blank: as many were written. */
  readonly read: number;
  readonly denials: number;
  /** Lines without a text; each was written with its `error`. */
  readonly bad: number;
}

interface Answer {
  readonly id: string | number | null;
  readonly denial: DenialWords | null;
  readonly error?: string;
}

const idOf = (value: unknown): string | number | null =>
  typeof value === 'string' || typeof value === 'number' ? value : null;

function answer(line: string, number: number): Answer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const why = asError(error).message;
    return { id: null, denial: null, error: `line ${number}: not JSON (${why}); each line is {"id":...,"text":"..."}` };
  }
  const fields = isFields(value) ? value : {};
  const id = idOf(own(fields, 'id'));
  const text = own(fields, 'text');
  if (typeof text !== 'string')
    return {
      id,
      denial: null,
      error: `line ${number}: no "text" of type string; each line is {"id":...,"text":"..."}`,
    };
  const reading = readDenialMessage(text);
  return { id, denial: reading.kind === 'denial' ? denialWordsJson(reading.denial) : null };
}

/** Lines of a stream, whose chunks end anywhere, also inside a character. */
async function* linesOf(chunks: AsyncIterable<string | Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...rest] = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split(
      '\n',
    );
    begun.push(first);
    for (const next of rest) {
      yield begun.join('');
      begun = [next];
    }
  }
  yield begun.join('') + decoder.decode();
}

const isStream = (lines: AsyncIterable<string> | NodeJS.ReadableStream): lines is NodeJS.ReadableStream =>
  'pipe' in lines;

/**
 * Each line `{"id","text"}` gives exactly one line `{"id","denial"}` in the same order; blank lines give none. A line that cannot be read gives
 * one with `"error"`, so that nothing shifts. The next line is read only after `write` is done with the last.
 */
export async function parseNdjson(
  lines: AsyncIterable<string> | NodeJS.ReadableStream,
  write: (line: string) => void | Promise<void>,
): Promise<NdjsonCount> {
  const count = { read: 0, denials: 0, bad: 0 };
  let number = 0;
  for await (const raw of isStream(lines) ? linesOf(lines) : lines) {
    number += 1;
    const line = number === 1 ? raw.replace(/^\ufeff/, '') : raw;
    if (line.trim() === '') continue;
    const said = answer(line, number);
    count.read += 1;
    if (said.denial !== null) count.denials += 1;
    if (said.error !== undefined) count.bad += 1;
    await write(inert(JSON.stringify(said)));
  }
  return count;
}

/** From a file, or standard input for `-`, to standard output. */
export async function parseNdjsonFile(path: string): Promise<void> {
  const write = async (line: string): Promise<void> => {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  };
  try {
    const { read, bad } = await parseNdjson(path === '-' ? process.stdin : createReadStream(path), write);
    if (bad > 0) process.stderr.write(`passrole: ${bad} of ${read} lines could not be read; see their "error".\n`);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw unreadable(path, error);
    throw error;
  }
}
