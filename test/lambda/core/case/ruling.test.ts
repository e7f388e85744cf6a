import { describe, expect, test } from '@jest/globals';
import type { Approver } from '../../../../lambda/core/case/approver.ts';
import { type Case, subjectOf } from '../../../../lambda/core/case/case.ts';
import type { Proof } from '../../../../lambda/core/case/decision.ts';
import { approve, type RulingRules, reject, revert } from '../../../../lambda/core/case/ruling.ts';
import type { RiskLevel } from '../../../../lambda/core/risk/risk.ts';
import { aDenial } from '../../../support/denial.ts';
import { diagnose, factsOf } from '../../../support/question.ts';

const now = new Date('2026-11-20T10:00:00Z');
const denial = aDenial();
const ACCOUNT = '111122223333';
const user = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

const dana: Approver = { name: 'Dana', slack: 'U0DANA', aws: [user('dana')], mail: 'dana@example.com' };
const ops: Approver = { name: 'Ops', slack: null, aws: [`arn:aws:iam::${ACCOUNT}:role/team/ops`], mail: null };
const sso = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/sam@example.com`;
const sam: Approver = { name: 'Sam', slack: 'U0SAM', aws: [sso], mail: null };
const rules: RulingRules = { approvers: [dana, ops, sam], allowAdministrator: false };
const via = (how: Proof['via'], as: string): Proof => ({ via: how, as });

function proposed(level: RiskLevel = 'low', changes: object = {}): Case {
  const diagnosis = diagnose(factsOf());
  const { proposal } = diagnosis;
  if (proposal === null) throw new Error('the example proposes a grant');
  return {
    key: 'a'.repeat(32),
    round: 1,
    installation: 'test',
    earlier: null,
    version: 1,
    transitionCount: 1,
    lastEntry: null,
    subject: subjectOf(denial),
    denials: { count: 1, firstAt: '2026-11-20T09:00:00Z', lastAt: '2026-11-20T09:00:00Z' },
    latest: denial,
    diagnosedAt: '2026-11-20T09:00:01Z',
    grants: [],
    state: 'proposed',
    diagnosis: { ...diagnosis, proposal, risk: { level, reasons: level === 'low' ? [] : ['It may do much.'] } },
    approvals: [],
    expiresAt: '2026-11-21T09:00:00Z',
    ...changes,
  } as Case;
}
const digest = diagnose(factsOf()).proposal?.digest ?? '';
const always = { hours: null };
const say = (of: Case, proof: Proof, more: Partial<Parameters<typeof approve>[1]> = {}, by = rules) =>
  approve(of, { proof, digest, term: always, now, ...more }, by);

describe('approving', () => {
  test('a listed person by each door, a low risk by one', () => {
    for (const proof of [via('slack', 'U0DANA'), via('aws', user('dana')), via('mail', 'Dana@example.com')]) {
      expect(say(proposed(), proof)).toMatchObject({ kind: 'approved', approvals: [{ by: { name: 'Dana' }, digest }] });
    }
  });

  test('a role counts as its holder, whatever the session is called; a session of Identity Center only as itself', () => {
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/ops/anything`;
    expect(say(proposed(), via('aws', session))).toMatchObject({
      kind: 'approved',
      approvals: [{ by: { name: 'Ops' } }],
    });
    expect(say(proposed(), via('aws', sso))).toMatchObject({ kind: 'approved' });
    expect(say(proposed(), via('aws', sso.replace('sam@', 'eve@')))).toMatchObject({ why: 'not-listed' });
  });

  test.each([
    ['a stranger in Slack', via('slack', 'U0EVE')],
    ['a stranger in AWS', via('aws', user('eve'))],
    ['the same name under another path', via('aws', user('team/dana'))],
    ['the same name in another account', via('aws', 'arn:aws:iam::444455556666:user/dana')],
    ['a Slack id by the door of AWS', via('aws', 'U0DANA')],
  ])('%s is not listed', (_, proof) => {
    expect(say(proposed(), proof)).toMatchObject({ kind: 'refused', why: 'not-listed' });
  });

  test.each([via('slack', 'U0DANA'), via('aws', user('dana')), via('mail', 'dana@example.com')])(
    'the denied person is refused by the door $via',
    (proof) => {
      const of = proposed('low', { subject: { ...subjectOf(denial), principal: user('dana') } });
      expect(say(of, proof)).toMatchObject({ kind: 'refused', why: 'denied-person' });
    },
  );

  test('the denied person is refused although listed in other letters: IAM tells names apart without case', () => {
    const of = proposed('low', { subject: { ...subjectOf(denial), principal: user('Dana') } });
    expect(say(of, via('slack', 'U0DANA'))).toMatchObject({ why: 'denied-person' });
  });

  test('a session of the denied role is refused, whoever it is listed for', () => {
    const principal = `arn:aws:iam::${ACCOUNT}:role/team/ops`;
    const of = proposed('low', { subject: { ...subjectOf(denial), principal } });
    expect(say(of, via('aws', `arn:aws:sts::${ACCOUNT}:assumed-role/ops/other`))).toMatchObject({
      why: 'denied-person',
    });
  });

  test('an elevated or unknown risk needs two different people, who mean the same', () => {
    for (const level of ['elevated', 'unknown'] as const) {
      const first = say(proposed(level), via('slack', 'U0DANA'));
      if (first.kind !== 'noted') throw new Error(first.kind);
      expect(first.needed).toBe(2);
      const half = proposed(level, { approvals: first.approvals });
      expect(say(half, via('aws', user('dana')))).toMatchObject({ why: 'approved-already' });
      expect(say(half, via('slack', 'U0SAM'), { term: { hours: 8 } })).toMatchObject({ why: 'other-term' });
      expect(say(half, via('slack', 'U0SAM'))).toMatchObject({ kind: 'approved', approvals: [{}, {}] });
    }
  });

  test('a link in a mail is too little for more than a low risk', () => {
    expect(say(proposed('elevated'), via('mail', 'dana@example.com'))).toMatchObject({ why: 'weak-identity' });
  });

  test('what makes administrators is refused, unless the account allows it, and then needs two', () => {
    const of = proposed('administrator');
    expect(say(of, via('slack', 'U0DANA'))).toMatchObject({ why: 'too-risky' });
    expect(say(of, via('slack', 'U0DANA'), {}, { ...rules, allowAdministrator: true })).toMatchObject({
      kind: 'noted',
      needed: 2,
    });
  });

  test('an old digest, an expired case, one that was decided', () => {
    expect(say(proposed(), via('slack', 'U0DANA'), { digest: 'f'.repeat(64) })).toMatchObject({ why: 'old-digest' });
    expect(say(proposed(), via('slack', 'U0DANA'), { now: new Date('2026-11-21T09:00:00Z') })).toMatchObject({
      why: 'expired',
    });
    const rejected = reject(proposed(), { proof: via('slack', 'U0DANA'), digest, reason: 'no', now }, rules);
    if (rejected.kind !== 'rejected') throw new Error(rejected.kind);
    const closed = proposed('low', { state: 'rejected', rejection: rejected.rejection });
    expect(say(closed, via('slack', 'U0SAM'))).toMatchObject({ why: 'decided' });
  });
});

