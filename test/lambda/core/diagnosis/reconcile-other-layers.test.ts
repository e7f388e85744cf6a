import { describe, expect, test } from '@jest/globals';
import type { Found, Principal, Simulation } from '../../../../lambda/core/account/evidence.ts';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { reasonInMessage } from '../../../../lambda/core/diagnosis/layer-in-message.ts';
import { reconcile } from '../../../../lambda/core/diagnosis/reconcile.ts';
import type { Reconciled } from '../../../../lambda/core/diagnosis/reconciled.ts';
import { read } from '../../../../lambda/core/explanation/reading.ts';
import {
  allow,
  aSimulation,
  bounded,
  deny,
  FENCE,
  inline,
  user,
  userWith,
  withoutMfa,
} from '../../../support/account.ts';
import { aDenial, fromConsole, ROLE } from '../../../support/denial.ts';
import { questionOf } from '../../../support/question.ts';

const passing = inline('P', user, allow('iam:PassRole', ROLE));
const refusing = inline('P', user, deny('No'));
const ifMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const noReason: Partial<Denial> = { effect: null, policyType: null };
const refused = { allowedByBoundary: false } as const;

function reconciling(
  denial: Partial<Denial>,
  principal: Principal,
  asked: Simulation,
  lifted: Simulation | null = null,
): Reconciled {
  const whole = aDenial(denial);
  const question = questionOf(whole, principal);
  return reconcile(question, whole, asked, read(question), lifted);
}

describe("an organization's policy", () => {
  const scp: Partial<Denial> = { policyType: 'scp', effect: 'explicit', policyArn: 'p-1' };
  const message = "AWS's message says: an explicit deny in a service control policy (p-1).";

  test('is believed as the message states it, whatever lies underneath', () => {
    for (const decision of ['allowed', 'implicitDeny', 'explicitDeny'] as const) {
      expect(reconciling(scp, userWith(), aSimulation(decision))).toEqual({
        kind: 'other-layer',
        layer: { kind: 'organization-policy', layer: 'scp', effect: 'explicit', policyId: 'p-1' },
        said: [message, "AWS's simulator says nothing of the organization."],
      });
    }
  });

  test('is not believed where the simulator says that the organization allows it', () => {
    expect(reconciling(scp, userWith(), aSimulation('allowed', { allowedByOrganizations: true }))).toEqual({
      kind: 'unclear',
      reasons: [
        message,
        "AWS's simulator says that the organization's policies allow it: they may have been changed since, or depend on something that the simulator was not told.",
      ],
    });
  });

  test('an RCP is not contradicted by a simulator that cannot see it', () => {
    const asked = aSimulation('allowed', { allowedByOrganizations: true });
    expect(reconciling({ ...scp, policyType: 'rcp' }, userWith(), asked).kind).toBe('other-layer');
  });

  test.each<[string, Partial<Denial>]>([
    ['without a reason', noReason],
    ['that blames identity-based policies', {}],
  ])('is never inferred from the simulator alone: a message %s', (_, denial) => {
    const asked = aSimulation('implicitDeny', { allowedByOrganizations: false });
    const said = reasonInMessage(aDenial(denial));
    expect(reconciling(denial, userWith(), asked)).toEqual({
      kind: 'unclear',
      reasons: [
        ...(said === null ? [] : [said]),
        "AWS's simulator says that the organization's policies do not allow it. It can be wrong about policies with conditions; ask the owners of the management account.",
      ],
    });
  });
});

test.each([
  ['session', { kind: 'session-policy', effect: 'implicit', policyArn: null }],
  ['vpc-endpoint', { kind: 'endpoint-policy', effect: 'implicit', policyArn: null, endpointId: 'vpce-1' }],
] as const)('a %s policy is believed as stated: the simulator cannot see it', (policyType, layer) => {
  const request = { ...fromConsole, vpcEndpointId: 'vpce-1' };
  expect(reconciling({ policyType, request }, userWith(passing), aSimulation('allowed'))).toEqual({
    kind: 'other-layer',
    layer,
    said: [`${reasonInMessage(aDenial({ policyType }))}`, "AWS's simulator cannot see such a policy."],
  });
});

