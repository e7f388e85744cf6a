import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../lambda/adapters/sha256.ts';
import { readDenialEvent } from '../lambda/core/denial-event.ts';
import { investigate } from '../lambda/investigate.ts';
import { accountOf } from './support/account-of.ts';
import { expectCase, readCaseFiles } from './support/case-files.ts';
import { memoryAccount } from './support/memory-account.ts';

const cases = readCaseFiles();

describe('every case file, through the core', () => {
  test.each(cases.map((file) => [`${file.file}: ${file.name}`, file] as const))(
    '%s',
    async (_, { event, account, expected }) => {
      const reading = readDenialEvent(event);
      if (reading.kind !== 'denial') throw new Error(`read as ${reading.kind}: ${reading.why}`);

      const diagnosis = await investigate(reading.denial, memoryAccount(accountOf(account)), sha256);

      expectCase(diagnosis, expected);
    },
  );
});

test('the cases cover every verdict', () => {
  expect(new Set(cases.map(({ expected }) => expected.verdict))).toEqual(
    new Set([
      'missing-allow',
      'explicit-deny',
      'role-not-found',
      'trust-policy',
      'cross-account',
      'already-allowed',
      'unclear',
    ]),
  );
});
