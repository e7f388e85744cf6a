/**
 * AWS's sentence: a subject, "is not authorized to perform", the action or a list of them, and then, each optional, "on resource", the role and
 * the reason.
 */

import type { DenialWords } from '../denial.ts';
import { perhapsCut, readArnAt, rolePlace } from './arn-in-text.ts';
import { isAside } from './followers.ts';
import { past, pastAll, pastGap, phrase } from './phrase.ts';
import type { PlainLines } from './plain-lines.ts';
import { authorizationIdIn, noReason, type Reason, reasonAt, reasonFrom } from './reason.ts';
import { subjectBefore } from './subject.ts';

export interface Found {
  /** Where it begins in the text. */
  readonly at: number;
  readonly words: DenialWords;
}

/** A denial of which nothing is known but that it is one. */
export const nothing: DenialWords = {
  action: 'iam:PassRole',
  principalArn: null,
  roleArn: null,
  ...noReason,
  crossAccount: false,
  authorizationId: null,
};

/** How far the words after the action may reach where a resource that is no ARN or AWS's trailer stands between. */
const nearby = 400;
export const trailer = 2500;

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
/** Another action in a list with iam:PassRole: `iam:GetRole, iam:PassRole`, `glue:CreateJob and iam:PassRole`, `["iam:GetRole", "iam:PassRole"]`. */
const otherAction = /[a-z][a-z0-9-]{1,40}\s?:\s?[A-Z][A-Za-z0-9*]{1,80}(?![A-Za-z0-9*:/])/y;
const listed = /[\s"'`*_|│>#[\]]{0,40}(?:,\s{0,40}(?:and\b)?|\band\b|&)[\s"'`*_|│>#[\]]{0,40}/iy;
const framing = /[\s"'`*_|│>#/\\)\]]*/y;
const on = new RegExp(`${phrase('on')}(?:${phrase(' the')}\\s)?`, 'iy');
const resource = new RegExp(`${phrase('resource')}s?`, 'iy');
const role = /[<([{]*(?:role[\s:"'`*]+)?["'`<([{]*/iy;

const ofAnotherKind = /^arn:[^:]*:[^:]*:[^:]*:.*:(?!role[/:\s]|role$)[a-z][a-z-]*[/:]/i;
/** A role, or an ARN so redacted that it may be one; PassRole has no other resource. */
export const roleOrNull = (arn: string | null): string | null => (arn === null || ofAnotherKind.test(arn) ? null : arn);

function resourceAfter(lines: PlainLines, at: number): { readonly roleArn: string | null; readonly end: number } {
  const { text } = lines;
  const start = past(framing, text, at);
  const stated = past(on, text, start);
  if (stated === start) return { roleArn: null, end: at };
  const named = past(resource, text, pastGap(text, stated));
  const read = readArnAt(lines, past(role, text, pastGap(text, named)), rolePlace);
  return read === null ? { roleArn: null, end: named } : { roleArn: roleOrNull(read.arn), end: read.end };
}

/** Past one action or a list of them at `at`, if iam:PassRole is among them; else `at`. */
function pastActions(text: string, at: number): number {
  let end = at;
  let isPassRoleAmong = false;
  for (let next = at; ; ) {
    const refused = past(passRole, text, next);
    const after = refused > next ? refused : past(otherAction, text, next);
    if (after === next) break;
    isPassRoleAmong ||= refused > next;
    end = after;
    next = past(listed, text, after);
    if (next === after) break;
  }
  return isPassRoleAmong ? end : at;
}

/** One "authorized to perform" (`at..end`) and how far its sentence may reach to both sides (`from..to`). */
interface Span {
  readonly from: number;
  readonly at: number;
  readonly end: number;
  readonly to: number;
}

/** A few words may stand between the role and the reason: `, Reason: because no ...`, a link's address, `on account 111122223333`. */
const fewWords = 90;

function sentenceEnd(text: string, from: number): number {
  const next = text.slice(from, from + fewWords).search(/[.!?](?:\s|$)|\n/);
  return from + (next < 0 ? fewWords : next);
}

/** AWS puts nothing between the role and the reason: what stands there, and is no label or link, may be the rest of a name that was cut. */
function isCutBefore(lines: PlainLines, from: number, to: number, sentence: number): boolean {
  const { text } = lines;
  const paragraph = text.indexOf('\n\n', from);
  const found = reasonFrom(lines, from, Math.min(to, from + nearby, paragraph < 0 ? text.length : paragraph));
  if (found === null || (found.at > sentence && found.reason.policyType === null)) return false;
  return !isAside(text.slice(from, found.at));
}

/** The denial whose "authorized to perform" this is. Null if its words are not a denial's; `isError` says that they are known to be a call's error. */
function denialAt(lines: PlainLines, { from, at, end, to }: Span, isError: boolean): DenialWords | null {
  const { text } = lines;
  const action = pastAll(toAction, text, end);
  const after = pastActions(text, action);
  if (after === action) return null;
  const subject = subjectBefore(lines, from, at);
  if (subject === null) return null;

  const { roleArn, end: resourceEnd } = resourceAfter(lines, after);
  const reach = Math.min(to, resourceEnd + nearby);
  const reasonEnd = roleArn === null ? reach : Math.min(to, sentenceEnd(text, resourceEnd));
  const next = reasonAt(lines, resourceEnd);
  const reason: Reason | null = next ?? reasonFrom(lines, resourceEnd, reasonEnd)?.reason ?? null;
  const isCut = roleArn !== null && next === null && isCutBefore(lines, resourceEnd, to, reasonEnd);
  const soundsLikeAws = text.slice(end, action).includes(':') || roleArn !== null || reason !== null;
  const isProse = subject.voice === 'nobody' ? roleArn === null : subject.voice === 'casual' && !soundsLikeAws;
  if (isProse && !isError) return null;

  const authorizationId = authorizationIdIn(text.slice(resourceEnd, Math.min(to, resourceEnd + trailer)));
  return {
    ...nothing,
    principalArn: subject.arn,
    roleArn: isCut ? perhapsCut(roleArn) : roleArn,
    ...(reason ?? noReason),
    authorizationId,
  };
}

export function spansIn(text: string): readonly Span[] {
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
export function firstDenial(lines: PlainLines, isError: boolean): Found | null {
  let unnamed: Found | null = null;
  for (const span of spansIn(lines.text)) {
    const words = denialAt(lines, span, isError);
    if (words === null) continue;
    if (words.principalArn !== null || words.roleArn !== null) return { at: span.at, words };
    unnamed ??= { at: span.at, words };
  }
  return unnamed;
}
