/**
 * Patterns of the policy language: wildcards and policy variables.
 * Source: IAM user guide, "IAM JSON policy elements: Resource" and "IAM policy elements: Variables and tags".
 */

import { isPlain, matchesStars } from './plain-pattern.ts';

/** `colon: false` is a wildcard that stays within its colon-separated part of an ARN. */
export type Glyph =
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'one'; readonly colon: boolean }
  | { readonly kind: 'many'; readonly colon: boolean }
  /** A variable of which nothing is known: it could stand for any text. */
  | { readonly kind: 'unknown' };

export type Pattern = readonly Glyph[];

export type VariableValue =
  | { readonly kind: 'text'; readonly text: string }
  /** No value, or several: then the default written in the policy counts. */
  | { readonly kind: 'unset' }
  | { readonly kind: 'unknown' };

/** Null: this document has no variables (version 2008-10-17), so `${...}` is plain text. */
export type Variables = ((key: string) => VariableValue) | null;

/** `${*}`, `${aws:username}`, `${aws:username, 'nobody'}`: groups are the escaped character, the key and the default. */
const VARIABLE = /\$\{(?:([*?$])|([^{}',]+)(?:,\s*'([^']*)'\s*)?)\}/gy;

const literals = (text: string): Glyph[] => Array.from(text, (character) => ({ kind: 'literal', character }));

function variableAt(text: string, at: number): { readonly match: RegExpExecArray; readonly end: number } | null {
  VARIABLE.lastIndex = at;
  const match = VARIABLE.exec(text);
  return match === null ? null : { match, end: VARIABLE.lastIndex };
}

function substituted(match: RegExpExecArray, variables: (key: string) => VariableValue): Glyph[] | null {
  const [, escaped, key = '', fallback] = match;
  if (escaped !== undefined) return literals(escaped);
  const value = variables(key);
  switch (value.kind) {
    case 'text':
      return literals(value.text);
    case 'unknown':
      return [{ kind: 'unknown' }];
    case 'unset':
      return fallback === undefined ? null : literals(fallback);
    default:
      return value satisfies never;
  }
}

/**
 * Reads a pattern. Wildcards inside a substituted value or a default are plain characters.
 * Null: it holds a variable without a value, and so equals and resembles nothing ("Policy variables with no value").
 */
export function readPattern(text: string, wildcards: boolean, variables: Variables): Pattern | null {
  const glyphs: Glyph[] = [];
  for (let at = 0; at < text.length; ) {
    const found = variables === null || text[at] !== '$' ? null : variableAt(text, at);
    if (variables !== null && found !== null) {
      const value = substituted(found.match, variables);
      if (value === null) return null;
      glyphs.push(...value);
      at = found.end;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (wildcards && character === '*') {
      glyphs.push({ kind: 'many', colon: true });
    } else if (wildcards && character === '?') {
      glyphs.push({ kind: 'one', colon: true });
    } else {
      glyphs.push({ kind: 'literal', character });
    }
    at += character.length;
  }
  return glyphs;
}

/** Keys of the variables in a pattern, as written. */
export function variablesIn(text: string): string[] {
  const keys: string[] = [];
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    const key = variableAt(text, at)?.match[2];
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

const isAnyLength = (glyph: Glyph): boolean => glyph.kind === 'many' || glyph.kind === 'unknown';

function takes(glyph: Glyph, character: string): boolean {
  return glyph.kind === 'literal'
    ? glyph.character === character
    : glyph.kind === 'unknown' || glyph.colon || character !== ':';
}

/**
 * Adds a place and all that lie behind glyphs which may stand for nothing. Places come in ascending order: one that is not beyond the last
 * is there already, with all behind it.
 */
function enter(places: number[], from: number, pattern: Pattern): void {
  if (from <= (places.at(-1) ?? -1)) return;
  for (let at = from; ; at++) {
    places.push(at);
    const glyph = pattern[at];
    if (glyph === undefined || !isAnyLength(glyph)) return;
  }
}

/**
 * Does the whole text match? Follows all readings at once, so the work is at most (glyphs x characters) whatever the wildcards; the
 * usual two pointers would miss matches, because a wildcard that may not pass a colon cannot always be the one to stretch.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let places: number[] = [];
  enter(places, 0, pattern);
  for (const character of text) {
    const next: number[] = [];
    for (const at of places) {
      const glyph = pattern[at];
      if (glyph !== undefined && takes(glyph, character)) enter(next, isAnyLength(glyph) ? at : at + 1, pattern);
    }
    if (next.length === 0) return false;
    places = next;
  }
  return places.at(-1) === pattern.length;
}

/** An entry of Action or NotAction. "The prefix and the action name are case insensitive" (IAM user guide, "IAM JSON policy elements: Action"). */
export function coversAction(text: string, action: string): boolean {
  const [pattern, asked] = [text.toLowerCase(), action.toLowerCase()];
  return isPlain(pattern)
    ? matchesStars(pattern, asked)
    : matchesPattern(readPattern(pattern, true, null) ?? [], asked);
}