describe('rejecting and reverting', () => {
  test('takes a reason of 1 to 500 characters', () => {
    const input = { proof: via('slack', 'U0DANA'), digest, now };
    expect(reject(proposed(), { ...input, reason: '  ' }, rules)).toMatchObject({ why: 'bad-reason' });
    expect(reject(proposed(), { ...input, reason: 'x'.repeat(501) }, rules)).toMatchObject({ why: 'bad-reason' });
    expect(reject(proposed(), { ...input, reason: ' no ' }, rules)).toMatchObject({
      rejection: { reason: 'no', by: { name: 'Dana' } },
    });
  });

  test('reverts only what was written', () => {
    const input = { proof: via('slack', 'U0DANA'), reason: 'over', now };
    expect(revert(proposed(), input, rules)).toMatchObject({ why: 'nothing-to-revert' });
    const grants = [{ policyName: 'x' }];
    expect(revert(proposed('low', { grants }), input, rules)).toMatchObject({
      kind: 'reverting',
      reversal: { reason: 'over' },
    });
    expect(revert(proposed('low', { grants, state: 'reverting' }), input, rules)).toMatchObject({ why: 'not-waiting' });
    expect(revert(proposed('low', { grants }), { ...input, proof: via('slack', 'U0EVE') }, rules)).toMatchObject({
      why: 'not-listed',
    });
  });
});
