import { describe, expect, test } from '@jest/globals';
import { withEntries } from '../../../../lambda/core/account/replay.ts';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import {
  denyingStatements,
  liftedContext,
  matchedDeny,
  read,
  readWith,
  readWithoutDenies,
  withinReach,
} from '../../../../lambda/core/explanation/reading.ts';
import { planLift } from '../../../../lambda/core/explanation/satisfiable-conditions.ts';
import type { StatementInPolicy } from '../../../../lambda/core/policy/evaluate.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import {
  allow,
  aRolePrincipal,
  aTargetRole,
  deny,
  documentOf,
  inline,
  notFromOffice,
  user,
  userWith,
  type Written,
  withoutMfa,
} from '../../../support/account.ts';
import { aDenial, anna, fromConsole, ROLE } from '../../../support/denial.ts';
import { found, questionOf } from '../../../support/question.ts';

const policy = (name: string, ...statements: Written[]): SourcedPolicy => inline(name, user, ...statements);
const asked = (policies: SourcedPolicy[], request: Partial<Denial['request']> = {}) =>
  questionOf(aDenial({ request: { ...fromConsole, ...request } }), userWith(...policies));

const placeOf = ({ policy: { source }, match }: StatementInPolicy): string => `${source.name}#${match.index}`;
function reading(...of: Parameters<typeof asked>) {
  const { decision, unknownKeys, doubts: _, ...statements } = read(asked(...of));
  const places = Object.entries(statements).map(([name, found]) => [name, found.map(placeOf)]);
  return { decision, unknownKeys, ...Object.fromEntries(places.filter(([, found]) => found?.length !== 0)) };
}

const tagged = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } };
const ifTagged = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
const passing = allow('iam:PassRole', ROLE);

describe('our own reading', () => {
  test('of an Allow that matches', () => {
    expect(reading([policy('A', passing)])).toEqual({ decision: 'allowed', unknownKeys: [], allows: ['A#0'] });
  });

  test('of an Allow that matches only if the request did not carry what is not known', () => {
    expect(reading([policy('A', allow('*', '*', tagged))])).toEqual({
      decision: 'allowed',
      unknownKeys: ['aws:PrincipalOrgID'],
      allows: ['A#0'],
      doubtfulAllows: ['A#0'],
    });
  });

  test('of nothing that matches', () => {
    expect(reading([policy('A', allow('s3:*', '*'))])).toEqual({ decision: 'implicitDeny', unknownKeys: [] });
  });

  test('of a Deny that matches whatever is unknown', () => {
    expect(reading([policy('A', passing, deny('No'))])).toEqual({
      decision: 'explicitDeny',
      unknownKeys: [],
      allows: ['A#0'],
      certainDenies: ['A#1'],
    });
  });

  test('of an MFA guardrail, with MFA: it does not match, and cannot', () => {
    expect(reading([policy('Guard', deny('Mfa', withoutMfa))])).toEqual({ decision: 'implicitDeny', unknownKeys: [] });
  });

  test('of an MFA guardrail, without MFA: it matches for certain', () => {
    expect(reading([policy('Guard', deny('Mfa', withoutMfa))], { mfa: false })).toMatchObject({
      certainDenies: ['Guard#0'],
      unknownKeys: [],
    });
  });

  test('of an MFA guardrail, with a long-term key: it matches for certain, as such a key carries no MFA', () => {
    expect(reading([policy('Guard', deny('Mfa', withoutMfa))], { mfa: null, longTermKey: true })).toMatchObject({
      certainDenies: ['Guard#0'],
      unknownKeys: [],
    });
  });

  test('of an MFA guardrail, where MFA is not known: it matches as long as the key is absent', () => {
    expect(reading([policy('Guard', deny('Mfa', withoutMfa))], { mfa: null })).toEqual({
      decision: 'explicitDeny',
      unknownKeys: ['aws:MultiFactorAuthPresent'],
      doubtfulDenies: ['Guard#0'],
    });
  });

  test('of a guardrail for AWS services, which the user is not', () => {
    const notByService = { Bool: { 'aws:PrincipalIsAWSService': 'false' } };
    expect(reading([policy('Guard', deny('People', notByService))])).toMatchObject({ certainDenies: ['Guard#0'] });
  });

  test('of statements that an unknown key would wake', () => {
    const written = [deny('Org', ifTagged), allow('*', '*', ifTagged), deny('Not', tagged)];
    expect(reading([policy('A', ...written)])).toEqual({
      decision: 'explicitDeny',
      unknownKeys: ['aws:PrincipalOrgID'],
      possibleDenies: ['A#0'],
      possibleAllows: ['A#1'],
      doubtfulDenies: ['A#2'],
    });
  });

  test('names first the Denies that are certain', () => {
    const question = asked([policy('A', deny('Not', tagged), deny('No'))]);
    expect(denyingStatements(read(question)).map(placeOf)).toEqual(['A#1', 'A#0']);
  });
});

