import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../lambda/adapters/sha256.ts';
import type { Identity, PolicyLayer } from '../lambda/core/denial.ts';
import { readDenialEvent } from '../lambda/core/denial-event.ts';
import { services } from '../lambda/core/service.ts';
import type { VerdictKind } from '../lambda/core/verdict.ts';
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

/** What a file's event says, as the core reads it. */
const denials = cases.map(({ event }) => {
  const reading = readDenialEvent(event);
  if (reading.kind !== 'denial') throw new Error(reading.why);
  return reading.denial;
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
