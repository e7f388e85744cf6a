import { describe, expect, test } from '@jest/globals';
import type { Principal, Simulation, TargetRole } from '../../../../lambda/core/account/evidence.ts';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { reasonInMessage } from '../../../../lambda/core/diagnosis/layer-in-message.ts';
import { reconcile } from '../../../../lambda/core/diagnosis/reconcile.ts';
import type { Reconciled } from '../../../../lambda/core/diagnosis/reconciled.ts';
import { read } from '../../../../lambda/core/explanation/reading.ts';
import {
  allow,
  aSimulation,
  aTargetRole,
  deny,
  documentOf,
  inline,
  trusting,
  user,
  userWith,
  type Written,
  withoutMfa,
} from '../../../support/account.ts';
import { aDenial, anna, fromConsole, GLUE, ROLE } from '../../../support/denial.ts';
import { found, questionOf } from '../../../support/question.ts';

const passing = allow('iam:PassRole', ROLE);
const ifMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const ifNoMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };

/** What the policies say, where the event does not tell whether MFA was there. */
const policies = {
  nothing: [],
  'an Allow': [passing],
  'an Allow if there was no MFA': [allow('iam:PassRole', ROLE, withoutMfa)],
  'an Allow, and one if there was no MFA': [passing, allow('iam:PassRole', ROLE, withoutMfa)],
  'a Deny': [deny('No')],
  'a Deny unless there was MFA': [deny('Mfa', withoutMfa)],
  'an Allow and a Deny unless there was MFA': [passing, deny('Mfa', withoutMfa)],
  'a Deny if MFA is said to be missing': [deny('Mfa', ifNoMfa)],
  'an Allow and a Deny if MFA is said to be missing': [passing, deny('Mfa', ifNoMfa)],
  'an Allow if there was MFA': [allow('iam:PassRole', ROLE, ifMfa)],
} satisfies Record<string, Written[]>;

/** What AWS's message says. */
const messages = {
  'no policy allows it': { effect: 'implicit', policyType: 'identity' },
  'a policy denies it': { effect: 'explicit', policyType: 'identity' },
  'something denies it': { effect: 'explicit', policyType: null },
  'no reason': { effect: null, policyType: null },
} satisfies Record<string, Partial<Denial>>;

interface Sources {
  readonly asked: Simulation['decision'];
  readonly message: keyof typeof messages;
  readonly policies: keyof typeof policies;
  readonly lifted?: Simulation['decision'];
}

function reconciledOf(
  sources: Sources,
  principal: Partial<Principal> = {},
  role: Partial<TargetRole> = {},
): Reconciled {
  const denial = aDenial({ ...messages[sources.message], request: { ...fromConsole, mfa: null } });
  const holder = { ...userWith(inline('P', user, ...policies[sources.policies])), ...principal };
  const question = questionOf(denial, holder, { role: found(aTargetRole(role)) });
  const lifted = sources.lifted === undefined ? null : aSimulation(sources.lifted);
  return reconcile(question, denial, aSimulation(sources.asked), read(question), lifted);
}

type Row = readonly [Sources['message'], Sources['policies'], Sources['lifted'], Reconciled['kind']];