describe('our own reading, of keys of which something is known', () => {
  const data = { StringEquals: { 'aws:PrincipalTag/team': 'data' } };
  const session = aDenial({ identity: anna, request: { ...fromConsole } });
  const ofRole = (tags: Record<string, string>, ...statements: Written[]) => {
    const role = { kind: 'role' as const, name: 'etl-developer' };
    return read(questionOf(session, aRolePrincipal({ tags, policies: [inline('R', role, ...statements)] })));
  };

  test("a role's tag is likely its session's, and not certain", () => {
    const { decision, doubtfulAllows, unknownKeys, doubts } = ofRole({ team: 'data' }, allow('*', '*', data));
    expect({ decision, doubtful: doubtfulAllows.length, unknownKeys, doubts }).toEqual({
      decision: 'allowed',
      doubtful: 1,
      unknownKeys: ['aws:PrincipalTag/team'],
      doubts: ['aws:PrincipalTag/team is data on the role etl-developer, unless its session has a tag of its own.'],
    });
  });

  test('a Deny by such a tag is not certain either, nor is one that would only match with another', () => {
    const both = ofRole(
      { team: 'data' },
      deny('Data', data),
      deny('Ops', { StringLike: { 'aws:PrincipalTag/team': 'o*' } }),
    );
    expect([both.certainDenies, both.doubtfulDenies.map(placeOf), both.possibleDenies.map(placeOf)]).toEqual([
      [],
      ['R#0'],
      ['R#1'],
    ]);
  });

  test('a tag that the role does not have may be one of the session', () => {
    expect(ofRole({}, allow('*', '*', data)).doubts).toEqual([
      'aws:PrincipalTag/team: the role etl-developer has no such tag, but its session may have.',
    ]);
  });

  test("a user's tag is certain", () => {
    const { doubtfulAllows, unknownKeys } = read(
      questionOf(aDenial(), { ...userWith(policy('A', allow('*', '*', data))), tags: { team: 'data' } }),
    );
    expect([doubtfulAllows, unknownKeys]).toEqual([[], []]);
  });

  const ofPassed = (tags: Record<string, string>, statement: Written) =>
    read(questionOf(aDenial(), userWith(policy('A', statement)), { role: found(aTargetRole({ tags })) }));
  const forTeam = (team: string) => ({ StringEquals: { 'iam:ResourceTag/team': team } });

  test('a tag of the role to be passed has no reliable effect: whether the Allow applied is not known', () => {
    const { decision, possibleAllows, doubts } = ofPassed({ team: 'data' }, allow('*', '*', forTeam('data')));
    expect([decision, possibleAllows.map(placeOf), doubts]).toEqual([
      'implicitDeny',
      ['A#0'],
      [
        'iam:ResourceTag/team is data on the role, but AWS documents that tags of a role have no reliable effect on iam:PassRole.',
      ],
    ]);
  });

  test.each([
    ['the role has another', { team: 'ops' }],
    ['the role has none', {}],
  ] as const)('it makes no difference where %s: the Allow does not apply, looked at or not', (_, tags) => {
    expect(ofPassed(tags, allow('*', '*', forTeam('data')))).toMatchObject({
      decision: 'implicitDeny',
      possibleAllows: [],
      unknownKeys: [],
    });
  });

  test('a key that is known to be absent settles a statement, whatever else it depends on', () => {
    const both = { StringEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:PrincipalOrgID': 'o-1' } };
    expect(reading([policy('A', allow('*', '*', both))])).toEqual({ decision: 'implicitDeny', unknownKeys: [] });
  });
});

describe('a Deny that matched', () => {
  const [first] = read(asked([policy('Guard', passing, deny('Mfa', withoutMfa))], { mfa: false })).certainDenies;
  if (first === undefined) throw new Error('no Deny matched');

  test('is told with its place, its text and what lifts it', () => {
    expect(matchedDeny(first)).toEqual({
      policy: { kind: 'inline', name: 'Guard', arn: null, attachedTo: { kind: 'user', name: 'maria' } },
      sid: 'Mfa',
      statement: 1,
      text: JSON.stringify(
        deny('Mfa', withoutMfa),
        ['Sid', 'Effect', 'Action', 'Resource', 'Condition', 'BoolIfExists', 'aws:MultiFactorAuthPresent'],
        2,
      ),
      lift: { key: 'aws:MultiFactorAuthPresent', sentence: 'Sign in with MFA.' },
    });
  });
});

describe('the request with its guardrails satisfied', () => {
  function lifted(...of: Parameters<typeof asked>) {
    const question = asked(...of);
    const context = liftedContext(question, denyingStatements(read(question)));
    return context === null
      ? null
      : { changed: context.filter((entry) => !question.replay.entries.includes(entry)), question };
  }

  test('carries MFA', () => {
    expect(lifted([policy('Guard', deny('Mfa', withoutMfa))], { mfa: false })?.changed).toEqual([
      { key: 'aws:MultiFactorAuthPresent', type: 'boolean', values: ['true'] },
    ]);
  });

  test('carries MFA and comes from the office, if it needs both', () => {
    const both = [deny('Mfa', withoutMfa), deny('Office', notFromOffice)];
    expect(lifted([policy('Guard', ...both)], { mfa: false })?.changed).toEqual([
      { key: 'aws:MultiFactorAuthPresent', type: 'boolean', values: ['true'] },
      { key: 'aws:SourceIp', type: 'ip', values: ['198.51.100.0'] },
    ]);
  });

  test.each([
    ['the wide one first', ['198.51.100.0/24', '198.51.100.128/25']],
    ['the narrow one first', ['198.51.100.128/25', '198.51.100.0/24']],
  ])('comes from a network that two guardrails allow, %s', (_, networks) => {
    const guards = networks.map((network) => deny('Net', { NotIpAddress: { 'aws:SourceIp': network } }));
    expect(lifted([policy('Guard', ...guards)])?.changed).toEqual([
      { key: 'aws:SourceIp', type: 'ip', values: ['198.51.100.128'] },
    ]);
  });

  test('does not exist where two guardrails allow no common network', () => {
    const guards = ['198.51.100.0/24', '192.0.2.0/24'].map((network) =>
      deny('Net', { NotIpAddress: { 'aws:SourceIp': network } }),
    );
    expect(lifted([policy('Guard', ...guards)])).toBeNull();
  });

  test("does not exist where one Deny is not in the requester's hands", () => {
    expect(lifted([policy('Guard', deny('Mfa', withoutMfa), deny('No'))], { mfa: false })).toBeNull();
  });

  test('carries some value of an unknown key that the Deny hangs on, of the type of its operator', () => {
    const guards = [
      deny('Org', tagged),
      deny('Paths', { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': 'o-1/r-1/*' } }),
      deny('Age', { NumericGreaterThanIfExists: { 'custom:Age': '3600' } }),
      deny('Until', { DateGreaterThanIfExists: { 'custom:Until': '2026-01-01' } }),
      deny('Flag', { BoolIfExists: { 'custom:Flag': 'false' } }),
      deny('Net', { NotIpAddressIfExists: { 'custom:Net': '10.0.0.0/8' } }),
      deny('There', { Null: { 'custom:There': 'true' } }),
    ];
    expect(lifted([policy('Guard', ...guards)])?.changed).toEqual([
      { key: 'aws:PrincipalOrgID', type: 'string', values: ['o-1'] },
      { key: 'aws:PrincipalOrgPaths', type: 'stringList', values: ['o-1/r-1/'] },
      { key: 'custom:Age', type: 'numeric', values: ['3600'] },
      { key: 'custom:Until', type: 'date', values: ['2026-01-01'] },
      { key: 'custom:Flag', type: 'boolean', values: ['true'] },
      { key: 'custom:Net', type: 'ip', values: ['10.0.0.0'] },
      { key: 'custom:There', type: 'string', values: ['x'] },
    ]);
  });

  test('does not exist for a Deny that is certain, whatever else is unknown', () => {
    expect(lifted([policy('Guard', deny('No'), deny('Org', tagged))])).toBeNull();
  });

  test('does not exist where nothing denies', () => {
    expect(lifted([policy('A', passing)])).toBeNull();
  });

  test('does not exist for a Deny of 2008 that no user name satisfies, as its variables are plain text', () => {
    const guard = policy('Guard', deny('Own', { StringNotEquals: { 'aws:username': '${aws:username}' } }));
    const old = { ...guard, document: { ...guard.document, version: '2008-10-17' as const } };
    expect(lifted([old])).toBeNull();
  });
});

describe('underneath every Deny', () => {
  test.each([
    ['an Allow', [passing, deny('No')], 'allowed'],
    ['nothing', [deny('No')], 'missing-allow'],
  ] as const)('lies %s', (_, statements, outcome) => {
    expect(readWithoutDenies(asked([policy('A', ...statements)]))).toBe(outcome);
  });

  test('variables are read as the version of the policy has them', () => {
    const document = {
      ...documentOf(allow('iam:PassRole', 'arn:aws:iam::*:role/${aws:username}')),
      version: '2008-10-17' as const,
    };
    const old = { ...policy('A', passing), document };
    expect(readWithoutDenies(asked([old]))).toBe('missing-allow');
  });
});

describe('an Allow within reach', () => {
  const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

  test('is the first that would apply if its conditions were met, and each step is told once', () => {
    const policies = [
      policy('Far', allow('iam:PassRole', `${ROLE}-2`, withMfa), deny('No', withMfa)),
      policy(
        'Near',
        allow('s3:*', '*'),
        allow('*', '*', { ...withMfa, Null: { 'aws:MultiFactorAuthPresent': 'false' } }),
      ),
      policy('Later', allow('iam:PassRole', ROLE, withMfa)),
    ];
    expect(withinReach(asked(policies, { mfa: null }))).toEqual({
      policy: policies[1]?.source,
      sentence: 'Sign in with MFA.',
    });
  });

  test('is none where none is conditional', () => {
    expect(withinReach(asked([policy('A', passing), policy('B', allow('iam:PassRole', `${ROLE}-2`))]))).toBeNull();
  });

  test('is none by a variable that a policy of 2008 does not have', () => {
    const written = policy('A', allow('iam:PassRole', 'arn:aws:iam::*:role/${aws:username}', withMfa));
    const old = { ...written, document: { ...written.document, version: '2008-10-17' as const } };
    const role = 'arn:aws:iam::111122223333:role/maria';
    const reach = (one: SourcedPolicy) =>
      withinReach(questionOf(aDenial({ roleArn: role, request: { ...fromConsole, mfa: false } }), userWith(one)));
    expect([reach(written)?.sentence, reach(old)]).toEqual(['Sign in with MFA.', null]);
  });
});

test('a lift, once made, is what the request then carries', () => {
  const question = asked([policy('Guard', deny('Mfa', withoutMfa))], { mfa: false });
  const plan = read(question).certainDenies.map(({ match }) => planLift(match))[0];
  if (plan === null || plan === undefined) throw new Error('no lift');
  expect(readWith(question, withEntries(question.replay.entries, [plan.entry])).decision).toBe('implicitDeny');
});
