import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Denial, Reading } from '../../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../../lambda/core/denial/event.ts';
import { readDenialMessage } from '../../lambda/core/denial/message.ts';
import { identityArn } from '../../lambda/core/denial/names.ts';
import { parseRoleArn, parseRoleSessionArn, parseUserArn, splitArn } from '../../lambda/core/iam/arn.ts';
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import { policyWith } from '../support/any-policy.ts';
import { brokenDenial, mayBeRead } from '../support/broken-denial.ts';
import { ACCOUNT, MARIA } from '../support/denial.ts';
import { letters, mangled, texts } from '../support/mangled-text.ts';
import { type Counts, count, patience, runs, tooRare } from '../support/runs.ts';

jest.setTimeout(patience);

/** Every ARN that a denial names, wherever it says it is from. */
function arnsOf(denial: Denial): string[] {
  const { principalArn, roleArn, policyArn, identity } = denial;
  const issuer = identity?.type === 'AssumedRole' ? identity.roleArn : null;
  return [principalArn, roleArn, policyArn, identityArn(identity), issuer].filter((arn) => arn !== null);
}

function tally(counts: Counts, reading: Reading): void {
  count(counts, 'all', reading.kind);
  if (reading.kind === 'denial' && reading.denial.roleArn !== null) count(counts, 'role');
  if (reading.kind === 'denial' && parseRoleArn(reading.denial.roleArn ?? '') !== null) count(counts, 'whole role ARN');
}

const inventedIn = (source: string, reading: Reading): string[] =>
  reading.kind === 'denial' ? arnsOf(reading.denial).filter((arn) => !letters(source).includes(letters(arn))) : [];

describe('whatever is pasted', () => {
  test('it is read or refused, and every ARN that comes out was in it', () => {
    const counts: Counts = new Map();
    const pasted = fc.oneof({ weight: 5, arbitrary: mangled }, fc.string({ unit: 'binary', maxLength: 400 }));
    fc.assert(
      fc.property(pasted, (text) => {
        const reading = readDenialMessage(text);
        tally(counts, reading);
        expect(inventedIn(text, reading)).toEqual([]);
      }),
      runs(),
    );
    const least = { denial: 0.3, 'not-a-denial': 0.15, role: 0.2, 'whole role ARN': 0.1 };
    expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
  });
});

describe('wherever a line ends inside an ARN', () => {
  test('it is put together only where it is proved that the line was cut there, and else the whole name is asked for', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(brokenDenial, ({ text, lines, roleArn, isTrue }) => {
        const reading = readDenialMessage(text);
        tally(counts, reading);
        if (reading.kind !== 'denial') return;
        const arns = [reading.denial.principalArn, reading.denial.roleArn].filter((arn) => arn !== null);
        const isJoined = arns.some((arn) => !lines.some((line) => line.includes(arn.replace(/…$/, ''))));
        const isAsked = arns.some((arn) => arn.endsWith('…'));
        count(counts, isJoined ? 'joined' : 'on one line', ...(isAsked ? ['asked'] : []));
        expect(arns.filter((arn) => !mayBeRead(arn, lines))).toEqual([]);

        const read = reading.denial.roleArn ?? '';
        if (isTrue && parseRoleArn(read) !== null) expect(read).toBe(roleArn);
      }),
      runs(),
    );
    const least = { denial: 0.7, joined: 0.1, asked: 0.08, 'whole role ARN': 0.3 };
    expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
  });
});

