import { expect, test } from '@jest/globals';
import { deniesOf } from '../../../../lambda/core/wording/denies.ts';
import { allow, bounded, deny, FENCE, inline, user, userWith, withoutMfa } from '../../../support/account.ts';
import { aDenial, fromConsole } from '../../../support/denial.ts';
import { diagnose, factsOf } from '../../../support/question.ts';

const noReason = aDenial({ effect: null, policyType: null, request: { ...fromConsole, mfa: false } });
const statement = (sid: string | null, condition?: object): string =>
  JSON.stringify(
    {
      ...(sid === null ? {} : { Sid: sid }),
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      ...(condition === undefined ? {} : { Condition: condition }),
    },
    null,
    2,
  );

test('a Deny is told with its place, its text and what lifts it', () => {
  const { Sid, ...nameless } = deny('No');
  const principal = userWith(inline('Guard', user, deny('Mfa', withoutMfa), nameless));
  expect(deniesOf(diagnose(factsOf(noReason, principal)).verdict)).toEqual([
    {
      where: 'Statement Mfa of Guard (user maria)',
      statement: statement('Mfa', withoutMfa),
      lift: 'What lifts it: Sign in with MFA.',
    },
    {
      where: 'Statement 2 of Guard (user maria)',
      statement: statement(null),
      lift: 'Nothing in the request lifts it, only its owner can.',
    },
  ]);
});

test('a Deny of the permissions boundary is told as such, with the ARN of its policy', () => {
  const principal = bounded(userWith(), allow('*', '*'), deny('No'));
  expect(deniesOf(diagnose(factsOf(noReason, principal)).verdict)).toEqual([
    {
      where: `Statement No of the permissions boundary Fence, ${FENCE}`,
      statement: statement('No'),
      lift: 'Nothing in the request lifts it, only its owner can.',
    },
  ]);
});

test('no more than five are told', () => {
  const many = Array.from({ length: 9 }, (_, index) => deny(`No${index}`));
  expect(deniesOf(diagnose(factsOf(noReason, userWith(inline('P', user, ...many)))).verdict)).toHaveLength(5);
});

test('other verdicts have none', () => {
  expect(deniesOf(diagnose(factsOf()).verdict)).toEqual([]);
});
