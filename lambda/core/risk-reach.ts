/**
 * How far the Resource of a role's policy reaches. Found by trying: a pattern that covers a thing of a name that nobody would choose covers
 * everything of that kind, however it is spelt (`*`, `arn:*`, `arn:aws:iam::*`, `stack/**`). A policy variable is taken as text.
 */
import { coversResource } from './policy-resource.ts';

/** A character that no name holds. */
const STRANGE = '\u{10FFFF}';

/** Names that nobody would choose, in the forms that wide patterns ask for: `*`, `*-*`, `*-??????`. */
const names: readonly string[] = [STRANGE, `${STRANGE}-${STRANGE.repeat(6)}`];

/** IAM's names have paths, which `*` covers too: `role/*` and `role/*` + `/*` reach everything under some path. */
const namesIn = (service: string): readonly string[] =>
  service === 'iam' ? [...names, `${STRANGE}/${STRANGE}`] : names;

const spelt = (part: string | undefined): string => (part ?? '').replaceAll('*', '').replaceAll('?', '0');

/** An ARN of the service that differs from the pattern in nothing but its resource, so that an account or region in it does not count. */
function likeIt(pattern: string, arnService: string, resource: string): string {
  const [, partition, , region, account] = pattern.split(':');
  return `arn:${spelt(partition) || 'aws'}:${arnService}:${spelt(region)}:${spelt(account)}:${resource}`;
}

function splitThing(thing: string): readonly [service: string, resource: string] {
  const colon = thing.indexOf(':');
  return [thing.slice(0, colon), thing.slice(colon + 1)];
}

/** Everything of the kind, in one account at least. `thing` is a sentinel's. */
export function isBroad(pattern: string, thing: string): boolean {
  if (thing === '*') return coversResource(pattern, '*', null);
  const [service, resource] = splitThing(thing);
  return namesIn(service).some((name) =>
    coversResource(pattern, likeIt(pattern, service, resource.replaceAll('?', name)), null),
  );
}

/** As a NotResource, it leaves out everything of the kind: `role/*` does, `role/*-*` does not. */
export function isWhole(pattern: string, thing: string): boolean {
  if (thing === '*') return isBroad(pattern, thing);
  const [service, resource] = splitThing(thing);
  return namesIn(service).every((name) =>
    coversResource(pattern, likeIt(pattern, service, resource.replaceAll('?', name)), null),
  );
}

/** Everything of every service. */
export const coversAnything = (pattern: string): boolean =>
  coversResource(pattern, likeIt(pattern, STRANGE, STRANGE), null);

/** Where a wildcard or a variable begins; from there on the name is open. */
const upToOpen = (resource: string): string => /^[^*?$]*/.exec(resource)?.[0] ?? '';

/** Could name a thing of the service at all. `service` as ARNs spell it. */
export function isOfService(pattern: string, service: string): boolean {
  const [, partition = 'aws', stated = '*', region = '', account = ''] = pattern.split(':');
  const upToResource = `arn:${partition}:${stated}:${region}:${account}:*`;
  const whole = pattern.startsWith('arn:') ? upToResource : pattern;
  return coversResource(whole, likeIt(pattern, service, STRANGE), null);
}

/** Could name a thing of the kind at all. */
export function isOfKind(pattern: string, thing: string): boolean {
  if (thing === '*') return isBroad(pattern, thing);
  const [service, kind] = splitThing(thing);
  if (!isOfService(pattern, service)) return false;
  const [stated, needed] = [upToOpen(pattern.split(':').slice(5).join(':')), upToOpen(kind)];
  return stated.startsWith(needed) || needed.startsWith(stated);
}

const PARTS = 6;

/** A variable stands for any text; an ARN with fewer parts leaves the rest open. More is let in than AWS would, never less. */
const opened = (pattern: string): string =>
  pattern.replace(/\$\{[^}]*\}/g, '*') + (pattern.split(':').length < PARTS ? '*' : '');

const alike = (one: string, other: string): boolean => one === other || one === '?' || other === '?';

function fitsAt(piece: string, text: string, at: number): boolean {
  for (let index = 0; index < piece.length; index++)
    if (!alike(piece.charAt(index), text.charAt(at + index))) return false;
  return true;
}

/** `text` has no star. Takes each piece where it first fits. */
function coversPlain(stars: string, text: string): boolean {
  const pieces = stars.split('*');
  if (pieces.length === 1) return stars === text;
  let at = 0;
  for (const piece of pieces) {
    while (at + piece.length <= text.length && !fitsAt(piece, text, at)) at++;
    at += piece.length;
    if (at > text.length) return false;
  }
  return true;
}

/** How many characters from one end, without a star in either, are alike; null: some are not. */
function alikeFrom(end: 0 | -1, one: string, other: string): number | null {
  const shorter = Math.min(one.length, other.length);
  for (let count = 0; count < shorter; count++) {
    const [left, right] = [one, other].map((each) => each.charAt(end === 0 ? count : each.length - 1 - count));
    if (left === '*' || right === '*') return count;
    if (!alike(left ?? '', right ?? '')) return null;
  }
  return shorter;
}

function textsMeet(...whole: readonly [string, string]): boolean {
  const first = alikeFrom(0, ...whole);
  if (first === null) return false;
  const ends = [whole[0].slice(first), whole[1].slice(first)] as const;
  const last = alikeFrom(-1, ...ends);
  if (last === null) return false;
  const [left, right] = [ends[0].slice(0, ends[0].length - last), ends[1].slice(0, ends[1].length - last)];
  // With stars in both, what is left of each fits into a star of the other.
  if (left.includes('*') && right.includes('*')) return true;
  return left.includes('*') ? coversPlain(left, right) : coversPlain(right, left);
}

/** Something of IAM could be named by both: `role/app-*` and `role/*-prod` meet in `role/app-x-prod`. Names in IAM hold no colon. */
export function meet(one: string, other: string): boolean {
  const [left, right] = [opened(one), opened(other)];
  const [parts, others] = [left.split(':'), right.split(':')];
  return parts.length === PARTS && others.length === PARTS
    ? parts.every((part, at) => textsMeet(part, others[at] ?? ''))
    : textsMeet(left, right);
}
