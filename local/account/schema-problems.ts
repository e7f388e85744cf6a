/** What the shape of a file got wrong, in words: the schema library's own say only "Invalid input". */
import type * as z from 'zod/mini';
import { nearest, type Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

function valueAt(source: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined),
    source,
  );
}

function described(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `the ${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(value)}`;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  record: 'an object of names',
  int: 'a whole number',
  number: 'a number',
};

function unknownKeys(keys: readonly string[], at: string, known: readonly string[]): Problem[] {
  return keys.map((key) => {
    const meant = nearest(key, known);
    const instead = meant === null ? `It may hold: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
    return { at: at === '' ? key : `${at}.${key}`, why: `there is no such key here. ${instead}` };
  });
}

function why(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `this must be ${nouns[issue.expected] ?? `a ${issue.expected}`}, and it is ${described(value)}.`;
    case 'invalid_value':
      return `this must be one of ${issue.values.map((allowed) => JSON.stringify(allowed)).join(', ')}, and it is ${described(value)}.`;
    case 'invalid_key':
      return `${issue.issues[0]?.message ?? 'this name cannot be used'}.`;
    default:
      return `${issue.message}, and it is ${described(value)}.`;
  }
}

export function schemaProblems(
  issues: readonly Issue[],
  source: unknown,
  knownKeys: (place: readonly PropertyKey[]) => readonly string[],
): Problem[] {
  return issues.flatMap((issue) => {
    const at = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, at, knownKeys(issue.path));
    return { at, why: why(issue, valueAt(source, issue.path)) };
  });
}
