/**
 * An ARN as it stands in running text, verbatim: redactions kept (`***`, `<account-id>`, `{AccountId}`, `${...}`, `...`), line breaks inside it
 * removed where they are proved to be a wrap, the punctuation of the sentence around it left out. Read from text that went through `plainLines`.
 *
 * Role names may hold `. , = + @ _ -`, so a full stop or comma at the end is cut only where the sentence does not go on. Where it is not known
 * whether the name ends, it gets an ellipsis: no whole ARN then, so that the whole name is asked for and nothing is said of another role.
 */
import { withoutEmphasis } from './arn-emphasis.ts';
import { type Break, breakAt, cellBreakAt, type Onward, sentenceGoesOn } from './arn-over-lines.ts';
import { isFollower } from './followers.ts';
import { here, past, phrase } from './phrase.ts';
import type { PlainLines } from './plain-lines.ts';

/** AWS's own limit for a role ARN is far lower; what is longer is no ARN. */
const longest = 2048;

const scheme = /a\n?r\n?n\n?:/iy;
const plain = /[\w+=,.@\-:/*?…•█■●×#]/;
const placeholder =
  /<[^<>\n"'/][^<>\n"']{0,60}>|&lt;[^&\n]{1,60}&gt;|\\u003c[^\\\n]{1,60}\\u003e|\$?\{\{?[^{}\n"']{1,60}\}?\}|\$[A-Za-z_]\w{0,60}|%[A-Za-z_]\w{0,40}%?/iy;
/** A bracket opens a redaction only where a part of the ARN begins; elsewhere it is the sentence's. */
const bracketed = /\[[\w .*-]{1,60}\]|\([\w .*-]{1,60}\)/y;
/** `MY ACCOUNT`: the only place where a redaction of several words is told from the sentence. */
const accountWords = /[A-Za-z][\w -]{0,40}(?=:[a-z-]{4,20}\/)/y;
const isAtAccount = /^arn:[^:]*:[^:]*:[^:]*:$/i;

/** What follows an ARN. One set for each place an ARN stands in a denial. */
interface Surroundings extends Onward {
  /** A word that was glued to the ARN because a blank got lost: `role/xbecause no`. */
  readonly glued: RegExp;
  /** Without that word it is no sentence. AWS's "is" is left out by some, and `chris not authorized` has all of the name. */
  readonly isGluedSure: boolean;
  /** A full stop at the end is never the name's: AWS puts one after a policy. */
  readonly isLast: boolean;
}

const closing = String.raw`["'\`*_)\]\s>]*`;
// No colon in a piece of an ARN that could end where it does: `Reason:` on the next line is the sentence's.
const pieces = String.raw`(?:[\w+=,.@\-/*]{1,200}\n){0,6}[\w+=,.@\-/*]{1,200}(?!:)`;
type Kind = Pick<Surroundings, 'isGluedSure' | 'isLast'>;
const around = (goesOn: string, glued: string, kind: Kind): Surroundings => ({
  goesOn: new RegExp(`${closing}(?:${goesOn})`, 'iy'),
  goesOnNext: new RegExp(`(${pieces})${closing}(?:${goesOn})`, 'iy'),
  glued: new RegExp(glued, 'i'),
  ...kind,
});

export const principalPlace = around(
  String.raw`(?:(?:${phrase('is')}|are)\s+)?${phrase('not authorized')}`,
  '(?:is|are)$',
  { isGluedSure: false, isLast: false },
);
export const rolePlace = around(`${phrase('because no')}|${phrase('with an explicit')}`, '(?:because|with)$', {
  isGluedSure: true,
  isLast: false,
});
export const policyPlace = around(`${phrase('allows the')}|\\.?\\s*${phrase('Go to https')}`, 'allows$', {
  isGluedSure: true,
  isLast: true,
});

function redactionAt(text: string, at: number, arn: string): string {
  const last = arn.charAt(arn.length - 1);
  const redaction =
    here(placeholder, text, at) ??
    (':/_-'.includes(last) ? here(bracketed, text, at) : null) ??
    (last === ':' && isAtAccount.test(arn) ? here(accountWords, text, at) : null);
  return redaction?.[0] ?? '';
}

interface Taken {
  readonly arn: string;
  readonly end: number;
}

/** `stopped`: why it ends at a line break; null where it ends elsewhere. */
interface Raw extends Taken {
  readonly stopped: Break | null;
}

function take(lines: PlainLines, at: number, place: Surroundings): Raw | null {
  const { text } = lines;
  let arn = '';
  let index = at;
  let stopped: Break | null = null;
  while (index < text.length && arn.length <= longest) {
    const character = text.charAt(index);
    const redacted = redactionAt(text, index, arn);
    if (redacted !== '') {
      arn += redacted;
      index += redacted.length;
    } else if (plain.test(character)) {
      // Five colons make an ARN; a sixth belongs to the sentence: `role/x: ClientError`.
      if (character === ':' && /^(?:[^:]*:){5}[^:]*\//.test(arn)) break;
      arn += character;
      index += 1;
    } else if (character === '`' && (/[:/]$/.test(arn) || /^[/:]/.test(text.charAt(index + 1)))) {
      index += 1;
    } else if (character === '\n') {
      const line = breakAt(lines, index, arn, place);
      if (line.kind !== 'wrapped') stopped = line;
      if (line.kind !== 'wrapped') break;
      index += 1;
    } else break;
  }
  return arn.length > longest ? null : { arn, end: index, stopped };
}

export const perhapsCut = (arn: string): string => (arn.endsWith('…') ? arn : `${arn}…`);

/** Without a full stop or a comma. Three dots say that something was left out: what stands before them is not the whole name. */
function withoutPunctuation(arn: string): string {
  const ended = arn.replace(/[:;,]{1,8}$/, '').replace(/([^?])\?$/, '$1');
  const dots = /(?<!\.)\.+$/.exec(ended)?.[0].length ?? 0;
  return dots === 0 ? ended : dots < 3 ? ended.slice(0, -1) : perhapsCut(ended.slice(0, -dots));
}

/**
 * Neither a name's nor a sentence's, in the middle of a word: a dash or letter that something made of the name's own, an entity, an escape. Languages
 * that put no blank between words may go on right after a name, in letters that nothing makes of a name's.
 */
const garbled =
  /[\u2010-\u2015\u2212\uff0b\uff0d\uff0e\uff1d\uff20\uff3f&%~!^\\][\p{L}\p{N}#]|(?![A-Za-z0-9]|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Thai})[\p{L}\p{N}\p{M}]|\[(?:…|\.{2,4})\]|\((?:…|\.{2,4})\)/uy;

/** `'...glue-run'` and then `'time-role ...'`: a string that code puts together, over a line break. A key of JSON is no such piece. */
const joined = / ?(["'`])(?: ?[+&.]{1,2})?\n[frbu]?\1(?=[\w+=,.@\-/*]{1,200}(?![\w+=,.@\-/*]|\1))/y;

/** A word between an ARN and what SDKs put after the message: its blank may have been a line break inside the name. */
const beforeSdk = / [\w+=,.@\-/]{1,64}(?=(?: \(Service:|,? (?:status code|request id):|\. Go to https:))/iy;

/** A backtick at the end of a line that was not opened on it: PowerShell goes on with the next line. */
function isContinued(text: string, end: number): boolean {
  if (text.slice(end, end + 2) !== '`\n') return false;
  return !text.slice(text.lastIndexOf('\n', end - 1) + 1, end).includes('`');
}

function endOf(lines: PlainLines, { arn, end, stopped }: Raw, place: Surroundings): Break {
  const { text } = lines;
  if (stopped !== null) return stopped;
  const perhaps = { kind: 'perhaps', end } as const;
  if (here(garbled, text, end) !== null) return perhaps;
  if (here(beforeSdk, text, end) !== null && !isFollower(text, end + 1)) return perhaps;
  const next = past(joined, text, end);
  if (next > end && sentenceGoesOn(text, next, place.goesOn)) return { kind: 'ended', end: next };
  if (next > end && !isFollower(text, next)) return perhaps;
  if (isContinued(text, end)) {
    const line = breakAt(lines, end + 1, arn, place);
    return line.kind === 'wrapped' ? perhaps : line;
  }
  return cellBreakAt(lines, end, place);
}

/** How far around an ARN its emphasis may reach; not beyond its paragraph. */
const emphasised = 600;

function bare(text: string, at: number, { arn, end }: Taken, isWhole: boolean): string {
  const before =
    text
      .slice(Math.max(0, at - emphasised), at)
      .split('\n\n')
      .at(-1) ?? '';
  const [after = ''] = text.slice(end, end + emphasised).split('\n\n', 1);
  if (/\.{3}$/.test(arn)) return withoutPunctuation(arn);
  const unpunctuated = isWhole ? arn.replace(/:$/, '') : withoutPunctuation(arn);
  const unmarked = withoutEmphasis(unpunctuated, before, after);
  const name = isWhole ? unmarked.arn : withoutPunctuation(unmarked.arn);
  return unmarked.isDoubtful ? perhapsCut(name) : name;
}

/**
 * Reads the ARN that begins at `at`. Null if there is none: no `arn:`, nothing after it, or longer than 2,048 characters. `end` is where the
 * sentence goes on.
 */
export function readArnAt(lines: PlainLines, at: number, place: Surroundings): Taken | null {
  const { text } = lines;
  if (here(scheme, text, at) === null) return null;
  const taken = take(lines, at, place);
  if (taken === null) return null;
  const end = endOf(lines, taken, place);
  if (end.kind === 'perhaps') return { arn: perhapsCut(taken.arn), end: end.end };
  const glued = place.glued.exec(taken.arn);
  if (glued !== null && here(place.goesOn, text, taken.end - glued[0].length) !== null) {
    const before = taken.arn.slice(0, glued.index);
    return { arn: place.isGluedSure ? before : perhapsCut(before), end: taken.end - glued[0].length };
  }
  const onwardAt = (end.kind === 'ended' ? end.end : undefined) ?? taken.end;
  const isWhole = !place.isLast && here(place.goesOn, text, onwardAt) !== null;
  const arn = bare(text, at, taken, isWhole);
  return /^arn:.*[\w*>\]})…]/i.test(arn) ? { arn, end: onwardAt } : null;
}