describe('a permissions boundary', () => {
  const stated: Partial<Denial> = { policyType: 'permissions-boundary' };
  const fenced = bounded(userWith(passing), allow('glue:*', '*'));
  const open = bounded(userWith(passing), allow('*', '*'));
  const unread: Found<never> = { kind: 'refused', why: 'Reading the permissions boundary Fence was refused.' };
  const message = "AWS's message says: no permissions boundary allows it.";
  const simulator = `AWS's simulator says that the permissions boundary ${FENCE} does not allow it.`;
  const layer = { kind: 'permissions-boundary', effect: 'implicit' } as const;

  test('that all three say refuses it', () => {
    expect(reconciling(stated, fenced, aSimulation('implicitDeny', refused))).toEqual({
      kind: 'other-layer',
      layer,
      said: [message, simulator, 'Our own reading of that boundary says implicitDeny.'],
    });
  });

  test('that only the simulator and its text tell of', () => {
    expect(reconciling(noReason, fenced, aSimulation('implicitDeny', refused))).toEqual({
      kind: 'other-layer',
      layer,
      said: [simulator, 'Our own reading of that boundary says implicitDeny.'],
    });
  });

  test('whose text cannot be read is believed all the same', () => {
    const principal = { ...fenced, boundary: unread };
    expect(reconciling(noReason, principal, aSimulation('implicitDeny', refused))).toEqual({
      kind: 'other-layer',
      layer,
      said: [simulator, unread.why],
    });
    expect(reconciling(stated, principal, aSimulation('implicitDeny')).kind).toBe('other-layer');
  });

  test.each<[string, Partial<Denial>, Principal, Simulation, string]>([
    [
      'the principal has none today',
      stated,
      userWith(passing),
      aSimulation('allowed'),
      'has no permissions boundary today',
    ],
    [
      'the simulator says that it allows it',
      stated,
      open,
      aSimulation('allowed', { allowedByBoundary: true }),
      'may have been changed since',
    ],
    [
      'the simulator is silent, and its text allows it',
      stated,
      open,
      aSimulation('allowed'),
      'reading of that boundary says allowed',
    ],
    [
      'the simulator says that it does not, and its text does',
      noReason,
      open,
      aSimulation('implicitDeny', refused),
      'reading of that boundary says allowed',
    ],
    [
      'it depends on a key that is not known',
      { ...noReason, request: { ...fromConsole, mfa: null } },
      bounded(userWith(passing), allow('*', '*', ifMfa)),
      aSimulation('implicitDeny', refused),
      'aws:MultiFactorAuthPresent, on which the boundary depends',
    ],
    [
      'the message blames identity-based policies, which allow it',
      {},
      fenced,
      aSimulation('implicitDeny', refused),
      'The identity-based policies allow it today',
    ],
    [
      'the message speaks of no Deny, and the boundary has one',
      {},
      bounded(userWith(), deny('No')),
      aSimulation('explicitDeny', refused),
      'AWS names a Deny before anything else',
    ],
  ])('stays unclear where %s', (_, denial, principal, asked, words) => {
    const outcome = reconciling(denial, principal, asked);
    expect(outcome.kind === 'unclear' && outcome.reasons.join(' ')).toContain(words);
  });

  test('comes with what the message says of the identity-based policies', () => {
    const bare = bounded(userWith(), allow('glue:*', '*'));
    const under = aSimulation('implicitDeny', { allowedByBoundary: true });
    expect(reconciling({}, bare, aSimulation('implicitDeny', refused), under)).toMatchObject({
      kind: 'other-layer',
      layer,
    });
  });

  test('is believed against a silent simulator where an unknown key decides it', () => {
    const principal = bounded(
      userWith(passing),
      allow('*', '*'),
      deny('Mfa', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }),
    );
    const request = { ...fromConsole, mfa: null };
    const asked = aSimulation('allowed', { allowedByBoundary: true });
    expect(reconciling({ ...stated, effect: 'explicit', request }, principal, asked).kind).toBe('other-layer');
  });

  test.each<[string, Partial<Denial>]>([
    ['no reason is stated', noReason],
    ['the message says that something denies it', { effect: 'explicit', policyType: null }],
  ])('that denies is told as one where %s', (_, denial) => {
    const principal = bounded(userWith(passing), allow('*', '*'), deny('Never'));
    expect(reconciling(denial, principal, aSimulation('explicitDeny', refused))).toMatchObject({
      kind: 'other-layer',
      layer: { effect: 'explicit' },
      said: expect.arrayContaining(['Our own reading of that boundary says explicitDeny (Never).']),
    });
  });

  test('comes after a Deny of the identity-based policies', () => {
    const principal = bounded(userWith(refusing), allow('glue:*', '*'));
    expect(reconciling(noReason, principal, aSimulation('explicitDeny', refused)).kind).toBe('explicit-deny');
    const guarded = bounded(userWith(inline('P', user, deny('Mfa', withoutMfa))), allow('glue:*', '*'));
    const request = { ...fromConsole, mfa: false };
    const said: Partial<Denial> = { effect: 'explicit', policyType: 'identity', request };
    expect(reconciling(said, guarded, aSimulation('explicitDeny', refused)).kind).toBe('explicit-deny');
  });

  test('stands beside an organization that refuses it, too', () => {
    const outcome = reconciling(stated, fenced, aSimulation('implicitDeny', { allowedByOrganizations: false }));
    expect(outcome.kind === 'other-layer' && outcome.said.at(-1)).toContain(
      "the organization's policies do not allow it",
    );
  });
});
