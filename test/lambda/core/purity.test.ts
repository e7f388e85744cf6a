import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const core = new URL('../../../lambda/core/', import.meta.url);
const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[^/]+$/.test(file));

/** Comments may speak of whatever they like. */
const codeOf = (file: string): string =>
  readFileSync(new URL(file, core), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');

test('the core is TypeScript and nothing else', () => {
  expect(files.filter((file) => !file.endsWith('.ts'))).toEqual([]);
});

describe.each(files)('lambda/core/%s', (file) => {
  const code = codeOf(file);

  test('imports nothing but the core', () => {
    // Biome's layout: a statement of its own, or the closing line of one.
    const imported = [...code.matchAll(/^(?:import|(?:import|export|\}).* from) '(.*)';$/gm)].map(
      ([, name = '']) => name,
    );
    expect(code).not.toMatch(/\bimport\s*\(/);
    const isOfCore = (name: string): boolean => files.includes(posix.join(posix.dirname(file), name));
    expect(imported.filter((name) => !(name.startsWith('.') && isOfCore(name)))).toEqual([]);
  });

  test('has no clock, no chance, no environment and no world of its own', () => {
    const worldly =
      /\bprocess\.|\bDate\.now\b|\bDate\(\s*\)|\bMath\.random\b|\brequire\s*\(|\bcrypto\.|\bfetch\s*\(|\bglobalThis\b|\bperformance\.|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\.(?:log|error|warn|info)|\bBuffer\./;
    expect(worldly.exec(code)).toBeNull();
  });
});
