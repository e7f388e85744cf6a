/** Every regular expression that stands in these sources, read by a parser of TypeScript. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

interface Found {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

const isSource = (file: string): boolean => /\.tsx?$/.test(file);

function walk(node: unknown, found: (pattern: string, flags: string) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, found);
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'RegExpLiteral' && 'pattern' in node && 'flags' in node)
    found(String(node.pattern), String(node.flags));
  else for (const item of Object.values(node)) if (!Array.isArray(node)) walk(item, found);
}

export function regularExpressionsIn(folders: readonly string[]): readonly Found[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(isSource)
      .sort()
      .flatMap((name) => {
        const file = join(folder, name);
        const found: Found[] = [];
        const parsed = parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript', tsx: name.endsWith('x') });
        walk(parsed.body, (pattern, flags) => found.push({ file, pattern, flags }));
        return found;
      }),
  );
}

/** Texts that make a pattern go back as often as it can: each piece of it, and each two neighbours, again and again, and then an end that fits nothing. */
export function attacksOn(pattern: string, length: number): readonly string[] {
  const words = [...pattern.matchAll(/(?<!\\)[A-Za-z]{2,}/g)].map(([word]) => word);
  const signs = [...new Set(pattern.replace(/\\[a-zA-Z]|[()[\]{}^$|?+]/g, ''))].filter((sign) =>
    /[^A-Za-z\\]/.test(sign),
  );
  const pieces = [...new Set([...words, ...signs, 'a', 'A', '0', ' ', '\n', '.', ',', ':', '/', '\\', '"', '-', '_'])];
  const pairs = pieces.slice(1).map((piece, at) => `${pieces[at]}${piece}`);
  const begin = words[0] ?? '';
  return [...pieces, ...pairs].flatMap((piece) => {
    const run = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    return [`${run}\u0001`, `${begin}${run}\u0001`];
  });
}
