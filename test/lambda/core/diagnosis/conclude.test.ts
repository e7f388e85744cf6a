import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Found, Simulation } from '../../../../lambda/core/account/evidence.ts';
import type { Denial, PolicyLayer } from '../../../../lambda/core/denial/denial.ts';
import type { Diagnosis, SimulationRequest } from '../../../../lambda/core/diagnosis/diagnosis.ts';
import {
  aGroup,
  allow,
  aRolePrincipal,
  aSimulation,
  aTargetRole,
  aUser,
  awsManaged,
  deny,
  glueAccess,
  guarded,
  inline,
  notFromOffice,
  simulate,
  trusting,
  user,
  userWith,
  withoutMfa,
} from '../../../support/account.ts';
import { aDenial, aPastedText, fromConsole, GLUE, nothingKnown, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf, found, refused } from '../../../support/question.ts';

const explicit = { effect: 'explicit' as const };
const withMfa = (mfa: boolean | null) => ({ request: { ...fromConsole, mfa } });
const decisions = ({ simulations: { asked, lifted, proved } }: Diagnosis) => [
  asked?.decision ?? null,
  lifted?.decision ?? null,
  proved?.decision ?? null,
];

describe('the field note, from the denial to the diagnosis', () => {
  const diagnosis = diagnose(factsOf());

  test('comes to a missing Allow, with the near misses', () => {
    expect(diagnosis.verdict).toMatchObject({ kind: 'missing-allow', assumptions: [] });
    expect(diagnosis.verdict.kind === 'missing-allow' && diagnosis.verdict.nearMisses.length).toBe(3);
  });

  test('offers the grant, which was simulated as allowed', () => {
    expect(diagnosis.proposal).toMatchObject({
      target: { kind: 'group', name: 'GlueAccess' },
      policyName: 'AllowPassGlueRuntimeRoleToGlue',
      gains: ['jonas', 'maria'],
    });
    expect(decisions(diagnosis)).toEqual(['implicitDeny', null, 'allowed']);
    expect([diagnosis.withheld, diagnosis.service, diagnosis.risk]).toEqual([
      null,
      GLUE,
      { level: 'low', reasons: [] },
    ]);
  });

  test('sends the proof as the text that would be written, in the request as it was', () => {
    const requests: SimulationRequest[] = [];
    const { proposal } = diagnose(factsOf(), (request) => {
      requests.push(request);
      return found(simulate(aUser(), request));
    });
    expect(requests.map(({ added }) => added)).toEqual([[], [JSON.stringify(proposal?.document)]]);
    expect(requests[1]?.context).toEqual(requests[0]?.context);
  });

  test('without MFA comes to the guardrail first, and to the missing Allow underneath', () => {
    const denial = aDenial({ ...explicit, ...withMfa(false) });
    const { verdict, proposal, ...rest } = diagnose(factsOf(denial, guarded(deny('Mfa', withoutMfa))));
    expect(verdict).toMatchObject({
      kind: 'explicit-deny',
      denies: [{ sid: 'Mfa', lift: { key: 'aws:MultiFactorAuthPresent', sentence: 'Sign in with MFA.' } }],
      underneath: {
        kind: 'missing-allow',
        by: 'simulation',
        proposal: { policyName: 'AllowPassGlueRuntimeRoleToGlue', sufficient: false },
      },
    });
    expect(proposal).toBeNull();
    expect(decisions({ verdict, proposal, ...rest })).toEqual(['explicitDeny', 'implicitDeny', 'allowed']);
  });

  test('of a pasted text, which knows nothing of MFA, assumes what the message says', () => {
    const denial = aDenial({ request: nothingKnown });
    const { verdict, proposal, simulations } = diagnose(factsOf(denial, guarded(deny('Mfa', withoutMfa))));
    expect(verdict).toMatchObject({
      kind: 'missing-allow',
      assumptions: [
        'The message says that no policy allows it, so Guard (user maria) did not deny it: aws:MultiFactorAuthPresent must have satisfied it. Where that Deny does apply, the grant alone is not sufficient.',
      ],
    });
    expect(proposal?.policyName).toBe('AllowPassGlueRuntimeRoleToGlue');
    expect(simulations.proved?.context).toEqual(simulations.lifted?.context);
  });
});

