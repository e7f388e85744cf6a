import { describe, expect, test } from '@jest/globals';
import { principalOf } from '../../../../lambda/core/account/principal.ts';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { ACCOUNT, aDenial, anna, aPastedText, MARIA, OTHER_ACCOUNT } from '../../../support/denial.ts';

const home = { account: ACCOUNT, partition: 'aws' };
const isMaria = { kind: 'user', name: 'maria', arn: MARIA, ...home };
const session = `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna`;

describe('whose policies decide', () => {
  test("the user's own", () => {
    expect(principalOf(aDenial())).toEqual(isMaria);
  });

  test('of a pasted text, those of the user that it names', () => {
    expect(principalOf(aPastedText())).toEqual(isMaria);
  });

  test('of a user under a path', () => {
    const arn = `arn:aws-cn:iam::${ACCOUNT}:user/people/data/maria`;
    expect(principalOf(aPastedText({ principalArn: arn }))).toEqual({ ...isMaria, arn, partition: 'aws-cn' });
  });

  test('of a session, those of its role, whose path the event tells', () => {
    expect(principalOf(aDenial({ identity: anna, principalArn: session }))).toEqual({
      kind: 'role',
      name: 'etl-developer',
      arn: `arn:aws:iam::${ACCOUNT}:role/team/etl-developer`,
      ...home,
    });
  });

  test('of a session without its issuer, the role by name: its path is not made up', () => {
    const bare = { ...anna, roleArn: null } as Denial['identity'];
    expect(principalOf(aDenial({ identity: bare, principalArn: session }))).toEqual({
      kind: 'role',
      name: 'etl-developer',
      arn: null,
      ...home,
    });
  });

  test('another session name in the message is no contradiction', () => {
    const other = `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/ines`;
    expect(principalOf(aDenial({ identity: anna, principalArn: other }))).toMatchObject({ name: 'etl-developer' });
  });

  test('if a service called with the rights of a user, those of the user in the message', () => {
    const identity = { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' } as const;
    expect(principalOf(aDenial({ identity }))).toEqual(isMaria);
  });
});

describe('nobody can be looked up', () => {
  const why = (changes: Partial<Denial>) => {
    const ref = principalOf(aDenial(changes));
    return ref.kind === 'none' ? ref.why : ref;
  };
  const root = `arn:aws:iam::${ACCOUNT}:root`;

  test.each<[string, Partial<Denial>, string]>([
    [
      'for the account root',
      { identity: { type: 'Root', arn: root }, principalArn: root },
      'The call was made by the account root, whose rights no policy of this account gives or takes.',
    ],
    [
      'for a federated user',
      {
        identity: { type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/fay`, issuerArn: MARIA },
        principalArn: null,
      },
      `arn:aws:sts::${ACCOUNT}:federated-user/fay is a federated user: the policies of its session are not kept in IAM.`,
    ],
    [
      'for an Identity Center user',
      { identity: { type: 'IdentityCenterUser', arn: null }, principalArn: null },
      'The call was made by an Identity Center user directly, whose rights are not kept in IAM.',
    ],
    [
      'for a service on its own behalf',
      { identity: { type: 'AWSService', invokedBy: null }, principalArn: null },
      'The call was made by an AWS service (not named) on its own behalf.',
    ],
    [
      'for a type of principal that AWS has invented since',
      { identity: { type: 'other', stated: 'HologramUser', arn: null }, principalArn: null },
      'The event names a principal type that is not known here: HologramUser.',
    ],
    [
      'for a type of principal that is empty',
      { identity: { type: 'other', stated: '', arn: null }, principalArn: null },
      'The event names a principal type that is not known here: empty.',
    ],
    ['where nobody is named', { identity: null, principalArn: null }, 'The message does not say who was refused.'],
    [
      'where the name is redacted',
      { identity: null, principalArn: 'arn:aws:iam::***:user/maria' },
      'arn:aws:iam::***:user/maria is not the ARN of an IAM user or a role session; it may be redacted or cut.',
    ],
    [
      'where event and message speak of two people',
      { principalArn: `arn:aws:iam::${ACCOUNT}:user/jonas` },
      `The event was caused by ${MARIA}, but its message speaks of arn:aws:iam::${ACCOUNT}:user/jonas.`,
    ],
    [
      'where event and message speak of namesakes in two accounts',
      { principalArn: `arn:aws:iam::${OTHER_ACCOUNT}:user/maria` },
      `The event was caused by ${MARIA}, but its message speaks of arn:aws:iam::${OTHER_ACCOUNT}:user/maria.`,
    ],
    [
      'where event and message speak of a user and a role of one name',
      { principalArn: `arn:aws:sts::${ACCOUNT}:assumed-role/maria/x1` },
      `The event was caused by ${MARIA}, but its message speaks of arn:aws:sts::${ACCOUNT}:assumed-role/maria/x1.`,
    ],
    [
      'where the event is the root and its message speaks of a user',
      { identity: { type: 'Root', arn: root } },
      `The event was caused by ${root}, but its message speaks of ${MARIA}.`,
    ],
  ])('%s', (_, changes, sentence) => {
    expect(why(changes)).toBe(sentence);
  });
});
