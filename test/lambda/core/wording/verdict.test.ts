import { describe, expect, test } from '@jest/globals';
import type { Diagnosis } from '../../../../lambda/core/diagnosis/diagnosis.ts';
import type { Verdict } from '../../../../lambda/core/diagnosis/verdict.ts';
import type { MatchedDeny } from '../../../../lambda/core/explanation/matched-deny.ts';
import type { NearMiss } from '../../../../lambda/core/explanation/near-miss.ts';
import { nextStep, verdictSentence } from '../../../../lambda/core/wording/verdict.ts';
import { awsManaged, glueAccess } from '../../../support/account.ts';
import { ACCOUNT, aDenial, GLUE, OTHER_ACCOUNT, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf } from '../../../support/question.ts';

const noted = diagnose(factsOf());
const policy = awsManaged('AWSGlueConsoleFullAccess', glueAccess).source;
const miss: NearMiss = { policy, sid: null, statement: 8, missed: [], sentence: 'Close.' };
const lift = { key: 'aws:MultiFactorAuthPresent', sentence: 'Sign in with MFA.' };
const denied = (sid: string | null, statement = 0, lifting: MatchedDeny['lift'] = null): MatchedDeny => ({
  policy,
  sid,
  statement,
  text: '{}',
  lift: lifting,
});

function words(verdict: Verdict, changes: Partial<Diagnosis> = {}): [string, string] {
  const diagnosis = { ...noted, verdict, ...changes };
  return [verdictSentence(diagnosis, aDenial()), nextStep(diagnosis, aDenial())];
}

const add =
  'Add the inline policy AllowPassGlueRuntimeRoleToGlue to the group GlueAccess, then save again after a minute or two.';
