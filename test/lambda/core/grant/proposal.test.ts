import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../../lambda/adapters/sha256.ts';
import type { Principal } from '../../../../lambda/core/account/evidence.ts';
import {
  digestOf,
  grantDocument,
  grantName,
  inlineQuota,
  propose,
  untilThen,
} from '../../../../lambda/core/grant/proposal.ts';
import { isRoleArn, type RoleArn } from '../../../../lambda/core/iam/arn.ts';
import { services } from '../../../../lambda/core/iam/passed-to-service.ts';
import type { Holder, SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import { allow, aRolePrincipal, aUser, glueAccess, inline, user, userWith } from '../../../support/account.ts';
import { ACCOUNT, GLUE, ROLE } from '../../../support/denial.ts';

function roleArn(text: string): RoleArn {
  if (!isRoleArn(text)) throw new Error(`${text} is not a role ARN`);
  return text;
}

const ROLE_ARN = roleArn(ROLE);
const update = 'glue:UpdateJob';
const offer = (principal: Principal, role: RoleArn = ROLE_ARN, service = GLUE) =>
  propose({ principal, role, service, action: update }, sha256);

function granted(...of: Parameters<typeof offer>) {
  const proposing = offer(...of);
  if (proposing.kind !== 'proposal') throw new Error(proposing.why);
  return proposing.proposal;
}

const whyNot = (...of: Parameters<typeof offer>): string | null => {
  const proposing = offer(...of);
  return proposing.kind === 'withheld' ? proposing.why : null;
};

/** An inline policy of so many characters. */
const ofSize = (name: string, holder: Holder, size: number): SourcedPolicy => ({
  ...inline(name, holder, allow('glue:UpdateJob', '*')),
  size,
});

describe('the proposed grant', () => {
  test('is the one of the field note, for the group that gives Glue', () => {
    expect(offer(aUser())).toEqual({
      kind: 'proposal',
      proposal: {
        target: { kind: 'group', name: 'GlueAccess' },
        policyName: 'AllowPassGlueRuntimeRoleToGlue',
        document: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'AllowPassGlueRuntimeRoleToGlue',
              Effect: 'Allow',
              Action: 'iam:PassRole',
              Resource: 'arn:aws:iam::111122223333:role/glue-runtime-role',
              Condition: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
            },
          ],
        },
        // By another program: the SHA-256 of the JSON with sorted keys and no white space.
        digest: '8c97be84bfcb51daf678ef97f3478d60965dacc3bcfbfd76dec771a50873a960',
        why: 'GlueAccess already gives its members glue:UpdateJob.',
        gains: ['jonas', 'maria'],
      },
    });
  });

  test.each(['aws', 'aws-cn', 'aws-us-gov'])('names the role in its own partition, %s', (partition) => {
    const role = roleArn(`arn:${partition}:iam::${ACCOUNT}:role/etl/glue-runtime-role`);
    expect(granted(aUser(), role).document.Statement[0].Resource).toBe(role);
  });

  test('holds the whole of a role name with dots, commas and at signs', () => {
    const role = roleArn(`arn:aws:iam::${ACCOUNT}:role/team.glue,etl@2`);
    const { policyName, document } = granted(aUser(), role);
    expect(policyName).toBe('AllowPassTeamGlueEtl2ToGlue');
    expect(document).toEqual(grantDocument('AllowPassTeamGlueEtl2ToGlue', role, GLUE));
  });
});

