/**
 * An ARN as it stands in running text, verbatim: redactions kept (`***`, `<account-id>`, `{AccountId}`, `${...}`, `...`), line breaks inside it
 * removed where they are proved to be a wrap, the punctuation of the sentence around it left out. Read from text that went through `plainLines`.
 *
 * Role names may hold `. , = + @ _ -`, so a full stop or comma at the end is cut only where the sentence does not go on. Where it is not known
 * whether the name ends, it gets an ellipsis: no whole ARN then, so that the whole name is asked for and nothing is said of another role.
 */
import { withoutEmphasis } from './arn-emphasis.ts';
import { type Break, breakAt, cellBreakAt, type Onward } from './arn-in-lines.ts';
import { here, phrase } from './denial-phrase.ts';
import type { PlainLines } from './denial-plain.ts';

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
export interface Surroundings extends Onward {
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
  goesOnNext: new RegExp(`(${pieces})${closing}(?:${goesOn})`, 'iy'),
  glued: new RegExp(glued, 'i'),
  isLast,
});

export const principalPlace = around(
  String.raw`(?:(?:${phrase('is')}|are)\s+)?${phrase('not authorized')}`,
  '(?:is|are)$',
);
export const rolePlace = around(`${phrase('because no')}|${phrase('with an explicit')}`, '(?:because|with)$');
export const policyPlace = around(`${phrase('allows the')}|\\.?\\s*${phrase('Go to https')}`, 'allows$', true);

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

/** A full stop, a comma or a quotation's asterisks; three dots or asterisks are a redaction where a part of the name begins. */
function withoutPunctuation(arn: string): string {
  const ended = arn.replace(/[:;,]{1,8}$/, '').replace(/([^?])\?$/, '$1');
  const dots = /(?<!\.)\.+$/.exec(ended)?.[0].length ?? 0;
  // An ellipsis says that something was left out: what stands before it is not the whole name.
  if (dots === 0 || dots === 3) return ended;
  return ended.slice(0, -1);
}

const perhapsCut = (arn: string): string => (arn.endsWith('…') ? arn : `${arn}…`);

/** Neither a name's nor a sentence's, in the middle of a word: a dash or letter that something made of the name's own, an entity, an escape. */
const garbled = /(?:[\u2010-\u2015\u2212&%~!^\\]|(?![A-Za-z])\p{Script=Latin})[\p{L}\p{N}#]/uy;

function endOf(lines: PlainLines, { end, stopped }: Raw, place: Surroundings): Break {
  if (stopped !== null) return stopped;
  if (here(garbled, lines.text, end) !== null) return { kind: 'perhaps', end };
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
    return { arn: taken.arn.slice(0, glued.index), end: taken.end - glued[0].length };
  }
  const isWhole = !place.isLast && here(place.goesOn, text, taken.end) !== null;
  const arn = bare(text, at, taken, isWhole);
  return /^arn:.*[\w*>\]})…]/i.test(arn) ? { arn, end: taken.end } : null;
}