describe('a grant is offered only if AWS says that it would do', () => {
  const answering = (proved: Found<Simulation>) =>
    diagnose(factsOf(), (request, which) => (which === 'proved' ? proved : found(simulate(aUser(), request))));

  test.each(['implicitDeny', 'explicitDeny'] as const)('not if it says %s', (decision) => {
    const { verdict, proposal, withheld } = answering(found(aSimulation(decision)));
    expect(verdict).toEqual({
      kind: 'unclear',
      reasons: [`The grant would not be enough: with it added, AWS's simulator still says ${decision}.`],
    });
    expect([proposal, withheld]).toEqual([null, null]);
  });

  test('not if it may not be asked', () => {
    expect(answering(refused('The simulation was refused.')).verdict).toEqual({
      kind: 'unclear',
      reasons: ['The simulation was refused.'],
    });
  });

  test('not if there is no room for it, and then the verdict stands with the reason', () => {
    const full = { ...inline('Own', user, allow('s3:*', '*')), size: 2000 };
    const { verdict, proposal, withheld, simulations } = diagnose(factsOf(aDenial(), userWith(full)));
    expect(verdict).toEqual({ kind: 'missing-allow', nearMisses: [], assumptions: [], alternative: null });
    expect([proposal, simulations.proved]).toEqual([null, null]);
    expect(withheld).toContain('user maria has 2000 of its 2048 characters');
  });
});

describe("the remediator's own roles", () => {
  test('are never passed', () => {
    const { proposal, withheld, risk } = diagnose(
      factsOf(aDenial(), aUser(), { ownRoles: ['Other', 'Glue-Runtime-Role'] }),
    );
    expect([proposal, withheld, risk.level]).toEqual([
      null,
      'The role glue-runtime-role counts as one of our own, by its name, its path or its tag, and is never passed.',
      'administrator',
    ]);
  });

  test('are never written to', () => {
    const session = aRolePrincipal();
    const diagnosed = (ownRoles: readonly string[]) => diagnose(factsOf(aDenial(), session, { ownRoles }));
    expect(diagnosed([]).proposal?.target).toEqual({ kind: 'role', name: 'etl-developer' });
    const { proposal, withheld, risk } = diagnosed(['ETL-Developer']);
    expect([proposal, withheld, risk.level]).toEqual([
      null,
      'The role etl-developer counts as one of our own, by its name, its path or its tag, and is never written to.',
      'low',
    ]);
  });

  test('leave a group of another name alone', () => {
    expect(diagnose(factsOf(aDenial(), aUser(), { ownRoles: ['GlueAccess'] })).proposal).not.toBeNull();
  });
});

describe('the risk', () => {
  test('names what the role may do and the one who was refused may not', () => {
    const { risk } = diagnose(factsOf(aDenial(), aUser(), { roleMay: found(['s3:GetObject', 's3:PutObject']) }));
    expect(risk).toEqual({
      level: 'elevated',
      reasons: [
        "AWS's simulator says that the role may do s3:GetObject, s3:PutObject on everything.",
        'As this role one may do on everything what maria may not: s3:GetObject, s3:PutObject.',
      ],
    });
  });

  test('is told of a role of which nothing can be granted, without a comparison', () => {
    const service = { kind: 'unknown' as const, why: 'The service is not known.' };
    const { verdict, risk } = diagnose(factsOf(aDenial(), aUser(), { service, roleMay: found(['s3:GetObject']) }));
    expect([verdict.kind, risk.reasons]).toEqual([
      'unclear',
      ["AWS's simulator says that the role may do s3:GetObject on everything."],
    ]);
  });
});

