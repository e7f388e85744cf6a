import { IAMClient, PutGroupPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { applyCase, settleDue } from '../../../lambda/apply/handle-case.ts';
import type { CaseIn } from '../../../lambda/core/case/case.ts';
import type { Term } from '../../../lambda/core/case/decision.ts';
import type { Denial } from '../../../lambda/core/denial/denial.ts';
import { investigate } from '../../../lambda/investigation/investigate.ts';
import type { Call, Fault } from '../../../local/aws/call.ts';
import { type Applying, openApplying, smallAccount } from '../../support/applying.ts';
import { APPROVED_AT, anApproved, approvalBy, DANA, KEY } from '../../support/approved-case.ts';
import { ACCOUNT, aDenial, anna, ROLE } from '../../support/denial.ts';

/** Some tests look at several worlds: one that is left open keeps the process from ending. */
const opened: Applying[] = [];
afterEach(async () => {
  for (const at of opened.splice(0)) await at.close();
});
const open = async (...options: Parameters<typeof openApplying>): Promise<Applying> => {
  const at = await openApplying(...options);
  opened.push(at);
  return at;
};

const NAME = 'AllowPassGlueRuntimeRoleToGlue';
const GROUP = `groups/GlueAccess/${NAME}`;
const TEXT = JSON.stringify(anApproved().diagnosis.proposal.document);

const apply = ({ parts }: Applying) => applyCase(KEY, 1, parts);

async function put({ aws }: Applying, PolicyDocument: string, PolicyName = NAME): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const iam = new IAMClient({ endpoint: aws.url, region: 'ap-northeast-1', credentials });
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'GlueAccess', PolicyName, PolicyDocument }));
  iam.destroy();
}

const other = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});

