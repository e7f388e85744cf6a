/** Reads and checks the ContextEntries of a simulation. */
import type { ContextEntry as SentEntry } from '@aws-sdk/client-iam';
import { readDate } from '../../../lambda/core/policy/condition/date.ts';
import { isInRange } from '../../../lambda/core/policy/condition/ip-range.ts';
import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import { invalidInput } from '../aws-error.ts';

const types = ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'] as const;
type BaseType = (typeof types)[number];

const isValue: Readonly<Record<BaseType, (text: string) => boolean>> = {
  string: () => true,
  binary: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  numeric: (text) => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text),
  boolean: (text) => /^(true|false)$/i.test(text),
  // An address lies in its own range; a range such as 203.0.113.0/24 may be given too.
  ip: (text) => isInRange(text, text.split('/')[0] ?? ''),
  date: (text) => readDate(text) !== null,
};

/** The core compares texts; lists and binary values need no type of their own there. */
function coreType(base: BaseType, list: boolean): ContextEntry['type'] {
  if (base === 'binary') return 'string';
  return base === 'string' && list ? 'stringList' : base;
}

function readEntry(sent: SentEntry, index: number): ContextEntry {
  const { ContextKeyName: key = '', ContextKeyType: type = '', ContextKeyValues: values = [] } = sent;
  const list = type.endsWith('List');
  const base = types.find((known) => known === (list ? type.slice(0, -'List'.length) : type));
  const where = `ContextEntries.member.${index + 1}`;
  if (!/^[^:\s]+:.+$/.test(key)) throw invalidInput(`${where}: "${key}" is not a context key, such as aws:SourceIp.`);
  if (base === undefined) {
    const known = types.flatMap((name) => [name, `${name}List`]).join(', ');
    throw invalidInput(`${where}: "${type}" is not a type of context key. The types are ${known}.`);
  }
  const wrong = values.find((value) => !isValue[base](value));
  if (wrong !== undefined) throw invalidInput(`${where}: the value "${wrong}" of ${key} is not of type ${base}.`);
  if (!list && values.length > 1)
    throw invalidInput(`${where}: ${key} has ${values.length} values, and its type ${type} takes one.`);
  return { key, type: coreType(base, list), values };
}

export const readContextEntries = (sent: readonly SentEntry[] | undefined): ContextEntry[] =>
  (sent ?? []).map(readEntry);
