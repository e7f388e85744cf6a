import { describe, expect, test } from '@jest/globals';
import { trustsService } from '../../lambda/core/policy.ts';
import { type PolicyDocument, parsePolicyDocument } from '../../lambda/core/policy-document.ts';

function trust(...statements: Record<string, unknown>[]): PolicyDocument {
  const parsed = parsePolicyDocument({ Version: '2012-10-17', Statement: statements });
  if (parsed.kind === 'unreadable') throw new Error(parsed.why);
  return parsed.document;
}

const GLUE = 'glue.amazonaws.com';
const glue = { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' };
const inAccount = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
const ofAccount = [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['111122223333'] }];
const nothing = { services: [GLUE], denied: false, conditions: [], deniedUnder: [] };

describe('whether a role trusts Glue', () => {
  test('as in the field note, it does', () => {
    expect(trustsService(trust(glue), GLUE)).toEqual({ ...nothing, trusts: true });
  });

  test('a role for Lambda and EC2 does not, and the services it trusts are told', () => {
    const other = { ...glue, Principal: { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] } };
    expect(trustsService(trust(other, other), GLUE)).toEqual({
      ...nothing,
      trusts: false,
      services: ['lambda.amazonaws.com', 'ec2.amazonaws.com'],
    });
  });

  test('a role for people of the account does not', () => {
    const people = { ...glue, Principal: { AWS: 'arn:aws:iam::111122223333:root' } };
    expect(trustsService(trust(people), GLUE)).toEqual({ ...nothing, trusts: false, services: [] });
  });

  test('another action is not enough', () => {
    expect(trustsService(trust({ ...glue, Action: 'sts:TagSession' }), GLUE)).toEqual({ ...nothing, trusts: false });
  });

  test.each(['sts:*', 'STS:assumerole', '*'])('an action written as %s is', (Action) => {
    expect(trustsService(trust({ ...glue, Action }), GLUE)).toEqual({ ...nothing, trusts: true });
  });

  test('NotAction allows what it does not name', () => {
    const { Action: _, ...rest } = glue;
    expect(trustsService(trust({ ...rest, NotAction: 'sts:TagSession' }), GLUE).trusts).toBe(true);
    expect(trustsService(trust({ ...rest, NotAction: 'sts:Assume*' }), GLUE).trusts).toBe(false);
  });

  test.each(['*', { AWS: '*' }])('everyone is trusted by %j', (Principal) => {
    expect(trustsService(trust({ ...glue, Principal }), GLUE)).toEqual({ ...nothing, trusts: true, services: [] });
  });

  test('a Deny without conditions takes the trust away', () => {
    const deny = { ...glue, Effect: 'Deny' };
    expect(trustsService(trust(glue, deny), GLUE)).toEqual({ ...nothing, trusts: false, denied: true });
  });

  test('a Deny for everyone but Glue leaves Glue its trust', () => {
    const deny = { Effect: 'Deny', NotPrincipal: { Service: GLUE }, Action: '*' };
    expect(trustsService(trust(glue, deny), GLUE)).toEqual({ ...nothing, trusts: true });
    expect(trustsService(trust(glue, deny), 'lambda.amazonaws.com')).toEqual({
      ...nothing,
      trusts: false,
      denied: true,
    });
  });

  test('everyone but Lambda is everyone else, and no name', () => {
    const { Principal: _, ...rest } = glue;
    const but = trust({ ...rest, NotPrincipal: { Service: 'lambda.amazonaws.com' } });
    expect(trustsService(but, GLUE)).toEqual({ ...nothing, trusts: true, services: [] });
  });

  test('conditions are told, not judged', () => {
    const allow = { ...glue, Condition: inAccount };
    const deny = { ...glue, Effect: 'Deny', Condition: inAccount };
    expect(trustsService(trust(allow, deny), GLUE)).toEqual({
      ...nothing,
      trusts: true,
      conditions: ofAccount,
      deniedUnder: [ofAccount],
    });
  });

  test('an unconditional Allow beside a conditional one has no conditions to tell', () => {
    expect(trustsService(trust({ ...glue, Condition: inAccount }, glue), GLUE)).toEqual({ ...nothing, trusts: true });
  });
});
