/** Which call that went through confirms a grant. */
import { describe, expect, test } from '@jest/globals';
import type { CaseIn } from '../../../../lambda/core/case/case.ts';
import { awaitedCall, callKeyOf, judgeCall, type SuccessfulCall } from '../../../../lambda/core/case/confirmation.ts';
import { anApproved } from '../../../support/approved-case.ts';
import { ACCOUNT } from '../../../support/denial.ts';

const approved = anApproved();
const { target, policyName, document } = approved.diagnosis.proposal;
const WRITTEN = '2026-11-20T09:31:00.500Z';
const grant = { target, policyName, document, writtenAt: WRITTEN, endsAt: null };
const applied: CaseIn<'applied'> = { ...approved, state: 'applied', appliedAt: WRITTEN, grants: [grant] };
const role = approved.subject.roleArn ?? '';

const call = (changes: Partial<SuccessfulCall> = {}): SuccessfulCall => ({
  eventId: 'e9',
  time: '2026-11-20T09:40:00Z',
  accountId: ACCOUNT,
  principal: approved.subject.principal,
  eventSource: 'glue.amazonaws.com',
  operation: 'UpdateJob',
  role,
  ...changes,
});
const judge = (changes: Partial<SuccessfulCall>, isAlone = true) => judgeCall(applied, call(changes), isAlone);

describe('a call that names a role', () => {
  test.each([
    ['the ARN of the case', role, 'confirms'],
    ['its name', 'glue-runtime-role', 'confirms'],
    ['its path and name', '/glue-runtime-role', 'confirms'],
    ['another name', 'glue-runtime-role-2', 'another'],
    ['the same name in another account', role.replace(ACCOUNT, '999988887777'), 'another'],
    ['the same name under another path', role.replace(':role/', ':role/etl/'), 'another'],
  ])('%s: %s', (_, named, expected) => {
    expect(judge({ role: named })).toBe(expected);
    expect(judge({ role: named }, false)).toBe(expected);
  });
});

describe('a call whose event names no role', () => {
  test('confirms where such a call always passes one, and no other case waits for it', () => {
    expect(judge({ role: null })).toBe('confirms');
    expect(judge({ role: null }, false)).toBe('another');
  });
  test.each([
    ['glue.amazonaws.com', 'UpdateCrawler'],
    ['lambda.amazonaws.com', 'UpdateFunctionConfiguration20150331v2'],
    ['ecs.amazonaws.com', 'UpdateService'],
  ])('says nothing where it may leave the role as it is: %s %s', (eventSource, operation) => {
    expect(judge({ role: null, eventSource, operation })).toBe('another');
  });
});

describe('time', () => {
  test.each([
    ['the second in which the grant was written', '2026-11-20T09:31:00Z', 'confirms'],
    ['the second before', '2026-11-20T09:30:59Z', 'another'],
  ])('%s', (_, time, expected) => {
    expect(judge({ time })).toBe(expected);
  });
  test('a call while the grant is being proved is looked at again', () => {
    const { writtenAt: _, ...plain } = grant;
    const writing: CaseIn<'approved'> = { ...approved, writing: { ...plain, writtenAt: WRITTEN } };
    expect(judgeCall(writing, call(), true)).toBe('too-early');
    expect(judgeCall(approved, call(), true)).toBe('another');
  });
});

test('a case waits for the call that was denied, from the moment that IAM is touched', () => {
  expect(awaitedCall(approved, approved)).toBeNull();
  expect(awaitedCall(approved, { ...approved, writing: grant })).toBe(callKeyOf(call()));
  expect(awaitedCall(approved, applied)).toBe(callKeyOf(call()));
});
