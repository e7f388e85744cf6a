import { describe, expect, test } from '@jest/globals';
import type { Principal } from '../../../../lambda/core/account/evidence.ts';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { announcementOf } from '../../../../lambda/core/wording/announcement.ts';
import {
  type OtherLayerVerdict,
  otherLayerSentence,
  otherLayerStep,
} from '../../../../lambda/core/wording/other-layers.ts';
import { allow, bounded, deny, FENCE, inline, user, userWith, withoutMfa } from '../../../support/account.ts';
import { aDenial, fromConsole, GLUE, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf } from '../../../support/question.ts';

const passing = { who: 'maria', role: 'glue-runtime-role', service: GLUE };
const allowed = inline('P', user, allow('iam:PassRole', ROLE));
const stated = (policyType: Denial['policyType'], changes: Partial<Denial> = {}): Denial =>
  aDenial({ policyType, ...changes });

function wordsOf(denial: Denial, principal: Principal): [string, string] {
  const { verdict } = diagnose(factsOf(denial, principal));
  if (!('said' in verdict)) throw new Error(JSON.stringify(verdict));
  return [otherLayerSentence(verdict, passing), otherLayerStep(verdict, passing)];
}

describe('whose layer it is, who said so, what lies underneath, whom to ask', () => {
  test.each<[string, Denial, Principal, [string, string]]>([
    [
      'a boundary over an Allow',
      stated('permissions-boundary'),
      bounded(userWith(allowed), allow('glue:*', '*')),
      [
        `The permissions boundary ${FENCE} of maria does not allow passing glue-runtime-role to glue.amazonaws.com. AWS's message says: no permissions boundary allows it. AWS's simulator says that the permissions boundary ${FENCE} does not allow it. Our own reading of that boundary says implicitDeny. The identity-based policies underneath allow it, says AWS's simulator.`,
        `Ask whoever owns the permissions boundary ${FENCE} to let it allow iam:PassRole on glue-runtime-role; no grant to a group, a user or a role can help.`,
      ],
    ],
    [
      'a boundary with a Deny that a person can lift',
      aDenial({ effect: null, policyType: null, request: { ...fromConsole, mfa: false } }),
      bounded(userWith(allowed), allow('*', '*'), deny('Mfa', withoutMfa)),
      [
        `The permissions boundary ${FENCE} of maria denies passing glue-runtime-role to glue.amazonaws.com: statement Mfa. AWS's simulator says that the permissions boundary ${FENCE} does not allow it. Our own reading of that boundary says explicitDeny (Mfa). The identity-based policies underneath allow it, says AWS's simulator.`,
        'Sign in with MFA.',
      ],
    ],
    [
      'an SCP over nothing',
      stated('scp', { effect: 'explicit', policyArn: 'p-abc' }),
      userWith(),
      [
        "The organization's service control policy p-abc denies passing glue-runtime-role to glue.amazonaws.com. AWS's message says: an explicit deny in a service control policy (p-abc). AWS's simulator says nothing of the organization. Underneath, no identity-based policy allows it either, says AWS's simulator.",
        "Ask the owners of the organization's management account about its policy p-abc; nothing in this account can lift it. A grant is needed as well: save again then, and it will be worked out.",
      ],
    ],
    [
      'an RCP over a Deny',
      stated('rcp'),
      userWith(inline('P', user, deny('No'))),
      [
        "The organization's resource control policy does not allow passing glue-runtime-role to glue.amazonaws.com. AWS's message says: no resource control policy allows it. AWS's simulator cannot see such a policy. Underneath, P (user maria) denies it as well.",
        "Ask the owners of the organization's management account about its policy; nothing in this account can lift it.",
      ],
    ],
    [
      'a session policy',
      stated('session'),
      userWith(allowed),
      [
        "The session policy of maria's session does not allow passing glue-runtime-role to glue.amazonaws.com. AWS's message says: no session policy allows it. AWS's simulator cannot see such a policy. The identity-based policies underneath allow it, says AWS's simulator.",
        'Ask for a session without that policy, or to let it allow iam:PassRole on glue-runtime-role: whoever or whatever starts the session of maria sets it.',
      ],
    ],
    [
      'the policy of a named VPC endpoint',
      stated('vpc-endpoint', { request: { ...fromConsole, vpcEndpointId: 'vpce-1' } }),
      userWith(allowed),
      [
        "The policy of the VPC endpoint vpce-1 does not allow passing glue-runtime-role to glue.amazonaws.com. AWS's message says: no VPC endpoint policy allows it. AWS's simulator cannot see such a policy. The identity-based policies underneath allow it, says AWS's simulator.",
        'Ask the owner of the VPC endpoint vpce-1 to let it allow iam:PassRole on glue-runtime-role, or come another way than through it.',
      ],
    ],
  ])('%s', (_, denial, principal, expected) => {
    expect(wordsOf(denial, principal)).toEqual(expected);
  });

  test('where the principal cannot be read', () => {
    const facts = factsOf(stated('scp'), userWith(), {
      principal: { kind: 'refused', why: 'No policy gives or takes its rights.' },
    });
    const { verdict } = diagnose(facts);
    expect(otherLayerSentence(verdict as OtherLayerVerdict, passing)).toContain(
      'What lies underneath is not known: No policy gives or takes its rights.',
    );
  });
});

test('which part of the boundary misses stands with the near misses, and without it the simulator is told of', () => {
  const denial = stated('permissions-boundary');
  const diagnosis = diagnose(factsOf(denial, bounded(userWith(), allow('iam:PassRole', `${ROLE}-x`))));
  const head = { key: 'k'.repeat(64), round: 1, earlier: null, grants: [], latest: denial };
  const denials = { count: 1, firstAt: '2026-11-20T09:14:05Z', lastAt: '2026-11-20T09:14:05Z' };
  const { nearMisses, simulation, grant } = announcementOf({ ...head, denials, state: 'advised', diagnosis });
  expect(nearMisses).toEqual(['Fence (permissions boundary) allows PassRole only on the role glue-runtime-role-x.']);
  expect(simulation).toEqual({
    before: 'implicitDeny, implicitDeny without the permissions boundary',
    after: 'not simulated: there is no grant to prove',
  });
  expect(grant).toBeNull();
});
