import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../../lambda/core/policy/document.ts';
import { trustsService } from '../../../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../../../lambda/core/policy/parse.ts';

function trust(...statements: Record<string, unknown>[]): PolicyDocument {
  const parsed = parsePolicyDocument({ Version: '2012-10-17', Statement: statements });
  if (parsed.kind === 'unreadable') throw new Error(parsed.why);
  return parsed.document;
}

const GLUE = 'glue.amazonaws.com';
const glue = { Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' };
const inAccount = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
const ofAccount = [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['111122223333'] }];
const nothing = { services: [GLUE], denied: false, conditions: [], deniedUnder: [], failing: [] };

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
    expect(trustsService(trust(allow, deny), GLUE, '111122223333')).toEqual({
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

describe('conditions that Glue cannot meet', () => {
  const ACCOUNT = '111122223333';
  const under = (Condition: object, Principal: unknown = { Service: GLUE }) =>
    trustsService(trust({ ...glue, Principal, Condition }), GLUE, ACCOUNT);

  test.each<[string, object, string]>([
    [
      'another account',
      { StringEquals: { 'aws:SourceAccount': '444455556666' } },
      'it applies only for account 444455556666, and the role is passed in 111122223333',
    ],
    [
      'a resource of another account',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:glue:*:444455556666:*' } },
      'it applies only for arn:aws:glue:*:444455556666:*, which is no resource of account 111122223333 that glue.amazonaws.com works for',
    ],
    [
      'a resource of another service',
      { StringLike: { 'AWS:SourceARN': ['arn:aws:lambda:*:111122223333:*', 'arn:aws:sns:*:*:*'] } },
      'it applies only for arn:aws:lambda:*:111122223333:* or arn:aws:sns:*:*:*, which is no resource of account 111122223333 that glue.amazonaws.com works for',
    ],
    [
      'a wildcard that its operator takes literally',
      { StringEquals: { 'aws:SourceArn': 'arn:aws:glue:*:111122223333:*' } },
      'it applies only for arn:aws:glue:*:111122223333:*, where StringEquals takes * and ? literally; StringLike was probably meant',
    ],
    [
      'an external id',
      { StringEquals: { 'sts:ExternalId': 'x-1' } },
      'it asks for sts:ExternalId, which glue.amazonaws.com does not send',
    ],
    [
      'an organization',
      { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
      'it asks for aws:PrincipalOrgID o-1, and glue.amazonaws.com is in no organization',
    ],
    [
      'MFA',
      { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      'it asks for aws:MultiFactorAuthPresent true, which glue.amazonaws.com does not send',
    ],
  ])('%s', (_, condition, why) => {
    expect(under(condition)).toEqual({ ...nothing, trusts: false, failing: [why] });
  });

  test.each<[string, object]>([
    ['its own account', { StringEquals: { 'aws:SourceAccount': ACCOUNT } }],
    ['its own jobs', { ArnLike: { 'aws:SourceArn': `arn:aws:glue:*:${ACCOUNT}:job/*` } }],
    ['any ARN of the account', { ArnLike: { 'aws:SourceArn': `arn:aws:*:*:${ACCOUNT}:*` } }],
    ['another account, if it is sent at all', { StringEqualsIfExists: { 'aws:SourceArn': 'arn:aws:sns:::x' } }],
    ['an organization of sources', { StringEquals: { 'aws:SourceOrgID': 'o-1' } }],
  ])('%s: what it sends is not known, so the condition is told and not judged', (_, condition) => {
    const [[operator, keys] = ['', {}]] = Object.entries(condition);
    const [[key, value] = ['', '']] = Object.entries<string>(keys);
    expect(under(condition)).toEqual({ ...nothing, trusts: true, conditions: [{ operator, key, values: [value] }] });
  });

  test('conditions that it is sure to meet are not worth telling', () => {
    expect(under({ Bool: { 'aws:PrincipalIsAWSService': 'true' } })).toEqual({ ...nothing, trusts: true });
    expect(under({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toEqual({ ...nothing, trusts: true });
  });

  test('everyone of an organization is no service', () => {
    const everyone = under({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, '*');
    expect(everyone).toEqual({ ...nothing, services: [], trusts: false });
  });

  test('a Deny for whoever is outside the organization meets services too, unless it leaves them out', () => {
    const outside = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } };
    const deny = (Condition: object) => ({ ...glue, Effect: 'Deny', Principal: '*', Condition });
    const people = { ...outside, Bool: { 'aws:PrincipalIsAWSService': 'false' } };
    expect(trustsService(trust(glue, deny(outside)), GLUE, ACCOUNT)).toMatchObject({ trusts: false, denied: true });
    expect(trustsService(trust(glue, deny(people)), GLUE, ACCOUNT)).toEqual({ ...nothing, trusts: true });
  });

  test('Cognito does send an external id', () => {
    const cognito = 'cognito-idp.amazonaws.com';
    const written = {
      ...glue,
      Principal: { Service: cognito },
      Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
    };
    expect(trustsService(trust(written), cognito, ACCOUNT).trusts).toBe(true);
  });

  test('of a service that works for resources of several others, no ARN is ruled out by its service', () => {
    const ec2 = 'ec2.amazonaws.com';
    const Condition = { ArnLike: { 'aws:SourceArn': `arn:aws:autoscaling:*:${ACCOUNT}:*` } };
    expect(trustsService(trust({ ...glue, Principal: { Service: ec2 }, Condition }), ec2, ACCOUNT).trusts).toBe(true);
  });
});

describe('what a service is not documented to lack, or what only people have', () => {
  const ACCOUNT = '111122223333';
  const under = (
    Condition: object,
    service: string,
    time: string | null = null,
    Principal: unknown = { Service: service },
  ) => trustsService(trust({ ...glue, Principal, Condition }), service, ACCOUNT, 'sts:AssumeRole', time);

  test('Firehose may send an external id: the account, as the guide of CloudWatch Logs has it', () => {
    const { trusts, conditions } = under({ StringEquals: { 'sts:ExternalId': ACCOUNT } }, 'firehose.amazonaws.com');
    expect([trusts, conditions.length]).toEqual([true, 1]);
  });

  test('the time is known: what is over is over, what is to come stays open', () => {
    const at = '2026-11-20T09:14:05Z';
    const [past, ahead] = ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z'];
    expect(under({ DateLessThan: { 'aws:CurrentTime': past } }, GLUE, at)).toMatchObject({
      trusts: false,
      failing: ['it applies only for aws:CurrentTime DateLessThan 2020-01-01T00:00:00Z'],
    });
    expect(under({ DateGreaterThan: { 'aws:CurrentTime': past } }, GLUE, at)).toMatchObject({
      trusts: true,
      conditions: [],
    });
    expect(under({ DateGreaterThan: { 'aws:CurrentTime': ahead } }, GLUE, at).conditions).toHaveLength(1);
    expect(under({ DateLessThan: { 'aws:CurrentTime': ahead } }, GLUE, at).conditions).toHaveLength(1);
    expect(under({ DateLessThan: { 'aws:CurrentTime': past } }, GLUE).conditions).toHaveLength(1);
  });

  test.each([
    { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/x` } },
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } },
    { StringEquals: { 'aws:PrincipalType': 'User' } },
  ])('everyone under %j is people', (condition) => {
    expect(under(condition, GLUE, null, '*').trusts).toBe(false);
  });

  test('any ARN may be a service, for all that is known', () => {
    expect(under({ ArnLike: { 'aws:PrincipalArn': '*' } }, GLUE, null, '*').conditions).toHaveLength(1);
  });
});