const tables: Readonly<Record<Simulation['decision'], readonly Row[]>> = {
  allowed: [
    ['no policy allows it', 'an Allow', undefined, 'already-allowed'],
    ['a policy denies it', 'an Allow', undefined, 'already-allowed'],
    ['something denies it', 'an Allow', undefined, 'unclear'],
    ['no reason', 'an Allow', undefined, 'already-allowed'],
    ['no policy allows it', 'an Allow if there was no MFA', undefined, 'unclear'],
    ['a policy denies it', 'an Allow if there was no MFA', undefined, 'already-allowed'],
    ['no reason', 'an Allow if there was no MFA', undefined, 'unclear'],
    ['no policy allows it', 'an Allow, and one if there was no MFA', undefined, 'already-allowed'],
    ['no policy allows it', 'an Allow and a Deny if MFA is said to be missing', undefined, 'already-allowed'],
    ['a policy denies it', 'an Allow and a Deny if MFA is said to be missing', undefined, 'explicit-deny'],
    ['something denies it', 'an Allow and a Deny if MFA is said to be missing', undefined, 'explicit-deny'],
    ['no reason', 'an Allow and a Deny if MFA is said to be missing', undefined, 'unclear'],
    ['no policy allows it', 'nothing', undefined, 'unclear'],
    ['a policy denies it', 'nothing', undefined, 'unclear'],
    ['no reason', 'nothing', undefined, 'unclear'],
    ['no policy allows it', 'a Deny', undefined, 'unclear'],
    ['no reason', 'a Deny unless there was MFA', undefined, 'unclear'],
  ],
  implicitDeny: [
    ['no policy allows it', 'nothing', undefined, 'missing-allow'],
    ['a policy denies it', 'nothing', undefined, 'unclear'],
    ['something denies it', 'nothing', undefined, 'unclear'],
    ['no reason', 'nothing', undefined, 'missing-allow'],
    ['no policy allows it', 'a Deny if MFA is said to be missing', undefined, 'missing-allow'],
    ['a policy denies it', 'a Deny if MFA is said to be missing', undefined, 'explicit-deny'],
    ['something denies it', 'a Deny if MFA is said to be missing', undefined, 'explicit-deny'],
    ['no reason', 'a Deny if MFA is said to be missing', undefined, 'unclear'],
    ['no policy allows it', 'an Allow if there was MFA', undefined, 'missing-allow'],
    ['no reason', 'an Allow if there was MFA', undefined, 'unclear'],
    ['no policy allows it', 'an Allow', undefined, 'unclear'],
    ['no reason', 'an Allow', undefined, 'unclear'],
    ['no policy allows it', 'a Deny', undefined, 'unclear'],
    ['a policy denies it', 'a Deny', undefined, 'unclear'],
    ['no policy allows it', 'a Deny unless there was MFA', undefined, 'unclear'],
  ],
  explicitDeny: [
    ['no policy allows it', 'a Deny', undefined, 'unclear'],
    ['a policy denies it', 'a Deny', undefined, 'explicit-deny'],
    ['something denies it', 'a Deny', undefined, 'explicit-deny'],
    ['no reason', 'a Deny', undefined, 'explicit-deny'],
    ['no policy allows it', 'a Deny unless there was MFA', undefined, 'unclear'],
    ['no policy allows it', 'a Deny unless there was MFA', 'implicitDeny', 'missing-allow'],
    ['no policy allows it', 'an Allow and a Deny unless there was MFA', 'allowed', 'already-allowed'],
    ['no policy allows it', 'a Deny unless there was MFA', 'explicitDeny', 'unclear'],
    ['a policy denies it', 'a Deny unless there was MFA', 'implicitDeny', 'explicit-deny'],
    ['something denies it', 'a Deny unless there was MFA', 'allowed', 'explicit-deny'],
    ['no reason', 'a Deny unless there was MFA', 'implicitDeny', 'unclear'],
    ['no reason', 'a Deny unless there was MFA', undefined, 'unclear'],
    ['no policy allows it', 'nothing', undefined, 'unclear'],
    ['a policy denies it', 'nothing', undefined, 'unclear'],
    ['no reason', 'an Allow', undefined, 'unclear'],
    ['a policy denies it', 'a Deny if MFA is said to be missing', undefined, 'unclear'],
  ],
};

describe.each(['allowed', 'implicitDeny', 'explicitDeny'] as const)("AWS's simulator says %s", (asked) => {
  test.each(tables[asked])('the message says: %s; the policies hold %s; lifted: %s => %s', (...row) => {
    const [message, held, lifted, kind] = row;
    const outcome = reconciledOf({ asked, message, policies: held, ...(lifted === undefined ? {} : { lifted }) });
    expect(outcome.kind).toBe(kind);
  });
});

