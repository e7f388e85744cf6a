/** The core takes time, chance and the world as arguments. What it imports: test/architecture.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const core = new URL('../../../lambda/core/', import.meta.url);
const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[^/]+$/.test(file));

/** Comments may speak of whatever they like. */
const codeOf = (file: string): string =>
  readFileSync(new URL(file, core), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');

test('the core is TypeScript and nothing else', () => {
  expect(files.filter((file) => !file.endsWith('.ts'))).toEqual([]);
});

test.each(files)('lambda/core/%s has no clock, no chance, no environment and no world of its own', (file) => {
  const worldly =
    /\bprocess\.|\bDate\.now\b|\bDate\(\s*\)|\bMath\.random\b|\brequire\s*\(|\bcrypto\.|\bfetch\s*\(|\bglobalThis\b|\bperformance\.|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\.(?:log|error|warn|info)|\bBuffer\./;
  expect(worldly.exec(codeOf(file))).toBeNull();
});
