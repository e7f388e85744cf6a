import { describe, expect, test } from '@jest/globals';
import type { Statement } from '../../../../lambda/core/policy/document.ts';
import { statementText } from '../../../../lambda/core/policy/statement-text.ts';
import { documentOf, type Written } from '../../../support/account.ts';

const rewritten = (statement: Written): string => documentOf(statement).statements.map(statementText).join();

const guardrail: Written = {
  Sid: 'DenyAllWithoutMFA',
  Effect: 'Deny',
  NotAction: ['iam:GetUser', 'sts:GetSessionToken'],
  NotResource: 'arn:aws:iam::*:role/free-*',
  Condition: {
    BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' },
    StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'], 'aws:username': 'root' },
  },
};

describe('the text of a statement', () => {
  test('is what its owner wrote', () => {
    expect(rewritten(guardrail)).toBe(JSON.stringify(guardrail, null, 2));
  });

  test('has no Sid and no condition where there are none', () => {
    const plain = { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' };
    expect(rewritten(plain)).toBe(JSON.stringify(plain, null, 2));
  });

  test('keeps a condition key that is called __proto__', () => {
    const [statement] = documentOf({ Effect: 'Deny', Action: '*', Resource: '*' }).statements;
    const odd = { ...statement, conditions: [{ operator: 'Bool', key: '__proto__', values: ['true'] }] } as Statement;
    expect(statementText(odd)).toContain('"__proto__": "true"');
  });
});