const allowed = { kind: 'allowed', by: 'simulation' } as const;
const missing = { kind: 'missing-allow', by: 'simulation', nearMisses: [], proposal: null } as const;
const trust = {
  kind: 'trust-policy',
  service: GLUE,
  trusts: [],
  denied: false,
  failing: [],
  fixed: false,
  statement: { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' },
  underneath: 'allowed',
} as const;
const addTrust =
  'Add this statement to the trust policy of glue-runtime-role, if glue.amazonaws.com is meant to use it: {"Effect":"Allow","Principal":{"Service":"glue.amazonaws.com"},"Action":"sts:AssumeRole"}';

describe('the risk comes before the grant', () => {
  const verdict: Verdict = { kind: 'missing-allow', nearMisses: [], assumptions: [], alternative: null };
  const reasons = ['The role has the managed policy AdministratorAccess.'];
  const then = add.charAt(0).toLowerCase() + add.slice(1);
  test.each([
    ['low', add],
    [
      'elevated',
      `Read the risk first: whatever glue-runtime-role may do, 2 members of GlueAccess could do through it. If that is meant, ${then}`,
    ],
    [
      'unknown',
      `Find out first what glue-runtime-role may do; it could not be read. If 2 members of GlueAccess may do all of it, ${then}`,
    ],
    [
      'administrator',
      'Use a narrower role. glue-runtime-role is an administrator, and with this grant 2 members of GlueAccess would be, too.',
    ],
  ] as const)('%s', (level, expected) => {
    expect(words(verdict, { risk: { level, reasons } })[1]).toBe(expected);
  });
});

describe('the verdict in one sentence, and what to do next', () => {
  test.each<[string, Verdict, [string, string]]>([
    [
      'a missing Allow, and nothing near it',
      { kind: 'missing-allow', nearMisses: [], assumptions: [], alternative: null },
      ['No policy of maria allows passing glue-runtime-role to glue.amazonaws.com.', add],
    ],
    [
      'a missing Allow, and one near it',
      { kind: 'missing-allow', nearMisses: [miss], assumptions: [], alternative: null },
      ['No policy of maria allows passing glue-runtime-role to glue.amazonaws.com. One statement comes close.', add],
    ],
    [
      'a missing Allow, and three near it, as far as one may assume',
      {
        kind: 'missing-allow',
        nearMisses: [miss, miss, miss],
        assumptions: ['MFA must have been there.'],
        alternative: null,
      },
      [
        'No policy of maria allows passing glue-runtime-role to glue.amazonaws.com. 3 statements come close. MFA must have been there.',
        add,
      ],
    ],
    [
      'a Deny that MFA lifts',
      { kind: 'explicit-deny', denies: [denied('Mfa', 0, lift)], underneath: allowed },
      [
        'A Deny refuses it: statement Mfa of AWSGlueConsoleFullAccess (group GlueAccess). Once that is lifted, the call is allowed.',
        'Sign in with MFA.',
      ],
    ],
    [
      'a Deny without a Sid that only its owner lifts, and a missing Allow underneath',
      { kind: 'explicit-deny', denies: [denied(null, 2)], underneath: missing },
      [
        'A Deny refuses it: statement 3 of AWSGlueConsoleFullAccess (group GlueAccess). Underneath, no policy allows passing this role either.',
        'Ask whoever owns AWSGlueConsoleFullAccess (group GlueAccess). Only then is a grant of use.',
      ],
    ],
    [
      'more Denies than fit into a sentence, lifted by the same',
      {
        kind: 'explicit-deny',
        denies: ['A', 'B', 'C', 'D', 'E'].map((sid) => denied(sid, 0, lift)),
        underneath: { kind: 'unknown', why: 'Another one denies it.' },
      },
      [
        'A Deny refuses it: statement A of AWSGlueConsoleFullAccess (group GlueAccess); statement B of AWSGlueConsoleFullAccess (group GlueAccess); statement C of AWSGlueConsoleFullAccess (group GlueAccess) and 2 more. What lies underneath is not known: Another one denies it.',
        'Sign in with MFA.',
      ],
    ],
    [
      'no such role, and nothing like it',
      { kind: 'role-not-found', roleArn: ROLE, nearest: [] },
      ['The role glue-runtime-role does not exist in this account.', 'Check the name of the role, or create it.'],
    ],
    [
      'no such role, but two like it',
      { kind: 'role-not-found', roleArn: ROLE, nearest: ['glue-runtime-rule', 'etl/glue-runtime-role'] },
      [
        'The role glue-runtime-role does not exist in this account.',
        'Check the name. Nearest: glue-runtime-rule, etl/glue-runtime-role.',
      ],
    ],
    [
      'a role that trusts nobody',
      trust,
      ['glue-runtime-role does not let glue.amazonaws.com assume it: it trusts no service at all.', addTrust],
    ],
    [
      'a role that trusts others, and no policy allows to pass it',
      { ...trust, trusts: ['ec2.amazonaws.com', 'lambda.amazonaws.com'], underneath: 'implicitDeny' },
      [
        'glue-runtime-role does not let glue.amazonaws.com assume it: it trusts ec2.amazonaws.com, lambda.amazonaws.com. And no policy of maria allows passing it.',
        addTrust,
      ],
    ],
    [
      'a role that trusts others, and a Deny on passing it',
      { ...trust, trusts: ['ec2.amazonaws.com'], underneath: 'explicitDeny' },
      [
        'glue-runtime-role does not let glue.amazonaws.com assume it: it trusts ec2.amazonaws.com. And a Deny keeps maria from passing it.',
        addTrust,
      ],
    ],
    [
      'a role whose trust policy denies the service',
      { ...trust, denied: true, underneath: null },
      [
        'glue-runtime-role does not let glue.amazonaws.com assume it: a Deny in its trust policy forbids it.',
        'Take the Deny of glue.amazonaws.com out of the trust policy of glue-runtime-role, if that service is meant to use it.',
      ],
    ],
    [
      'a role that trusts the service for another account',
      { ...trust, failing: ['it applies only for account 444455556666, and the role is passed in 111122223333'] },
      [
        'glue-runtime-role does not let glue.amazonaws.com assume it: its trust policy names the service, but it applies only for account 444455556666, and the role is passed in 111122223333.',
        'Correct that condition in the trust policy of glue-runtime-role, if glue.amazonaws.com is meant to use it; a statement without it would take away what it protects.',
      ],
    ],
    [
      'a role that AWS keeps',
      { ...trust, fixed: true },
      [
        'glue-runtime-role does not let glue.amazonaws.com assume it: it trusts no service at all.',
        'Use a role of your own that trusts glue.amazonaws.com: AWS keeps glue-runtime-role, and nobody can change its trust policy.',
      ],
    ],
    [
      'a service-linked role',
      { kind: 'service-linked-role', roleArn: ROLE },
      [
        'glue-runtime-role is a service-linked role, and those cannot be passed.',
        'Use a role of your own that trusts the service.',
      ],
    ],
    [
      'a role of another account',
      { kind: 'cross-account', callAccount: ACCOUNT, roleAccount: OTHER_ACCOUNT },
      [
        `The role belongs to account ${OTHER_ACCOUNT}, the call was made in ${ACCOUNT}: a role cannot be passed across accounts.`,
        'Use a role of the account in which the job runs.',
      ],
    ],
    [
      'a role of an account that is not named',
      { kind: 'cross-account', callAccount: ACCOUNT, roleAccount: null },
      [
        'The role belongs to another account, and a role cannot be passed across accounts.',
        'Use a role of the account in which the job runs.',
      ],
    ],
    [
      'an Allow that is there now, told once for each policy',
      {
        kind: 'already-allowed',
        by: [
          { policy, sid: null },
          { policy, sid: 'X' },
        ],
        unseen: [],
      },
      [
        "AWS's simulator says that it is allowed now, by AWSGlueConsoleFullAccess (group GlueAccess): fixed since, or still spreading.",
        'Try again in a minute or two.',
      ],
    ],
    [
      'an Allow that only the simulator knows',
      { kind: 'already-allowed', by: [], unseen: [] },
      [
        "AWS's simulator says that it is allowed now: fixed since, or still spreading.",
        'Try again in a minute or two.',
      ],
    ],
    [
      'an Allow that is there now, beside layers that nobody can read',
      { kind: 'already-allowed', by: [], unseen: ['a policy of the session', 'the policy of the VPC endpoint vpce-1'] },
      [
        "AWS's simulator says that it is allowed now: fixed since, or still spreading. Or a policy of the session or the policy of the VPC endpoint vpce-1 refuses it, which cannot be read from here: the message gives no reason.",
        'Try again in a minute or two. If it is refused again, ask about a policy of the session or the policy of the VPC endpoint vpce-1.',
      ],
    ],
    [
      'nothing that is clear',
      { kind: 'unclear', reasons: ['The message says this.', 'The simulator says that.'] },
      [
        'It is not clear why this was refused. The message says this. The simulator says that.',
        'Nothing is proposed. Look at the checklist for what could not be established.',
      ],
    ],
  ])('%s', (_, verdict, expected) => {
    expect(words(verdict)).toEqual(expected);
  });

  test('a missing Allow for which no grant can be offered says why', () => {
    const verdict: Verdict = { kind: 'missing-allow', nearMisses: [], assumptions: [], alternative: null };
    expect(words(verdict, { proposal: null, withheld: 'There is no room.', service: null })).toEqual([
      'No policy of maria allows passing glue-runtime-role to the service.',
      'No grant is offered. There is no room.',
    ]);
  });

  test('a missing Allow for which nothing was worked out', () => {
    const verdict: Verdict = { kind: 'missing-allow', nearMisses: [], assumptions: [], alternative: null };
    expect(words(verdict, { proposal: null })[1]).toBe('No grant is offered.');
  });
});
