/**
 * An ARN as it stands in running text, verbatim: redactions kept (`***`, `<account-id>`, `{AccountId}`, `${...}`, `...`), line breaks inside it
 * removed, the punctuation of the sentence around it left out. Read from text that went through `plainLines`.
 *
 * Role names may hold `. , = + @ _ -`, so a full stop or comma at the end is cut only where the sentence does not go on.
 */
import { here, phrase } from './denial-phrase.ts';

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

/** What follows an ARN that is whole. One set for each place an ARN stands in a denial. */
export interface Surroundings {
  /** The sentence goes on: the ARN is whole as it stands. */
  readonly goesOn: RegExp;
  /** The sentence goes on after the next lines, which hold nothing else: they are pieces of the ARN. */
  readonly goesOnNext: RegExp;
  /** A word that was glued to the ARN because a blank got lost: `role/xbecause no`. */
  readonly glued: RegExp;
  /** A full stop at the end is never the name's: AWS puts one after a policy. */
  readonly isLast: boolean;
}

const closing = String.raw`["'\`*_)\]\s>]*`;
// No colon in a piece of an ARN that could end where it does: `Reason:` on the next line is the sentence's.
const pieces = String.raw`(?:[\w+=,.@\-/*]{1,200}\n){0,6}[\w+=,.@\-/*]{1,200}(?!:)`;
const around = (goesOn: string, glued: string, isLast = false): Surroundings => ({
  goesOn: new RegExp(`${closing}(?:${goesOn})`, 'iy'),
  goesOnNext: new RegExp(`${pieces}${closing}(?:${goesOn})`, 'iy'),
  glued: new RegExp(glued, 'i'),
  isLast,
});

export const principalPlace = around(
  String.raw`(?:(?:${phrase('is')}|are)\s+)?${phrase('not authorized')}`,
  '(?:is|are)$',
);
export const rolePlace = around(`${phrase('because no')}|${phrase('with an explicit')}`, '(?:because|with)$');
export const policyPlace = around(`${phrase('allows the')}|\\.?\\s*${phrase('Go to https')}`, 'allows$', true);

/** Ends where nothing can end: the rest is on the next line. */
function isUnfinished(arn: string): boolean {
  const last = arn.charAt(arn.length - 1);
  return ':/'.includes(last) || !(arn.includes('/') || '*>])}…'.includes(last) || arn.endsWith(':root'));
}

const loneLine = /[\w+=,.@\-/*]{1,128}(?=$|["'`)\n])/y;

/** Was the ARN cut at the line break before `at`? Only if it is unfinished, or if the sentence goes on right after the next pieces. */
function goesOnAt(text: string, at: number, arn: string, { goesOnNext }: Surroundings): boolean {
  const next = text.charAt(at);
  if (isUnfinished(arn)) return plain.test(next) || here(placeholder, text, at) !== null;
  if (arn.endsWith('-') && here(loneLine, text, at) !== null) return true;
  return here(goesOnNext, text, at) !== null;
}

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

function take(text: string, at: number, place: Surroundings): Taken | null {
  let arn = '';
  let index = at;
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
    } else if (character === '\n' && goesOnAt(text, index + 1, arn, place)) {
      index += 1;
    } else break;
  }
  return arn.length > longest ? null : { arn, end: index };
}

/** A full stop, a comma or a quotation's asterisks; three dots or asterisks are a redaction where a part of the name begins. */
function withoutPunctuation(arn: string): string {
  const ended = arn.replace(/[:;,]{1,8}$/, '').replace(/([^?])\?$/, '$1');
  const dots = /(?<!\.)\.+$/.exec(ended)?.[0].length ?? 0;
  // An ellipsis says that something was left out: what stands before it is not the whole name.
  if (dots === 0 || dots === 3) return ended;
  return ended.slice(0, -1);
}

/** `**` closes bold type. A single `*` or `_` closes italics only if the text before opened them. Three asterisks are a redaction. */
function withoutEmphasis(arn: string, before: string): string {
  const marks = /((?<!\*)\*+|_)$/.exec(arn)?.[0] ?? '';
  if (marks === '' || marks.length > 2 || /[:/_-]\*+$/.test(arn)) return arn;
  if (marks === '**') return arn.slice(0, -2);
  const opens = marks === '*' ? /(?:^|[\s(:"'>])\*[^\s*]/ : /(?:^|[\s(:"'>])_[^\s_]/;
  return opens.test(before) ? arn.slice(0, -1) : arn;
}

/**
 * Reads the ARN that begins at `at`. Null if there is none: no `arn:`, nothing after it, or longer than 2,048 characters. `end` is where the
 * sentence goes on.
 */
export function readArnAt(text: string, at: number, place: Surroundings): Taken | null {
  if (here(scheme, text, at) === null) return null;
  const taken = take(text, at, place);
  if (taken === null) return null;
  const before = text.slice(Math.max(0, at - 400), at);
  const glued = place.glued.exec(taken.arn);
  if (glued !== null && here(place.goesOn, text, taken.end - glued[0].length) !== null) {
    return { arn: taken.arn.slice(0, glued.index), end: taken.end - glued[0].length };
  }
  const isWhole = !place.isLast && here(place.goesOn, text, taken.end) !== null;
  const bare = withoutEmphasis(isWhole ? taken.arn.replace(/:$/, '') : withoutPunctuation(taken.arn), before);
  const arn = isWhole ? bare : withoutPunctuation(bare);
  return /^arn:.*[\w*>\]})…]/i.test(arn) ? { arn, end: taken.end } : null;
}
