import { describe, expect, test } from '@jest/globals';
import type { ContextEntry } from '../../../../lambda/core/policy/context-entry.ts';
import type { Statement } from '../../../../lambda/core/policy/document.ts';
import { evaluate, evaluateStatement } from '../../../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../../../lambda/core/policy/parse.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const toGlue: ContextEntry = { key: 'iam:PassedToService', type: 'string', values: ['glue.amazonaws.com'] };
const mfa = (value: string): ContextEntry => ({ key: 'aws:multifactorauthpresent', type: 'boolean', values: [value] });

function policy(name: string, statement: Record<string, unknown>, Version = '2012-10-17'): SourcedPolicy {
  const parsed = parsePolicyDocument({ Version, Statement: [statement] });
  if (parsed.kind === 'unreadable') throw new Error(parsed.why);
  return {
    source: { kind: 'inline', name, arn: null, attachedTo: { kind: 'group', name: 'GlueAccess' } },
    document: parsed.document,
    size: 0,
  };
}

const fullAccess = policy('AWSGlueConsoleFullAccess', {
  Effect: 'Allow',
  Action: ['iam:PassRole'],
  Resource: ['arn:aws:iam::*:role/AWSGlueServiceRole*', 'arn:aws:iam::*:role/service-role/AWSGlueServiceRole*'],
  Condition: { StringLike: { 'iam:PassedToService': ['glue.amazonaws.com'] } },
});
const guardrail = policy('RequireMfa', {
  Sid: 'DenyWithoutMfa',
  Effect: 'Deny',
  NotAction: ['iam:ListMFADevices', 'sts:GetSessionToken'],
  Resource: '*',
  Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
});
const grant = policy('AllowPassGlueRuntimeRoleToGlue', {
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: ROLE,
  Condition: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
});

/** The evaluation with policies for names. */
function decide(policies: readonly SourcedPolicy[], context: readonly ContextEntry[], resource = ROLE) {
  const { decision, denies, allows, undecided } = evaluate(policies, { action: 'iam:PassRole', resource, context });
  const names = (found: typeof denies) => found.map((one) => one.policy.source.name);
  return { decision, denies: names(denies), allows: names(allows), undecided: names(undecided) };
}

describe('the field note, step by step', () => {
  test('simulated without MFA in the request, the guardrail denies, and it is said to hang on that', () => {
    expect(decide([fullAccess, guardrail], [toGlue])).toEqual({
      decision: 'explicitDeny',
      denies: ['RequireMfa'],
      allows: [],
      undecided: ['RequireMfa'],
    });
  });

  test('with MFA, no policy allows it', () => {
    expect(decide([fullAccess, guardrail], [toGlue, mfa('true')])).toEqual({
      decision: 'implicitDeny',
      denies: [],
      allows: [],
      undecided: [],
    });
  });

  test('with the grant, it is allowed', () => {
    expect(decide([fullAccess, guardrail, grant], [toGlue, mfa('true')])).toEqual({
      decision: 'allowed',
      denies: [],
      allows: ['AllowPassGlueRuntimeRoleToGlue'],
      undecided: [],
    });
  });

  test('with the grant but without MFA, it is denied all the same', () => {
    expect(decide([grant, guardrail], [toGlue, mfa('false')])).toEqual({
      decision: 'explicitDeny',
      denies: ['RequireMfa'],
      allows: ['AllowPassGlueRuntimeRoleToGlue'],
      undecided: [],
    });
  });

  test('a role named as the console policy expects needs no grant, but not under a path', () => {
    const context = [toGlue, mfa('true')];
    expect(
      decide([fullAccess], context, 'arn:aws:iam::111122223333:role/service-role/AWSGlueServiceRole-x').decision,
    ).toBe('allowed');
    expect(decide([fullAccess], context, 'arn:aws:iam::111122223333:role/etl/AWSGlueServiceRole-x').decision).toBe(
      'implicitDeny',
    );
  });
});

