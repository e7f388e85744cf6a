import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable } from '../../../../lambda/core/text/printable.ts';
import { announcementOf } from '../../../../lambda/core/wording/announcement.ts';
import { plainText, subjectOf } from '../../../../lambda/core/wording/mail-text.ts';
import {
  aRolePrincipal,
  aTargetRole,
  aUser,
  deny,
  inline,
  trusting,
  user,
  userWith,
  withoutMfa,
} from '../../../support/account.ts';
import { announce, once } from '../../../support/announcement.ts';
import { anyCase, name } from '../../../support/any-diagnosis.ts';
import { ACCOUNT, aDenial, anna, fromConsole } from '../../../support/denial.ts';
import { factsOf, found } from '../../../support/question.ts';

const noted = announce(factsOf());

describe('the mail about the field note', () => {
  test('reads like this', () => {
    expect(`Subject: ${subjectOf(noted)}\n\n${plainText(noted)}`).toMatchSnapshot();
  });

  test('without MFA, and for the fifth time, reads like this', () => {
    const denial = aDenial({
      effect: 'explicit',
      region: 'eu-west-1',
      authorizationId: '0a1b2c3d',
      request: { ...fromConsole, mfa: false },
    });
    const principal = aUser({ policies: [...aUser().policies, inline('Guard', user, deny('Mfa', withoutMfa))] });
    const announcement = announce(factsOf(denial, principal), { ...once, count: 5 });
    expect(`Subject: ${subjectOf(announcement)}\n\n${plainText(announcement)}`).toMatchSnapshot();
  });

  test('of a session of Identity Center tells what its permission set lacks', () => {
    const name = 'AWSReservedSSO_Data_Engineer_0123456789abcdef';
    const path = '/aws-reserved/sso.amazonaws.com/';
    const announcement = announce(
      factsOf(aDenial({ identity: anna, principalArn: null }), aRolePrincipal({ name, path })),
    );
    expect(plainText(announcement)).toMatchSnapshot();
  });

  test('about a role that does not trust the service has its whole trust policy', () => {
    const role = aTargetRole({ trust: trusting('lambda.amazonaws.com') });
    const announcement = announce(factsOf(aDenial(), aUser(), { role: found(role) }));
    expect(plainText(announcement)).toMatchSnapshot();
  });

  test('where nothing is near, nothing is simulated and nothing is granted, has no empty headings', () => {
    const announcement = announce(factsOf(aDenial({ crossAccount: true, roleArn: null }), userWith()));
    expect(plainText(announcement)).not.toMatch(/GRANT|NOT ENOUGH|SIMULATED BY AWS|AWS's own page/);
  });
});

describe('the subject', () => {
  const subject = (title: string): string => subjectOf({ ...noted, title });

  test.each([
    ['maria may not pass x to Glue', 'PassRole denied: maria may not pass x to Glue'],
    ['mária может', 'PassRole denied: m?ria ?????'],
    ['a\r\nBcc: everyone', 'PassRole denied: a Bcc: everyone'],
    ['', 'PassRole denied:'],
    ['x'.repeat(82), `PassRole denied: ${'x'.repeat(82)}`],
    ['x'.repeat(83), `PassRole denied: ${'x'.repeat(79)}...`],
    [`${'x'.repeat(78)} ${'y'.repeat(9)}`, `PassRole denied: ${'x'.repeat(78)}...`],
    ['cut already…', 'PassRole denied: cut already...'],
  ])('for "%s"', (title, expected) => {
    expect(subject(title)).toBe(expected);
  });

  test('is one that SNS takes, whatever the title', () => {
    fc.assert(
      fc.property(name, (title) => {
        expect(subject(title)).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,98}$/);
      }),
    );
  });
});

describe('a name in a text', () => {
  test.each([
    ['two\r\nlines', 'two lines'],
    ['line\u2028and\u2029paragraph', 'line and paragraph'],
    ['right\u202eto left', 'right to left'],
    ['\u001b[31mred', ' [31mred'],
    ['zero\u200bwidth\ufeff', 'zero width '],
    ['torn \ud83d half', 'torn   half'],
    ['filled\u3164and\uffa0and\u2800blank', 'filled and and blank'],
    ['no\u{10fffe}character\uffff', 'no character '],
    ['a\ufe00b\u{e0100}c', 'a b c'],
    ['役割 роль é 🔑', '役割 роль é 🔑'],
  ])('%j is printed as %j', (text, printed) => {
    expect(printable(text)).toBe(printed);
  });
});

test('a hidden character in the grant is not hidden in the mail', () => {
  const { grant } = noted;
  const document = `{\n  "Resource": "a\u202eb"\n}`;
  expect(plainText({ ...noted, grant: grant === null ? null : { ...grant, document } })).toContain(
    '{\n  "Resource": "a b"\n}',
  );
});

test('whatever the case, the mail is lines of printable text, and never speaks of undefined', () => {
  fc.assert(
    fc.property(anyCase, (of) => {
      const announcement = announcementOf(of);
      const text = plainText(announcement);
      expect(subjectOf(announcement)).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,98}$/);
      expect(text).not.toMatch(/undefined|\bnull\b|\[object|NaN/);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(text.split('\n').filter((line) => /^ {2}\[[x! ]\] \d\. /.test(line))).toHaveLength(9);
    }),
    { numRuns: 150 },
  );
});

test('the mail about an account full of long policies stays far below the 256 KB that SNS takes', () => {
  const roles = Array.from({ length: 60 }, (_, index) => `arn:aws:iam::${ACCOUNT}:role/${'p'.repeat(50)}/${index}`);
  const statements = Array.from({ length: 40 }, () => ({ Effect: 'Allow', Action: 'iam:PassRole', Resource: roles }));
  const announcement = announce(factsOf(aDenial(), userWith(inline('P', user, ...statements))));
  expect(Buffer.byteLength(plainText(announcement))).toBeLessThan(32 * 1024);
});
