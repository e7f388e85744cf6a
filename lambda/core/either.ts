/** More than these make a sentence that nobody reads. */
const MOST = 6;

/** `a`, `a or b`, `a, b or c`; from the seventh on, how many more there are. */
export function either(items: readonly string[]): string {
  if (items.length > MOST) return `${items.slice(0, MOST).join(', ')} or ${items.length - MOST} more`;
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