describe('the name of the grant', () => {
  test.each([
    ['glue-runtime-role', 'glue.amazonaws.com', 'AllowPassGlueRuntimeRoleToGlue'],
    ['team.glue,etl@2', 'glue.amazonaws.com', 'AllowPassTeamGlueEtl2ToGlue'],
    ['AWSGlueServiceRole-x', 'glue.amazonaws.com', 'AllowPassAWSGlueServiceRoleXToGlue'],
    ['_under_score_', 'ecs-tasks.amazonaws.com', 'AllowPassUnderScoreToEcsTasks'],
    ['+=,.@-', 'ec2.amazonaws.com.cn', 'AllowPassToEc2'],
  ])('for %s and %s is %s', (role, service, name) => {
    expect(grantName(role, service)).toBe(name);
  });

  const names = fc.string({
    unit: fc.constantFrom(...'abzAZ09_+=,.@-'),
    minLength: 1,
    maxLength: 64,
  });
  const anyService = fc.oneof(
    fc.constantFrom(...services.map(({ principal }) => principal)),
    fc.string({ unit: fc.constantFrom(...'ab-9'), minLength: 1, maxLength: 90 }).map((name) => `${name}.amazonaws.com`),
  );

  test('is one that IAM takes, whatever the role is called and whatever is taken already', () => {
    fc.assert(
      fc.property(names, anyService, fc.boolean(), (name, service, isTaken) => {
        const plain = grantName(name, service).slice(0, 128);
        const principal = userWith(...(isTaken ? [inline(plain, user, allow('s3:GetObject', '*'))] : []));
        const { policyName, document } = granted(principal, roleArn(`arn:aws:iam::${ACCOUNT}:role/${name}`), service);
        expect(policyName).toMatch(/^[\w+=,.@-]{1,128}$/);
        expect(document.Statement[0].Sid).toMatch(/^[A-Za-z0-9]+$/);
        expect(document.Statement[0].Sid).toBe(policyName);
        if (isTaken) expect(policyName).not.toBe(plain);
      }),
    );
  });

  test('of 128 characters is left as it is, one of 129 is cut to make room for a hash', () => {
    const role = roleArn(`arn:aws:iam::${ACCOUNT}:role/${'R'.repeat(64)}`);
    const policyName = (length: number) => granted(userWith(), role, `${'s'.repeat(length)}.amazonaws.com`).policyName;
    expect(policyName(128 - 75)).toBe(`AllowPass${'R'.repeat(64)}ToS${'s'.repeat(52)}`);
    expect(policyName(129 - 75)).toMatch(/^AllowPassR{64}ToSs{44}[0-9a-f]{8}$/);
  });

  const hashed = `AllowPassGlueRuntimeRoleToGlue${sha256(`${ROLE} ${GLUE}`).slice(0, 8)}`;
  const held = (...policyNames: string[]) =>
    aUser({
      policies: [
        inline('Glue', glueAccess, allow('glue:*', '*')),
        ...policyNames.map((name) => inline(name, glueAccess, allow('s3:GetObject', '*'))),
      ],
    });

  test('gets a hash where another policy has it', () => {
    const { policyName, document } = granted(held('AllowPassGlueRuntimeRoleToGlue'));
    expect(policyName).toBe(hashed);
    expect(document).toEqual(grantDocument(hashed, ROLE_ARN, GLUE));
  });

  test('gets a hash where another policy has it in other case, as IAM tells names apart without case', () => {
    expect(granted(held('allowpassglueruntimeroletoglue')).policyName).toBe(hashed);
  });

  test('is its own where the same role name stands under another path', () => {
    const policyName = (role: string) => granted(held('AllowPassXToGlue'), roleArn(role)).policyName;
    expect(policyName(`arn:aws:iam::${ACCOUNT}:role/a/x`)).not.toBe(policyName(`arn:aws:iam::${ACCOUNT}:role/b/x`));
  });

  test('is not held to be taken by a policy of someone else, or by a managed one', () => {
    const elsewhere = inline('AllowPassGlueRuntimeRoleToGlue', user, allow('s3:GetObject', '*'));
    const managed = inline('AllowPassGlueRuntimeRoleToGlue', glueAccess, allow('s3:GetObject', '*'));
    const source = { ...managed.source, kind: 'customer-managed' as const, arn: `arn:aws:iam::${ACCOUNT}:policy/x` };
    const { policies } = held();
    const principal = aUser({ policies: [...policies, elsewhere, { ...managed, source }] });
    expect(granted(principal).policyName).toBe('AllowPassGlueRuntimeRoleToGlue');
  });

  test('is held to be taken by a policy that cannot be understood', () => {
    const { source } = inline('AllowPassGlueRuntimeRoleToGlue', glueAccess, allow('s3:GetObject', '*'));
    const principal = { ...held(), unreadable: [{ source, why: 'The policy is not JSON.' }] };
    expect(granted(principal).policyName).toBe(hashed);
  });

  test('is not invented a third time: nothing that exists is overwritten', () => {
    expect(whyNot(held('AllowPassGlueRuntimeRoleToGlue', hashed.toUpperCase()))).toBe(
      `group GlueAccess already has inline policies named AllowPassGlueRuntimeRoleToGlue and ${hashed} with other content; nothing that exists is ours to overwrite.`,
    );
  });
});

