import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { DenialWords } from '../../../../../lambda/core/denial/denial.ts';
import { readDenialWords } from '../../../../../lambda/core/denial/text/read-text.ts';

interface TextCase {
  readonly name: string;
  readonly text: string;
  /** Null: not a denial. A word that is left out is null (`crossAccount`: false). */
  readonly expected: Partial<DenialWords> | null;
}

const file = new URL('./texts.json', import.meta.url);
const cases: readonly TextCase[] = JSON.parse(readFileSync(file, 'utf8'));

const wordless: DenialWords = {
  action: 'iam:PassRole',
  principalArn: null,
  roleArn: null,
  effect: null,
  policyType: null,
  policyArn: null,
  crossAccount: false,
  authorizationId: null,
};

describe('a denial is read from the text', () => {
  const denials = cases.flatMap(({ name, text, expected }) => (expected === null ? [] : [{ name, text, expected }]));
  test.each(denials)('$name', ({ text, expected }) => {
    expect(readDenialWords(text)).toEqual({ ...wordless, ...expected });
  });
});

describe('text that merely mentions iam:PassRole is no denial', () => {
  test.each(cases.filter(({ expected }) => expected === null))('$name', ({ text }) => {
    expect(readDenialWords(text)).toBeNull();
  });
});