const record = {
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLEANNA00001',
    userName: 'maria',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: `arn:aws:iam::${ACCOUNT}:role/team/etl-developer`,
        userName: 'etl-developer',
      },
      attributes: { creationDate: '2026-11-20T08:00:11Z', mfaAuthenticated: 'true' },
    },
  },
  eventTime: '2026-11-20T09:14:05Z',
  eventSource: 'glue.amazonaws.com',
  eventName: 'UpdateJob',
  awsRegion: 'ap-northeast-1',
  sourceIPAddress: '203.0.113.24',
  userAgent: 'AWS Internal',
  errorCode: 'AccessDenied',
  errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/glue-runtime-role because no identity-based policy allows the iam:PassRole action`,
  requestParameters: { jobName: 'nightly', jobUpdate: { role: `arn:aws:iam::${ACCOUNT}:role/glue-runtime-role` } },
  eventID: '5f0c1d2e-0000-4000-8000-000000000001',
  recipientAccountId: ACCOUNT,
};

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every path into the record: `userIdentity.sessionContext.sessionIssuer.arn`. */
const pathsIn = (value: Fields, before: readonly string[] = []): (readonly string[])[] =>
  Object.entries(value).flatMap(([key, item]) => {
    const path = [...before, key];
    return isFields(item) ? [path, ...pathsIn(item, path)] : [path];
  });

function withValue(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  return isFields(value) ? { ...value, [key]: withValue(value[key], rest, put) } : value;
}

const put = fc.oneof(
  { weight: 4, arbitrary: mangled },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      null,
      '',
      7,
      true,
      [],
      {},
      MARIA,
      `arn:aws:iam::${ACCOUNT}:root`,
      'Root',
      'Rate exceeded',
      'See the documentation of iam:PassRole.',
      'IAMUser',
    ),
  },
  fc.jsonValue(),
  fc.anything({ withNullPrototype: true }),
);
/** Of all fields the words matter most. */
const place = fc.oneof(fc.constantFrom(...pathsIn(record)), fc.constant<readonly string[]>(['errorMessage']));
const changedRecord = fc
  .array(fc.tuple(place, put), { maxLength: 3 })
  .map((changes) => changes.reduce<unknown>((value, [path, item]) => withValue(value, path, item), record));

/** What the event says, as text; null for what is no JSON, which no event is. */
function textOf(event: unknown): string | null {
  try {
    const strings: string[] = [];
    JSON.stringify(event, (_, value: unknown) => {
      if (typeof value === 'string') strings.push(value);
      return typeof value === 'bigint' ? String(value) : value;
    });
    return strings.join(' ');
  } catch {
    return null;
  }
}

describe('whatever an event holds', () => {
  test('it is read or refused, and every ARN that comes out was in it', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(changedRecord, fc.boolean(), (changed, isWrapped) => {
        const event = isWrapped ? { source: 'aws.glue', detail: changed } : changed;
        const reading = readDenialEvent(event);
        tally(counts, reading);
        const text = textOf(event);
        if (text !== null) expect(inventedIn(text, reading)).toEqual([]);
      }),
      runs(),
    );
    const least = { denial: 0.15, malformed: 0.2, 'not-a-denial': 0.03, role: 0.15, 'whole role ARN': 0.15 };
    expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
  });
});

/** A policy's text with some of it overwritten: mostly still JSON. */
const brokenPolicy = fc
  .tuple(
    policyWith(3),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('"', '*', '{', '', 'a', '[', ',', '\\u0000', 'Not'),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([policy, changes]) =>
    changes.reduce((text, [where, piece]) => {
      const at = Math.floor(where * text.length);
      return text.slice(0, at) + piece + text.slice(at + 1);
    }, JSON.stringify(policy)),
  );

describe('whatever a policy says', () => {
  test('it is read or refused, and nothing is read out of it that is not there', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(brokenPolicy, (text) => {
        const parsed = parsePolicyDocument(text);
        count(counts, 'all', parsed.kind);
        if (parsed.kind !== 'policy') return;
        const source: { Statement: object } = JSON.parse(text);
        const strings = new Set(JSON.stringify(source).match(/"(?:[^"\\]|\\.)*"/g));
        const { statements } = parsed.document;
        expect(statements.length).toBe([source.Statement].flat().length);
        const read = statements.flatMap(({ actions, resources, conditions }) => [
          ...actions.patterns,
          ...(resources?.patterns ?? []),
          ...conditions.flatMap(({ operator, key, values }) => [operator, key, ...values]),
        ]);
        expect(read.filter((word) => !strings.has(JSON.stringify(word)))).toEqual([]);
      }),
      runs(),
    );
    expect(tooRare(counts, counts.get('all') ?? 0, { policy: 0.3, unreadable: 0.2 })).toEqual({});
  });
});

const arnPiece = fc.constantFrom(
  'arn',
  'aws',
  'aws-cn',
  'iam',
  'sts',
  '',
  ACCOUNT,
  'role',
  'user',
  'assumed-role',
  'etl',
  'team.glue,etl@2',
  'x y',
  '*',
  '12',
  'ä',
);
const anyArn = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('arn:aws:iam::', 'arn:aws-us-gov:iam::', 'arn:aws:sts::', 'arn:aws:iam:eu-west-1:'),
        fc.constantFrom(`${ACCOUNT}:`, `${ACCOUNT}:`, '1111:', ':'),
        fc.constantFrom('role/', 'user/', 'assumed-role/', 'assumed-role/', ''),
        fc.array(arnPiece, { minLength: 1, maxLength: 4 }),
      )
      .map(([head, account, kind, parts]) => `${head}${account}${kind}${parts.join('/')}`),
  },
  fc.array(arnPiece, { maxLength: 8 }).map((parts) => parts.join(':')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

describe('whatever is given for an ARN', () => {
  test('it is refused, or its parts put together are the text again', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(anyArn, (text) => {
        const [role, user, session, parts] = [
          parseRoleArn(text),
          parseUserArn(text),
          parseRoleSessionArn(text),
          splitArn(text),
        ];
        count(
          counts,
          'all',
          ...(role ? ['role'] : []),
          ...(user ? ['user'] : []),
          ...(session ? ['session'] : []),
          ...(parts ? ['parts'] : []),
        );
        const iam = (kind: string, of: typeof role) =>
          of && `arn:${of.partition}:iam::${of.account}:${kind}${of.path}${of.name}`;
        const again = [
          iam('role', role),
          iam('user', user),
          session &&
            `arn:${session.partition}:sts::${session.account}:assumed-role/${session.roleName}/${session.sessionName}`,
          parts && `arn:${parts.partition}:${parts.service}:${parts.region}:${parts.account}:${parts.resource}`,
        ];
        expect(again.filter((whole) => whole !== null && whole !== text)).toEqual([]);
      }),
      runs(),
    );
    expect(tooRare(counts, counts.get('all') ?? 0, { role: 0.01, user: 0.01, session: 0.001, parts: 0.3 })).toEqual({});
  });
});

test('the real texts are many enough to be worth mangling', () => {
  expect(texts.length).toBeGreaterThan(100);
});
