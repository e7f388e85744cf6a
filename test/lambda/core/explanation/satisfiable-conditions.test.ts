import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replayOf, withEntries } from '../../../../lambda/core/account/replay.ts';
import { planLift, planMeeting } from '../../../../lambda/core/explanation/satisfiable-conditions.ts';
import type { ContextEntry } from '../../../../lambda/core/policy/context-entry.ts';
import type { Statement } from '../../../../lambda/core/policy/document.ts';
import { evaluateStatement, type StatementMatch } from '../../../../lambda/core/policy/evaluate.ts';
import { allow, aUser, deny, documentOf, notFromOffice, type Written, withoutMfa } from '../../../support/account.ts';
import { ACCOUNT, aDenial, aPastedText, fromConsole, GLUE, ROLE } from '../../../support/denial.ts';

/** The request of someone who signed in without MFA, on the road, in Tokyo, in a session of which IAM does not know the tags. */
const entries = replayOf(aDenial({ request: { ...fromConsole, mfa: false } }), aUser(), ACCOUNT, GLUE, {
  tags: {},
}).entries;

const matchOf = (statement: Statement, context: readonly ContextEntry[]): StatementMatch =>
  evaluateStatement(statement, 0, { action: 'iam:PassRole', resource: ROLE, context });

function lifted(condition?: Written, context = entries) {
  const [statement] = documentOf(deny('Guard', condition)).statements;
  if (statement === undefined) throw new Error('no statement');
  const match = matchOf(statement, context);
  return { match, plan: planLift(match) };
}

const mfa: ContextEntry = { key: 'aws:MultiFactorAuthPresent', type: 'boolean', values: ['true'] };

