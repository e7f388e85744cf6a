/**
 * How a case lies in the table. One partition per case:
 *
 * - `item = "case"`: the case itself. `n#00`..`n#ff` hold the counts of the buckets below; their sum less `countedBefore` is the number of denials.
 * - `item = "closed#0001"`: an earlier round, as it was when a further denial began the next.
 * - `item = "seen#00"`..`"seen#ff"`: the event ids that were counted, spread by their hash so that an item stays far below 400 KB.
 *
 * Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import { type Case, type CaseState, caseId, type EarlierCase, isClosed, type Standing } from '../../core/case/case.ts';
import { isState } from '../../core/case/states.ts';
import type { WrittenGrant } from '../../core/case/written-grant.ts';
import type { Denial } from '../../core/denial/denial.ts';
import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Verdict } from '../../core/diagnosis/verdict.ts';
import { sha256 } from '../sha256.ts';

export type Item = Readonly<Record<string, unknown>>;

export const CASE = 'case';
export const closedItem = (round: number): string => `closed#${String(round).padStart(4, '0')}`;
/** The round that an item was put away as; null: it is the case as it stands. */
export function closedRound(item: string): number | null {
  const [, round] = /^closed#(\d+)$/.exec(item) ?? [];
  return round === undefined ? null : Number(round);
}

export const seenItem = (bucket: string): string => `seen#${bucket}`;
export const bucketAttribute = (bucket: string): string => `n#${bucket}`;

export const text = (item: Item, name: string): string => {
  const value = item[name];
  if (typeof value !== 'string')
    throw new Error(`The case ${item['caseKey']} has no ${name}: the record was changed by another program.`);
  return value;
};

export const optionalText = (item: Item, name: string): string | null => {
  const value = item[name];
  return typeof value === 'string' ? value : null;
};

/** Over all rounds: events are told apart for ever. */
export function totalOf(item: Item): number {
  return Object.entries(item)
    .filter(([name]) => name.startsWith('n#'))
    .reduce((sum, [, value]) => sum + Number(value), 0);
}

export const roundOf = (item: Item): number => Number(item['round'] ?? 1);
/** The attribute keeps the name that it was first written with. */
export const transitionCountOf = (item: Item): number => Number(item['moves'] ?? 0);

function lastEntryOf(item: Item): string | null {
  const entry = optionalText(item, 'entry');
  return entry === null ? null : sha256(entry);
}

/** The only place that trusts what the table holds: all of it was written by `JSON.stringify` of the same types. */
const parsed = <T>(json: string): T => JSON.parse(json) as T;

export function stateIn(item: Item): CaseState {
  const state = optionalText(item, 'state') ?? 'open';
  if (isState(state)) return state;
  throw new Error(
    `The case ${item['caseKey']} is in a state that is not known, "${state}": was it written by a later release?`,
  );
}

/** What a verdict stored by an earlier release does not say yet. */
function withLaterParts(verdict: Verdict): Verdict {
  switch (verdict.kind) {
    case 'already-allowed':
      return { ...verdict, unseen: verdict.unseen ?? [] };
    case 'trust-policy':
      return { ...verdict, failing: verdict.failing ?? [], fixed: verdict.fixed ?? false };
    default:
      return verdict;
  }
}

function standingFrom(item: Item): Standing {
  const state = stateIn(item);
  if (state === 'open') return { state, diagnosis: null };
  const stored = parsed<Diagnosis>(text(item, 'diagnosis'));
  // One of an earlier release has none of these.
  const diagnosis = { ...stored, advice: stored.advice ?? null, verdict: withLaterParts(stored.verdict) };
  const progress = parsed<object>(optionalText(item, 'progress') ?? '{}');
  return { ...progress, state, diagnosis } as Standing;
}

export function caseFrom(item: Item): Case {
  const earlier = optionalText(item, 'earlier');
  return {
    key: text(item, 'caseKey'),
    round: roundOf(item),
    installation: optionalText(item, 'installation'),
    earlier: earlier === null ? null : parsed<EarlierCase>(earlier),
    version: Number(item['version'] ?? 0),
    transitionCount: transitionCountOf(item),
    lastEntry: lastEntryOf(item),
    subject: parsed<Case['subject']>(text(item, 'subject')),
    denials: {
      count: totalOf(item) - Number(item['countedBefore'] ?? 0),
      firstAt: text(item, 'firstAt'),
      lastAt: text(item, 'lastAt'),
    },
    latest: parsed<Denial>(text(item, 'latest')),
    diagnosedAt: optionalText(item, 'diagnosedAt'),
    grants: parsed<readonly WrittenGrant[]>(optionalText(item, 'grants') ?? '[]'),
    ...standingFrom(item),
  };
}

/** What a new standing changes in the item. Null: the attribute goes. `awaits`: what the next real call will look like. */
export function attributesOf(
  to: Standing,
  grants: readonly WrittenGrant[],
  due: string,
  awaits: string | null,
  now: Date,
): Readonly<Record<string, unknown>> {
  const { state, diagnosis, ...progress } = to;
  const at = now.toISOString();
  return {
    state,
    diagnosis: JSON.stringify(diagnosis),
    progress: JSON.stringify(progress),
    grants: JSON.stringify(grants),
    due: 'due',
    dueAt: due,
    awaits,
    closedAt: isClosed(state) ? at : null,
    // For a condition: CloudTrail's times are whole seconds.
    closedSecond: isClosed(state) ? Math.floor(now.getTime() / 1000) : null,
    // A denial after this is a new question, however fresh the last diagnosis is.
    reopensAfter: state === 'applied' || state === 'stale' || state === 'failed' ? at : null,
  };
}

export const earlierFrom = (item: Item): EarlierCase => ({
  id: caseId(text(item, 'caseKey'), roundOf(item)),
  state: stateIn(item),
  closedAt: text(item, 'closedAt'),
});
