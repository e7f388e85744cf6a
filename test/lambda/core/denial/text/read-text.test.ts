import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDenialWords, readErrorWords } from '../../../../../lambda/core/denial/text/read-text.ts';
import { cpuCost } from '../../../../support/cpu-cost.ts';
import { letters, mangled } from '../../../../support/mangled-text.ts';
import { type Counts, count, tooRare } from '../../../../support/runs.ts';
import { cutAtWidth, readableArn } from '../../../../support/wrapped-lines.ts';

const runs = { numRuns: 2000 };

describe('whatever is pasted', () => {
  test('nothing makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(mangled, fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        expect(() => readDenialWords(text)).not.toThrow();
        expect(() => readErrorWords(text)).not.toThrow();
      }),
      runs,
    );
  });

  test('no ARN is returned that is not in the text', () => {
    fc.assert(
      fc.property(mangled, (text) => {
        const words = readDenialWords(text);
        for (const arn of [words?.principalArn, words?.roleArn, words?.policyArn, words?.authorizationId])
          expect(letters(text)).toContain(letters(arn ?? ''));
      }),
      runs,
    );
  });
});

const account = fc.stringMatching(/^[0-9]{12}$/);
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+=,.@_-]{0,40}[A-Za-z0-9]$/);
const path = fc
  .array(fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}$/), { maxLength: 3 })
  .map((parts) => parts.map((part) => `${part}/`).join(''));
const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov');
const principal = fc
  .tuple(partition, account, path, name, name)
  .chain(([of, id, path, one, two]) =>
    fc.constantFrom(
      `arn:${of}:iam::${id}:user/${path}${one}`,
      `arn:${of}:sts::${id}:assumed-role/${one}/${two}`,
      `arn:${of}:sts::${id}:federated-user/${one}`,
      `arn:${of}:iam::${id}:root`,
    ),
  );
const role = fc
  .tuple(partition, account, path, name)
  .map(([of, id, path, name]) => `arn:${of}:iam::${id}:role/${path}${name}`);
const reasons = [
  {
    says: 'because no identity-based policy allows the iam:PassRole action',
    effect: 'implicit',
    policyType: 'identity',
  },
  {
    says: 'because no permissions boundary allows the iam:PassRole action',
    effect: 'implicit',
    policyType: 'permissions-boundary',
  },
  { says: 'with an explicit deny in a service control policy', effect: 'explicit', policyType: 'scp' },
  { says: 'with an explicit deny in the role trust policy', effect: 'explicit', policyType: 'role-trust' },
] as const;
const denial = fc.record({ principalArn: principal, roleArn: role, reason: fc.constantFrom(...reasons) });

type Said = typeof denial extends fc.Arbitrary<infer Value> ? Value : never;
const sentence = ({ principalArn, roleArn, reason }: Said): string =>
  `User: ${principalArn} is not authorized to perform: iam:PassRole on resource: ${roleArn} ${reason.says}`;
const words = ({ principalArn, roleArn, reason: { effect, policyType } }: Said) => ({
  action: 'iam:PassRole',
  principalArn,
  roleArn,
  effect,
  policyType,
  policyArn: null,
  crossAccount: false,
  authorizationId: null,
});

describe('any principal and any role', () => {
  test('are read as AWS wrote them', () => {
    fc.assert(
      fc.property(denial, (said) => {
        expect(readDenialWords(sentence(said))).toEqual(words(said));
      }),
      runs,
    );
  });

  test('are read from a text that was cut into lines of any width, in any frame: whole, or as far as is proved', () => {
    const counts: Counts = new Map();
    const frame = fc.constantFrom('', '    ', '│ ', '> ', '// ', '# ', ' * ', '2026-11-20T09:14:05.123Z ', '307 | ');
    fc.assert(
      fc.property(denial, fc.integer({ min: 24, max: 200 }), frame, (said, width, frame) => {
        const lines = cutAtWidth(sentence(said), width);
        const [principalArn, roleArn] = [said.principalArn, said.roleArn].map((arn) => readableArn(arn, lines));
        const isWhole = principalArn === said.principalArn && roleArn === said.roleArn;
        count(counts, 'all', isWhole ? 'whole' : 'perhaps cut', ...(lines.length > 1 ? ['wrapped'] : []));
        const read = readDenialWords(lines.map((line) => frame + line).join('\n'));
        expect(read).toEqual({ ...words(said), principalArn, roleArn });
      }),
      runs,
    );
    expect(tooRare(counts, runs.numRuns, { wrapped: 0.5, whole: 0.6, 'perhaps cut': 0.02 })).toEqual({});
  });
});

describe('a million characters are read in time that grows with their number only', () => {
  const hostile: Readonly<Record<string, (size: number) => string>> = {
    'the beginning of an ARN': (size) => 'User: arn:aws:iam::'.repeat(size / 20),
    blanks: (size) => `not${' '.repeat(size)}authorised`,
    'a sentence without its action': (size) => 'not authorized to perform '.repeat(size / 26),
    'a sentence without its subject': (size) =>
      'not authorized to perform: iam:PassRole on resource: '.repeat(size / 53),
    'an ARN without end': (size) =>
      `User: x is not authorized to perform: iam:PassRole on resource: arn:${'a'.repeat(size)}`,
    'an ARN on as many lines': (size) =>
      `User: x is not authorized to perform: iam:PassRole on resource: arn:${'\na'.repeat(size / 2)}`,
    'long ARNs on many lines': (size) =>
      `not authorized to perform: iam:PassRole on resource: arn:${'a\n'.repeat(2100)}`.repeat(size / 4250),
    decoration: (size) => `not authorized to perform: iam:PassRole on${'#*'.repeat(size / 2)}`,
    backslashes: (size) => '\\'.repeat(size),
    'opened tags': (size) => '<code '.repeat(size / 6),
    'frames of lines': (size) => '| > // # '.repeat(size / 9),
    'beginnings of a reason': (size) => 'because no identity-based policy allows the '.repeat(size / 44),
    'an id without end': (size) =>
      `User is not authorized to perform: iam:PassRole #/authorization-details/${'a\n'.repeat(size / 2)}`,
  };

  const fastest = (text: string): number => cpuCost(() => readDenialWords(text), 5, 0);

  // Eight times the text: about 8 times the time if linear, 64 times if quadratic; between the two there is room for a busy machine.
  test.each(Object.entries(hostile))('%s', (_, text) => {
    const small = fastest(text(125_000));
    expect(fastest(text(1_000_000)) / Math.max(small, 2)).toBeLessThan(40);
  });
});

test('what is longer than any ARN is none', () => {
  const long = `arn:aws:iam::111122223333:role/${'x'.repeat(2048)}`;
  const read = readDenialWords(`User: ${long} is not authorized to perform: iam:PassRole on resource: ${long}`);
  expect({ principalArn: read?.principalArn, roleArn: read?.roleArn }).toEqual({ principalArn: null, roleArn: null });
});

test('an error message needs no subject, since it is no prose', () => {
  expect(readErrorWords('not authorized to perform: iam:PassRole')).not.toBeNull();
  expect(readDenialWords('not authorized to perform: iam:PassRole')).toBeNull();
});

test('an error message that speaks of iam:PassRole in unknown words is a denial, of another action it is none', () => {
  expect(readErrorWords('Access to iam:PassRole was refused (code 17)')).not.toBeNull();
  expect(readErrorWords('User: x is not authorized to perform: glue:UpdateJob; check iam:PassRole')).toBeNull();
});
