import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../lambda/adapters/sha256.ts';
import type { DenialWords, Identity, PolicyLayer } from '../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../lambda/core/denial/event.ts';
import { readDenialMessage } from '../lambda/core/denial/message.ts';
import type { VerdictKind } from '../lambda/core/diagnosis/verdict.ts';
import { parseRoleArn } from '../lambda/core/iam/arn.ts';
import { services } from '../lambda/core/iam/passed-to-service.ts';
import { investigate } from '../lambda/investigation/investigate.ts';
import { accountOf } from './support/account-of.ts';
import { type CaseFile, expectCase, readCaseFiles } from './support/case-files.ts';
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

/** What a file's event says, as the core reads it. */
const denials = cases.map(({ event }) => {
  const reading = readDenialEvent(event);
  if (reading.kind !== 'denial') throw new Error(reading.why);
  return reading.denial;
});

/** The texts that people paste, with the words that are read out of them. */
const texts: readonly { readonly name: string; readonly text: string; readonly expected: object | null }[] = JSON.parse(
  readFileSync(new URL('./lambda/core/denial/text/texts.json', import.meta.url), 'utf8'),
);
/** The case whose maria is refused to pass glue-runtime-role: the subject of many of the texts. */
const sameSubject = caseNamed('missing-allow-groups-tie-by-name.json');
const accountOfTexts = memoryAccount(accountOf(sameSubject.account));

function caseNamed(file: string): CaseFile {
  const found = cases.find((one) => one.file === file);
  if (found === undefined) throw new Error(`There is no test/denials/${file}.`);
  return found;
}

describe('every pasted text that is a denial, through the core', () => {
  const pasted = texts.filter(({ expected }) => expected !== null);
  test.each(pasted)('$name', async ({ text, expected }) => {
    const reading = readDenialMessage(text);
    if (reading.kind !== 'denial') throw new Error(`read as ${reading.kind}: ${reading.why}`);
    const roleArn = expected !== null && 'roleArn' in expected ? String(expected.roleArn) : null;
    expect(reading.denial.roleArn).toBe(roleArn);

    const passedTo = 'glue.amazonaws.com';
    const { verdict } = await investigate(reading.denial, accountOfTexts, sha256, { passedTo });

    const isWhole = roleArn !== null && parseRoleArn(roleArn) !== null;
    if (!isWhole) expect(['unclear', 'cross-account']).toContain(verdict.kind);
    if ('roleArn' in verdict) expect(verdict.roleArn).toBe(roleArn);
  });

  const event = readDenialEvent(sameSubject.event);
  const wordsOf = ({ principalArn, roleArn, effect, policyType, policyArn }: DenialWords): object => ({
    principalArn,
    roleArn,
    effect,
    policyType,
    policyArn,
  });
  const same = pasted.flatMap(({ name, text }) => {
    const reading = readDenialMessage(text);
    if (reading.kind !== 'denial' || event.kind !== 'denial') return [];
    const isSame = JSON.stringify(wordsOf(reading.denial)) === JSON.stringify(wordsOf(event.denial));
    return isSame ? [{ name, denial: reading.denial }] : [];
  });
  test('many are of one subject', () => {
    expect(same.length).toBeGreaterThan(50);
  });
  test.each(same)('$name: as the event of the same subject', async ({ denial }) => {
    const diagnosis = await investigate(denial, accountOfTexts, sha256, { passedTo: 'glue.amazonaws.com' });

    expect(diagnosis.verdict.kind).toBe(sameSubject.expected.verdict);
    expect(diagnosis.proposal?.target.name).toBe(sameSubject.expected.proposal?.target.name);
    expect(JSON.stringify(diagnosis.proposal?.document)).toContain(`"${denial.roleArn}"`);
  });
});

/** Keys of a `Record` that the compiler holds complete: a new variant of the union must be listed here, and so gets a case file. */
const sorted = (all: Readonly<Record<string, true>>): string[] => Object.keys(all).sort();
const seen = (found: readonly (string | null | undefined)[]): string[] =>
  [...new Set(found.filter((one): one is string => typeof one === 'string'))].sort();

describe('the cases cover', () => {
  test('every verdict', () => {
    const every: Record<VerdictKind, true> = {
      'missing-allow': true,
      'explicit-deny': true,
      'permissions-boundary': true,
      'organization-policy': true,
      'session-policy': true,
      'endpoint-policy': true,
      'role-not-found': true,
      'trust-policy': true,
      'service-linked-role': true,
      'cross-account': true,
      'already-allowed': true,
      unclear: true,
    };
    expect(seen(cases.map(({ expected }) => expected.verdict))).toEqual(sorted(every));
  });

  test('every type of principal', () => {
    const every: Record<Identity['type'], true> = {
      IAMUser: true,
      AssumedRole: true,
      FederatedUser: true,
      Root: true,
      IdentityCenterUser: true,
      AWSService: true,
      other: true,
    };
    expect(seen(denials.map(({ identity }) => identity?.type))).toEqual(sorted(every));
    expect(denials.filter(({ principalArn }) => principalArn?.includes('/AWSReservedSSO_')).length).toBeGreaterThan(1);
  });

  test('every layer of policy that a message can name, and a message that names none', () => {
    const every: Record<PolicyLayer, true> = {
      identity: true,
      'permissions-boundary': true,
      session: true,
      scp: true,
      rcp: true,
      resource: true,
      'vpc-endpoint': true,
      'role-trust': true,
    };
    expect(seen(denials.map(({ policyType }) => policyType))).toEqual(sorted(every));
    expect(seen(denials.map(({ effect }) => effect ?? 'none'))).toEqual(['explicit', 'implicit', 'none']);
  });

  test('every partition that the events come from, and every service that a call is known to pass roles to', () => {
    expect(seen(denials.map(({ roleArn }) => roleArn?.split(':')[1]))).toEqual(['aws', 'aws-cn', 'aws-us-gov']);
    const covered = new Set(denials.map(({ eventSource }) => eventSource));
    expect(services.map(({ eventSource }) => eventSource).filter((source) => !covered.has(source))).toEqual([]);
  });

  test('near misses by action, resource and condition, by NotAction, NotResource and a policy variable', () => {
    const files = cases.map(({ file }) => file);
    for (const by of ['action', 'name', 'path', 'service', 'region', 'tag', 'not-action', 'not-resource', 'variable']) {
      expect(files.filter((file) => file.startsWith('missing-allow-near-miss-by-') && file.includes(by))).not.toEqual(
        [],
      );
    }
  });
});