describe('what is reconciled, in full', () => {
  test('a missing Allow, as things were', () => {
    expect(reconciledOf({ asked: 'implicitDeny', message: 'no policy allows it', policies: 'nothing' })).toEqual({
      kind: 'missing-allow',
      in: 'asked',
      assumptions: [],
    });
  });

  test('a missing Allow under a guardrail that the message rules out says what that assumes', () => {
    const sources = { asked: 'explicitDeny', message: 'no policy allows it', lifted: 'implicitDeny' } as const;
    expect(reconciledOf({ ...sources, policies: 'a Deny unless there was MFA' })).toEqual({
      kind: 'missing-allow',
      in: 'lifted',
      assumptions: [
        'The message says that no policy allows it, so P (user maria) did not deny it: aws:MultiFactorAuthPresent must have satisfied it. Where that Deny does apply, the grant alone is not sufficient.',
      ],
    });
  });

  test('a missing Allow beside a Deny that could have matched says that it did not, this time', () => {
    const sources = { asked: 'implicitDeny', message: 'no policy allows it' } as const;
    expect(reconciledOf({ ...sources, policies: 'a Deny if MFA is said to be missing' })).toEqual({
      kind: 'missing-allow',
      in: 'asked',
      assumptions: [
        'The message says that no policy allows it, so P (user maria) did not deny it this time; it hangs on aws:MultiFactorAuthPresent. Where that Deny does apply, the grant alone is not sufficient.',
      ],
    });
  });

  test('a missing Allow of a role that trusts the service under a condition says what its trust hangs on', () => {
    const trust = documentOf(
      {
        Effect: 'Allow',
        Principal: { Service: GLUE },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      },
      { Effect: 'Deny', Principal: '*', Action: '*', Condition: { StringNotEquals: { 'aws:SourceOrgID': 'o-1' } } },
    );
    const sources = { asked: 'implicitDeny', message: 'no policy allows it', policies: 'nothing' } as const;
    expect(reconciledOf(sources, {}, { trust })).toMatchObject({
      assumptions: [
        'glue-runtime-role trusts glue.amazonaws.com only if aws:SourceAccount StringEquals 111122223333; what the service sends is not known.',
        'glue-runtime-role keeps glue.amazonaws.com out if aws:SourceOrgID StringNotEquals o-1; what the service sends is not known.',
      ],
    });
  });

  test('a Deny, with the statements', () => {
    const outcome = reconciledOf({ asked: 'explicitDeny', message: 'no reason', policies: 'a Deny' });
    expect(outcome.kind === 'explicit-deny' && outcome.denies.map(({ match }) => match.statement.sid)).toEqual(['No']);
  });

  test('an Allow that is there now, with the statements', () => {
    const outcome = reconciledOf({ asked: 'allowed', message: 'no reason', policies: 'an Allow' });
    expect(outcome.kind === 'already-allowed' && outcome.allows.map(({ match }) => match.index)).toEqual([0]);
  });
});

describe('where it stays unclear, it is said who said what', () => {
  const stated = "AWS's message says: no identity-based policy allows it.";
  const denied = "AWS's message says: an explicit deny in an identity-based policy.";
  const notFound =
    "Neither AWS's simulator nor our own reading finds a Deny that matches: it may have been removed since, or be in a layer that cannot be read from here.";

  test.each<[Sources, string[]]>([
    [
      { asked: 'allowed', message: 'no policy allows it', policies: 'nothing' },
      [
        "AWS's simulator says that the call is allowed now.",
        'Our own reading of the policies says implicitDeny: no statement matches.',
        stated,
      ],
    ],
    [
      { asked: 'allowed', message: 'no reason', policies: 'a Deny' },
      [
        "AWS's simulator says that the call is allowed now.",
        'Our own reading of the policies says explicitDeny, by P (user maria).',
      ],
    ],
    [
      { asked: 'allowed', message: 'something denies it', policies: 'an Allow' },
      ["AWS's message says: an explicit deny in a policy.", notFound],
    ],
    [
      { asked: 'allowed', message: 'no policy allows it', policies: 'an Allow if there was no MFA' },
      [
        "AWS's simulator says that the call is allowed now, but it is not known what the request carried for aws:MultiFactorAuthPresent, which P (user maria) depends on.",
        stated,
      ],
    ],
    [
      { asked: 'allowed', message: 'no reason', policies: 'an Allow and a Deny if MFA is said to be missing' },
      [
        "AWS's simulator says that the call is allowed now, but it is not known what the request carried for aws:MultiFactorAuthPresent, which P (user maria) depends on.",
      ],
    ],
    [
      { asked: 'implicitDeny', message: 'no policy allows it', policies: 'an Allow' },
      [
        "AWS's simulator says implicitDeny: no policy allows it.",
        'Our own reading of the policies says allowed, by P (user maria).',
        stated,
      ],
    ],
    [{ asked: 'implicitDeny', message: 'a policy denies it', policies: 'nothing' }, [denied, notFound]],
    [
      { asked: 'implicitDeny', message: 'no reason', policies: 'an Allow if there was MFA' },
      [
        'The message states no reason, and it is not known what the request carried for aws:MultiFactorAuthPresent, which P (user maria) depends on.',
      ],
    ],
    [
      { asked: 'explicitDeny', message: 'a policy denies it', policies: 'an Allow' },
      [
        "AWS's simulator says explicitDeny.",
        'Our own reading of the policies says allowed, by P (user maria).',
        denied,
      ],
    ],
    [
      { asked: 'explicitDeny', message: 'no policy allows it', policies: 'a Deny' },
      [
        stated,
        "AWS's simulator says explicitDeny for the request as it was, by P (user maria): the policies may have changed since the denial.",
      ],
    ],
    [
      { asked: 'explicitDeny', message: 'no policy allows it', policies: 'a Deny unless there was MFA' },
      [stated, 'P (user maria) would deny it, and it cannot be simulated without it.'],
    ],
    [
      {
        asked: 'explicitDeny',
        message: 'no policy allows it',
        policies: 'a Deny unless there was MFA',
        lifted: 'explicitDeny',
      },
      [stated, "With that guardrail satisfied, AWS's simulator still says explicitDeny."],
    ],
    [
      { asked: 'explicitDeny', message: 'no reason', policies: 'a Deny unless there was MFA', lifted: 'allowed' },
      [
        "It is not known what the request carried for aws:MultiFactorAuthPresent. Without it, P (user maria) denies the call; with it, AWS's simulator says allowed.",
        'The message states no reason that would settle it.',
      ],
    ],
    [
      { asked: 'explicitDeny', message: 'no reason', policies: 'a Deny unless there was MFA' },
      [
        'It is not known what the request carried for aws:MultiFactorAuthPresent. Without it, P (user maria) denies the call; with it, it is not known what is underneath.',
        'The message states no reason that would settle it.',
      ],
    ],
  ])('%j', (sources, reasons) => {
    expect(reconciledOf(sources)).toEqual({ kind: 'unclear', reasons });
  });

  test('a message that was cut does not say that it was the identity-based policies', () => {
    const denial = aDenial({ effect: 'implicit', policyType: null, request: { ...fromConsole, mfa: null } });
    const question = questionOf(denial, userWith(inline('P', user, deny('Mfa', withoutMfa))));
    const lifted = aSimulation('implicitDeny');
    expect(reconcile(question, denial, aSimulation('explicitDeny'), read(question), lifted)).toEqual({
      kind: 'unclear',
      reasons: ["AWS's message does not say which kind of policy does not allow it: it was probably cut."],
    });
  });

  test('a policy that cannot be understood leaves everything open', () => {
    const { source } = inline('Broken', user, passing);
    const unreadable = [{ source, why: 'The policy is not JSON: it may have been cut off.' }];
    expect(
      reconciledOf({ asked: 'implicitDeny', message: 'no policy allows it', policies: 'nothing' }, { unreadable }),
    ).toEqual({
      kind: 'unclear',
      reasons: [
        'The policy Broken (user maria) cannot be understood: The policy is not JSON: it may have been cut off.',
      ],
    });
  });
});