test('a statement says of each part what matched it or did not', () => {
  const [statement] = fullAccess.document.statements;
  if (statement === undefined) throw new Error('The policy has no statement.');
  const match = evaluateStatement(statement, 3, { action: 'iam:PassRole', resource: ROLE, context: [toGlue] });

  expect(match).toEqual({
    statement,
    index: 3,
    matches: false,
    action: { matches: true, not: false, patterns: ['iam:PassRole'], by: 'iam:PassRole' },
    resource: {
      matches: false,
      not: false,
      patterns: ['arn:aws:iam::*:role/AWSGlueServiceRole*', 'arn:aws:iam::*:role/service-role/AWSGlueServiceRole*'],
      by: null,
    },
    conditions: [
      {
        condition: { operator: 'StringLike', key: 'iam:PassedToService', values: ['glue.amazonaws.com'] },
        matches: true,
        actual: ['glue.amazonaws.com'],
      },
    ],
    dependsOn: [],
  });
});

test('a NotAction that excludes the request says by which pattern', () => {
  const [statement] = guardrail.document.statements;
  if (statement === undefined) throw new Error('The policy has no statement.');
  const match = evaluateStatement(statement, 0, { action: 'STS:GetSessionToken', resource: '*', context: [] });
  expect(match.action).toEqual({
    matches: false,
    not: true,
    patterns: ['iam:ListMFADevices', 'sts:GetSessionToken'],
    by: 'sts:GetSessionToken',
  });
  expect(match.conditions).toEqual([
    {
      condition: { operator: 'BoolIfExists', key: 'aws:MultiFactorAuthPresent', values: ['false'] },
      matches: true,
      actual: null,
    },
  ]);
});

test('a policy of 2008 has no variables, its neighbour of 2012 has', () => {
  const Resource = `arn:aws:iam::*:user/$\{aws:username}`;
  const own = { Effect: 'Allow', Action: '*', Resource };
  const context: ContextEntry[] = [{ key: 'aws:username', type: 'string', values: ['human'] }];
  const policies = [policy('Old', own, '2008-10-17'), policy('New', own)];
  expect(decide(policies, context, 'arn:aws:iam::111122223333:user/human').allows).toEqual(['New']);
  expect(decide(policies, [], 'arn:aws:iam::111122223333:user/human').undecided).toEqual(['New']);
});

test('of a key given twice the last counts', () => {
  expect(decide([guardrail], [mfa('false'), mfa('true')]).decision).toBe('implicitDeny');
});

test('a statement that no parser let through is refused, not passed over', () => {
  const statement: Statement = {
    sid: null,
    effect: 'Deny',
    actions: { not: false, patterns: ['*'] },
    resources: { not: false, patterns: ['*'] },
    principals: null,
    conditions: [{ operator: 'StringMatches', key: 'a:k', values: [] }],
  };
  const request = { action: 'iam:PassRole', resource: ROLE, context: [] };
  expect(() => evaluateStatement(statement, 0, request)).toThrow(
    'Unknown condition operator "StringMatches": read the document with parsePolicyDocument first.',
  );
});

test('a pattern made to be slow is decided in a policy of the largest size', () => {
  const many = Array.from({ length: 400 }, (_, at) => `10.${at % 250}.0.0/16`);
  const heavy = policy('Heavy', {
    Effect: 'Deny',
    Action: `iam:${'*a'.repeat(400)}b`,
    Resource: `arn:aws:iam::${'*1'.repeat(400)}:role/*`,
    Condition: {
      NotIpAddress: { 'aws:SourceIp': many },
      StringLike: { 'a:k': ['?'.repeat(2000), '*?'.repeat(1000), `${'*a'.repeat(500)}b`] },
    },
  });
  expect(decide([heavy], [], `arn:aws:iam::${'1'.repeat(400)}:role/x`).decision).toBe('implicitDeny');
});
