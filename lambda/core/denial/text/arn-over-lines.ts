/**
 * Does an ARN go on after a line break? A terminal cuts lines anywhere, in names too, but a line also ends where its writer ended it. To join what
 * is not one name would name another role, so there are three answers:
 * - `wrapped`: proved, by one of two kinds of evidence. Either the ARN's kind (`role/`) has not come yet, and the next lines complete it as an
 *   ARN has to be. Or AWS's sentence goes on right after the pieces on the next lines, and the line that ends here is full: one of two lines in a
 *   row that end at the same column, of which no line of the paragraph goes beyond.
 * - `perhaps`: it looks like it, and is not proved. The name may be cut here.
 * - `ended`: what follows is the sentence, or something that is known to stand after it.
 * An empty line is no wrap.
 */

import { isEntry, isFollower } from './followers.ts';
import { here } from './phrase.ts';
import { isFullLine, type PlainLines } from './plain-lines.ts';

export type Break =
  | { readonly kind: 'wrapped' }
  /** `end`: index just after what may be pieces of the name. */
  | { readonly kind: 'perhaps'; readonly end: number }
  /** `end`: where the sentence goes on, if something stands before it that is not the name's. */
  | { readonly kind: 'ended'; readonly end?: number };

/** What stands right after an ARN that is whole. */
export interface Onward {
  readonly goesOn: RegExp;
  /** The same after pieces of the ARN, which are the first group. */
  readonly goesOnNext: RegExp;
}

const partition = 'aws(?:-[a-z]+)*';
const account = String.raw`(?:\d{12}|(?!\d+:)[^:/\s]{1,62}|<[^<>:/]{1,60}>|\{[^{}:/]{1,60}\}|\[[^[\]:/]{1,60}\])?`;
const kinds = 'role|user|group|policy|assumed-role|federated-user|instance-profile';
/** As far as every ARN of a principal, a role or a policy looks the same. */
const head = new RegExp(
  String.raw`^arn:${partition}:(?:iam|sts|organizations)::${account}:(?:(?:${kinds})/|root(?!\w))`,
  'i',
);
const longestHead = 160;
const longestRow = 2000;
const headEnds = /^(?:[^:]*:){5}[^/]*\//;

/** `at` is where the next line begins. A lone slash on it completes nothing: paths of files begin with one, too. */
function completesHead(text: string, at: number, arn: string): boolean {
  if (text.charAt(at) === '/') return false;
  const [next = ''] = text.slice(at, at + longestHead).split('\n\n');
  return head.test(arn + next.replace(/\n/g, ''));
}

const nameCharacters = /[\w+=,.@\-/*]+/y;
const longestPrefix = 200;

/** Past what the line that ends at `at` and the one at `next` both begin with, up to a blank: `web | `, `remote: `, `12: ` and `13: `. */
function pastPrefix(text: string, at: number, next: number): number {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const [ours, theirs] = [text.slice(line, at), text.slice(next, next + longestPrefix)];
  const [number, mark] = /^(\d{1,6})([:.)]? )/.exec(ours)?.slice(1) ?? [];
  const counted = `${Number(number) + 1}${mark}`;
  if (mark !== undefined && theirs.startsWith(counted)) return next + counted.length;
  let same = 0;
  while (same < theirs.length && theirs[same] !== '\n' && ours[same] === theirs[same]) same += 1;
  const isAllOfLine = theirs[same] === '\n' || same === theirs.length;
  // `1` below `122...` is no prefix: a name may end so.
  if (isAllOfLine && ours[same] === ' ' && /[^\w+=,.@\-/*]$/.test(theirs.slice(0, same))) return next + same;
  return next + theirs.slice(0, same).lastIndexOf(' ') + 1;
}

const bar = /[|│┃║]/;

/**
 * A table's cell ends at `at`, others follow, and the next line has a cell that may be the rest of the name. `end`: where the row ends. The cells of
 * a row stand side by side, so nothing proves which goes on.
 */
export function cellBreakAt(lines: PlainLines, at: number, { goesOnNext }: Onward): Break {
  const { text } = lines;
  const rowEnds = text.indexOf('\n', at);
  if (rowEnds < 0 || !bar.test(text.slice(at, at + 2).trim())) return { kind: 'ended' };
  const nextEnds = text.indexOf('\n', rowEnds + 1);
  const next = text.slice(rowEnds + 1, nextEnds < 0 ? undefined : nextEnds).slice(0, longestRow);
  const isRest = (cell: string): boolean =>
    here(goesOnNext, cell, 0) !== null || (/[A-Za-z0-9]/.test(cell) && /^[\w+=,.@\-/*]+$/.test(cell));
  return next.split(bar).some((cell) => isRest(cell.trim())) ? { kind: 'perhaps', end: at } : { kind: 'ended' };
}

/** On another line. A low line that stands first may close emphasis, or be the rest of the name. */
export const sentenceGoesOn = (text: string, at: number, goesOn: RegExp): boolean =>
  text.charAt(at) !== '_' && here(goesOn, text, at) !== null;

/** What the line break at `at` does to the ARN that was read up to there. */
export function breakAt(lines: PlainLines, at: number, arn: string, { goesOn, goesOnNext }: Onward): Break {
  const { text } = lines;
  const isEmptyLine = text.charAt(at + 1) === '\n';
  const next = isEmptyLine ? at + 2 : at + 1;
  if (sentenceGoesOn(text, next, goesOn)) return { kind: 'ended' };

  if (!isEmptyLine && !headEnds.test(arn) && completesHead(text, next, arn)) return { kind: 'wrapped' };
  const isFull = !isEmptyLine && isFullLine(lines, at);
  const pieces = here(goesOnNext, text, next)?.[1];
  if (pieces !== undefined) return isFull ? { kind: 'wrapped' } : { kind: 'perhaps', end: next + pieces.length };

  const perhaps = { kind: 'perhaps', end: at } as const;
  const isPiece = (from: number): boolean =>
    /[A-Za-z0-9_]|^[+=,.@-]{1,2}$/.test(here(nameCharacters, text, from)?.[0] ?? '');
  if ((isFull || /[-/:]$/.test(arn)) && isPiece(next)) return perhaps;
  if (isEmptyLine || isFollower(text, next)) return { kind: 'ended' };

  const from = pastPrefix(text, at, next);
  if (sentenceGoesOn(text, from, goesOn)) return { kind: 'ended', end: from };
  const isOther = !isPiece(from) || isFollower(text, from) || isEntry(text, from);
  return isOther ? { kind: 'ended' } : perhaps;
}
