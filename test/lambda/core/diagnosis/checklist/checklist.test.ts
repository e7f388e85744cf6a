import { describe, expect, test } from '@jest/globals';
import type { Principal, Simulation } from '../../../../../lambda/core/account/evidence.ts';
import type { Facts } from '../../../../../lambda/core/diagnosis/diagnosis.ts';
import {
  aGroup,
  allow,
  aRolePrincipal,
  aSimulation,
  aTargetRole,
  aUser,
  bounded,
  deny,
  documentOf,
  glueAccess,
  guarded,
  inline,
  trusting,
  user,
  userWith,
  type Written,
  withoutMfa,
} from '../../../../support/account.ts';
import {
  ACCOUNT,
  aDenial,
  anna,
  aPastedText,
  fromConsole,
  GLUE,
  OTHER_ACCOUNT,
  ROLE,
} from '../../../../support/denial.ts';
import { diagnose, factsOf, found, missing, refused } from '../../../../support/question.ts';

const titles = [
  'Same account',
  'Direct policies',
  'Groups and their policies',
  'Trust policy of the role',
  'Glue job and its role',
  'Simulate iam:PassRole',
  'Guardrails (explicitDeny)',
  'Narrow Allow (implicitDeny)',
  'Simulate again',
];
const explicit = { effect: 'explicit' as const };
const noMfa = { ...explicit, request: { ...fromConsole, mfa: false } };
const context =
  'with iam:PassedToService=glue.amazonaws.com, aws:MultiFactorAuthPresent=true, aws:SourceIp=203.0.113.24, aws:RequestedRegion=ap-northeast-1';
const contextNoMfa = context.replace('Present=true', 'Present=false');

type Answers = Parameters<typeof diagnose>[1];
const lines = (facts: Facts, answer?: Answers): string[] =>
  diagnose(facts, answer).checklist.map(({ status, finding }) => `${status}: ${finding}`);
const line = (step: number, facts: Facts, answer?: Answers): string | undefined => lines(facts, answer)[step - 1];

test('the field note, step by step', () => {
  expect(diagnose(factsOf()).checklist).toEqual(
    [
      'Both are 111122223333.',
      'The user maria has no policies of its own.',
      'In GlueAccess (AWSGlueConsoleFullAccess).',
      'glue-runtime-role trusts glue.amazonaws.com.',
      'The denial does not name its job. These run as this role today: nightly-orders (2 jobs read).',
      `implicitDeny (${context}).`,
      'No Deny matched.',
      'AllowPassGlueRuntimeRoleToGlue on group GlueAccess.',
      `With the grant added: allowed (${context}).`,
    ].map((finding, index) => ({
      step: index + 1,
      title: titles[index],
      status: index === 6 ? 'skipped' : 'found',
      finding,
    })),
  );
});

test('the field note without MFA: the guardrail first, then what is underneath', () => {
  expect(lines(factsOf(aDenial(noMfa), guarded(deny('Mfa', withoutMfa)))).slice(5)).toEqual([
    `found: explicitDeny (${contextNoMfa}).`,
    `found: A Deny matched in Guard (Mfa); with it satisfied: implicitDeny (${context}).`,
    'found: AllowPassGlueRuntimeRoleToGlue on group GlueAccess, but not sufficient alone: the Deny comes first.',
    `found: With the grant added: allowed (${context}), once the guardrail is satisfied.`,
  ]);
});

describe('1, the account', () => {
  test.each<[string, Facts, string]>([
    [
      'of the credentials is another one',
      factsOf(aDenial(), aUser(), { callerAccount: found(OTHER_ACCOUNT) }),
      `failed: The denial is from ${ACCOUNT}, these credentials belong to ${OTHER_ACCOUNT}.`,
    ],
    ['of a pasted text is that of its role', factsOf(aPastedText()), `found: Both are ${ACCOUNT}.`],
    [
      'is not named where the role is not',
      factsOf(aPastedText({ roleArn: null })),
      `found: Looking into ${ACCOUNT}; the message names no account.`,
    ],
    [
      'is not named where it is redacted',
      factsOf(aPastedText({ roleArn: 'arn:aws:iam::***:role/glue-runtime-role' })),
      `found: Looking into ${ACCOUNT}; the message names no account.`,
    ],
    [
      'of the credentials is not known',
      factsOf(aDenial(), aUser(), { callerAccount: refused('No credentials.') }),
      'failed: No credentials.',
    ],
  ])('%s', (_, facts, finding) => {
    expect(line(1, facts)).toBe(finding);
  });
});

