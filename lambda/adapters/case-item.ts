/**
 * How a case lies in the table. One partition per case:
 *
 * - `item = "case"`: the case itself. `n#00`..`n#ff` hold the counts of the buckets below; their sum is the number of denials.
 * - `item = "seen#00"`..`"seen#ff"`: the event ids that were counted, spread by their hash so that an item stays far below 400 KB.
 * - `item = "told#slack"`, `"told#sns"`: what announce has told.
 *
 * Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import type { Case } from '../core/case.ts';
import type { Denial } from '../core/denial.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { ChannelName, Told } from '../ports.ts';

export type Item = Readonly<Record<string, unknown>>;

export const CASE = 'case';
export const seenItem = (bucket: string): string => `seen#${bucket}`;
export const toldItem = (channel: ChannelName): string => `told#${channel}`;
export const bucketAttribute = (bucket: string): string => `n#${bucket}`;

const text = (item: Item, name: string): string => {
  const value = item[name];
  if (typeof value !== 'string')
    throw new Error(`The case ${item['caseKey']} has no ${name}: the record was changed by another program.`);
  return value;
};

const optionalText = (item: Item, name: string): string | null => {
  const value = item[name];
  return typeof value === 'string' ? value : null;
};

function countOf(item: Item): number {
  return Object.entries(item)
    .filter(([name]) => name.startsWith('n#'))
    .reduce((sum, [, value]) => sum + Number(value), 0);
}

/** The only place that trusts what the table holds: these two were written by `JSON.stringify` of the same types. */
const parseDenial = (json: string): Denial => JSON.parse(json) as Denial;
const parseDiagnosis = (json: string): Diagnosis => JSON.parse(json) as Diagnosis;

export function caseFrom(item: Item): Case {
  const head = {
    key: text(item, 'caseKey'),
    version: Number(item['version'] ?? 0),
    subject: JSON.parse(text(item, 'subject')) as Case['subject'],
    denials: { count: countOf(item), firstAt: text(item, 'firstAt'), lastAt: text(item, 'lastAt') },
    latest: parseDenial(text(item, 'latest')),
    diagnosedAt: optionalText(item, 'diagnosedAt'),
  };
  const json = optionalText(item, 'diagnosis');
  if (json === null) return { ...head, state: 'open', diagnosis: null };
  const diagnosis = parseDiagnosis(json);
  const { proposal } = diagnosis;
  if (proposal === null) return { ...head, state: 'advised', diagnosis };
  return { ...head, state: 'proposed', diagnosis: { ...diagnosis, proposal } };
}

export function toldFrom(item: Item): Told {
  return {
    digest: optionalText(item, 'digest'),
    messageId: optionalText(item, 'messageId'),
    claimedAt: text(item, 'claimedAt'),
    toldAt: optionalText(item, 'toldAt'),
    refused: item['refused'] === true,
  };
}