describe('a Deny that nobody can lift and that hangs on something unknown', () => {
  const outside = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } };
  const inside = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
  const said = (denial: Partial<Denial>, lifted: Simulation['decision'], ...statements: Written[]) => {
    const denied = aDenial(denial);
    const question = questionOf(denied, userWith(inline('P', user, deny('Org', outside), ...statements)));
    return reconcile(question, denied, aSimulation('explicitDeny'), read(question), aSimulation(lifted));
  };

  test('did not refuse what AWS says that no policy allows', () => {
    expect(said({}, 'implicitDeny')).toEqual({
      kind: 'missing-allow',
      in: 'lifted',
      assumptions: [
        'The message says that no policy allows it, so P (user maria) did not deny it: aws:PrincipalOrgID must have satisfied it. Where that Deny does apply, the grant alone is not sufficient.',
      ],
    });
  });

  test('may have, where the message states no reason', () => {
    expect(said({ effect: null, policyType: null }, 'implicitDeny').kind).toBe('unclear');
  });

  test('leaves it unclear where what allows it hangs on the same', () => {
    expect(said({}, 'allowed', allow('iam:PassRole', ROLE, inside))).toEqual({
      kind: 'unclear',
      reasons: [
        "AWS's message says: no identity-based policy allows it.",
        'It is not known what the request carried for aws:PrincipalOrgID, on which both P (user maria) and what allows it depend.',
      ],
    });
  });

  test('leaves an Allow that is certain', () => {
    expect(said({}, 'allowed', passing).kind).toBe('already-allowed');
  });
});

