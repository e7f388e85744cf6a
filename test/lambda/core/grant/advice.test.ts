import { describe, expect, test } from '@jest/globals';
import { permissionSetOf, trustAdvice } from '../../../../lambda/core/grant/advice.ts';
import { grantDocument } from '../../../../lambda/core/grant/proposal.ts';
import { adviceSnippets } from '../../../../lambda/core/grant/snippet/snippet.ts';
import { parsePolicyDocument } from '../../../../lambda/core/policy/parse.ts';
import {
  allow,
  aRolePrincipal,
  aSimulation,
  aTargetRole,
  aUser,
  documentOf,
  inline,
  trusting,
} from '../../../support/account.ts';
import { aDenial, GLUE, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf, found } from '../../../support/question.ts';

const set = 'AWSReservedSSO_Data_Engineer_0123456789abcdef';
const anna = aRolePrincipal({
  path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
  name: set,
  policies: [inline('AwsSSOInlinePolicy', { kind: 'role', name: set }, allow('glue:*', '*'))],
});

describe('the permission set behind a role of Identity Center', () => {
  test.each([
    ['AWSReservedSSO_DataEngineer_0123456789abcdef', 'DataEngineer'],
    ['AWSReservedSSO_Data_Engineer_0123456789abcdef', 'Data_Engineer'],
    ['AWSReservedSSO__x__0123456789abcdef', '_x_'],
    ['AWSReservedSSO_a.b,c@d+e=f-g_0123456789abcdef', 'a.b,c@d+e=f-g'],
    ['AWSReservedSSO_Admin_cafe_0123456789abcdef', 'Admin_cafe'],
    ['AWSReservedSSO_0123456789abcdef', null],
    ['AWSReservedSSO_Admin_', null],
    ['MyAWSReservedSSO_Admin_0123456789abcdef', null],
  ])('of %s is %s', (role, expected) => {
    expect(permissionSetOf(role)).toBe(expected);
  });
});

describe('a session of Identity Center that lacks an Allow', () => {
  test('is told the statement, proved by AWS, for its permission set; nothing can be approved', () => {
    const { verdict, proposal, withheld, advice, simulations } = diagnose(factsOf(aDenial(), anna));
    expect([verdict.kind, proposal, simulations.proved?.decision]).toEqual(['missing-allow', null, 'allowed']);
    expect(withheld).toContain('through its permission set Data_Engineer, in the management account');
    expect(advice).toEqual({
      kind: 'permission-set',
      permissionSet: 'Data_Engineer',
      partition: 'aws',
      document: grantDocument('AllowPassGlueRuntimeRoleToGlue', ROLE as never, GLUE),
    });
  });

  test('is told nothing of the kind where AWS does not prove that it would help', () => {
    const { verdict, advice } = diagnose(factsOf(aDenial(), anna), () => found(aSimulation('implicitDeny')));
    expect([verdict.kind, advice]).toEqual(['unclear', null]);
  });
});

describe('a role that does not trust the service', () => {
  const odd = documentOf(
    {
      Sid: 'Lambda',
      Effect: 'Allow',
      Principal: { Service: ['lambda.amazonaws.com', 'ecs.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    },
    {
      Effect: 'Deny',
      NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: ['sts:TagSession', 'sts:AssumeRole'],
    },
    {
      Effect: 'Allow',
      Principal: '*',
      NotAction: 'sts:GetFederationToken',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': true } },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: '*', Federated: 'x', CanonicalUser: 'y' },
      Action: '*',
      Condition: { StringEquals: { a: ['1', '2'], b: '3' }, Null: { c: 'false' } },
    },
  );

  test('gets its whole trust policy with the statement at its end, as update-assume-role-policy replaces it', () => {
    const role = aTargetRole({ trust: trusting('lambda.amazonaws.com') });
    const { verdict, advice } = diagnose(factsOf(aDenial(), undefined, { role: found(role) }));
    expect(verdict.kind).toBe('trust-policy');
    expect(advice).toEqual({
      kind: 'trust-policy',
      role: 'glue-runtime-role',
      service: GLUE,
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' },
        ],
      },
    });
    expect(advice === null ? [] : Object.keys(adviceSnippets(advice))).toEqual(['cli']);
  });

  const verdict = {
    kind: 'trust-policy',
    service: GLUE,
    trusts: [],
    denied: false,
    failing: [],
    fixed: false,
    statement: { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' },
    underneath: null,
  } as const;

  test('keeps every statement that is there, in whatever shape it was written', () => {
    const added = parsePolicyDocument(trustAdvice(verdict, aTargetRole({ trust: odd }))?.document);
    expect(added).toEqual({
      kind: 'policy',
      document: { ...odd, statements: [...odd.statements, ...trusting(GLUE).statements] },
    });
  });

  test('gets no such policy where a Deny names the service: an Allow does not mend that', () => {
    expect(trustAdvice({ ...verdict, denied: true }, aTargetRole())).toBeNull();
  });

  test('gets none where the service is named under a condition that fails: without it, anybody could use the role', () => {
    expect(trustAdvice({ ...verdict, failing: ['it asks for sts:ExternalId'] }, aTargetRole())).toBeNull();
  });

  test.each(['/aws-reserved/sso.amazonaws.com/', '/aws-reserved/sso.amazonaws.com/eu-west-1/'])(
    'gets none where AWS keeps the role, under %s',
    (path) => {
      const roleArn = `arn:aws:iam::111122223333:role${path}glue-runtime-role`;
      const role = found(aTargetRole({ arn: roleArn, path, trust: trusting('ec2.amazonaws.com') }));
      const { verdict, advice } = diagnose(factsOf(aDenial({ roleArn }), aUser(), { role }));
      expect([verdict.kind === 'trust-policy' && verdict.fixed, advice]).toEqual([true, null]);
    },
  );
});