describe('the quota for inline policies', () => {
  // Whether it will have an end is not known yet.
  const longest = untilThen(
    grantDocument('AllowPassGlueRuntimeRoleToGlue', ROLE_ARN, GLUE),
    '2026-11-20T17:16:43.000Z',
  );
  const needed = JSON.stringify(longest).length;
  const holders: readonly [Holder['kind'], number, (size: number) => Principal][] = [
    ['group', 5120, (size) => aUser({ policies: [ofSize('Own', glueAccess, size)] })],
    ['user', 2048, (size) => userWith(ofSize('Own', user, size))],
    [
      'role',
      10240,
      (size) => aRolePrincipal({ policies: [ofSize('Own', { kind: 'role', name: 'etl-developer' }, size)] }),
    ],
  ];

  test.each(holders)('of a %s is %i characters: with all of them the grant still fits', (kind, quota, holding) => {
    expect(inlineQuota[kind]).toBe(quota);
    expect(granted(holding(quota - needed)).target.kind).toBe(kind);
  });

  test.each(holders)('of a %s is %i characters: one too many, and nobody is asked', (kind, quota, holding) => {
    const { name } = granted(holding(0)).target;
    expect(whyNot(holding(quota - needed + 1))).toBe(
      `${kind} ${name} has ${quota - needed + 1} of its ${quota} characters of inline policy in use and the grant needs up to ${needed}; free some, or move inline policies into managed ones.`,
    );
  });

  test('counts all inline policies of the target, and those of nobody else', () => {
    const half = (quota: number) => Math.ceil((quota - needed + 1) / 2);
    const two = [ofSize('A', glueAccess, half(5120)), ofSize('B', glueAccess, half(5120))];
    expect(whyNot(aUser({ policies: two }))).toContain('free some');
    expect(whyNot(aUser({ policies: [...two.slice(1), ofSize('C', user, 5000)] }))).toBeNull();
  });
});

describe('no grant can be written', () => {
  test('for a service-linked role', () => {
    const role = roleArn(`arn:aws:iam::${ACCOUNT}:role/aws-service-role/glue.amazonaws.com/AWSServiceRoleForGlue`);
    expect(whyNot(aUser(), role)).toBe('A service-linked role cannot be passed; use a role of your own.');
  });

  test.each(['*', 'a?b', '${aws:username}'])('for a role under the path /%s/, which a policy reads as more', (path) => {
    const role = roleArn(`arn:aws:iam::${ACCOUNT}:role/${path}/glue-runtime-role`);
    expect(whyNot(aUser(), role)).toBe(
      `The path of the role, /${path}/, holds a character that a policy reads as a wildcard or a variable, so a grant would reach more than this role.`,
    );
  });

  test('for a role under a path that CloudFormation would replace by another value', () => {
    const role = roleArn(`arn:aws:iam::${ACCOUNT}:role/{{resolve:ssm:x}}/glue-runtime-role`);
    expect(whyNot(aUser(), role)).toBe(
      'The path of the role, /{{resolve:ssm:x}}/, holds {{, which CloudFormation reads as a reference to another value.',
    );
  });

  test.each(['*', '${aws:username}.amazonaws.com', 'glue', 'glue.amazonaws.com\u202e', ''])(
    'to a service that is called "%s"',
    (service) => {
      expect(whyNot(aUser(), ROLE_ARN, service)).toBe(
        `${service} is not the name of a service, such as glue.amazonaws.com.`,
      );
    },
  );

  test('to a role of Identity Center, which only its permission set can change', () => {
    const path = '/aws-reserved/sso.amazonaws.com/eu-west-1/';
    const name = 'AWSReservedSSO_Data_0123456789abcdef';
    expect(offer(aRolePrincipal({ path, name }))).toEqual({
      kind: 'advice',
      why: 'AWSReservedSSO_Data_0123456789abcdef belongs to IAM Identity Center: it can only be changed through its permission set Data, in the management account.',
      advice: {
        kind: 'permission-set',
        permissionSet: 'Data',
        partition: 'aws',
        document: grantDocument('AllowPassGlueRuntimeRoleToGlue', ROLE_ARN, GLUE),
      },
    });
  });

  test('to a role of Identity Center whose name does not tell its permission set', () => {
    const path = '/aws-reserved/sso.amazonaws.com/';
    expect(whyNot(aRolePrincipal({ path, name: 'AWSReservedSSO_0123456789abcdef' }))).toBe(
      'AWSReservedSSO_0123456789abcdef belongs to IAM Identity Center: it can only be changed through its permission set, in the management account.',
    );
  });

  test('to a service-linked role that makes the call itself', () => {
    const path = '/aws-service-role/x.amazonaws.com/';
    expect(whyNot(aRolePrincipal({ path, name: 'AWSServiceRoleForX' }))).toBe(
      'AWSServiceRoleForX is a service-linked role: its permissions cannot be changed.',
    );
  });
});