describe('2 and 3, the policies', () => {
  const own = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => inline(name, user, allow('s3:Get*', '*')));
  const groups = [aGroup('Empty', 'maria'), aGroup('GlueAccess', 'maria')];
  const broken = (attachedTo: typeof user) => ({
    source: inline('Broken', attachedTo, allow('s3:Get*', '*')).source,
    why: 'It is not JSON.',
  });

  test.each<[string, Principal, string, string]>([
    [
      'of a user in no group',
      userWith(...own.slice(0, 2)),
      'found: The user maria has A, B.',
      'found: The user is in no group.',
    ],
    [
      'more than fit into a line',
      aUser({ groups, policies: [...own, ...aUser().policies] }),
      'found: The user maria has A, B, C, D, E and 2 more.',
      'found: In Empty (none), GlueAccess (AWSGlueConsoleFullAccess).',
    ],
    [
      'of a role',
      aRolePrincipal({ policies: [inline('Own', { kind: 'role', name: 'etl-developer' }, allow('s3:Get*', '*'))] }),
      'found: The role etl-developer has Own.',
      'skipped: A role cannot be in a group.',
    ],
    [
      'that cannot be understood are there all the same',
      aUser({ unreadable: [broken(user), broken(glueAccess)] }),
      'found: The user maria has Broken.',
      'found: In GlueAccess (AWSGlueConsoleFullAccess, Broken).',
    ],
  ])('%s', (_, principal, direct, ofGroups) => {
    const facts = factsOf(
      principal.kind === 'role' ? aDenial({ identity: anna, principalArn: null }) : aDenial(),
      principal,
    );
    expect([line(2, facts), line(3, facts)]).toEqual([direct, ofGroups]);
  });

  test('of someone who is gone', () => {
    const facts = factsOf(aDenial(), aUser(), { principal: missing('AWS does not know the user maria.') });
    expect([line(2, facts), line(3, facts)]).toEqual([
      'failed: AWS does not know the user maria.',
      'skipped: The principal could not be read.',
    ]);
  });
});

describe('4, the trust policy', () => {
  const trusts = (...statements: Written[]) =>
    line(4, factsOf(aDenial(), aUser(), { role: found(aTargetRole({ trust: documentOf(...statements) })) }));
  const allowed = { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' };

  test('lacks the service', () => {
    expect(trusts({ ...allowed, Principal: { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] } })).toBe(
      'failed: glue-runtime-role does not trust glue.amazonaws.com; it trusts ec2.amazonaws.com, lambda.amazonaws.com.',
    );
  });

  test('lets the service do something else only', () => {
    expect(trusts({ ...allowed, Action: 'sts:TagSession' })).toBe(
      'failed: glue-runtime-role does not trust glue.amazonaws.com; it trusts none.',
    );
  });

  test('denies the service', () => {
    expect(trusts(allowed, { ...allowed, Effect: 'Deny' })).toBe(
      'failed: A Deny in the trust policy of glue-runtime-role keeps glue.amazonaws.com out.',
    );
  });

  test.each<[string, Partial<Facts>, Facts['denial'], string]>([
    ['of no role', { role: missing('no') }, aDenial(), `failed: The role ${ROLE} does not exist.`],
    [
      'may not be read',
      { role: refused('Reading the role was refused.') },
      aDenial(),
      'failed: Reading the role was refused.',
    ],
    [
      'of a role elsewhere',
      { role: refused('Not looked at.') },
      aDenial({ crossAccount: true, roleArn: null }),
      'skipped: The role is in another account.',
    ],
    ['for an unknown service', { service: { kind: 'unknown', why: 'Which one?' } }, aDenial(), 'failed: Which one?'],
  ])('%s', (_, changes, denial, finding) => {
    expect(line(4, factsOf(denial, aUser(), changes))).toBe(finding);
  });
});

