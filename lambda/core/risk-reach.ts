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

/** One of the two covers the other, whatever its wildcards stand for. */
export function overlap(one: string, other: string): boolean {
  const named = (pattern: string): string => pattern.replaceAll('*', STRANGE).replaceAll('?', STRANGE);
  return coversResource(one, named(other), null) || coversResource(other, named(one), null);
}