describe('a statement for a permission set', () => {
  const name = 'AWSReservedSSO_Data_Engineer_0123456789abcdef';
  const set: Holder = { kind: 'role', name };
  const held = (size: number, ...sids: string[]) => {
    const policy = inline('AwsSSOInlinePolicy', set, ...sids.map((Sid) => ({ Sid, ...allow('s3:GetObject', '*') })));
    return aRolePrincipal({ path: '/aws-reserved/sso.amazonaws.com/', name, policies: [{ ...policy, size }] });
  };
  const advised = (principal: Principal) => {
    const proposing = offer(principal);
    if (proposing.kind !== 'advice') throw new Error(JSON.stringify(proposing));
    return proposing.advice;
  };
  const plain = 'AllowPassGlueRuntimeRoleToGlue';
  const hashed = `${plain}${sha256(`${ROLE} ${GLUE}`).slice(0, 8)}`;

  test('is the narrow one, for the set whose name ends at the last underscore', () => {
    const { permissionSet, document } = advised(held(300, 'Other'));
    expect([permissionSet, document]).toEqual(['Data_Engineer', grantDocument(plain, ROLE_ARN, GLUE)]);
  });

  test('gets a hash where its Sid is taken: a Sid may stand in a document once only', () => {
    expect(advised(held(300, plain)).document.Statement[0].Sid).toBe(hashed);
  });

  test('is not offered where both are taken', () => {
    expect(whyNot(held(300, plain, hashed))).toContain('A statement for this role and service stands in it already');
  });

  test('has to fit into the role, as its document becomes one of the role', () => {
    const needed = JSON.stringify(untilThen(grantDocument(plain, ROLE_ARN, GLUE), '2026-11-20T17:16:43.000Z')).length;
    expect(advised(held(10240 - needed)).permissionSet).toBe('Data_Engineer');
    expect(whyNot(held(10240 - needed + 1))).toContain(`${10240 - needed + 1} of its 10240 characters`);
  });

  test.each(['aws-cn', 'aws-us-gov'])('knows its partition, %s', (partition) => {
    const proposing = offer(held(300), roleArn(`arn:${partition}:iam::${ACCOUNT}:role/x`));
    expect(proposing).toMatchObject({ kind: 'advice', advice: { partition } });
  });
});

describe('the digest that a ruling names', () => {
  const proposal = granted(aUser());

  test('is the same for the same grant, however its keys were written', () => {
    const [statement] = proposal.document.Statement;
    const { Sid, Effect, Action, Resource, Condition } = statement;
    const document = { Statement: [{ Condition, Resource, Action, Effect, Sid }], Version: '2012-10-17' } as const;
    const target = { name: 'GlueAccess', kind: 'group' } as const;
    expect(digestOf({ target, policyName: proposal.policyName, document }, sha256)).toBe(proposal.digest);
  });

  test.each([
    ['the role', { document: grantDocument(proposal.policyName, roleArn(`${ROLE}2`), GLUE) }],
    ['the service', { document: grantDocument(proposal.policyName, ROLE_ARN, 'lambda.amazonaws.com') }],
    ['the Sid', { document: grantDocument('Other', ROLE_ARN, GLUE) }],
    ['the policy name', { policyName: 'Other' }],
    ['the target', { target: { kind: 'group', name: 'Developers' } as const }],
    ['the kind of target', { target: { kind: 'user', name: 'GlueAccess' } as const }],
  ])('changes with %s', (_, change) => {
    expect(digestOf({ ...proposal, ...change }, sha256)).not.toBe(proposal.digest);
  });

  test('does not change with who gains or why, which are told but not granted', () => {
    expect(digestOf({ ...proposal, ...{ gains: [], why: '' } }, sha256)).toBe(proposal.digest);
  });
});
