/** ARNs as patterns: in the Resource element, where parts may run together, and in Arn... conditions, where they may not. */
import { type Glyph, matchesPattern, type Pattern, readPattern, type Variables } from './pattern.ts';
import { beginsAlike, isPlain, matchesStars } from './plain-pattern.ts';

const PARTS = 6;

/** Positions of the first five colons; those inside `${...}` do not count. */
function colonsOf(text: string): number[] {
  const plain = text.includes('$') ? text.replace(/\$\{[^}]*\}/g, (variable) => '$'.repeat(variable.length)) : text;
  const colons: number[] = [];
  for (let at = plain.indexOf(':'); at >= 0 && colons.length < PARTS - 1; at = plain.indexOf(':', at + 1))
    colons.push(at);
  return colons;
}

/** Before the fifth colon a wildcard stays in its part, except a `*` that ends its part. */
function withinParts(head: Pattern): Pattern {
  return head.map((glyph, at): Glyph => {
    if (glyph.kind !== 'one' && glyph.kind !== 'many') return glyph;
    const next = head[at + 1];
    const endsPart = next === undefined || (next.kind === 'literal' && next.character === ':');
    return { kind: glyph.kind, colon: glyph.kind === 'many' && endsPart };
  });
}

function readResource(text: string, variables: Variables): Pattern | null {
  const at = colonsOf(text)[PARTS - 2];
  if (at === undefined) return withinParts(readPattern(text, true, null) ?? []);
  const head = withinParts(readPattern(text.slice(0, at + 1), true, null) ?? []);
  const tail = readPattern(text.slice(at + 1), true, variables);
  return tail === null ? null : [...head, ...tail];
}

/** `arn:aws:sqs` also means `arn:aws:sqs:*:*:*`. Source: IAM user guide, "IAM identifiers", note on incomplete ARNs. */
function readings(text: string): string[] {
  const missing = PARTS - 1 - colonsOf(text).length;
  return text.startsWith('arn:') && missing > 0 ? [text, text + ':*'.repeat(missing)] : [text];
}

/** Each star may pass colons: it ends its part of the ARN, or stands after the fifth colon. */
function hasOnlyOpenStars(text: string): boolean {
  if (!isPlain(text)) return false;
  const [end = text.length] = colonsOf(text).slice(PARTS - 2);
  for (let at = text.indexOf('*'); at >= 0 && at < end; at = text.indexOf('*', at + 1)) {
    if (at + 1 < text.length && text[at + 1] !== ':' && text[at + 1] !== '*') return false;
  }
  return true;
}

/**
 * Does an entry of Resource or NotResource cover the resource? Case-sensitive. Slashes mean nothing to a wildcard; colons do: "If the *
 * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries" (IAM user guide, "IAM JSON
 * policy elements: Resource"), other wildcards stay within their part. The resource, after the fifth colon, is taken as one part: no page
 * says otherwise, and role names hold no colon. Variables work after the fifth colon only ("Where you can use policy variables"); before
 * it they are text. One without a value makes the entry match nothing, in NotResource too ("Policy variables with no value").
 */
export function coversResource(text: string, resource: string, variables: Variables): boolean {
  if (!beginsAlike(text, resource)) return false;
  if (hasOnlyOpenStars(text)) return readings(text).some((reading) => matchesStars(reading, resource));
  return readings(text).some((reading) => {
    const pattern = readResource(reading, variables);
    return pattern !== null && matchesPattern(pattern, resource);
  });
}

function splitPattern(pattern: Pattern): Pattern[] {
  const parts: Glyph[][] = [[]];
  for (const glyph of pattern) {
    const colon = glyph.kind === 'literal' && glyph.character === ':';
    if (colon && parts.length < PARTS) parts.push([]);
    else parts.at(-1)?.push(glyph);
  }
  return parts;
}

function splitText(text: string): string[] | null {
  const pieces = text.split(':');
  return pieces.length < PARTS || pieces[0] !== 'arn'
    ? null
    : [...pieces.slice(0, PARTS - 1), pieces.slice(PARTS - 1).join(':')];
}

/**
 * "Each of the six colon-delimited components of the ARN is checked separately" (IAM user guide, "ARN condition operators"). A pattern with
 * fewer parts leaves the rest open, as in Resource; a value that is not an ARN matches nothing.
 */
export function matchesArn(pattern: Pattern, text: string): boolean {
  const values = splitText(text);
  if (values === null) return false;
  const parts = splitPattern(pattern);
  // An unknown variable before the last part could itself hold colons and shift every part after it.
  if (parts.slice(0, -1).some((part) => part.some((glyph) => glyph.kind === 'unknown'))) return true;
  return parts.every((part, at) => matchesPattern(part, values[at] ?? ''));
}