describe('5, the job', () => {
  const named = (role: string) => ({
    kind: 'named' as const,
    job: found({ name: 'nightly', role, lastModified: null }),
  });
  const unnamed = (names: string[], scanned: number, complete: boolean) => ({
    kind: 'unnamed' as const,
    jobs: found({ jobs: names.map((name) => ({ name, role: ROLE, lastModified: null })), scanned, complete }),
  });

  test.each<[string, Facts['jobs'], string]>([
    ['runs as this role, by ARN', named(ROLE), 'found: The job nightly runs as this role today.'],
    ['runs as this role, by name', named('glue-runtime-role'), 'found: The job nightly runs as this role today.'],
    ['runs as another role', named('other'), 'found: The job nightly runs as other today.'],
    ['is gone', { kind: 'named', job: missing('AWS does not know the job.') }, 'failed: AWS does not know the job.'],
    [
      'is not named, and none runs as this role',
      unnamed([], 0, true),
      'found: The denial does not name its job. No job runs as this role today (0 jobs read).',
    ],
    [
      'is not named, and not all were read',
      unnamed(['a', 'b'], 1, false),
      'found: The denial does not name its job. These run as this role today: a, b (1 job read, more were not).',
    ],
    [
      'is not named, and may not be looked for',
      { kind: 'unnamed', jobs: refused('Reading the jobs was refused.') },
      'failed: Reading the jobs was refused.',
    ],
    [
      'is none of Glue',
      { kind: 'not-looked', why: 'The call was made to Lambda.' },
      'skipped: The call was made to Lambda.',
    ],
  ])('%s', (_, jobs, finding) => {
    expect(line(5, factsOf(aDenial(), aUser(), { jobs }))).toBe(finding);
  });

  test('runs as this role, by path and name', () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/etl/glue-runtime-role`;
    const role = found(aTargetRole({ arn: roleArn, path: '/etl/' }));
    expect(line(5, factsOf(aDenial({ roleArn }), aUser(), { role, jobs: named('etl/glue-runtime-role') }))).toBe(
      'found: The job nightly runs as this role today.',
    );
  });
});

describe('6 to 9, the simulations', () => {
  const from6 = (facts: Facts, answer?: Answers): string[] => lines(facts, answer).slice(5);
  const says = (decision: Simulation['decision']) => () => found(aSimulation(decision, { context: [] }));

  test('are not needed where the role does not exist', () => {
    expect(from6(factsOf(aDenial(), aUser(), { role: missing('no') }))).toEqual([
      'skipped: Not needed: the steps above settle it, or leave nothing to simulate.',
      'skipped: Nothing was simulated.',
      'skipped: A missing Allow is not what refused this call.',
      'skipped: There is no grant to prove.',
    ]);
  });

  test('are refused', () => {
    expect(from6(factsOf(), () => refused('The simulation was refused.'))).toEqual([
      'failed: The simulation was refused.',
      'skipped: Nothing was simulated.',
      'skipped: Nothing is proposed as long as it is not clear what refused this call.',
      'skipped: There is no grant to prove.',
    ]);
  });

  test('find a Deny that nobody can lift', () => {
    expect(from6(factsOf(aDenial(explicit), guarded(deny('No')))).slice(1)).toEqual([
      'found: A Deny matched in Guard (No); it cannot be lifted by the person who was denied.',
      'found: AllowPassGlueRuntimeRoleToGlue on group GlueAccess, but not sufficient alone: the Deny comes first.',
      'skipped: The grant cannot be proved as long as the Deny stands.',
    ]);
  });

  test('find a Deny that could be lifted, but may not be asked again', () => {
    const principal = guarded(deny('Mfa', withoutMfa));
    const answer: Answers = (_, which) => (which === 'asked' ? says('explicitDeny')() : refused('Refused.'));
    expect(from6(factsOf(aDenial(noMfa), principal), answer).slice(1)).toEqual([
      'found: A Deny matched in Guard (Mfa); what is underneath was not simulated.',
      'skipped: A missing Allow is not what refused this call.',
      'skipped: There is no grant to prove.',
    ]);
  });

  test('find a Deny that our own reading does not', () => {
    expect(line(7, factsOf(), says('explicitDeny'))).toBe(
      'failed: A Deny matched, but not in a policy that could be read.',
    );
  });

  test('find no Deny, but the message does, and an unknown key would wake one', () => {
    const ifNoMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
    const denial = aDenial({ ...explicit, request: { ...fromConsole, mfa: null } });
    expect(line(7, factsOf(denial, guarded(deny('Mfa', ifNoMfa))))).toBe(
      'found: No Deny matched in the simulation, but it depends on aws:MultiFactorAuthPresent in Guard (Mfa).',
    );
  });

  test('find a Deny without a Sid', () => {
    const { Sid: _, ...bare } = deny('No');
    expect(line(7, factsOf(aDenial(explicit), guarded(bare)))).toContain('A Deny matched in Guard; ');
  });

  test('show that the grant would not do', () => {
    const answer: Answers = (_, which) => says(which === 'proved' ? 'explicitDeny' : 'implicitDeny')();
    expect(from6(factsOf(), answer).slice(2)).toEqual([
      'skipped: Nothing is proposed as long as it is not clear what refused this call.',
      'failed: With the grant added: explicitDeny.',
    ]);
  });

  test('come to a grant that cannot be offered', () => {
    const full = { ...inline('Own', user, allow('s3:*', '*')), size: 2048 };
    expect(line(8, factsOf(aDenial(), userWith(full)))).toMatch(/^failed: user maria has 2048 of its 2048 characters/);
  });

  test('come to a grant that cannot be offered, under a Deny', () => {
    const full = { ...inline('Own', user, deny('No')), size: 2048 };
    expect(line(8, factsOf(aDenial(explicit), userWith(full)))).toBe(
      'failed: An Allow is missing under the Deny, too, but no grant can be offered for it.',
    );
  });

  test('are all allowed now', () => {
    const passing = inline('P', user, allow('iam:PassRole', ROLE));
    expect(from6(factsOf(aDenial(), userWith(passing)))).toEqual([
      `found: allowed (${context}).`,
      'skipped: No Deny matched.',
      'skipped: A missing Allow is not what refused this call.',
      'skipped: There is no grant to prove.',
    ]);
  });
});

test.each<[string, Facts]>([
  ['missing-allow', factsOf()],
  ['explicit-deny', factsOf(aDenial(noMfa), guarded(deny('Mfa', withoutMfa)))],
  ['role-not-found', factsOf(aDenial(), aUser(), { role: missing('no') })],
  ['trust-policy', factsOf(aDenial(), aUser(), { role: found(aTargetRole({ trust: trusting('ec2.amazonaws.com') })) })],
  ['cross-account', factsOf(aDenial({ crossAccount: true }))],
  [
    'service-linked-role',
    factsOf(aDenial({ roleArn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/glue.amazonaws.com/X` })),
  ],
  ['already-allowed', factsOf(aDenial(), userWith(inline('P', user, allow('iam:PassRole', ROLE))))],
  ['permissions-boundary', factsOf(aDenial(), bounded(userWith(), allow('glue:*', '*')))],
  ['organization-policy', factsOf(aDenial({ policyType: 'scp' }))],
  ['session-policy', factsOf(aDenial({ policyType: 'session' }))],
  ['endpoint-policy', factsOf(aDenial({ policyType: 'vpc-endpoint', effect: 'explicit' }))],
  ['unclear', factsOf(aDenial({ policyType: 'resource' }))],
])('for %s there are nine steps in their order, each one line that ends with a full stop', (kind, facts) => {
  const { verdict, checklist } = diagnose(facts);
  expect(verdict.kind).toBe(kind);
  expect(checklist.map(({ step, title }) => [step, title])).toEqual(titles.map((title, index) => [index + 1, title]));
  for (const { finding } of checklist) expect(finding).toMatch(/^[^\n]+\.$/);
});
