import { quoted } from './quoted.ts';

/** More than these make a sentence that nobody reads. */
const MOST = 6;

/** `a`, `a or b`, `a, b or c`; from the seventh on, how many more there are. Values of somebody's policy or request. */
export const quotedAlternatives = (values: readonly string[]): string => alternatives(values.map(quoted));

/** The same of phrases of ours. */
export function alternatives(items: readonly string[]): string {
  if (items.length > MOST) return `${items.slice(0, MOST).join(', ')} or ${items.length - MOST} more`;
  return items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
