import { describe, expect, test } from '@jest/globals';
import { replayOf } from '../../../../lambda/core/account/replay.ts';
import { alternativeName } from '../../../../lambda/core/explanation/alternative-role.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import {
  allow,
  aUser,
  awsManaged,
  bounded,
  documentOf,
  glueAccess,
  inline,
  user,
  userWith,
  type Written,
} from '../../../support/account.ts';
import { ACCOUNT, aDenial, GLUE, ROLE } from '../../../support/denial.ts';

const entries = replayOf(aDenial(), aUser(), ACCOUNT, GLUE, { tags: {} }).entries;
const role = (pathAndName: string): string => `arn:aws:iam::${ACCOUNT}:role/${pathAndName}`;
const managed = (...statements: Written[]): SourcedPolicy => ({
  source: { kind: 'customer-managed', name: 'Team', arn: 'arn:x', attachedTo: user },
  document: documentOf(...statements),
  size: 0,
});
const other = (policy: SourcedPolicy, asked = ROLE): string | undefined =>
  /named (\S+) would/.exec(alternativeName(userWith(policy), asked, entries) ?? '')?.[1];

test('AWSGlueConsoleFullAccess would cover a role of its convention', () => {
  expect(alternativeName(userWith(awsManaged('AWSGlueConsoleFullAccess', glueAccess)), ROLE, entries)).toBe(
    'Another way: a new role named AWSGlueServiceRole-glue-runtime-role would be covered already, by AWSGlueConsoleFullAccess (group GlueAccess).',
  );
});

describe('which name', () => {
  test.each([
    ['a prefix', role('etl-*'), ROLE, 'etl-glue-runtime-role'],
    ['a prefix without a hyphen', role('etl*'), ROLE, 'etl-glue-runtime-role'],
    ['a path', role('data/*'), ROLE, 'data/glue-runtime-role'],
    ['a path and a prefix', role('data/etl_*'), ROLE, 'data/etl_glue-runtime-role'],
    [
      'the right name under the wrong path',
      role('AWSGlueServiceRole*'),
      role('etl/AWSGlueServiceRole-x'),
      'AWSGlueServiceRole-x',
    ],
    ['any account', 'arn:aws:iam::*:role/etl-*', ROLE, 'etl-glue-runtime-role'],
  ])('%s', (_, pattern, asked, name) => {
    expect(other(managed(allow('iam:PassRole', pattern)), asked)).toBe(name);
  });
});

describe('none is told', () => {
  const toLambda = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
  test.each<[string, SourcedPolicy]>([
    ['of an inline policy: it is as easily changed', inline('P', user, allow('iam:PassRole', role('etl-*')))],
    ['of an Allow to another service', managed(allow('iam:PassRole', role('etl-*'), toLambda))],
    ['of another action', managed(allow('iam:GetRole', role('etl-*')))],
    ['of one exact role: that is another role', managed(allow('iam:PassRole', role('etl')))],
    ['of a pattern with a wildcard inside', managed(allow('iam:PassRole', role('*-etl-*')))],
    ['of another account', managed(allow('iam:PassRole', 'arn:aws:iam::444455556666:role/etl-*'))],
    ['of a name that would be too long', managed(allow('iam:PassRole', role(`${'x'.repeat(60)}*`)))],
    ['of everything but some roles', managed({ Effect: 'Allow', Action: 'iam:PassRole', NotResource: ROLE })],
    ['of a Deny', managed({ Effect: 'Deny', Action: 'iam:PassRole', Resource: role('etl-*') })],
  ])('%s', (_, policy) => {
    expect(other(policy)).toBeUndefined();
  });
});

describe('a name that something else refuses', () => {
  const byConvention = awsManaged('AWSGlueConsoleFullAccess', glueAccess);
  const named = (principal: ReturnType<typeof aUser>) => alternativeName(principal, ROLE, entries) !== null;
  const glueRoles = { Effect: 'Deny', Action: 'iam:PassRole', Resource: role('*GlueServiceRole*') };
  const ofOthers = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } };
  const ofOurs = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };

  test('a Deny for that name', () => {
    expect(named(userWith(byConvention, inline('No', user, glueRoles)))).toBe(false);
    expect(named(userWith(byConvention, inline('No', user, { ...glueRoles, Condition: ofOthers })))).toBe(false);
    expect(named(userWith(byConvention, inline('No', user, { ...glueRoles, Condition: ofOurs })))).toBe(false);
  });

  test('and the next one is told that nothing refuses', () => {
    const atTheTop = inline('No', user, { ...glueRoles, Resource: role('AWSGlueServiceRole*') });
    expect(alternativeName(userWith(byConvention, atTheTop), ROLE, entries)).toContain(
      'named service-role/AWSGlueServiceRole-glue-runtime-role would',
    );
  });

  test('no Deny for other names, and none that may come to bear on the name that was refused as well', () => {
    expect(named(userWith(byConvention, inline('No', user, { ...glueRoles, Resource: role('billing*') })))).toBe(true);
    const all = { ...glueRoles, Resource: '*', Condition: ofOurs };
    expect(named(userWith(byConvention, inline('No', user, all)))).toBe(true);
  });

  test('the boundary', () => {
    expect(named(bounded(userWith(byConvention), allow('glue:*', '*')))).toBe(false);
    expect(named(bounded(userWith(byConvention), allow('*', '*')))).toBe(true);
    const unread = { kind: 'refused' as const, why: 'not allowed' };
    expect(named({ ...userWith(byConvention), boundaryArn: 'arn:x', boundary: unread })).toBe(false);
  });
});
