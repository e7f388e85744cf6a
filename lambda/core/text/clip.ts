/**
 * As many whole pieces as fit into `most` UTF-16 units, with an ellipsis where something was cut. A text is taken character by character, so
 * that no surrogate pair is torn; a list of pieces (escapes, code spans) is never cut inside one of them.
 */
export function clip(pieces: Iterable<string>, most: number): string {
  let whole = '';
  let fitting = '';
  for (const piece of pieces) {
    whole += piece;
    if (whole.length > most) return `${fitting}…`;
    if (whole.length < most) fitting = whole;
  }
  return whole;
}