describe('what lifts a Deny', () => {
  test.each<[string, Written, string, ContextEntry]>([
    ['MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, 'Sign in with MFA.', mfa],
    ['MFA, also for keys that carry none', withoutMfa, 'Sign in with MFA.', mfa],
    ['MFA, in other case', { bool: { 'AWS:multifactorauthpresent': 'FALSE' } }, 'Sign in with MFA.', mfa],
    [
      'sessions that were revoked',
      { DateLessThan: { 'aws:TokenIssueTime': '2026-11-20T09:00:00Z' } },
      'Sign in again, for a session that began after 2026-11-20T09:00:00Z.',
      { key: 'aws:TokenIssueTime', type: 'date', values: ['2026-11-20T09:00:00Z'] },
    ],
    [
      'MFA not older than an hour',
      { NumericGreaterThanIfExists: { 'aws:MultiFactorAuthAge': '3600' } },
      'Sign in with MFA again (not longer than 3600 seconds ago).',
      { key: 'aws:MultiFactorAuthAge', type: 'numeric', values: ['0'] },
    ],
    [
      'any age of MFA',
      { Null: { 'aws:MultiFactorAuthAge': 'true' } },
      'Sign in with MFA again.',
      { key: 'aws:MultiFactorAuthAge', type: 'numeric', values: ['0'] },
    ],
    [
      'a network',
      { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '192.0.2.0/24'] } },
      'Come from an allowed network: 198.51.100.0/24 or 192.0.2.0/24.',
      { key: 'aws:SourceIp', type: 'ip', values: ['198.51.100.0'] },
    ],
    [
      'an IPv6 network',
      { NotIpAddressIfExists: { 'aws:SourceIp': '2001:db8::/32' } },
      'Come from an allowed network: 2001:db8::/32.',
      { key: 'aws:SourceIp', type: 'ip', values: ['2001:db8::'] },
    ],
    [
      'the first network that is one',
      { NotIpAddress: { 'aws:SourceIp': ['the office', '192.0.2.7'] } },
      'Come from an allowed network: "the office" or 192.0.2.7.',
      { key: 'aws:SourceIp', type: 'ip', values: ['192.0.2.7'] },
    ],
    [
      'a region',
      { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
      'Work in an allowed region: eu-west-1 or eu-central-1.',
      { key: 'aws:RequestedRegion', type: 'string', values: ['eu-west-1'] },
    ],
    [
      'a region by pattern',
      { 'ForAnyValue:StringNotLike': { 'aws:RequestedRegion': 'eu-*-?' } },
      'Work in an allowed region: eu-*-?.',
      { key: 'aws:RequestedRegion', type: 'string', values: ['eu--x'] },
    ],
    [
      'a VPC endpoint',
      { StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-1a2b' } },
      'Come through an allowed VPC endpoint: vpce-1a2b.',
      { key: 'aws:SourceVpce', type: 'string', values: ['vpce-1a2b'] },
    ],
    [
      'a VPC',
      { StringNotEquals: { 'aws:SourceVpc': ['vpc-1', 'vpc-2'] } },
      'Come from an allowed VPC: vpc-1 or vpc-2.',
      { key: 'aws:SourceVpc', type: 'string', values: ['vpc-1'] },
    ],
    [
      'the one place that is not a variable',
      { StringNotEquals: { 'aws:SourceVpce': ['${aws:PrincipalTag/vpce}', 'vpce-1'] } },
      'Come through an allowed VPC endpoint: vpce-1.',
      { key: 'aws:SourceVpce', type: 'string', values: ['vpce-1'] },
    ],
  ])('%s', (_, condition, sentence, entry) => {
    const { match, plan } = lifted(condition);
    expect(match.matches).toBe(true);
    expect(plan).toEqual({ key: entry.key, sentence, entry });
  });

  test('MFA, for those who did not say whether they had it', () => {
    const pasted = replayOf(aPastedText(), aUser(), ACCOUNT, GLUE, { tags: {} }).entries;
    expect(lifted({ Null: { 'aws:MultiFactorAuthPresent': 'true' } }, pasted).plan?.sentence).toBe('Sign in with MFA.');
  });

  test('the condition that is in doubt, rather than one that is known', () => {
    const pasted = replayOf(aPastedText({ request: { ...fromConsole, mfa: null } }), aUser(), ACCOUNT, GLUE, {
      tags: {},
    }).entries;
    expect(lifted({ ...notFromOffice, ...withoutMfa }, pasted).plan?.sentence).toBe('Sign in with MFA.');
    expect(lifted({ ...notFromOffice, ...withoutMfa }).plan?.sentence).toBe(
      'Come from an allowed network: 198.51.100.0/24.',
    );
  });
});

describe('nothing that the requester could do lifts', () => {
  test.each<[string, Written | undefined]>([
    ['a Deny without conditions', undefined],
    ['a Deny by tag', { StringNotEquals: { 'aws:PrincipalTag/team': 'ops' } }],
    ['a Deny by user agent', { StringLike: { 'aws:UserAgent': '*' } }],
    ['a Deny of one network', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    ['a Deny of those who have MFA', { Null: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['a Deny of sessions that began too late', { DateGreaterThan: { 'aws:TokenIssueTime': '2026-11-19T00:00:00Z' } }],
    ['a Deny of any age of MFA', { NumericGreaterThanEqualsIfExists: { 'aws:MultiFactorAuthAge': '0' } }],
    ['a Deny by a list of networks that holds none', { NotIpAddress: { 'aws:SourceIp': ['the office'] } }],
    [
      'a Deny by a list of places that is nothing but variables',
      { StringNotEquals: { 'aws:SourceVpce': '${aws:PrincipalTag/v}' } },
    ],
    ['a Deny by a region that is a pattern by mistake', { StringNotEquals: { 'aws:RequestedRegion': 'eu-*' } }],
  ])('%s', (_, condition) => {
    const { match, plan } = lifted(condition);
    expect(match.matches).toBe(true);
    expect(plan).toBeNull();
  });
});

const keys = [
  'aws:MultiFactorAuthPresent',
  'aws:MultiFactorAuthAge',
  'aws:SourceIp',
  'aws:RequestedRegion',
  'aws:SourceVpce',
  'aws:SourceVpc',
  'AWS:requestedregion',
  'aws:PrincipalTag/team',
];
const bare = [
  'Bool',
  'Null',
  'StringEquals',
  'StringNotEquals',
  'StringNotLike',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'IpAddress',
  'NotIpAddress',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'NumericLessThan',
  'ArnNotLike',
  'DateGreaterThan',
];
const operators = bare.flatMap((name) =>
  name === 'Null'
    ? [name]
    : ['', 'ForAnyValue:', 'ForAllValues:'].flatMap((set) => [`${set}${name}`, `${set}${name}IfExists`]),
);
const values = [
  'true',
  'false',
  'TRUE',
  '0',
  '3600',
  '10.0.0.0/8',
  '203.0.113.24',
  '2001:db8::/32',
  'nonsense',
  'eu-*',
  '*',
  '?',
  '',
  'ap-northeast-1',
  'vpce-1',
  '${aws:username}',
];
const condition = fc.record({
  operator: fc.constantFrom(...operators),
  key: fc.constantFrom(...keys),
  values: fc.array(fc.constantFrom(...values), { maxLength: 3 }),
});

test('whatever a Deny asks for, a lift that is planned makes it stop matching', () => {
  let planned = 0;
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 3 }), fc.subarray([...entries]), (conditions, context) => {
      const [plain] = documentOf(deny('Guard')).statements;
      if (plain === undefined) throw new Error('no statement');
      const match = matchOf({ ...plain, conditions }, context);
      const plan = planLift(match);
      if (plan === null) return;
      planned += 1;
      expect(matchOf(match.statement, withEntries(context, [plan.entry])).matches).toBe(false);
      expect(plan.sentence).not.toMatch(/undefined|null/);
    }),
    { numRuns: 3000 },
  );
  expect(planned).toBeGreaterThan(300);
});

