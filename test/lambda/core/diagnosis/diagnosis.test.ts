import { describe, expect, test } from '@jest/globals';
import { asAsked, type Facts, frame } from '../../../../lambda/core/diagnosis/diagnosis.ts';
import { aTargetRole, aUser } from '../../../support/account.ts';
import { ACCOUNT, aDenial, aPastedText, GLUE, MARIA, OTHER_ACCOUNT, ROLE } from '../../../support/denial.ts';
import { factsOf, found, missing, questionOf, refused } from '../../../support/question.ts';

const elsewhere = ROLE.replace(ACCOUNT, OTHER_ACCOUNT);

test('the question is whether this user may pass this role to this service, in this request', () => {
  const { replay, ...question } = questionOf();
  expect(question).toEqual({ principal: aUser(), roleArn: ROLE, role: aTargetRole(), service: GLUE });
  expect(asAsked({ ...question, replay })).toEqual({
    principalArn: MARIA,
    roleArn: ROLE,
    context: replay.entries,
    added: [],
    boundary: null,
  });
});

describe('no simulation is needed', () => {
  const settledAs = (denial: Facts['denial'], changes: Partial<Facts> = {}) => {
    const framing = frame(factsOf(denial, aUser(), changes));
    return framing.kind === 'settled' ? framing.verdict : framing.kind;
  };
  const unclear = (...reasons: string[]) => ({ kind: 'unclear', reasons });

  test('where Glue says that the role is in another account', () => {
    expect(settledAs(aDenial({ crossAccount: true, roleArn: null }))).toEqual({
      kind: 'cross-account',
      callAccount: ACCOUNT,
      roleAccount: null,
    });
  });

  test("where the role's ARN names another account than the call's", () => {
    expect(settledAs(aDenial({ roleArn: elsewhere }))).toEqual({
      kind: 'cross-account',
      callAccount: ACCOUNT,
      roleAccount: OTHER_ACCOUNT,
    });
  });

  test('where pasted text names a user and a role of two accounts', () => {
    expect(settledAs(aPastedText({ roleArn: elsewhere }))).toEqual({
      kind: 'cross-account',
      callAccount: ACCOUNT,
      roleAccount: OTHER_ACCOUNT,
    });
  });

  test('where no role is named', () => {
    expect(settledAs(aDenial({ roleArn: null }))).toEqual(
      unclear('The message names no role, so it is not known which one was to be passed.'),
    );
  });

  test.each(['arn:aws:iam::***:role/glue-runtime-role', 'arn:aws:iam::111122223333:role/', 'arn:aws:iam::1111222'])(
    'where the role is redacted or cut: %s',
    (roleArn) => {
      expect(settledAs(aDenial({ roleArn }))).toEqual(
        unclear(`The message names the role as ${roleArn}, which is not a whole role ARN: it may be redacted or cut.`),
      );
    },
  );

  test('for a service-linked role, even one that does not exist', () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/glue.amazonaws.com/AWSServiceRoleForGlue`;
    expect(settledAs(aDenial({ roleArn }), { role: missing('no') })).toEqual({ kind: 'service-linked-role', roleArn });
  });

  test('with the credentials of another account', () => {
    expect(settledAs(aDenial(), { callerAccount: found(OTHER_ACCOUNT) })).toEqual(
      unclear(
        `The denial happened in account ${ACCOUNT}, but these credentials belong to account ${OTHER_ACCOUNT}: choose the right profile.`,
      ),
    );
  });

  test('with credentials that do not tell their account', () => {
    expect(settledAs(aDenial(), { callerAccount: refused('No.') })).toEqual(unclear('No.'));
  });

  test('where the role does not exist', () => {
    expect(settledAs(aDenial(), { role: missing('no such role'), nearestRoles: ['glue-runtime-rule'] })).toEqual({
      kind: 'role-not-found',
      roleArn: ROLE,
      nearest: ['glue-runtime-rule'],
    });
  });

  test('where the role may not be looked at', () => {
    expect(settledAs(aDenial(), { role: refused('Reading the role was refused.') })).toEqual(
      unclear('Reading the role was refused.'),
    );
  });

  test('where the user does not exist any more', () => {
    expect(settledAs(aDenial(), { principal: missing('AWS does not know the user maria.') })).toEqual(
      unclear('AWS does not know the user maria.'),
    );
  });

  test('where the service is not known', () => {
    expect(settledAs(aDenial(), { service: { kind: 'unknown', why: 'Which service?' } })).toEqual(
      unclear('Which service?'),
    );
  });
});
