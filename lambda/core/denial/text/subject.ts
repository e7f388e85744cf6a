/** Who is said not to be authorized: what stands before "is not authorized to perform". */
import { perhapsCut, principalPlace, readArnAt } from './arn-in-text.ts';
import { beforeGap } from './phrase.ts';
import type { PlainLines } from './plain-lines.ts';

interface Subject {
  readonly arn: string | null;
  /**
   * `stated`: as AWS says it ("User: ...", "You are", an ARN). `casual`: a name, a lower-case "you", an error code; a denial only if the rest
   * sounds like AWS. `nobody`: no subject, or one that makes it prose ("I am not authorized to ...").
   */
  readonly voice: 'stated' | 'casual' | 'nobody';
}

const nobody: Subject = { arn: null, voice: 'nobody' };

/** How far back the subject may begin: an ARN and its redactions. */
const reach = 3000;

const negation = /(?:n\n?o\n?t|n['’]t)$/i;
const verb = /(?<![A-Za-z0-9])(i\n?s|a\n?r\n?e|was)$/i;
const errorCode = /(?:AccessDenied|Unauthorized)[A-Za-z]{0,60}\)?$/;
/** A format string or a pattern for denials, not a denial. */
const template = /^[\s:"'`]*(?:\(?\.[*+]|\(?\\[Sw]|%[sv]|\{\d*\})/;
/** Pronouns make a relative clause of it, dots a mention: `AccessDenied ... is not authorized to perform: iam:PassRole`. */
const notSubjects = /(?<![\w-])(?:that|which|who|it)$|[.…]$|^$/i;

/** The last that stands alone: not in `superuser`, not in `role/user/x`, not in `learn:`. */
const userWord = /(?<![A-Za-z0-9_-])(?:(?<!\/)user(?![A-Za-z0-9_/-])|user(?=:\s))/gi;
const arnWord = /(?<![A-Za-z0-9/-]_{0,2})a\n?r\n?n\n?:/gi;
const lastOf = (text: string, word: RegExp): number => [...text.matchAll(word)].at(-1)?.index ?? -1;

/** `text[from..end]` is searched; the ARN is read from the whole text, since what follows it says whether it is whole. */
function besideArn(lines: PlainLines, from: number, end: number): Subject | null {
  const { text } = lines;
  const at = lastOf(text.slice(from, end), arnWord);
  const read = at < 0 ? null : readArnAt(lines, from + at, principalPlace);
  if (read === null || !/^(?:is|are)?[\s"'`*>)\]}]*$/i.test(text.slice(read.end, end))) return null;
  return { arn: read.arn, voice: 'stated' };
}

/** Between a principal and "is not": brackets, quotes and links. Anything else may be the rest of a name that a blank or a prefix cut. */
const asides = /\([^()\n]{1,60}\)|\[[^[\]\n]{1,60}\]|https?:[^<>\s]{1,300}|^(?:is|are)(?![A-Za-z])/gi;
const isBesideName = (between: string): boolean => !/[\p{L}\p{N}]/u.test(between.replace(asides, ''));

function namedUser(lines: PlainLines, from: number, end: number): Subject | null {
  const { text } = lines;
  const at = lastOf(text.slice(from, end), userWord);
  if (at < 0) return null;
  const start = from + at + 'user'.length;
  const named = text.slice(start, end);
  if (template.test(named)) return nobody;
  const arnAt = lastOf(named, arnWord);
  const read = arnAt < 0 || arnAt > 30 ? null : readArnAt(lines, start + arnAt, principalPlace);
  if (read !== null && end - read.end <= 80 && !/[.!?]\s/.test(text.slice(read.end - 1, end)))
    return { arn: isBesideName(text.slice(read.end, end)) ? read.arn : perhapsCut(read.arn), voice: 'stated' };
  const isOneName = named.length <= 200 && /^[\s:"'`*<]*\S*\s*$/.test(named);
  const isCapital = text.charAt(from + at) === 'U';
  return { arn: null, voice: /^\s?:/.test(named) || (isCapital && isOneName) ? 'stated' : 'casual' };
}

function otherSubject(text: string, from: number, end: number, spoken: string | null): Subject {
  const last = beforeGap(text, end, from);
  const before = text.slice(Math.max(from, last - 60), last);
  const you = /(?<![A-Za-z])(you)(?:['’]re)?$/i.exec(before)?.[1];
  if (you !== undefined) return { arn: null, voice: you.startsWith('Y') ? 'stated' : 'casual' };
  if (spoken === null) return errorCode.test(before) ? { arn: null, voice: 'casual' } : nobody;
  const between = text.slice(last, end);
  // A quotation, a pattern between slashes, a heading with a colon: the sentence is spoken of.
  const isMention = between.includes('\n') || /["'`/:]\s*$/.test(between);
  if (isMention || !/^(?:is|are)$/.test(spoken) || notSubjects.test(before)) return nobody;
  return { arn: null, voice: 'casual' };
}

/**
 * The subject of the "authorized" at `at`; `from` is where an earlier denial's words end. Null where nothing is negated ("is authorized to").
 */
export function subjectBefore(lines: PlainLines, from: number, at: number): Subject | null {
  const { text } = lines;
  const start = Math.max(from, at - reach);
  const negated = beforeGap(text, at, start);
  const not = negation.exec(text.slice(Math.max(start, negated - 12), negated))?.[0];
  if (not === undefined) return null;

  const said = beforeGap(text, negated - not.length, start);
  const spoken = verb.exec(text.slice(Math.max(start, said - 12), said))?.[1] ?? null;

  const end = spoken === null ? negated - not.length : said - spoken.length;
  const auxiliary = spoken?.replace(/\n/g, '').toLowerCase() ?? null;
  return besideArn(lines, start, end) ?? namedUser(lines, start, end) ?? otherSubject(text, start, end, auxiliary);
}
