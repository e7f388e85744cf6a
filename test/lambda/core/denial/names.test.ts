import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Denial, Identity } from '../../../../lambda/core/denial/denial.ts';
import { identityArn, roleNameOf, whoOf } from '../../../../lambda/core/denial/names.ts';
import { ACCOUNT, aDenial, anna, MARIA } from '../../../support/denial.ts';

const named = (principalArn: string | null): string => whoOf(aDenial({ identity: null, principalArn }));
const unnamed = (identity: Identity): string => whoOf(aDenial({ identity, principalArn: null }));

describe('who was refused, as a reader would say it', () => {
  test('the event knows better than the message', () => {
    expect(whoOf(aDenial({ principalArn: `arn:aws:iam::${ACCOUNT}:user/jonas` }))).toBe('maria');
    expect(whoOf(aDenial({ identity: anna }))).toBe('etl-developer (session anna)');
  });

  test.each([
    [`arn:aws:iam::${ACCOUNT}:user/people/data/maria`, 'maria'],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/etl/maria@example.com`, 'etl (session maria@example.com)'],
    [`arn:aws:sts::${ACCOUNT}:federated-user/fay`, 'fay'],
    [`arn:aws:iam::${ACCOUNT}:root`, 'root'],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/etl`, 'etl'],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/etl/`, 'etl'],
    [`arn:aws:sts::${ACCOUNT}:assumed-role`, 'assumed-role'],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/`, 'assumed-role'],
    [`arn:aws:iam::${ACCOUNT}:user/`, 'user'],
    ['arn:aws:iam::***:user/***', '***'],
    ['arn:aws:iam::1111', 'arn:aws:iam::1111'],
    ['maria', 'maria'],
  ])('%s is %s', (arn, who) => {
    expect(named(arn)).toBe(who);
  });

  test('nobody in particular', () => {
    expect(named(null)).toBe('someone');
    expect(named('')).toBe('someone');
    expect(unnamed({ type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' })).toBe(
      'cloudformation.amazonaws.com',
    );
    expect(unnamed({ type: 'AWSService', invokedBy: null })).toBe('an AWS service');
    expect(unnamed({ type: 'IdentityCenterUser', arn: null })).toBe('IdentityCenterUser (not named)');
    expect(unnamed({ type: 'other', stated: 'HologramUser', arn: null })).toBe('HologramUser (not named)');
    expect(unnamed({ type: 'other', stated: '', arn: null })).toBe('other (not named)');
  });

  test('has a name, however the ARN was cut or redacted', () => {
    const cut = fc.tuple(
      fc.constantFrom(MARIA, `arn:aws:sts::${ACCOUNT}:assumed-role/etl/anna`, 'arn:aws:iam::***:user/***'),
      fc.nat(90),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          cut.map(([arn, length]) => arn.slice(0, length)),
          fc.string(),
        ),
        (arn) => {
          expect(named(arn)).not.toBe('');
          if (!arn.includes('undefined')) expect(named(arn)).not.toContain('undefined');
        },
      ),
    );
  });
});

test.each<[Denial['roleArn'], string]>([
  [`arn:aws:iam::${ACCOUNT}:role/glue-runtime-role`, 'glue-runtime-role'],
  [`arn:aws:iam::${ACCOUNT}:role/etl/team.glue,etl@2`, 'etl/team.glue,etl@2'],
  ['arn:aws:iam::***:role/glue-runtime-role', 'arn:aws:iam::***:role/glue-runtime-role'],
  [null, 'a role that is not named'],
])('the role %s is called %s', (roleArn, name) => {
  expect(roleNameOf(aDenial({ roleArn }))).toBe(name);
});

test('an identity has an ARN only if it is someone', () => {
  expect([null, anna, { type: 'AWSService', invokedBy: null } as const].map(identityArn)).toEqual([
    null,
    `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna`,
    null,
  ]);
});
