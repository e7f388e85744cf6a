/**
 * Why a request was refused, in AWS's words: `because no <type> allows the <action> action` or `with an explicit deny in a(n) <type>`, each
 * with or without `: <policy ARN>`. Source: IAM user guide, "Troubleshoot access denied error messages".
 */

import type { DenialWords, PolicyLayer } from '../denial.ts';
import { policyPlace, readArnAt } from './arn-in-text.ts';
import { here, past, pastAll, phrase } from './phrase.ts';
import type { PlainLines } from './plain-lines.ts';

export type Reason = Pick<DenialWords, 'effect' | 'policyType' | 'policyArn'>;
export const noReason: Reason = { effect: null, policyType: null, policyArn: null };

/** A hyphen or blank may have become a line break. AWS writes "session policy" and "sessions policy". */
const layerWords = (words: string): RegExp => new RegExp(words.split(' ').map(phrase).join(String.raw`[\s\-‑]*`), 'iy');
const layers: ReadonlyArray<readonly [RegExp, PolicyLayer]> = [
  [layerWords('identity based'), 'identity'],
  [layerWords('service control'), 'scp'],
  [layerWords('resource control'), 'rcp'],
  [layerWords('permissions boundary'), 'permissions-boundary'],
  [layerWords('session'), 'session'],
  [layerWords('resource based'), 'resource'],
  [layerWords('vpc endpoint'), 'vpc-endpoint'],
  [layerWords('role trust'), 'role-trust'],
];

const aside = /[\s"'`*|│>#/\\_:.,;…)\]]*/y;
const implicit = new RegExp(phrase('because no'), 'iy');
const explicit = new RegExp(phrase('with an explicit'), 'iy');
const explicitIn = new RegExp(
  `${phrase('deny')}(?:\\s+${phrase('in')}(?:\\s+(?:${phrase('an')}|a(?:\\(n\\))?|${phrase('the')})(?=\\s))?)?`,
  'iy',
);
/** What may stand between the type and the policy: the rest of its name, and of the sentence. */
const filler = new RegExp(
  String.raw`[\s"'\`-]+|s\b|\((?:SCPs?|RCPs?)\)|(?:${['policy', 'policies', 'transitively', 'through', 'service', 'control', 'allows', 'the', 'actions', 'action', 'iam:PassRole'].map(phrase).join('|')}|an?)(?![A-Za-z])`,
  'iy',
);
const opening = /[\s:"'`*|│>#<([{]*/y;
const policyId = /p-[0-9a-zA-Z_]{4,128}/y;

function policyAt(lines: PlainLines, at: number): string | null {
  const start = past(opening, lines.text, at);
  return readArnAt(lines, start, policyPlace)?.arn ?? here(policyId, lines.text, start)?.[0] ?? null;
}

function because(effect: 'implicit' | 'explicit', lines: PlainLines, at: number): Reason {
  const { text } = lines;
  const start = past(aside, text, at);
  for (const [words, policyType] of layers) {
    const end = past(words, text, start);
    if (end > start) return { effect, policyType, policyArn: policyAt(lines, pastAll(filler, text, end)) };
  }
  return { effect, policyType: null, policyArn: null };
}

/** The reason that begins at `at`, punctuation and frames aside; null if none does. A reason that was cut off says as much as it still says. */
export function reasonAt(lines: PlainLines, at: number): Reason | null {
  const { text } = lines;
  const start = past(aside, text, at);
  const implied = past(implicit, text, start);
  if (implied > start) return because('implicit', lines, implied);
  const explained = past(explicit, text, start);
  if (explained > start) return because('explicit', lines, past(explicitIn, text, past(aside, text, explained)));
  return null;
}

const anyReason = new RegExp(`${phrase('because no')}|${phrase('with an explicit deny')}`, 'i');

/** The first reason in `text[from..to]`, and where it begins. */
export function reasonFrom(
  lines: PlainLines,
  from: number,
  to: number,
): { readonly at: number; readonly reason: Reason } | null {
  const found = anyReason.exec(lines.text.slice(from, to));
  const reason = found === null ? null : reasonAt(lines, from + found.index);
  return found === null || reason === null ? null : { at: from + found.index, reason };
}

const fragment = new RegExp(
  `${phrase('because no')}\\s+[a-z\\s-]{4,60}${phrase('allows the')}\\s${phrase('iam:PassRole')}\\s${phrase('action')}`,
  'i',
);

/** Some paste the end of the sentence only: `because no identity-based policy allows the iam:PassRole action`. */
export function reasonAlone(lines: PlainLines): Reason | null {
  const found = fragment.exec(lines.text);
  return found === null ? null : reasonAt(lines, found.index);
}

const id = '[A-Za-z0-9_-]';
const link = `#/\\n?${phrase('authorization-details')}\\n?/\\n?`;
/** AWS does not publish its alphabet. Up to the words that follow it, anything of a URL's may be the id's. */
const anyId = '[A-Za-z0-9_.+/=~%-]';
const whole = new RegExp(`${link}(${anyId}{1,128}(?:\\n${anyId}{1,128}){0,5}?)\\s?${phrase('for complete')}`, 'i');
const cut = new RegExp(`${link}(${id}{6,128})`, 'i');
const stated = new RegExp(`${phrase('authorization id')}[\\s:"'\`*=<]*(${id}{6,128})`, 'i');

/**
 * Id of AWS's own page about this denial, from the trailer that it adds since August 2026: in a link, and once more at the end. Only in the link
 * is it known where it ends, should a line break have cut it.
 */
export function authorizationIdIn(text: string): string | null {
  const linked = whole.exec(text)?.[1]?.replace(/\n/g, '');
  return linked ?? stated.exec(text)?.[1] ?? cut.exec(text)?.[1] ?? null;
}