describe('an Allow that the person can bring to apply', () => {
  const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const conditional = guarded(allow('iam:PassRole', ROLE, withMfa));

  test('is not undermined by a grant without its condition', () => {
    const { verdict, proposal, withheld, simulations } = diagnose(
      factsOf(aDenial({ request: { ...fromConsole, mfa: false } }), conditional),
    );
    expect(verdict.kind).toBe('missing-allow');
    expect([proposal, simulations.proved]).toEqual([null, null]);
    expect(withheld).toBe(
      'Guard (user maria) allows it already, under a condition that this call did not meet. Sign in with MFA. A grant without that condition would take it away from everyone who gains.',
    );
  });

  test('stands with the near misses that missed by one part', () => {
    const { verdict } = diagnose(factsOf(aDenial({ request: { ...fromConsole, mfa: false } }), conditional));
    expect(
      verdict.kind === 'missing-allow' && verdict.nearMisses.map(({ policy, missed }) => [policy.name, missed.length]),
    ).toEqual([
      ['AWSGlueConsoleFullAccess', 1],
      ['AWSGlueConsoleFullAccess', 1],
      ['Guard', 1],
      ['AWSGlueConsoleFullAccess', 2],
    ]);
  });
});

test('a service that was inferred from the trust policy is told as an assumption', () => {
  const { verdict, proposal } = diagnose(factsOf(aPastedText()));
  expect(verdict.kind === 'missing-allow' && verdict.assumptions).toEqual([
    'The text names no service, so glue.amazonaws.com is assumed: it is the only one that the role trusts.',
  ]);
  expect(proposal?.target).toEqual({ kind: 'group', name: 'GlueAccess' });
});

describe('what lies underneath a Deny', () => {
  const underneath = (...of: Parameters<typeof diagnose>) => {
    const { verdict } = diagnose(...of);
    return verdict.kind === 'explicit-deny' ? verdict.underneath : verdict;
  };
  const passing = allow('iam:PassRole', ROLE);

  test('the call is allowed once the guardrail is satisfied', () => {
    const principal = userWith(inline('P', user, passing, deny('Mfa', withoutMfa)));
    expect(underneath(factsOf(aDenial({ ...explicit, ...withMfa(false) }), principal))).toEqual({
      kind: 'allowed',
      by: 'simulation',
    });
  });

  test('by our own reading, where the Deny cannot be lifted for a simulation', () => {
    const principal = userWith(inline('P', user, passing, deny('No')));
    expect(underneath(factsOf(aDenial(explicit), principal))).toEqual({ kind: 'allowed', by: 'reading' });
  });

  test('an Allow is missing, by our own reading', () => {
    const outcome = underneath(factsOf(aDenial(explicit), guarded(deny('No'))));
    expect(outcome).toMatchObject({
      kind: 'missing-allow',
      by: 'reading',
      proposal: { policyName: 'AllowPassGlueRuntimeRoleToGlue', sufficient: false },
    });
  });

  test('another guardrail', () => {
    const facts = factsOf(aDenial({ ...explicit, ...withMfa(false) }), guarded(deny('Mfa', withoutMfa)));
    expect(underneath(facts, () => found(aSimulation('explicitDeny')))).toEqual({
      kind: 'unknown',
      why: 'With that guardrail satisfied, another one still denies the call.',
    });
  });

  test('another guardrail than those two', () => {
    const two = guarded(deny('Mfa', withoutMfa), deny('Office', notFromOffice));
    const facts = factsOf(aDenial({ ...explicit, ...withMfa(false) }), two);
    expect(underneath(facts, () => found(aSimulation('explicitDeny')))).toEqual({
      kind: 'unknown',
      why: 'With those guardrails satisfied, another one still denies the call.',
    });
  });

  test('is not known if it may not be simulated', () => {
    const facts = factsOf(aDenial({ ...explicit, ...withMfa(false) }), guarded(deny('Mfa', withoutMfa)));
    const answer = (_: SimulationRequest, which: string) =>
      which === 'asked' ? found(aSimulation('explicitDeny')) : refused('The second simulation was refused.');
    expect(underneath(facts, answer)).toEqual({ kind: 'unknown', why: 'The second simulation was refused.' });
  });

  test('is what the simulator says of the request without the key that woke the Deny', () => {
    const ifNoMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
    const denial = aDenial({ ...explicit, ...withMfa(null) });
    expect(underneath(factsOf(denial, userWith(inline('P', user, passing, deny('Mfa', ifNoMfa)))))).toEqual({
      kind: 'allowed',
      by: 'simulation',
    });
    expect(underneath(factsOf(denial, guarded(deny('Mfa', ifNoMfa))))).toMatchObject({
      kind: 'missing-allow',
      by: 'simulation',
      proposal: { sufficient: false },
    });
  });

  test('holds no grant that was not proved, where it could be', () => {
    const facts = factsOf(aDenial({ ...explicit, ...withMfa(false) }), guarded(deny('Mfa', withoutMfa)));
    const answer = (request: SimulationRequest, which: string) =>
      which === 'proved'
        ? found(aSimulation('implicitDeny'))
        : found(simulate(guarded(deny('Mfa', withoutMfa)), request));
    expect(underneath(facts, answer)).toMatchObject({ kind: 'missing-allow', proposal: null });
  });
});

