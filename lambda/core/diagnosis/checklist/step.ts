/** One step of the checklist, and the small words that its findings share. */
import type { ChecklistItem } from '../diagnosis.ts';

/** A step of the checklist before it has its place in it. */
export type Step = Pick<ChecklistItem, 'status' | 'finding'>;

export const step = (status: ChecklistItem['status'], finding: string): Step => ({ status, finding });

/** `1 job`, `2 jobs`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

export const some = (names: readonly string[], most = 5): string =>
  names.length === 0
    ? 'none'
    : names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
