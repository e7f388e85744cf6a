/** What each source file imports, read by a parser of TypeScript: types and what is loaded later too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from '@swc/core';

export interface Import {
  readonly from: string;
  /** A file of this repository, or the name of a package. */
  readonly to: string;
  readonly isPackage: boolean;
}

const isSource = (file: string): boolean => /\.(ts|tsx|mjs|js)$/.test(file) && !file.endsWith('.d.ts');

export const sourcesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(isSource)
        .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
        .sort()
    : [];

const textOf = (node: unknown): string | null =>
  typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string' ? node.value : null;

/** `import ... from`, `export ... from`, `import(...)` as a call and as a type. */
function walk(node: unknown, found: (specifier: string) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, found);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { type, source, callee, argument } = node as Readonly<Record<string, unknown>>;
  const isCall = type === 'CallExpression' && typeof callee === 'object' && callee !== null && 'type' in callee;
  const specifier =
    isCall && callee.type === 'Import' && 'arguments' in node && Array.isArray(node.arguments)
      ? textOf(node.arguments[0]?.expression)
      : type === 'TsImportType'
        ? textOf(argument)
        : typeof type === 'string' && /^(Import|Export)/.test(type)
          ? textOf(source)
          : null;
  if (specifier !== null) found(specifier);
  for (const item of Object.values(node)) walk(item, found);
}

function importsOf(file: string): readonly Import[] {
  const found = new Set<string>();
  const syntax = { syntax: 'typescript', tsx: /x$|js$/.test(file), target: 'es2022' } as const;
  walk(parseSync(readFileSync(file, 'utf8'), syntax).body, (specifier) => found.add(specifier));
  return [...found].map((specifier) => {
    const isPackage = !specifier.startsWith('.');
    return { from: file, to: isPackage ? specifier : posix.join(posix.dirname(file), specifier), isPackage };
  });
}

export const importsIn = (folders: readonly string[]): readonly Import[] =>
  folders.flatMap(sourcesIn).flatMap(importsOf);

/** Files that import each other, directly or by way of others: `a -> b -> a`, each circle once. */
export function circlesIn(imports: readonly Import[]): readonly string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const other of next.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return circles;
}