describe('an approved case', () => {
  test('is written to the group, read back, simulated allowed and applied', async () => {
    const at = await open();
    const of = await at.approved();
    expect(await apply(at)).toEqual({
      to: 'applied',
      what: `Wrote ${NAME} on group GlueAccess, read back, simulated allowed.`,
    });
    expect(at.policies()).toEqual(new Map([[GROUP, TEXT]]));
    const { target, policyName, document } = of.diagnosis.proposal;
    const writtenAt = '2026-11-20T09:31:00.000Z';
    expect(at.transitions.get(KEY)).toMatchObject({
      state: 'applied',
      approvals: of.approvals,
      appliedAt: writtenAt,
      grants: [{ target, policyName, document, writtenAt, endsAt: null }],
    });
    expect(at.transitions.entries.map(({ from, to, decision }) => [from, to, decision.before, decision.after])).toEqual(
      [
        ['approved', 'approved', 'implicitDeny', null],
        ['approved', 'applied', 'implicitDeny', 'allowed'],
      ],
    );
    expect(at.slept).toEqual([]);
  });

  test('of a user without a group is written to the user', async () => {
    const users = { maria: { managed: ['AWSGlueConsoleFullAccess'] } };
    const at = await open({ account: { ...smallAccount, users, groups: {} } });
    await at.approved();
    expect((await apply(at)).to).toBe('applied');
    expect([...at.policies().keys()]).toEqual([`users/maria/${NAME}`]);
  });

  test('of a session is written to its role', async () => {
    const developer = { path: '/team/', trust: 'glue.amazonaws.com', managed: ['AWSGlueConsoleFullAccess'] };
    const roles = { ...smallAccount.roles, 'etl-developer': developer };
    const at = await open({ account: { ...smallAccount, roles } });
    await at.approved({
      denial: aDenial({ identity: anna, principalArn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna` }),
    });
    expect((await apply(at)).to).toBe('applied');
    expect([...at.policies().keys()]).toEqual([`roles/etl-developer/${NAME}`]);
  });

  test('that is brought twice at the same time is one grant', async () => {
    const at = await open();
    await at.approved();
    await Promise.all([apply(at), apply(at), apply(at)]);
    expect(at.transitions.get(KEY)).toMatchObject({ state: 'applied', grants: [{ policyName: NAME }] });
    expect(at.policies()).toEqual(new Map([[GROUP, TEXT]]));
  });

  test('to a target outside the list fails, and nothing is read or written', async () => {
    const at = await open({ rules: { grantTo: { groups: [], users: [], roles: [] } } });
    await at.approved();
    at.calls.length = 0;
    expect(await apply(at)).toMatchObject({
      to: 'failed',
      what: expect.stringMatching(/^The group GlueAccess is not/),
    });
    expect(at.calls).toEqual([]);
  });

  test.each([
    [
      'other',
      other,
      /^Another grant would be proposed today \(\w+\) than the one that was approved \(AllowPassGlueRuntimeRoleToGlue\)\. Nothing was written\.$/,
    ],
    [
      'the same',
      TEXT,
      /^It is allowed already, by AllowPassGlueRuntimeRoleToGlue of group GlueAccess: press Save again, nothing is missing any more\. Nothing was written\.$/,
    ],
  ])('is out of date when a policy of that name with %s content is there', async (_, text, what) => {
    const at = await open();
    await at.approved();
    await put(at, text);
    expect(await apply(at)).toMatchObject({ to: 'stale', what: expect.stringMatching(what) });
    expect(at.policies()).toEqual(new Map([[GROUP, text]]));
    expect(at.transitions.get(KEY).grants).toEqual([]);
  });

  test('fails when somebody makes a policy of that name in the last moment, and leaves it as it is', async () => {
    const at = await open();
    await at.approved();
    const { writer } = at.parts;
    const read: typeof writer.read = async (...asked) => {
      if (at.policies().size === 0) await put(at, other);
      return writer.read(...asked);
    };
    expect(await applyCase(KEY, 1, { ...at.parts, writer: { ...writer, read } })).toMatchObject({
      to: 'failed',
      what: `A policy of that name is there already: ${NAME} on group GlueAccess. Nothing that exists is overwritten: press Save again for a proposal under another name.`,
    });
    expect(at.policies()).toEqual(new Map([[GROUP, other]]));
    expect(at.transitions.get(KEY).grants).toEqual([]);
  });

  test('whose approval is dated by a clock that is ahead is written; one from the future is not', async () => {
    const at = await open();
    const approvedAt = (time: string) => ({
      approvals: (digest: string) => [approvalBy(DANA, digest, { at: time })],
    });
    await at.approved(approvedAt('2026-11-20T09:36:00.001Z'));
    expect(await apply(at)).toMatchObject({ to: 'failed', what: expect.stringContaining('no time until now') });
    await at.approved(approvedAt('2026-11-20T09:36:00.000Z'));
    expect((await apply(at)).to).toBe('applied');
  });

  test('fails with the words of IAM when it may not write', async () => {
    const denied = { code: 'AccessDenied', message: 'User: apply may not', status: 403 };
    const at = await open({ fault: ({ operation }) => (operation === 'PutGroupPolicy' ? denied : null) });
    await at.approved();
    expect(await apply(at)).toEqual({
      to: 'failed',
      what: `Writing policy ${NAME} of group GlueAccess was refused: User: apply may not. Nothing was written.`,
    });
    expect(at.transitions.get(KEY).grants).toEqual([]);
  });

  test('stays known as written when it cannot be read back', async () => {
    let written = false;
    const denied = { code: 'AccessDenied', message: 'may not read', status: 403 };
    const at = await open({
      fault: ({ operation }) => {
        const isRefused = written && operation === 'GetGroupPolicy';
        written ||= operation === 'PutGroupPolicy';
        return isRefused ? denied : null;
      },
    });
    await at.approved();
    expect(await apply(at)).toMatchObject({ to: 'failed', what: expect.stringContaining('cannot be read back') });
    expect(at.transitions.get(KEY).grants).toMatchObject([{ policyName: NAME }]);
  });

  test('that was begun and is refused now says what stands', async () => {
    const at = await open();
    const of = await at.approved();
    await apply(at);
    const { grants } = at.transitions.get(KEY);
    at.transitions.put({ ...of, writing: grants[0] ?? null });
    const rules = { ...at.parts.rules, approvers: [] };
    const { to, what } = await applyCase(KEY, 1, { ...at.parts, rules });
    expect(to).toBe('failed');
    expect(what).toContain(`${NAME} on group GlueAccess stands in IAM (account ${ACCOUNT}); it can be reverted.`);
    expect(at.transitions.get(KEY).grants).toEqual(grants);
  });

  test('whose intent was altered writes nothing', async () => {
    const at = await open();
    const of = await at.approved();
    const { target, policyName, document } = of.diagnosis.proposal;
    const writing = { target, policyName: 'Other', document, writtenAt: APPROVED_AT, endsAt: null };
    at.transitions.put({ ...of, writing });
    expect(await apply(at)).toMatchObject({
      to: 'failed',
      what: expect.stringContaining('changed by another program'),
    });
    expect([policyName, at.policies().size]).toEqual([NAME, 0]);
  });

  test('is brought again when IAM is throttled', async () => {
    let throttled = 1;
    const throttling = { code: 'Throttling', message: 'Rate exceeded', status: 400 };
    const at = await open({
      fault: ({ operation }) => (operation === 'PutGroupPolicy' && throttled-- > 0 ? throttling : null),
    });
    await at.approved();
    await expect(apply(at)).rejects.toThrow('Rate exceeded');
    expect((await apply(at)).to).toBe('applied');
  });
});

describe('two cases that propose one policy: two members of a group, one role', () => {
  const OTHER = 'b'.repeat(32);
  const jonas = (): Denial =>
    JSON.parse(JSON.stringify(aDenial()).replaceAll('user/maria', 'user/jonas').replaceAll('"maria"', '"jonas"'));

  async function both(at: Applying, term: Term = { hours: null }): Promise<void> {
    await at.approved();
    const denial = jonas();
    const diagnosis = await investigate(denial, at.parts.account, at.parts.sha256);
    at.transitions.put({ ...anApproved({ denial, diagnosis, term }), key: OTHER });
  }

  test('the second says that it is allowed by now, and to press Save again', async () => {
    const at = await open();
    await both(at);
    expect((await apply(at)).to).toBe('applied');
    expect(await applyCase(OTHER, 1, at.parts)).toMatchObject({
      to: 'stale',
      what: expect.stringMatching(/^It is allowed already, by AllowPassGlueRuntimeRoleToGlue of group GlueAccess/),
    });
    expect(at.policies()).toEqual(new Map([[GROUP, TEXT]]));
  });

  test('while the first stands between its last look and its Put, the second waits, and overwrites nothing', async () => {
    const at = await open();
    await both(at, { hours: 8 });
    const { writer } = at.parts;
    let second: Promise<unknown> | null = null;
    const write: typeof writer.write = async (...given) => {
      // It has all the time it wants, and comes no further than to the claim.
      second = expect(applyCase(OTHER, 1, at.parts)).rejects.toThrow(/^Another case is writing AllowPass/);
      await second;
      return writer.write(...given);
    };
    expect((await applyCase(KEY, 1, { ...at.parts, writer: { ...writer, write } })).to).toBe('applied');
    expect(second).not.toBeNull();
    expect(at.policies()).toEqual(new Map([[GROUP, TEXT]]));
    expect((await applyCase(OTHER, 1, at.parts)).to).toBe('stale');
  });

  test('a run that died with the claim is followed by another of its own case', async () => {
    const at = await open();
    await both(at);
    const { writer } = at.parts;
    const dies = { ...writer, write: () => Promise.reject(new Error('killed')) };
    await expect(applyCase(KEY, 1, { ...at.parts, writer: dies })).rejects.toThrow('killed');
    await expect(applyCase(OTHER, 1, at.parts)).rejects.toThrow(/^Another case is writing/);
    expect((await apply(at)).to).toBe('applied');
  });
});

describe('the world has changed since', () => {
  const stale = async (change: (at: Applying) => unknown, isNoted = false): Promise<string> => {
    const at = await open();
    const of = await at.approved();
    const { target, policyName, document } = of.diagnosis.proposal;
    const writing = { target, policyName, document, writtenAt: APPROVED_AT, endsAt: null };
    if (isNoted) at.transitions.put({ ...of, writing });
    await change(at);
    const before = at.policies();
    const { to, what } = await apply(at);
    expect(to).toBe('stale');
    expect(at.policies()).toEqual(before);
    return what;
  };
  const passRole = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: ROLE }],
  });
  const guardrail = passRole.replace('Allow', 'Deny');

  test('it is allowed already', async () => {
    expect(await stale((at) => put(at, passRole, 'Wide'))).toBe(
      'It is allowed already, by Wide of group GlueAccess: press Save again, nothing is missing any more. Nothing was written.',
    );
  });

  test('a guardrail was added', async () => {
    expect(await stale((at) => put(at, guardrail, 'Guard'))).toMatch(/ Nothing was written\.$/);
  });

  test('the role is gone', async () => {
    expect(await stale((at) => at.aws.state.roles.delete('glue-runtime-role'))).toBe(
      `The role ${ROLE} does not exist any more. Nothing was written.`,
    );
  });

  test('and an intent that left nothing in IAM does not hide it, whoever noted it', async () => {
    expect(await stale((at) => put(at, guardrail, 'Guard'), true)).toMatch(/ Nothing was written\.$/);
    expect(await stale((at) => put(at, passRole, 'Wide'), true)).toMatch(/^It is allowed already/);
    expect(await stale((at) => at.aws.state.roles.delete('glue-runtime-role'), true)).toMatch(/^The role /);
  });

  test('somebody else would gain as well', async () => {
    const at = await open();
    await at.approved();
    at.aws.state.users.set('mallory', { ...user(at, 'jonas'), name: 'mallory' });
    expect(await apply(at)).toMatchObject({
      to: 'stale',
      what: 'mallory would gain as well, who did not when it was approved. Nothing was written.',
    });
  });

  test('the user is gone', async () => {
    expect(await stale((at) => at.aws.state.users.delete('maria'))).toMatch(/^It cannot be told any more/);
  });

  test('the group has no room left', async () => {
    const filler = other.replace('s3:ListAllMyBuckets', `s3:${'x'.repeat(4900)}`);
    expect(await stale((at) => put(at, filler, 'Filler'))).toMatch(
      /^The grant can no longer be offered\. group GlueAccess/,
    );
  });
});

function user({ aws }: Applying, name: string) {
  const found = aws.state.users.get(name);
  if (found === undefined) throw new Error(`There is no user ${name}.`);
  return found;
}

describe('proving', () => {
  const blind = ({ operation, input }: Call): boolean =>
    operation === 'SimulatePrincipalPolicy' && !('PolicyInputList' in input && input.PolicyInputList !== undefined);

  /** The simulator denies whatever was written. */
  const neverAllowing = ({ parts, policies }: Applying): Applying['parts'] => {
    const { simulate } = parts.account;
    const account: typeof parts.account = {
      ...parts.account,
      simulate: async (request) => {
        const answer = await simulate(request);
        return answer.kind === 'found' && policies().size > 0
          ? { ...answer, value: { ...answer.value, decision: 'implicitDeny' } }
          : answer;
      },
    };
    return { ...parts, account };
  };

  test('waits longer each time, two minutes in all, then fails and says that the grant stands', async () => {
    const at = await open();
    await at.approved();
    const { to, what } = await applyCase(KEY, 1, neverAllowing(at));
    expect(to).toBe('failed');
    expect(what).toMatch(/still says implicitDeny two minutes .* was written and stands; it can be reverted\.$/);
    expect(at.slept.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(at.slept.reduce((sum, one) => sum + one, 0)).toBe(120_000);
    expect(at.transitions.get(KEY)).toMatchObject({ state: 'failed', grants: [{ policyName: NAME }] });
  });

  test('stops before the function is ended, and the next run goes on where this one was', async () => {
    const at = await open({ remaining: 14_000 });
    await at.approved();
    await expect(applyCase(KEY, 1, neverAllowing(at))).rejects.toThrow('not simulated as allowed yet');
    expect(at.slept).toEqual([1000, 2000]);
    expect(at.transitions.get(KEY)).toMatchObject({ state: 'approved', writing: { policyName: NAME }, grants: [] });
    expect((await apply(at)).to).toBe('applied');
    expect(at.calls.filter((name) => name === 'PutGroupPolicy')).toHaveLength(1);
  });

  test('that is refused leaves a failed case that can be reverted', async () => {
    let written = false;
    const denied = { code: 'AccessDenied', message: 'may not simulate', status: 403 };
    const at = await open({
      fault: (call) => {
        written ||= call.operation === 'PutGroupPolicy';
        return written && blind(call) ? denied : null;
      },
    });
    await at.approved();
    expect(await apply(at)).toMatchObject({ to: 'failed', what: expect.stringContaining('may not simulate') });
    expect(at.transitions.get(KEY).grants).toHaveLength(1);
  });
});

describe('a function that dies', () => {
  class Died extends Error {}

  /** Counts AWS calls and the steps of the case together; at the n-th it dies. */
  async function dieAt(n: number, fault: Fault) {
    let step = 0;
    let armed = false;
    const at = await open({
      fault: () => (armed && ++step === n ? fault : null),
      step: () => {
        if (armed && ++step === n) throw new Died();
      },
    });
    const of = await at.approved();
    armed = true;
    const died = await apply(at).then(
      () => false,
      () => true,
    );
    armed = false;
    return { at, of, died, reached: step >= n };
  }

  test.each(['drop-connection', 'drop-response'] as const)(
    'at any one of its calls (%s) and runs again ends in the same single grant',
    async (fault) => {
      let n = 1;
      for (; ; n += 1) {
        const { at, died, reached } = await dieAt(n, fault);
        if (died) await apply(at);
        expect([n, [...at.policies()]]).toEqual([n, [[GROUP, TEXT]]]);
        const of = at.transitions.get(KEY);
        expect([n, of.state, of.grants.length]).toEqual([n, 'applied', 1]);
        expect(at.calls.filter((name) => name === 'PutGroupPolicy').length).toBeLessThanOrEqual(2);
        await at.close();
        opened.pop();
        if (!reached) break;
      }
      expect(n).toBeGreaterThan(15);
    },
    120_000,
  );
});

const reverting = (of: CaseIn<'applied'>): CaseIn<'reverting'> => {
  const { approvals: _a, term: _t, appliedAt: _at, ...rest } = of;
  return { ...rest, state: 'reverting', reversal: { kind: 'ended', at: APPROVED_AT } };
};

async function applied(at: Applying, hours: number | null = null): Promise<CaseIn<'applied'>> {
  await at.approved({ term: { hours } });
  await apply(at);
  const of = at.transitions.get(KEY);
  if (of.state !== 'applied') throw new Error(`The case is ${of.state}.`);
  return of;
}

describe('taking back', () => {
  test('removes what was written, and doing it again does nothing', async () => {
    const at = await open();
    at.transitions.put(reverting(await applied(at)));
    expect(await apply(at)).toEqual({ to: 'reverted', what: `${NAME} on group GlueAccess was removed.` });
    expect(at.policies().size).toBe(0);
    expect(at.transitions.get(KEY)).toMatchObject({ state: 'reverted', grants: [] });
    expect((await apply(at)).to).toBeNull();
  });

  test('is done when somebody has removed it already', async () => {
    const at = await open();
    at.transitions.put(reverting(await applied(at)));
    at.aws.state.groups.get('GlueAccess')?.inline.clear();
    expect(await apply(at)).toEqual({ to: 'reverted', what: `${NAME} on group GlueAccess was gone already.` });
  });

  test('leaves a policy that somebody has changed since', async () => {
    const at = await open();
    at.transitions.put(reverting(await applied(at)));
    await put(at, other);
    expect(await apply(at)).toEqual({
      to: 'failed',
      what: `${NAME} on group GlueAccess was changed since by someone, so it was left as it is.`,
    });
    expect(at.policies()).toEqual(new Map([[GROUP, other]]));
  });

  test('leaves a policy that is none of ours, whatever the record says', async () => {
    const at = await open();
    const of = reverting(await applied(at));
    await put(at, other, 'Theirs');
    const forged = of.grants.map((grant) => ({ ...grant, policyName: 'Theirs', document: JSON.parse(other) }));
    at.transitions.put({ ...of, grants: forged });
    expect(await apply(at)).toMatchObject({
      to: 'failed',
      what: expect.stringContaining('is not a grant that we write'),
    });
    expect(at.policies().get('groups/GlueAccess/Theirs')).toBe(other);
  });

  test('is tried again, and the grant stays known, when IAM refuses it', async () => {
    let refuse = true;
    const denied = { code: 'AccessDenied', message: 'may not', status: 403 };
    const at = await open({
      fault: ({ operation }) => (refuse && operation === 'DeleteGroupPolicy' ? denied : null),
    });
    at.transitions.put(reverting(await applied(at)));
    await expect(apply(at)).rejects.toThrow('A grant that has to go still stands');
    expect(at.transitions.get(KEY)).toMatchObject({ state: 'reverting', grants: [{ policyName: NAME }] });
    refuse = false;
    expect((await apply(at)).to).toBe('reverted');
  });
});

test('taking back that dies at any one of its calls is finished by the next run', async () => {
  let n = 1;
  for (let reached = true; reached; n += 1) {
    let step = 0;
    let armed = false;
    const at = await open({ fault: () => (armed && ++step === n ? 'drop-response' : null) });
    at.transitions.put(reverting(await applied(at)));
    armed = true;
    await apply(at).catch(() => undefined);
    reached = step >= n;
    armed = false;
    await apply(at);
    expect([n, at.policies().size, at.transitions.get(KEY).state]).toEqual([n, 0, 'reverted']);
    await at.close();
    opened.pop();
  }
  expect(n).toBeGreaterThan(4);
}, 60_000);

describe('by the schedule', () => {
  const later = (at: Applying, time: string) => settleDue(KEY, 1, { ...at.parts, clock: () => new Date(time) });

  test('a temporary grant is removed when its term ends, and not before', async () => {
    const at = await open();
    await applied(at, 8);
    expect(at.policies().get(GROUP)).toContain('"DateLessThan":{"aws:CurrentTime":"2026-11-20T17:30:00Z"}');
    expect((await later(at, '2026-11-20T17:29:59.999Z')).to).toBeNull();
    expect(at.policies().size).toBe(1);
    expect((await later(at, '2026-11-20T17:30:00.000Z')).to).toBe('reverted');
    expect(at.policies().size).toBe(0);
    expect(at.transitions.entries.at(-2)?.what).toBe(`The term of ${NAME} on group GlueAccess has ended.`);
  });

  test('an ended grant of a case that waits again is removed, and the case goes on waiting', async () => {
    const at = await open();
    const of = await applied(at, 8);
    const { appliedAt: _, term: __, ...rest } = of;
    const expiresAt = '2026-11-22T00:00:00.000Z';
    at.transitions.put({ ...rest, state: 'proposed', approvals: [], expiresAt });
    expect((await later(at, '2026-11-20T17:30:00.000Z')).to).toBe('proposed');
    expect(at.policies().size).toBe(0);
    expect(at.transitions.get(KEY)).toMatchObject({ state: 'proposed', expiresAt, grants: [] });
  });

  test('a case that nobody decided on expires, and not before', async () => {
    const at = await open();
    const { approvedAt: _a, writing: _w, term: _t, ...rest } = await at.approved();
    const expiresAt = '2026-11-21T09:14:05.000Z';
    at.transitions.put({ ...rest, state: 'proposed', approvals: [], expiresAt });
    expect((await later(at, '2026-11-21T09:14:04.999Z')).to).toBeNull();
    expect(await later(at, expiresAt)).toEqual({ to: 'expired', what: 'Nobody decided in time.' });
  });

  test('an approval that was lost on the way is carried out', async () => {
    const at = await open();
    await at.approved();
    expect(await at.transitions.due(new Date('2026-11-20T09:31:00Z'), 25)).toEqual([{ key: KEY, round: 1 }]);
    expect((await settleDue(KEY, 1, at.parts)).to).toBe('applied');
  });
});

describe('whatever the account holds', () => {
  const name = fc.constantFrom(NAME, `${NAME}2`, 'Own', 'RequireMfa');
  const document = fc.constantFrom(other, TEXT, other.replace('Allow', 'Deny'));
  const inline = fc.dictionary(name, document, { maxKeys: 3 });

  test('nothing that existed before is changed or removed, applied and taken back', async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(inline, inline, inline, async (group, user, late) => {
        const parsed = (texts: Record<string, string>) =>
          Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, JSON.parse(text)]));
        const at = await openApplying({
          account: {
            ...smallAccount,
            users: { maria: { groups: ['GlueAccess'], inline: parsed(user) } },
            groups: { GlueAccess: { managed: ['AWSGlueConsoleFullAccess'], inline: parsed(group) } },
          },
        });
        try {
          const approved = await at.approved({ diagnosis: anApproved().diagnosis });
          for (const [key, text] of Object.entries(late)) await put(at, text, key);
          const before = at.policies();
          const { to } = await apply(at);
          const after = at.policies();
          expect([...before].filter(([key, text]) => after.get(key) !== text)).toEqual([]);
          expect(after.size - before.size).toBe(to === 'applied' ? 1 : 0);
          const of = at.transitions.get(approved.key);
          if (of.state !== 'applied') return;
          written += 1;
          at.transitions.put(reverting(of));
          await apply(at);
          expect(at.policies()).toEqual(before);
        } finally {
          await at.close();
        }
      }),
      { numRuns: 40, examples: [[{}, {}, {}]] },
    );
    expect(written).toBeGreaterThan(0);
  }, 120_000);
});
