import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../../lambda/adapters/sha256.ts';
import { type CaseSubject, caseId, caseKey, stateAfter, subjectOf } from '../../../../lambda/core/case/case.ts';
import { aTargetRole, aUser, trusting } from '../../../support/account.ts';
import { ACCOUNT, aDenial, anna, aPastedText, GLUE, MARIA, OTHER_ACCOUNT, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf, found } from '../../../support/question.ts';

describe('what a case is about', () => {
  test('account, user, role and service', () => {
    expect(subjectOf(aDenial())).toEqual({ accountId: ACCOUNT, principal: MARIA, roleArn: ROLE, eventSource: GLUE });
  });

  test('the role behind a session, so that the next session is the same case', () => {
    const next = {
      ...anna,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/ines`,
      sessionName: 'ines',
    } as const;
    const one = subjectOf(aDenial({ identity: anna, principalArn: null }));
    expect(one.principal).toBe(`arn:aws:iam::${ACCOUNT}:role/team/etl-developer`);
    expect(subjectOf(aDenial({ identity: next, principalArn: next.arn }))).toEqual(one);
  });

  test('a role of which only a session is known', () => {
    const principalArn = `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna`;
    expect(subjectOf(aPastedText({ principalArn })).principal).toBe(
      `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer`,
    );
  });

  test('of a pasted text the account is that of the user', () => {
    expect(subjectOf(aPastedText())).toEqual({
      accountId: ACCOUNT,
      principal: MARIA,
      roleArn: ROLE,
      eventSource: null,
    });
  });

  test.each([
    [
      'named by the message',
      { principalArn: 'arn:aws:iam::***:user/maria', identity: null },
      'arn:aws:iam::***:user/maria',
    ],
    [
      'named by the event',
      { principalArn: null, identity: { type: 'Root' as const, arn: `arn:aws:iam::${ACCOUNT}:root` } },
      `arn:aws:iam::${ACCOUNT}:root`,
    ],
    [
      'of a type only',
      { principalArn: null, identity: { type: 'IdentityCenterUser' as const, arn: null } },
      'unknown (IdentityCenterUser)',
    ],
    ['not named at all', { principalArn: null, identity: null }, 'unknown (not named)'],
  ])('someone who cannot be looked up, %s', (_, changes, principal) => {
    expect(subjectOf(aDenial(changes)).principal).toBe(principal);
  });
});

describe('the key of a case', () => {
  const subject = subjectOf(aDenial());

  test('is 32 hexadecimal digits, of which people type ten', () => {
    const key = caseKey(subject, sha256);
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(caseId(key)).toBe(key.slice(0, 10));
  });

  test('is the same for every press of Save', () => {
    const again = aDenial({ eventId: 'other', time: '2026-11-20T09:15:00Z', operation: 'CreateJob' });
    expect(caseKey(subjectOf(again), sha256)).toBe(caseKey(subject, sha256));
  });

  test.each<[string, Partial<CaseSubject>]>([
    ['account', { accountId: OTHER_ACCOUNT }],
    ['user', { principal: `${MARIA}2` }],
    ['role', { roleArn: `${ROLE}2` }],
    ['service', { eventSource: 'lambda.amazonaws.com' }],
    ['known role', { roleArn: null }],
  ])('is another one for another %s', (_, change) => {
    expect(caseKey({ ...subject, ...change }, sha256)).not.toBe(caseKey(subject, sha256));
  });
});

test('a grant waits for a person, anything else is advice', () => {
  const role = found(aTargetRole({ trust: trusting('ec2.amazonaws.com') }));
  expect(stateAfter(diagnose(factsOf()))).toBe('proposed');
  expect(stateAfter(diagnose(factsOf(aDenial(), aUser(), { role })))).toBe('advised');
});
