import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Diagnosis } from '../../../../lambda/core/diagnosis/diagnosis.ts';
import { untilThen } from '../../../../lambda/core/grant/proposal.ts';
import {
  type Announcement,
  announcementOf,
  howOften,
  type Tone,
  verdictTone,
} from '../../../../lambda/core/wording/announcement.ts';
import { spelled } from '../../../../lambda/core/wording/mail-text.ts';
import type { AnnouncedCase } from '../../../../lambda/core/wording/outcome.ts';
import {
  aGroup,
  allow,
  aRolePrincipal,
  aTargetRole,
  aUser,
  deny,
  glueAccess,
  inline,
  trusting,
  user,
  userWith,
  withoutMfa,
} from '../../../support/account.ts';
import { announce, fieldNoteIn, once } from '../../../support/announcement.ts';
import { anyCase } from '../../../support/any-diagnosis.ts';
import { aDenial, anna, fromConsole, MARIA, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf, found } from '../../../support/question.ts';

const noMfa = aDenial({ effect: 'explicit', request: { ...fromConsole, mfa: false } });
const guarded = aUser({ policies: [...aUser().policies, inline('Guard', user, deny('Mfa', withoutMfa))] });

describe('what is told about the field note', () => {
  const { grant, checklist, nearMisses, inCode, ...announcement } = announce(factsOf());

  test('who, what, and what to do next', () => {
    expect(announcement).toEqual({
      caseId: announcement.caseId,
      tone: 'fix-ready',
      denies: [],
      outcome: {
        state: 'proposed',
        label: 'Waits for an approver',
        lines: [['Without a decision it expires ', { at: '2026-11-21T09:14:10.000Z' }, '.']],
      },
      decision: {
        value: {
          case: expect.stringMatching(/^[0-9a-f]{32}$/),
          round: 1,
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        mayApprove: true,
      },
      title: 'maria may not pass glue-runtime-role to Glue',
      verdict:
        'No policy of maria allows passing glue-runtime-role to glue.amazonaws.com. 3 statements come close. Another way: a new role named AWSGlueServiceRole-glue-runtime-role would be covered already, by AWSGlueConsoleFullAccess (group GlueAccess).',
      next: 'Approve adding the inline policy AllowPassGlueRuntimeRoleToGlue to the group GlueAccess (or: passrole approve f8c2f2f761), then save again after a minute or two.',
      facts: [
        { label: 'Who', value: MARIA },
        { label: 'What', value: 'glue:UpdateJob in ap-northeast-1' },
        { label: 'Role', value: ROLE },
        { label: 'When', value: '2026-11-20T09:14:05Z' },
      ],
      simulation: { before: 'implicitDeny', after: 'allowed' },
      advice: null,
      risk: { level: 'low', reasons: [] },
      detailsUrl: null,
    });
    expect(announcement.caseId).toMatch(/^[0-9a-f]{10}$/);
    expect([checklist.length, nearMisses.length]).toEqual([9, 3]);
  });

  test('the grant, with everyone who gains', () => {
    expect(grant).toEqual({
      target: 'group GlueAccess',
      policyName: 'AllowPassGlueRuntimeRoleToGlue',
      why: 'GlueAccess already gives its members glue:UpdateJob.',
      document: `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowPassGlueRuntimeRoleToGlue",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "arn:aws:iam::111122223333:role/glue-runtime-role",
      "Condition": {
        "StringEquals": {
          "iam:PassedToService": "glue.amazonaws.com"
        }
      }
    }
  ]
}`,
      gains: '2 members: jonas, maria',
      everyone: '2 members: jonas, maria',
      sufficient: true,
    });
  });
});

describe('who gains', () => {
  const gains = (...members: string[]) =>
    announce(factsOf(aDenial(), aUser({ groups: [aGroup('GlueAccess', ...members)] }))).grant?.gains;

  test.each<[string[], string]>([
    [[], 'nobody yet: the group has no members'],
    [['maria'], '1 member: maria'],
    [
      Array.from({ length: 13 }, (_, index) => `u${index}`),
      '13 members: u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, u10, u11 and 1 more',
    ],
  ])('of a group of %j', (members, words) => {
    expect(gains(...members)).toBe(words);
  });

  test('of a large group: everyone where there is room, and how many more where there is not', () => {
    const groupOf = (count: number) => {
      const group = aGroup('GlueAccess', ...Array.from({ length: count }, (_, index) => `u${index}`));
      return announce(factsOf(aDenial(), aUser({ groups: [group] }))).grant?.everyone ?? '';
    };
    expect(groupOf(300).split(', ')).toHaveLength(300);
    expect(groupOf(300)).not.toContain('more');
    expect(groupOf(301)).toMatch(/u299 and 1 more$/);
  });

  test('of a user alone, that user', () => {
    expect(announce(factsOf(aDenial(), userWith())).grant?.gains).toBe('maria');
  });

  test('of a role, whoever can assume it', () => {
    const denial = aDenial({ identity: anna, principalArn: null });
    expect(announce(factsOf(denial, aRolePrincipal())).grant).toMatchObject({
      target: 'role etl-developer',
      gains: 'whoever can assume etl-developer',
    });
  });
});

describe('the simulations in short', () => {
  test.each<[string, Announcement['simulation'], Announcement]>([
    [
      'under a guardrail',
      {
        before: 'explicitDeny, implicitDeny with the guardrail satisfied',
        after: 'allowed with the guardrail satisfied',
      },
      announce(factsOf(noMfa, guarded)),
    ],
    [
      'with no grant to prove',
      { before: 'allowed', after: 'not simulated: there is no grant to prove' },
      announce(factsOf(aDenial(), userWith(inline('P', user, allow('iam:PassRole', ROLE))))),
    ],
    [
      'with a Deny that nobody can lift before the grant',
      { before: 'explicitDeny', after: 'not simulated: a Deny stands before the grant' },
      announce(
        factsOf(
          aDenial({ effect: 'explicit' }),
          aUser({ policies: [...aUser().policies, inline('G', user, deny('No'))] }),
        ),
      ),
    ],
    ['where nothing was simulated', null, announce(factsOf(aDenial({ crossAccount: true })))],
  ])('%s', (_, simulation, announcement) => {
    expect(announcement.simulation).toEqual(simulation);
  });
});

test('a grant under a Deny is told as not enough, with its near misses', () => {
  const { grant, nearMisses, tone } = announce(factsOf(noMfa, guarded));
  expect([grant?.policyName, grant?.sufficient, nearMisses.length, tone]).toEqual([
    'AllowPassGlueRuntimeRoleToGlue',
    false,
    3,
    'act-elsewhere',
  ]);
});

describe('how it should feel', () => {
  const passing = inline('P', glueAccess, allow('iam:PassRole', ROLE));
  test.each<[Tone, string, Diagnosis]>([
    ['fix-ready', 'a missing Allow with a grant', diagnose(factsOf())],
    [
      'fix-risky',
      'a grant that hands over the account',
      { ...diagnose(factsOf()), risk: { level: 'administrator', reasons: ['It may do anything.'] } },
    ],
    ['act-elsewhere', 'a missing Allow without one', { ...diagnose(factsOf()), proposal: null }],
    ['act-elsewhere', 'a Deny', diagnose(factsOf(noMfa, guarded))],
    [
      'act-elsewhere',
      'a missing role',
      diagnose(factsOf(aDenial(), aUser(), { role: { kind: 'missing', why: 'no' } })),
    ],
    [
      'act-elsewhere',
      'a trust policy',
      diagnose(factsOf(aDenial(), aUser(), { role: found(aTargetRole({ trust: trusting('ec2.amazonaws.com') })) })),
    ],
    ['act-elsewhere', 'a role elsewhere', diagnose(factsOf(aDenial({ crossAccount: true })))],
    [
      'act-elsewhere',
      'a service-linked role',
      diagnose(factsOf(aDenial({ roleArn: 'arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X' }))),
    ],
    ['act-elsewhere', 'a layer above', diagnose(factsOf(aDenial({ policyType: 'scp' })))],
    ['nothing-to-do', 'an Allow that is there now', diagnose(factsOf(aDenial(), aUser({ policies: [passing] })))],
    ['unclear', 'doubt', diagnose(factsOf(aDenial({ policyType: 'resource' })))],
  ])('%s: %s', (tone, _, diagnosis) => {
    expect(verdictTone(diagnosis)).toBe(tone);
  });
});

describe('how often', () => {
  test.each([
    [1, 'once'],
    [2, 'twice'],
    [3, '3 times'],
    [10, '10 times'],
    [11, 'more than 10 times'],
    [20, 'more than 10 times'],
    [21, 'more than 20 times'],
    [49, 'more than 20 times'],
    [50, 'more than 20 times'],
    [51, 'more than 50 times'],
    [100, 'more than 50 times'],
    [101, 'more than 100 times'],
    [999, 'more than 500 times'],
    [1000, 'more than 500 times'],
    [1001, 'more than 1000 times'],
    [10000, 'more than 5000 times'],
    [10001, 'more than 10000 times'],
  ])('%i is %s', (count, words) => {
    expect(howOften(count)).toBe(words);
  });

  test('is true, and changes only a few times in a wave of repeats', () => {
    const all = Array.from({ length: 20_000 }, (_, index) => howOften(index + 1));
    expect(new Set(all).size).toBe(10 + 10);
    all.forEach((words, index) => {
      const limit = /more than (\d+)/.exec(words)?.[1];
      if (limit !== undefined) expect(Number(limit)).toBeLessThan(index + 1);
    });
  });

  test('stands with the facts from the second time on', () => {
    const { facts } = announce(factsOf(), { ...once, count: 12, lastAt: '2026-11-20T09:20:00Z' });
    expect(facts.slice(-2)).toEqual([
      { label: 'Last', value: '2026-11-20T09:20:00Z' },
      { label: 'How often', value: 'more than 10 times' },
    ]);
  });
});

describe("the link to AWS's own page", () => {
  const id = '0a1b2c3d-0000-4000-8000-000000000001';
  const linkOf = (region: string | null, authorizationId: string | null = id) =>
    announce(factsOf(aDenial({ region, authorizationId }))).detailsUrl;

  test.each([
    ['ap-northeast-1', 'https://ap-northeast-1.console.aws.amazon.com/iam/home'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/iam/home'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/iam/home'],
  ])('in %s', (region, page) => {
    expect(linkOf(region)).toBe(`${page}?region=${region}#/authorization-details/${id}`);
  });

  test.each<[string, string | null, string | null]>([
    ['without an id', 'eu-west-1', null],
    ['without a region', null, id],
    ['with an id that could lead elsewhere', 'eu-west-1', 'x|evil>'],
    ['with an id that is too long', 'eu-west-1', 'a'.repeat(201)],
    ['with a region that is another host', 'evil.example/', id],
  ])('is left out %s', (_, region, authorizationId) => {
    expect(linkOf(region, authorizationId)).toBeNull();
  });
});

test('a name that is too long does not make the title longer than ninety characters', () => {
  const roleArn = `arn:aws:iam::111122223333:role/${'p'.repeat(100)}/x`;
  const { title } = announce(factsOf(aDenial({ roleArn }), aUser(), { role: { kind: 'missing', why: 'no' } }));
  expect([title.length, title.at(-1)]).toEqual([90, '…']);
});

test('whatever the case, nothing in it is told as undefined, null or an object', () => {
  fc.assert(
    fc.property(anyCase, (of) => {
      const announcement = announcementOf(of);
      const texts = JSON.stringify(announcement, (_, value) => (value === null ? 0 : value));
      expect(texts).not.toMatch(/undefined|\bnull\b|\[object|NaN/);
      expect(announcement.title.length).toBeLessThanOrEqual(90);
    }),
    { numRuns: 200 },
  );
});

describe('where a case stands', () => {
  const linesOf = (of: AnnouncedCase): readonly string[] => {
    const { outcome } = announcementOf(of);
    return outcome === null ? [] : [outcome.label, ...outcome.lines.map(spelled)];
  };
  const elevated = { risk: { level: 'elevated', reasons: ['It may read every bucket.'] } } as const;

  test('one of two approvals: who, and that another has to agree', () => {
    const of = fieldNoteIn('proposed', {}, elevated);
    const ruled = fieldNoteIn('approved', {}, elevated);
    if (of.state !== 'proposed' || ruled.state !== 'approved') throw new Error('another state');
    expect(linesOf(of)[0]).toBe('Waits for two approvers');
    expect(linesOf({ ...of, approvals: ruled.approvals.slice(0, 1) })).toEqual([
      'Waits for a second approver',
      '1 of 2 approvals: Dana Scully; another approver has to agree, as the risk is elevated.',
      'Approved for 8 hours by Dana Scully (Slack), 2026-11-20 09:16 UTC.',
      'Without a decision it expires 2026-11-21 09:14 UTC.',
    ]);
    expect(linesOf(ruled).slice(1, 3)).toEqual([
      'Approved for 8 hours by Dana Scully (Slack), 2026-11-20 09:16 UTC.',
      'And by Fox Mulder (AWS), 2026-11-20 09:18 UTC.',
    ]);
  });

  test('a grant that did not help, and the case before, are told with the new proposal', () => {
    const earlier = { id: '3f2a9c01bd', state: 'rejected', closedAt: '2026-11-19T11:00:00Z' } as const;
    const of = fieldNoteIn('proposed', { round: 2, earlier, grants: fieldNoteIn('applied').grants });
    expect(linesOf(of)).toEqual([
      'The last grant did not help. Waits for an approver',
      'Tried before: inline policy AllowPassGlueRuntimeRoleToGlue on group GlueAccess, written 2026-11-20 09:16 UTC; it did not help.',
      'Without a decision it expires 2026-11-21 09:14 UTC.',
      'This was case 3f2a9c01bd before: rejected 2026-11-19 11:00 UTC.',
    ]);
    expect(announcementOf(of)).toMatchObject({
      caseId: 'f8c2f2f761-2',
      title: 'maria still may not pass glue-runtime-role to Glue',
    });
  });

  test('a temporary grant is shown as it was sent, and when it ends', () => {
    const of = fieldNoteIn('applied');
    const [grant] = of.grants;
    if (grant === undefined) throw new Error('nothing was written');
    const sent = { ...grant, document: untilThen(grant.document, '2026-11-20T17:16:43.000Z') };
    const announcement = announcementOf({ ...of, grants: [sent] });
    expect(announcement.grant?.document).toContain('"aws:CurrentTime": "2026-11-20T17:16:43Z"');
    expect(linesOf(of)).toContain('It ends by itself 2026-11-20 17:16 UTC.');
  });
});
