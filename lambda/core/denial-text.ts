/**
 * Reads a refused iam:PassRole from pasted text. The grammar: a subject, "(is|are) not authorized to perform", the action, and then, each
 * optional, "on resource", the role, the reason, and the trailer with AWS's own page about it. Or, in other words, "Cross-account pass role
 * is not allowed". Text that merely mentions iam:PassRole is no denial.
 */
import { readArnAt, rolePlace } from './arn-in-text.ts';
import type { DenialWords } from './denial.ts';
import { decodedDenial } from './denial-decoded.ts';
import { past, pastAll, phrase } from './denial-phrase.ts';
import { plainLines } from './denial-plain.ts';
import { authorizationIdIn, noReason, reasonAlone, reasonAt, reasonWithin } from './denial-reason.ts';
import { subjectBefore } from './denial-subject.ts';

/** How far the words after the action may reach where a resource that is no ARN or AWS's trailer stands between. */
const nearby = 400;
const trailer = 2500;

const authorized = new RegExp(phrase('authorized to perform'), 'gi');
const toAction = new RegExp(
  `[\\s"'\`*|│>#:/\\\\_[]+|(?:${phrase('the')}|${phrase('this')}|following|actions?|operation)(?=[\\s:])`,
  'iy',
);
/** Not `iam:PassRoleX`, but a blank may have been lost: `iam:PassRoleon resource`. */
const passRole = new RegExp(
  `${phrase('iam')}\\s?:\\s?${phrase('PassRole')}(?:(?![A-Za-z0-9])|(?=${phrase('on resource')}|${phrase('because no')}))`,
  'iy',
);
const framing = /[\s"'`*_|│>#/\\)\]]*/y;
const onThe = new RegExp(`(?:${phrase('on')}|${phrase('for')})[\\s"'\`*|│>#:/\\\\_]*(?:the\\s)?`, 'iy');
const resource = new RegExp(`(?:${phrase('resource')}(?:\\(?s\\)?)?|role\\b)[\\s"'\`*|│>#:/\\\\_]*`, 'iy');
const role = /[<([{]*(?:role[\s:"'`*]+)?["'`<([{]*/iy;

const crossAccount = new RegExp(
  `cross[\\s-]?account[\\s"'\`]+pass[\\s-]?role[\\s"'\`]+${phrase('is not allowed')}`,
  'gi',
);
/** Reference pages say it of a parameter, source code says it of a case; neither is a denial. */
const saysItOfAParameter = /^["'`.\s]*if you (?:pass|specify|provide|use)/i;
const saysItInCode = /(?:raise|throw new|errors\.New|__init__)[^\n]{0,80}$/;

interface Found {
  readonly at: number;
  readonly words: DenialWords;
}

const nothing: DenialWords = {
  action: 'iam:PassRole',
  principalArn: null,
  roleArn: null,
  ...noReason,
  crossAccount: false,
  authorizationId: null,
};

const ofAnotherKind = /^arn:[^:]*:[^:]*:[^:]*:.*:(?!role[/:\s]|role$)[a-z][a-z-]*[/:]/i;
/** A role, or an ARN so redacted that it may be one; PassRole has no other resource. */
const roleOrNull = (arn: string | null): string | null => (arn === null || ofAnotherKind.test(arn) ? null : arn);

function resourceAfter(text: string, at: number): { readonly roleArn: string | null; readonly end: number } {
  const start = past(framing, text, at);
  const on = past(onThe, text, start);
  if (on === start) return { roleArn: null, end: at };
  const named = past(resource, text, on);
  const read = readArnAt(text, past(role, text, named), rolePlace);
  if (read !== null) return { roleArn: roleOrNull(read.arn), end: read.end };
  return { roleArn: null, end: named > on ? named : at };
}

/** One "authorized to perform" (`at..end`) and how far its sentence may reach to both sides (`from..to`). */
interface Span {
  readonly from: number;
  readonly at: number;
  readonly end: number;
  readonly to: number;
}

/** The denial whose "authorized to perform" this is. Null if its words are not a denial's; `isError` says that they are known to be a call's error. */
function denialAt(text: string, { from, at, end, to }: Span, isError: boolean): DenialWords | null {
  const action = pastAll(toAction, text, end);
  const after = past(passRole, text, action);
  if (after === action) return null;
  const subject = subjectBefore(text, from, at);
  if (subject === null) return null;

  const { roleArn, end: resourceEnd } = resourceAfter(text, after);
  const reach = Math.min(to, resourceEnd + nearby);
  const reason = reasonAt(text, resourceEnd) ?? (roleArn === null ? reasonWithin(text, resourceEnd, reach) : null);
  const soundsLikeAws = text.slice(end, action).includes(':') || roleArn !== null || reason !== null;
  const isProse = subject.voice === 'nobody' ? roleArn === null : subject.voice === 'casual' && !soundsLikeAws;
  if (isProse && !isError) return null;

  const authorizationId = authorizationIdIn(text.slice(resourceEnd, Math.min(to, resourceEnd + trailer)));
  return { ...nothing, principalArn: subject.arn, roleArn, ...(reason ?? noReason), authorizationId };
}

function spansIn(text: string): readonly Span[] {
  const found = [...text.matchAll(authorized)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
  }));
  return found.map(({ at, end }, index) => ({
    from: found[index - 1]?.end ?? 0,
    at,
    end,
    to: found[index + 1]?.at ?? text.length,
  }));
}

/** The first that names someone or something: a title or a summary above the message often repeats it without the names. */
function firstDenial(text: string, isError: boolean): Found | null {
  let unnamed: Found | null = null;
  for (const span of spansIn(text)) {
    const words = denialAt(text, span, isError);
    if (words === null) continue;
    if (words.principalArn !== null || words.roleArn !== null) return { at: span.at, words };
    unnamed ??= { at: span.at, words };
  }
  return unnamed;
}

function firstCrossAccount(text: string): Found | null {
  for (const match of text.matchAll(crossAccount)) {
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(0, match.index - 120), match.index);
    if (saysItOfAParameter.test(text.slice(end, end + 60)) || saysItInCode.test(before)) continue;
    const authorizationId = authorizationIdIn(text.slice(end, end + trailer));
    return { at: match.index, words: { ...nothing, crossAccount: true, authorizationId } };
  }
  return null;
}

const mentioned = /iam:\s?PassRole/i;

function wordsIn(text: string, isError: boolean): DenialWords | null {
  const plain = plainLines(text);
  const denial = firstDenial(plain, isError);
  const across = firstCrossAccount(plain);
  const first = across !== null && (denial === null || across.at < denial.at) ? across : denial;
  if (first !== null) return first.words;
  const decoded = decodedDenial(plain);
  if (decoded !== null) return { ...nothing, ...decoded, roleArn: roleOrNull(decoded.roleArn) };
  const reason = reasonAlone(plain);
  if (reason !== null) return { ...nothing, ...reason };
  return isError && mentioned.test(plain) && spansIn(plain).length === 0 ? nothing : null;
}

/**
 * The words of the first refused iam:PassRole in the text that names a principal or a role, else of the first that names neither; null if the
 * text holds none. Never throws; linear in the length of the text. Every ARN stands in the text as it is returned, line breaks aside.
 */
export const readDenialWords = (text: string): DenialWords | null => wordsIn(text, false);

/**
 * The same for a text that is known to be a call's error message: no subject is needed to tell it from prose, and a mention of iam:PassRole in
 * words that are not known here is a denial of which nothing else is known. Better an unclear case than a denial that nobody hears of.
 */
export const readErrorWords = (message: string): DenialWords | null => wordsIn(message, true);
