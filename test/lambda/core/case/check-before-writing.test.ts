import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../../lambda/adapters/sha256.ts';
import type { CaseIn } from '../../../../lambda/core/case/case.ts';
import { checkGrant, type GrantRules } from '../../../../lambda/core/case/check-before-writing.ts';
import { digestOf, type Proposal, untilThen } from '../../../../lambda/core/grant/proposal.ts';
import { isOurs } from '../../../../lambda/core/grant/shape.ts';
import { APPROVED_AT, anApproved, approvalBy, DANA, OMAR, RULES } from '../../../support/approved-case.ts';
import { ACCOUNT, OTHER_ACCOUNT, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf } from '../../../support/question.ts';

type Approved = CaseIn<'approved'>;

const NOW = new Date('2026-11-20T09:31:00Z');
const check = (of: Approved, rules: GrantRules = RULES, now = NOW, account = ACCOUNT) =>
  checkGrant(of, rules, account, sha256, now);
const sentenceOf = (...of: Parameters<typeof check>): string => {
  const checked = check(...of);
  return checked.kind === 'refused' ? checked.sentence : `not refused: ${JSON.stringify(checked.grant)}`;
};

/** As a thorough forger leaves it: the digest of the proposal and of each approval fits what was altered. */
function forged(change: (proposal: Proposal) => object): Approved {
  const of = anApproved();
  const { proposal } = of.diagnosis;
  const altered: Proposal = JSON.parse(JSON.stringify({ ...proposal, ...change(proposal) }));
  const digest = digestOf(altered, sha256);
  const approvals = of.approvals.map((approval) => ({ ...approval, digest }));
  return { ...of, approvals, diagnosis: { ...of.diagnosis, proposal: { ...altered, digest } } };
}

const withStatement = (change: object) =>
  forged(({ document }) => ({ document: { ...document, Statement: [{ ...document.Statement[0], ...change }] } }));

test('the approved grant is written exactly as it was shown', () => {
  const of = anApproved();
  const { target, policyName, document } = of.diagnosis.proposal;
  expect(check(of)).toEqual({ kind: 'ok', grant: { target, policyName, document, endsAt: null } });
  expect(policyName).toBe('AllowPassGlueRuntimeRoleToGlue');
});

test('a temporary grant ends so many hours after the last approval, however late it is written', () => {
  const of = anApproved({ term: { hours: 8 } });
  const endsAt = '2026-11-20T17:30:00.000Z';
  const document = untilThen(of.diagnosis.proposal.document, endsAt);
  for (const now of ['2026-11-20T09:31:00Z', '2026-11-20T17:29:59.999Z']) {
    expect(check(of, RULES, new Date(now))).toMatchObject({ kind: 'ok', grant: { document, endsAt } });
  }
  expect(document.Statement[0].Condition.DateLessThan).toEqual({ 'aws:CurrentTime': '2026-11-20T17:30:00Z' });
  expect(sentenceOf(of, RULES, new Date(endsAt))).toBe(
    `The grant was to end at ${endsAt}, before it could be written. Press Save again for a new case.`,
  );
});

const CHANGED =
  ' The case was probably changed by another program; look at its trail and at who may write the case table.';
const notApproved = (odd: string): string => `What was to be written is not the approved grant: ${odd}${CHANGED}`;

