/**
 * How far the Resource of a role's policy reaches. Found by trying: a pattern that covers a thing of a name that nobody would choose covers
 * everything of that kind, however it is spelt (`*`, `arn:*`, `arn:aws:iam::*`, `stack/**`). A policy variable is taken as text.
 */
import { coversResource } from '../policy/resource-pattern.ts';

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

/** Everything of the kind, in one account at least. `thing` is a sentinel's. `whole`: with no name left out (`role/*-*` leaves out some). */
export function isBroad(pattern: string, thing: string, whole = false): boolean {
  if (thing === '*') return coversResource(pattern, '*', null);
  const [service, resource] = splitThing(thing);
  const covered = namesIn(service).filter((name) =>
    coversResource(pattern, likeIt(pattern, service, resource.replaceAll('?', name)), null),
  );
  return covered.length >= (whole ? namesIn(service).length : 1);
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

const fitsAt = (piece: string, text: string, at: number): boolean =>
  at >= 0 && [...piece].every((character, index) => alike(character, text.charAt(at + index)));

/** `text` has no star. Takes each piece between the stars where it first fits. */
function coversPlain(pieces: readonly string[], text: string): boolean {
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  const end = text.length - last.length;
  if (pieces.length === 1) return end === 0 && fitsAt(first, text, 0);
  let at = first.length;
  if (at > end || !fitsAt(first, text, 0) || !fitsAt(last, text, end)) return false;
  for (const piece of pieces.slice(1, -1)) {
    while (at + piece.length <= end && !fitsAt(piece, text, at)) at++;
    at += piece.length;
  }
  return at <= end;
}

function textsMeet(one: string, other: string): boolean {
  const [left, right] = [one.split('*'), other.split('*')];
  if (left.length === 1) return coversPlain(right, one);
  if (right.length === 1) return coversPlain(left, other);
  // With stars in both, what lies between the ends of each fits into a star of the other.
  const ends = [left, right].map((pieces) => [pieces[0] ?? '', pieces.at(-1) ?? '']);
  const [[head = '', tail = ''] = [], [otherHead = '', otherTail = ''] = []] = ends;
  const [begin, end] = [Math.min(head.length, otherHead.length), Math.min(tail.length, otherTail.length)];
  return (
    fitsAt(head.slice(0, begin), otherHead, 0) &&
    fitsAt(tail.slice(tail.length - end), otherTail, otherTail.length - end)
  );
}

/** Something of IAM could be named by both: `role/app-*` and `role/*-prod` meet in `role/app-x-prod`. Names in IAM hold no colon. */
export function meet(one: string, other: string): boolean {
  const [left, right] = [opened(one), opened(other)];
  const [parts, others] = [left.split(':'), right.split(':')];
  return parts.length === PARTS && others.length === PARTS
    ? parts.every((part, at) => textsMeet(part, others[at] ?? ''))
    : textsMeet(left, right);
}
