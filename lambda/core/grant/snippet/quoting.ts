/**
 * What the snippets of every format share: quoting that holds for each name that IAM takes, and for those that it does not.
 *
 * Every string is written in printable ASCII, with quotes and backticks as `\u0027`, `\u0022` in JSON's own way and `\u0060`: JSON, YAML's
 * double quotes and TypeScript read these escapes alike, a shell's single quotes are never closed, and no mail, terminal or Slack changes them.
 */
import type { Proposal } from '../proposal.ts';

/** What is written: with its end in the document, where it has one. */
export type Grant = Pick<Proposal, 'target' | 'policyName' | 'document'>;

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON over many lines. Parses to the same value. */
export const jsonText = (value: unknown): string => JSON.stringify(value, null, 2).replace(/[^\x20-\x7e\n]|['`]/g, hex);

/** The inside of a JSON string. */
export const jsonInside = (text: string): string => jsonText(text).slice(1, -1);

/** One word for a POSIX shell. Source: POSIX, Shell Command Language, 2.2.2 "Single-Quotes". */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const isName = (key: string): boolean => /^[A-Za-z]\w*$/.test(key);

/** How a language writes a tree of objects, lists and strings. */
export interface Notation {
  readonly string: (text: string) => string;
  /** Between a key and its value. */
  readonly assign: string;
  /** After each member of an object. */
  readonly comma: string;
  /** Keys of neighbours on one line each are padded to one width. */
  readonly isAligned: boolean;
}

const isLine = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** The widest key in the run of one-line members around this one. */
function widthAt(at: number, keys: readonly string[], values: readonly unknown[]): number {
  let [from, to] = [at, at];
  while (from > 0 && isLine(values[from - 1])) from -= 1;
  while (to + 1 < values.length && isLine(values[to + 1])) to += 1;
  return Math.max(...keys.slice(from, to + 1).map(({ length }) => length));
}

function members(object: object, notation: Notation): readonly (readonly string[])[] {
  const keys = Object.keys(object).map((key) => (isName(key) ? key : notation.string(key)));
  const values: readonly unknown[] = Object.values(object);
  return values.map((value, at) => {
    const [first = '', ...rest] = braced(value, notation);
    const width = notation.isAligned && isLine(value) ? widthAt(at, keys, values) : 0;
    return [`${(keys[at] ?? '').padEnd(width)}${notation.assign}${first}`, ...rest];
  });
}

const inside = (lines: readonly string[], comma: string): readonly string[] =>
  lines.map((line, at) => `  ${line}${at === lines.length - 1 ? comma : ''}`);

/** The lines of a value in a language of braces. Strings, lists and objects only: a policy document holds nothing else. */
export function braced(value: unknown, notation: Notation): readonly string[] {
  if (typeof value !== 'object' || value === null) return [notation.string(String(value))];
  return Array.isArray(value)
    ? ['[', ...value.flatMap((item: unknown) => inside(braced(item, notation), ',')), ']']
    : ['{', ...members(value, notation).flatMap((lines) => inside(lines, notation.comma)), '}'];
}

/** A name of letters and digits: a Sid is that already. `prefix` keeps it from being empty or beginning with a digit. */
export function wordOf(prefix: string, name: string): string {
  return `${prefix}${name.replace(/[^A-Za-z0-9]+/g, '')}`.slice(0, 120);
}