describe('a document altered in the table, with digests that fit it', () => {
  test('has a second statement', () => {
    const of = forged(({ document }) => ({
      document: { ...document, Statement: [...document.Statement, { Effect: 'Allow', Action: '*', Resource: '*' }] },
    }));
    expect(sentenceOf(of)).toBe(notApproved('The document has 2 statements instead of one.'));
  });

  test.each<[string, object, string]>([
    ['reaches every role', { Resource: '*' }, 'Its resource "*" is not one exact role.'],
    ['has a wildcard in the name', { Resource: `${ROLE}*` }, `Its resource "${ROLE}*" is not one exact role.`],
    ['lists two roles', { Resource: [ROLE, `${ROLE}2`] }, `Its resource ["${ROLE}","${ROLE}2"] is not one exact role.`],
    [
      'names a role of another account',
      { Resource: ROLE.replace(ACCOUNT, OTHER_ACCOUNT) },
      `Its role ${ROLE.replace(ACCOUNT, OTHER_ACCOUNT)} belongs to another account.`,
    ],
    ['names another role', { Resource: `${ROLE}2` }, `Its role ${ROLE}2 is not the one that was refused, ${ROLE}.`],
    ['allows another action', { Action: 'iam:*' }, 'It allows "iam:*" instead of iam:PassRole alone.'],
    [
      'allows a second action',
      { Action: ['iam:PassRole', 'iam:CreateUser'] },
      'It allows ["iam:PassRole","iam:CreateUser"] instead of iam:PassRole alone.',
    ],
    ['denies', { Effect: 'Deny' }, 'Its statement is not an Allow.'],
    [
      'names a second service',
      { Condition: { StringEquals: { 'iam:PassedToService': ['glue.amazonaws.com', 'ec2.amazonaws.com'] } } },
      'It names ["glue.amazonaws.com","ec2.amazonaws.com"] instead of the one service glue.amazonaws.com.',
    ],
    ['has no condition', { Condition: undefined }, 'It names null instead of the one service glue.amazonaws.com.'],
    [
      'compares loosely',
      { Condition: { StringLike: { 'iam:PassedToService': '*' } } },
      'It names null instead of the one service glue.amazonaws.com.',
    ],
    ['has one element more', { NotResource: 'x' }, 'The document holds more than the grant.'],
    ['has another Sid', { Sid: 'Other' }, 'The document holds more than the grant.'],
  ])('%s', (_, change, odd) => {
    expect(sentenceOf(withStatement(change))).toBe(notApproved(odd));
  });

  test('goes under the name of another policy', () => {
    expect(sentenceOf(forged(() => ({ policyName: 'RequireMfa' })))).toBe(
      notApproved('The policy name RequireMfa is not the one that follows from role and service.'),
    );
  });

  test('goes to a group outside the list', () => {
    expect(sentenceOf(forged(() => ({ target: { kind: 'group', name: 'Platform' } })))).toBe(
      'The group Platform is not in the list of what may be written to. Add it to the setting "grantTo" and deploy again, or give the grant by hand.',
    );
  });

  test('goes to a group that only in another kind is in the list', () => {
    expect(sentenceOf(forged(() => ({ target: { kind: 'user', name: 'GlueAccess' } })))).toMatch(
      /^The user GlueAccess/,
    );
  });
});

describe('a proposal is refused', () => {
  const of = anApproved();

  test('when its digest is not its own', () => {
    const proposal = { ...of.diagnosis.proposal, digest: 'f'.repeat(64) };
    expect(sentenceOf({ ...of, diagnosis: { ...of.diagnosis, proposal } })).toBe(
      `The proposal does not fit its own digest.${CHANGED}`,
    );
  });

  test('when it belongs to another account than our credentials', () => {
    expect(sentenceOf(of, RULES, NOW, OTHER_ACCOUNT)).toBe(
      `The case belongs to account ${ACCOUNT}, and grants are written in account ${OTHER_ACCOUNT} only.`,
    );
  });

  test('when the case is about another role', () => {
    const subject = { ...of.subject, roleArn: `${ROLE}2` };
    expect(sentenceOf({ ...of, subject })).toBe(
      notApproved(`Its role ${ROLE} is not the one that was refused, ${ROLE}2.`),
    );
  });

  test('when it passes one of our own roles, in whatever case', () => {
    expect(sentenceOf(of, { ...RULES, ownRoles: ['Glue-Runtime-Role'] })).toBe(
      'The role glue-runtime-role counts as one of our own, by its name, its path or its tag, and is never passed.',
    );
  });

  test('when it writes to one of our own roles', () => {
    const rules = { ...RULES, ownRoles: ['etl-developer'] };
    expect(
      sentenceOf(
        forged(() => ({ target: { kind: 'role', name: 'etl-developer' } })),
        rules,
      ),
    ).toBe(
      'The role etl-developer counts as one of our own, by its name, its path or its tag, and is never written to.',
    );
  });

  test('when nobody proved that it helps', () => {
    const simulations = { ...of.diagnosis.simulations, proved: null };
    expect(sentenceOf({ ...of, diagnosis: { ...of.diagnosis, simulations } })).toBe(
      `The case does not say that the grant would help.${CHANGED}`,
    );
  });
});

