import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Proposal } from '../../lambda/core/grant/proposal.ts';
import { type AccountWithCall, anyAccountWithCall } from '../support/any-account.ts';
import { ACCOUNT_ROLES, roleArns } from '../support/any-policy.ts';
import { GLUE } from '../support/denial.ts';
import { diagnoseRandom, type RandomDiagnosis } from '../support/random-diagnosis.ts';
import type { Context } from '../support/reference-conditions.ts';
import type { RawPolicy } from '../support/reference-evaluator.ts';
import { contextOf, layered } from '../support/reference-simulator.ts';
import { type Counts, count, patience, runs, tooRare } from '../support/runs.ts';
import { isCertainlyDenied, isCertainlyFenced } from '../support/whatever-is-unknown.ts';

jest.setTimeout(patience);

const SERVICE = 'iam:PassedToService';

/** Written out once more, by hand: the code under test does not say what it should be. */
function isTheGrant({ document, policyName }: Proposal, roleArn: string): void {
  expect(document).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: expect.stringMatching(/^[A-Za-z0-9]{1,128}$/),
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: roleArn,
        Condition: { StringEquals: { [SERVICE]: GLUE } },
      },
    ],
  });
  expect(policyName).toMatch(/^[\w+=,.@-]{1,128}$/);
}

/** Each differs from what was refused in one thing, some of them by a hair. */
function others(roleArn: string): { resource: string; service: readonly string[]; action: string }[] {
  const service = [GLUE];
  const roles = [
    ...roleArns,
    `${roleArn}x`,
    roleArn.slice(0, -1),
    `${roleArn}/x`,
    roleArn.toUpperCase(),
    roleArn.replace('role/', 'role/x/'),
    roleArn.replace('111122223333', '444455556666'),
    roleArn.replace('arn:aws:', 'arn:aws-cn:'),
    `${ACCOUNT_ROLES}/*`,
    '*',
  ].filter((other) => other !== roleArn);
  const services = [[], ['ec2.amazonaws.com'], ['Glue.amazonaws.com'], [`x${GLUE}`], [`${GLUE}.cn`], ['*']];
  return [
    ...roles.map((resource) => ({ resource, service, action: 'iam:PassRole' })),
    ...services.map((service) => ({ resource: roleArn, service, action: 'iam:PassRole' })),
    ...['iam:GetRole', 'iam:PassRoles', 'glue:UpdateJob'].map((action) => ({ resource: roleArn, service, action })),
  ];
}

function changesNothingElse({ layers, diagnosis }: RandomDiagnosis, proposal: Proposal, roleArn: string): void {
  const context: Context = contextOf(diagnosis.simulations.proved?.context ?? []);
  const added = [proposal.document as RawPolicy];
  const asked = { action: 'iam:PassRole', resource: roleArn, context };
  expect([layered(layers, asked).all, layered(layers, asked, added).all]).toEqual(['implicitDeny', 'allowed']);
  const changed = others(roleArn).filter(({ resource, service, action }) => {
    const request = { action, resource, context: { ...context, [SERVICE]: service } };
    return layered(layers, request).all !== layered(layers, request, added).all;
  });
  expect(changed).toEqual([]);
}

/** Null: a grant may be what is missing. */
function whyNoGrantIsEnough({ denial, layers, context }: RandomDiagnosis, roleArn: string): string | null {
  const request = { action: 'iam:PassRole', resource: roleArn, context };
  if (isCertainlyDenied(layers, request)) return 'denied by a statement';
  if (isCertainlyFenced(layers, request)) return 'fenced by a boundary or an SCP';
  if (denial.effect === 'explicit') return 'an explicit deny is stated';
  return denial.policyType === null || denial.policyType === 'identity' ? null : `${denial.policyType} is stated`;
}

function tally(
  counts: Counts,
  { diagnosis: { verdict, proposal }, denial }: RandomDiagnosis,
  why: string | null,
): void {
  count(counts, 'all', verdict.kind);
  if (proposal !== null) {
    count(counts, 'proposal', `proposal for a ${proposal.target.kind}`);
    if (/[0-9a-f]{8}$/.test(proposal.policyName)) count(counts, 'proposal under a hashed name');
  }
  if (verdict.kind === 'missing-allow' && verdict.nearMisses.length > 0) count(counts, 'near miss');
  if (verdict.kind === 'missing-allow' && verdict.assumptions.length > 0) count(counts, 'guardrail lifted');
  if (why !== null) count(counts, 'no grant is enough', why);
  if (denial.identity?.type === 'AssumedRole') count(counts, 'session');
}

test('whatever the account: a grant is exactly the narrow one, is proved, changes nothing else, and stands under no Deny', async () => {
  const counts: Counts = new Map();
  await fc.assert(
    fc.asyncProperty(anyAccountWithCall, async (of: AccountWithCall) => {
      const found = await diagnoseRandom(of);
      const { diagnosis } = found;
      const { verdict, proposal } = diagnosis;
      const why = whyNoGrantIsEnough(found, of.roleArn);
      tally(counts, found, why);

      // The two evaluators agree; with a boundary or an SCP the simulator's answer is not about the identity policies alone.
      const isAlone = found.layers.boundary === null && found.layers.organization === null;
      if (verdict.kind === 'unclear' && isAlone)
        expect(verdict.reasons.join(' ')).not.toContain('Our own reading of the policies says');
      if (verdict.kind !== 'missing-allow') expect(proposal).toBeNull();
      if (why !== null) expect([verdict.kind, proposal]).toEqual([expect.not.stringMatching('missing-allow'), null]);
      if (proposal !== null) {
        isTheGrant(proposal, of.roleArn);
        changesNothingElse(found, proposal, of.roleArn);
      }
      if (verdict.kind === 'explicit-deny' && verdict.underneath.kind === 'missing-allow') {
        const { proposal: insufficient } = verdict.underneath;
        if (insufficient === null) return;
        count(counts, 'grant that is not enough');
        expect(insufficient.sufficient).toBe(false);
        isTheGrant(insufficient, of.roleArn);
      }
    }),
    runs(),
  );
  const least = {
    proposal: 0.2,
    'proposal for a group': 0.05,
    'proposal for a user': 0.05,
    'proposal for a role': 0.05,
    'proposal under a hashed name': 0.005,
    'near miss': 0.1,
    'guardrail lifted': 0.01,
    'missing-allow': 0.2,
    'explicit-deny': 0.06,
    'already-allowed': 0.07,
    'trust-policy': 0.05,
    unclear: 0.02,
    'permissions-boundary': 0.03,
    'organization-policy': 0.05,
    'session-policy': 0.003,
    'no grant is enough': 0.25,
    'denied by a statement': 0.06,
    'fenced by a boundary or an SCP': 0.05,
    'grant that is not enough': 0.02,
    session: 0.15,
  };
  expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
});