describe('what allows it now, where the message names no layer', () => {
  const unseen = (denial: Partial<Denial>, allowedByOrganizations: boolean | null = true) => {
    const said = aDenial({ effect: null, policyType: null, ...denial });
    const question = questionOf(said, userWith(inline('P', user, passing)));
    const outcome = reconcile(question, said, aSimulation('allowed', { allowedByOrganizations }), read(question), null);
    return outcome.kind === 'already-allowed' ? outcome.unseen : outcome.kind;
  };

  test('of a user who came by no endpoint is all that there is', () => {
    expect(unseen({})).toEqual([]);
  });

  test('may be fenced by a policy of the organization, of which the simulator says nothing', () => {
    expect(unseen({}, null)).toEqual(['a policy of the organization']);
  });

  test('of a session may be fenced by a policy of the session, and behind an endpoint by its policy', () => {
    const identity = anna;
    expect(unseen({ identity })).toEqual(['a policy of the session']);
    expect(
      unseen({ identity: null, principalArn: 'arn:aws:sts::111122223333:assumed-role/etl-developer/anna' }),
    ).toEqual(['a policy of the session']);
    expect(unseen({ identity, request: { ...fromConsole, vpcEndpointId: 'vpce-1' } })).toEqual([
      'a policy of the session',
      'the policy of the VPC endpoint vpce-1',
    ]);
  });

  test('is all that there is where the message names the identity-based policies', () => {
    expect(unseen({ identity: anna, effect: 'implicit', policyType: 'identity' }, null)).toEqual([]);
  });
});

describe('a role that does not let the service assume it', () => {
  const sources = { asked: 'implicitDeny', message: 'no policy allows it', policies: 'nothing' } as const;

  test('is the reason, whatever else is missing', () => {
    expect(reconciledOf(sources, {}, { trust: trusting('lambda.amazonaws.com') })).toEqual({
      kind: 'trust-policy',
      trusts: ['lambda.amazonaws.com'],
      denied: false,
      failing: [],
    });
  });

  test('because of a Deny is told as such, and the service is not counted as trusted', () => {
    const trust = documentOf(
      { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' },
      { Effect: 'Deny', Principal: { Service: GLUE }, Action: 'sts:*' },
    );
    expect(reconciledOf(sources, {}, { trust })).toEqual({
      kind: 'trust-policy',
      trusts: [],
      denied: true,
      failing: [],
    });
  });

  test('because it lets it do only something else', () => {
    const trust = documentOf({ Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:TagSession' });
    expect(reconciledOf(sources, {}, { trust })).toEqual({
      kind: 'trust-policy',
      trusts: [],
      denied: false,
      failing: [],
    });
  });
});

describe('a role that does not let the service assume it, and more', () => {
  const trust = trusting('lambda.amazonaws.com');
  const untrusted = { kind: 'trust-policy', trusts: ['lambda.amazonaws.com'], denied: false, failing: [] };
  const reconciling = (
    denial: Partial<Denial>,
    asked: Simulation['decision'],
    held: keyof typeof policies = 'nothing',
  ) => {
    const said = aDenial(denial);
    const question = questionOf(said, userWith(inline('P', user, ...policies[held])), {
      role: found(aTargetRole({ trust })),
    });
    return reconcile(question, said, aSimulation(asked), read(question), null);
  };

  test.each<[string, Partial<Denial>]>([
    ['no reason', { effect: null, policyType: null }],
    ['that no policy allows it', { effect: 'implicit', policyType: 'identity' }],
    ['that its trust policy does not allow it', { effect: 'implicit', policyType: 'role-trust' }],
    ['that its trust policy denies it', { effect: 'explicit', policyType: 'role-trust' }],
  ])('is the reason where the message states %s', (_, denial) => {
    expect(reconciling(denial, 'explicitDeny')).toEqual(untrusted);
  });

  test('comes after a layer that is stated', () => {
    expect(reconciling({ policyType: 'scp' }, 'implicitDeny').kind).toBe('other-layer');
    expect(reconciling({ policyType: 'scp', effect: 'explicit' }, 'implicitDeny').kind).toBe('other-layer');
  });

  test('comes after a Deny that is stated and found', () => {
    expect(reconciling({ effect: 'explicit' }, 'explicitDeny', 'a Deny').kind).toBe('explicit-deny');
  });

  test('is the reason where the stated Deny is gone', () => {
    expect(reconciling({ effect: 'explicit' }, 'allowed', 'an Allow')).toEqual(untrusted);
  });
});

describe("the message's reason as a source", () => {
  test.each<[Partial<Denial>, string | null]>([
    [{ effect: null, policyType: null }, null],
    [{ effect: 'implicit', policyType: null }, "AWS's message says: no policy allows it."],
    [
      { effect: 'explicit', policyType: null, policyArn: 'p-1' },
      "AWS's message says: an explicit deny in a policy (p-1).",
    ],
    [
      { effect: 'explicit', policyType: 'scp', policyArn: 'p-abc' },
      "AWS's message says: an explicit deny in a service control policy (p-abc).",
    ],
  ])('%j', (denial, words) => {
    expect(reasonInMessage(aDenial(denial))).toBe(words);
  });
});