describe('nothing is offered and nothing is shown as proved', () => {
  test('where the trust policy lacks the service', () => {
    const role = found(aTargetRole({ trust: trusting('lambda.amazonaws.com') }));
    const { verdict, proposal, simulations } = diagnose(factsOf(aDenial(), aUser(), { role }));
    expect(verdict).toEqual({
      kind: 'trust-policy',
      service: GLUE,
      trusts: ['lambda.amazonaws.com'],
      denied: false,
      failing: [],
      fixed: false,
      statement: { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' },
      underneath: 'implicitDeny',
    });
    expect([proposal, simulations.proved]).toEqual([null, null]);
  });

  test.each([
    ['scp', 'organization-policy'],
    ['rcp', 'organization-policy'],
    ['session', 'session-policy'],
    ['vpc-endpoint', 'endpoint-policy'],
    ['resource', 'unclear'],
  ] as const)('where the message names another layer: %s', (policyType, kind) => {
    const { verdict, proposal, simulations } = diagnose(factsOf(aDenial({ policyType })));
    expect(verdict.kind).toBe(kind);
    expect([proposal, simulations.proved]).toEqual([null, null]);
  });

  test('where it is allowed now, and it is said by which policies', () => {
    const granted = inline('AllowPass', glueAccess, { Sid: 'Pass', ...allow('iam:PassRole', ROLE) });
    const { verdict, proposal } = diagnose(factsOf(aDenial(), aUser({ policies: [granted] })));
    expect(verdict).toEqual({ kind: 'already-allowed', by: [{ policy: granted.source, sid: 'Pass' }], unseen: [] });
    expect(proposal).toBeNull();
  });

  test('where the simulator may not be asked', () => {
    const { verdict, simulations } = diagnose(factsOf(), () => refused('The simulation was refused.'));
    expect(verdict).toEqual({ kind: 'unclear', reasons: ['The simulation was refused.'] });
    expect(simulations).toEqual({ asked: null, lifted: null, proved: null });
  });

  test('where the second question was refused, and the reason is told', () => {
    const facts = factsOf(aDenial(withMfa(null)), guarded(deny('Mfa', withoutMfa)));
    const { verdict } = diagnose(facts, (request, which) =>
      which === 'asked' ? found(simulate(guarded(deny('Mfa', withoutMfa)), request)) : refused('Refused.'),
    );
    expect(verdict.kind === 'unclear' && verdict.reasons.at(-1)).toBe('Refused.');
  });

  test('where the role does not exist: then its risk is not known either', () => {
    const role = { kind: 'missing' as const, why: 'no such role' };
    expect(diagnose(factsOf(aDenial(), aUser(), { role })).risk).toEqual({
      level: 'unknown',
      reasons: ['The role could not be read, so what passing it hands over is not known.'],
    });
  });
});

test('Lambda calls itself by dates, and the group that gives the call is found all the same', () => {
  const denial = aDenial({ eventSource: 'lambda.amazonaws.com', operation: 'CreateFunction20150331' });
  const groups = [aGroup('Readers', 'maria'), aGroup('Builders', 'maria', 'jonas')];
  const policies = [
    inline('P', { kind: 'group', name: 'Readers' }, allow('lambda:Get*', '*')),
    inline('P', { kind: 'group', name: 'Builders' }, allow('lambda:CreateFunction', '*')),
  ];
  const role = found(aTargetRole({ trust: trusting('lambda.amazonaws.com') }));
  expect(diagnose(factsOf(denial, aUser({ groups, policies }), { role })).proposal).toMatchObject({
    target: { name: 'Builders' },
    policyName: 'AllowPassGlueRuntimeRoleToLambda',
  });
});

test('whatever the sources say, a grant is only offered for a missing Allow that AWS proved, and never past another layer', () => {
  const layers: readonly PolicyLayer[] = [
    'permissions-boundary',
    'session',
    'scp',
    'rcp',
    'resource',
    'vpc-endpoint',
    'role-trust',
  ];
  const denial = fc.record({
    effect: fc.constantFrom('implicit' as const, 'explicit' as const, null),
    policyType: fc.constantFrom(null, 'identity' as const, ...layers),
    mfa: fc.constantFrom(true, false, null),
  });
  const statements = fc.subarray([
    allow('iam:PassRole', ROLE),
    allow('*', '*', withoutMfa),
    allow('iam:PassRole', ROLE, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    deny('Mfa', withoutMfa),
    deny('Office', notFromOffice),
    deny('Org', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }),
    deny('No'),
  ]);
  const decision = fc.constantFrom('allowed' as const, 'implicitDeny' as const, 'explicitDeny' as const);
  const answer = fc.record({
    decision,
    allowedByBoundary: fc.constantFrom(null, true, false),
    isRefused: fc.boolean(),
  });
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(
      denial,
      statements,
      fc.array(answer, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      (said, written, answers, isHonest) => {
        const of: Partial<Denial> = { effect: said.effect, policyType: said.policyType, ...withMfa(said.mfa) };
        const principal = userWith(inline('P', user, ...written));
        const role = found(aTargetRole({ policies: found([]) }));
        const facts = factsOf(aDenial(of), principal, { role });
        const queue = [...answers];
        const { verdict, proposal, withheld, simulations } = diagnose(facts, (request) => {
          const next = queue.shift();
          if (isHonest || next === undefined) return found(simulate(principal, request));
          const { decision: decided, allowedByBoundary } = next;
          return next.isRefused
            ? refused('No.')
            : found(aSimulation(decided, { allowedByBoundary, context: request.context }));
        });
        kinds.set(verdict.kind, (kinds.get(verdict.kind) ?? 0) + 1);
        if (proposal !== null) {
          expect([verdict.kind, simulations.proved?.decision, withheld]).toEqual(['missing-allow', 'allowed', null]);
          expect(simulations.asked?.allowedByBoundary).not.toBe(false);
        }
        if (said.policyType !== null && said.policyType !== 'identity') expect(proposal).toBeNull();
        if ('said' in verdict) expect([verdict.said.includes(''), verdict.said.length > 0]).toEqual([false, true]);
        // The simulator alone names no such layer.
        if (said.policyType === null || said.policyType === 'identity')
          expect(['organization-policy', 'session-policy', 'endpoint-policy']).not.toContain(verdict.kind);
        if (verdict.kind === 'unclear') expect(verdict.reasons.filter((reason) => reason !== '')).not.toEqual([]);
        if (verdict.kind === 'explicit-deny') {
          expect(verdict.denies).not.toEqual([]);
          const { underneath } = verdict;
          if (underneath.kind === 'missing-allow' && underneath.by === 'simulation' && underneath.proposal !== null)
            expect(simulations.proved?.decision).toBe('allowed');
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect([...kinds.keys()].sort()).toEqual([
    'already-allowed',
    'endpoint-policy',
    'explicit-deny',
    'missing-allow',
    'organization-policy',
    'permissions-boundary',
    'session-policy',
    'unclear',
  ]);
});

test('the policies that are told of are those that were read', () => {
  const { verdict } = diagnose(factsOf());
  const source = awsManaged('AWSGlueConsoleFullAccess', glueAccess).source;
  expect(verdict.kind === 'missing-allow' && verdict.nearMisses.map(({ policy }) => policy)).toEqual([
    source,
    source,
    source,
  ]);
});