describe('what makes an Allow apply', () => {
  function meeting(condition: Written | undefined, resource = ROLE, action = 'iam:PassRole') {
    const [statement] = documentOf(allow(action, resource, condition)).statements;
    if (statement === undefined) throw new Error('no statement');
    return planMeeting(matchOf(statement, entries))?.map(({ entry, sentence }) => [sentence, ...entry.values]) ?? null;
  }
  const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

  test.each<[string, Written, string[][]]>([
    ['MFA', withMfa, [['Sign in with MFA.', 'true']]],
    [
      'MFA not older than an hour',
      { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
      [['Sign in with MFA again (not longer than 3600 seconds ago).', '0']],
    ],
    [
      'a network',
      { IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '192.0.2.0/24'] } },
      [['Come from an allowed network: 198.51.100.0/24 or 192.0.2.0/24.', '198.51.100.0']],
    ],
    [
      'MFA and a VPC endpoint',
      { ...withMfa, StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
      [
        ['Sign in with MFA.', 'true'],
        ['Come through an allowed VPC endpoint: vpce-1.', 'vpce-1'],
      ],
    ],
  ])('%s', (_, condition, steps) => {
    expect(meeting(condition)).toEqual(steps);
  });

  test('nothing, if it has no condition or all of them hold', () => {
    expect(meeting(undefined)).toBeNull();
    expect(meeting({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } })).toBeNull();
  });

  test('nothing, if it is for another role or another action', () => {
    expect(meeting(withMfa, `${ROLE}-2`)).toBeNull();
    expect(meeting(withMfa, ROLE, 'iam:GetRole')).toBeNull();
  });

  test("nothing, if one of its conditions is in nobody's hands", () => {
    expect(meeting({ ...withMfa, StringEquals: { 'aws:PrincipalTag/team': 'ops' } })).toBeNull();
    expect(meeting({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })).toBeNull();
  });

  test('nothing, if it asks for two networks at once', () => {
    const both = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, IpAddressIfExists: { 'aws:SourceIp': '192.0.2.0/24' } };
    expect(meeting(both)).toBeNull();
  });

  test('the narrow network, if it asks for a wide one as well', () => {
    const nested = {
      IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
      IpAddressIfExists: { 'AWS:SourceIP': '10.1.0.0/16' },
    };
    const step = ['Come from an allowed network: 10.1.0.0/16.', '10.1.0.0'];
    expect(meeting(nested)).toEqual([step, step]);
  });
});

test('whatever an Allow asks for, the steps that are planned make it apply', () => {
  let planned = 0;
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 3 }), fc.subarray([...entries]), (conditions, context) => {
      const [plain] = documentOf(allow('iam:PassRole', ROLE)).statements;
      if (plain === undefined) throw new Error('no statement');
      const match = matchOf({ ...plain, conditions }, context);
      const steps = planMeeting(match);
      if (steps === null) return;
      planned += 1;
      const met = withEntries(
        context,
        steps.map(({ entry }) => entry),
      );
      expect([match.matches, matchOf(match.statement, met).matches]).toEqual([false, true]);
    }),
    { numRuns: 3000 },
  );
  expect(planned).toBeGreaterThan(100);
});
