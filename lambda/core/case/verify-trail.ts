/** Whether a trail is whole: its entries as they were written, in order, each with the hash of the one before. */
import type { Sha256 } from '../text/canonical-json.ts';
import { type TrailEntry, trailText } from './trail.ts';

export type Verified =
  | { readonly kind: 'whole'; readonly entries: number }
  /** `seq`: the first entry that does not fit. */
  | { readonly kind: 'broken'; readonly seq: number; readonly why: string };

const isEntry = (value: unknown): value is TrailEntry =>
  typeof value === 'object' && value !== null && 'seq' in value && 'previous' in value && 'caseKey' in value;

function read(text: string): TrailEntry | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) && trailText(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** `texts`: the entries as they are kept, in order. `head`: what the case says of its trail; null: not known. */
export function verifyTrail(
  key: string,
  texts: readonly string[],
  head: { readonly seq: number; readonly text: string } | null,
  sha256: Sha256,
): Verified {
  const broken = (seq: number, why: string): Verified => ({ kind: 'broken', seq, why });
  let previous: string | null = null;
  for (const [index, text] of texts.entries()) {
    const seq = index + 1;
    const entry = read(text);
    if (entry === null) return broken(seq, 'The text is not an entry as it was written.');
    if (entry.caseKey !== key) return broken(seq, `It belongs to the case ${entry.caseKey}.`);
    if (entry.seq !== seq) return broken(seq, `It says that it is number ${entry.seq}.`);
    if (entry.previous !== previous)
      return broken(seq, 'It does not follow from the entry before: one of the two was changed.');
    previous = sha256(text);
  }
  if (head === null) return { kind: 'whole', entries: texts.length };
  // The newest transition may still stand in the case alone, when a function died between the two writes.
  if (head.seq === texts.length + 1) {
    const last = read(head.text);
    return last !== null && last.previous === previous
      ? { kind: 'whole', entries: texts.length }
      : broken(head.seq, 'The newest move stands in the case alone and does not follow from the trail.');
  }
  if (head.seq !== texts.length)
    return broken(texts.length + 1, `The case has made ${head.seq} moves, the trail holds ${texts.length}.`);
  return texts.at(-1) === undefined || texts.at(-1) === head.text
    ? { kind: 'whole', entries: texts.length }
    : broken(head.seq, 'The newest entry is not the one that the case made.');
}
