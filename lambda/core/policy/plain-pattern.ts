/**
 * The common case of matching, without taking a pattern apart: no variable in it and no `?`. A large account has thousands of patterns, and
 * nearly all of them are of this kind.
 */

/** Does the whole text match? `*` stands for any characters, everything else for itself. Work: that of `indexOf`. */
export function matchesStars(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const pieces = pattern.split('*');
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Nothing in it but stars and plain characters, whatever the version of the document says of `${...}`. */
export const isPlain = (pattern: string): boolean => !pattern.includes('$') && !pattern.includes('?');

const isOpen = (character: string): boolean => character === '*' || character === '?' || character === '$';

/** False: the text cannot match, as it differs from the pattern before the first wildcard or variable. Most patterns end here. */
export function beginsAlike(pattern: string, text: string): boolean {
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (isOpen(character)) return true;
    if (character !== text.charAt(at)) return false;
  }
  return true;
}
