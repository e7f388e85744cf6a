/** JSON that somebody has been at: keys deleted, doubled, retyped, nested, renamed to what an object has already, strings made huge or hostile. */
import fc from 'fast-check';
import { hostileName } from './hostile-names.ts';

export type Json = Record<string, unknown>;
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own keys, also those that an assignment would not make. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Json {
  const made: Json = {};
  for (const [key, value] of entries)
    Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
  return made;
}

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

const polluting = objectOf([['polluted', 'yes']]);
const inherited = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length');

const odd: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileName },
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e308,
      Number.MAX_SAFE_INTEGER,
      '',
      '1e999',
      [],
      {},
      [[]],
      [null],
      ['iam:PassRole'],
      objectOf([['__proto__', polluting]]),
      objectOf([['constructor', objectOf([['prototype', polluting]])]]),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(100, 3_000).map(nested) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x', '"', '\\', ' ', 'arn:aws:iam::', '\u0000').map((piece) => piece.repeat(20_000)),
  },
);

type Change =
  | { readonly how: 'delete' | 'double' | 'wrap' | 'string' }
  | { readonly how: 'put'; readonly value: unknown }
  | { readonly how: 'rename' | 'add'; readonly key: string; readonly value: unknown };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ how: fc.constantFrom('delete' as const, 'double' as const, 'wrap' as const, 'string' as const) }),
  fc.record({ how: fc.constant('put' as const), value: odd }),
  fc.record({ how: fc.constant('put' as const), value: odd }),
  fc.record({ how: fc.constantFrom('rename' as const, 'add' as const), key: inherited, value: odd }),
);

const pathsIn = (value: unknown, before: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [[...before, key], ...pathsIn(item, [...before, key])])
    : [];

function changed(of: Json, key: string, how: Change): Json {
  const entries = Object.entries(of);
  switch (how.how) {
    case 'delete':
      return objectOf(entries.filter(([name]) => name !== key));
    case 'add':
      return objectOf([...entries, [how.key, how.value]]);
    case 'rename':
      return objectOf(entries.map(([name, value]) => [name === key ? how.key : name, value]));
    default:
      return objectOf(entries.map(([name, value]) => [name, name === key ? put(value, how) : value]));
  }
}

function put(value: unknown, how: Change): unknown {
  switch (how.how) {
    case 'double':
      return [value, value];
    case 'wrap':
      return { value };
    case 'string':
      return typeof value === 'string' ? [value] : JSON.stringify(value);
    case 'put':
      return how.value;
    default:
      return value;
  }
}

function at(value: unknown, [key, ...rest]: readonly string[], how: Change): unknown {
  if (key === undefined) return put(value, how);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? at(item, rest, how) : item));
  if (!isJson(value)) return value;
  if (rest.length === 0) return changed(value, key, how);
  return objectOf(Object.entries(value).map(([name, item]) => [name, name === key ? at(item, rest, how) : item]));
}

/** One of these after one to four changes, each somewhere in it. */
export function mutated(corpus: readonly unknown[]): fc.Arbitrary<unknown> {
  const places = corpus.map((value) => pathsIn(value));
  return fc
    .tuple(
      fc.nat({ max: corpus.length - 1 }),
      fc.array(fc.tuple(fc.nat({ max: 9_999 }), change), { minLength: 1, maxLength: 4 }),
    )
    .map(([which, changes]) =>
      changes.reduce<unknown>((value, [place, how]) => {
        const paths = places[which] ?? [];
        return at(value, paths[place % Math.max(1, paths.length)] ?? [], how);
      }, corpus[which]),
    );
}