describe('an approval does not count', () => {
  const withRisk = (level: 'elevated' | 'administrator' | 'unknown') => {
    const diagnosis = diagnose(factsOf());
    return { ...diagnosis, risk: { level, reasons: ['The role may do much.'] } };
  };

  test('when there is none', () => {
    expect(sentenceOf(anApproved({ approvals: () => [] }))).toBe(
      'The risk is low, so one person must approve; nobody has.',
    );
  });

  test('when it names an old digest', () => {
    expect(sentenceOf(anApproved({ approvals: () => [approvalBy(DANA, 'f'.repeat(64))] }))).toBe(
      `Dana Scully approved another proposal than this one.${CHANGED}`,
    );
  });

  test('when it is for another term', () => {
    const approvals = (digest: string) => [approvalBy(DANA, digest, { term: { hours: 8 } })];
    expect(sentenceOf(anApproved({ approvals }))).toBe(`Dana Scully approved another term.${CHANGED}`);
  });

  test.each(['2026-11-20T09:36:00.001Z', 'yesterday'])('when it is dated %s', (at) => {
    expect(sentenceOf(anApproved({ approvals: (digest) => [approvalBy(DANA, digest, { at })] }))).toBe(
      `The approval of Dana Scully is dated ${at}, which is no time until now.${CHANGED}`,
    );
  });

  test('when the approver is not listed any more', () => {
    expect(sentenceOf(anApproved(), { ...RULES, approvers: [OMAR] })).toMatch(
      /^Dana Scully \(arn:aws:iam::111122223333:user\/dana\) is not in the list of approvers/,
    );
  });

  test('when it goes under the name of another', () => {
    const by = { via: 'aws', as: OMAR.aws[0] ?? '', name: DANA.name } as const;
    expect(sentenceOf(anApproved({ approvals: (digest) => [approvalBy(DANA, digest, { by })] }))).toMatch(
      /^Dana Scully \(.*user\/omar\) is not in the list/,
    );
  });

  test('when the approver is the one who was refused', () => {
    const maria = RULES.approvers[2] ?? DANA;
    expect(sentenceOf(anApproved({ approvals: (digest) => [approvalBy(maria, digest)] }))).toMatch(
      /^Maria is, or acts for, the one who was refused \(arn:aws:iam::111122223333:user\/maria\)/,
    );
  });

  test.each(['elevated', 'unknown'] as const)('when the risk is %s and one person approved, once or twice', (level) => {
    const diagnosis = withRisk(level);
    const sentence = `The risk is ${level}, so two people must approve; only 1 did.`;
    expect(sentenceOf(anApproved({ diagnosis }))).toBe(sentence);
    const twice = (digest: string) => [approvalBy(DANA, digest), approvalBy(DANA, digest)];
    expect(sentenceOf(anApproved({ diagnosis, approvals: twice }))).toBe(sentence);
    const two = (digest: string) => [approvalBy(DANA, digest), approvalBy(OMAR, digest)];
    expect(check(anApproved({ diagnosis, approvals: two })).kind).toBe('ok');
  });

  test('when a link in a mail is all that proves it and the risk is elevated', () => {
    const by = { via: 'mail', as: 'omar@example.com', name: OMAR.name } as const;
    const approvals = (digest: string) => [approvalBy(DANA, digest), approvalBy(OMAR, digest, { by })];
    expect(sentenceOf(anApproved({ diagnosis: withRisk('elevated'), approvals }))).toBe(
      'The risk is elevated, and a link in a mail proves too little for that.',
    );
  });

  test('when the role makes administrators, unless that is allowed and two approve', () => {
    const two = (digest: string) => [approvalBy(DANA, digest), approvalBy(OMAR, digest)];
    const of = anApproved({ diagnosis: withRisk('administrator'), approvals: two });
    expect(sentenceOf(of)).toBe('Passing this role makes people administrators, which is not allowed here.');
    expect(check(of, { ...RULES, allowAdministrator: true }).kind).toBe('ok');
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 8785])('when its term is %d hours', (hours) => {
    expect(sentenceOf(anApproved({ term: { hours } }))).toBe(
      `The term of ${hours} hours is not one that can be approved.${CHANGED}`,
    );
  });
});

describe('what may be taken back', () => {
  const { policyName, document } = anApproved().diagnosis.proposal;
  const ours = (name: string, of: unknown, account = ACCOUNT) => isOurs(name, of, account, sha256);

  test('is a grant of ours, with an end or without', () => {
    expect(ours(policyName, document)).toBe(true);
    expect(ours(policyName, untilThen(document, APPROVED_AT))).toBe(true);
  });

  test.each<[string, string, unknown, string]>([
    ['a policy of another name', 'RequireMfa', document, ACCOUNT],
    ['a policy of another account', policyName, document, OTHER_ACCOUNT],
    ['a wider policy', policyName, { ...document, Statement: [{ ...document.Statement[0], Resource: '*' }] }, ACCOUNT],
    ['two statements', policyName, { ...document, Statement: [...document.Statement, ...document.Statement] }, ACCOUNT],
    ['a document without statements', policyName, { Version: '2012-10-17' }, ACCOUNT],
    ['text', policyName, 'x', ACCOUNT],
  ])('is never %s', (_, name, of, account) => {
    expect(ours(name, of, account)).toBe(false);
  });
});
