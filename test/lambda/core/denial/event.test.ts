import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../../../../lambda/core/denial/event.ts';
import { fromConsole } from '../../../support/denial.ts';

const maria = 'arn:aws:iam::111122223333:user/data/maria';
const role = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const errorMessage = `User: ${maria} is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;

const record = {
  eventVersion: '1.11',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDAEXAMPLE',
    arn: maria,
    accountId: '111122223333',
    accessKeyId: 'ASIAEXAMPLE000000001',
    userName: 'maria',
    sessionContext: { attributes: { creationDate: '2026-11-20T08:00:11Z', mfaAuthenticated: 'true' } },
  },
  eventTime: '2026-11-20T09:14:05Z',
  eventSource: 'glue.amazonaws.com',
  eventName: 'UpdateJob',
  awsRegion: 'ap-northeast-1',
  sourceIPAddress: '203.0.113.24',
  userAgent: 'AWS Internal',
  errorCode: 'AccessDenied',
  errorMessage,
  requestParameters: null as unknown,
  responseElements: null,
  eventID: '5f0c1d2e-0000-4000-8000-000000000001',
  recipientAccountId: '111122223333' as string | undefined,
  sessionCredentialFromConsole: 'true',
};
const envelope = (detail: unknown, over: object = {}) => ({
  version: '0',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.glue',
  account: '111122223333',
  detail,
  ...over,
});

const denial: Denial = {
  action: 'iam:PassRole',
  principalArn: maria,
  roleArn: role,
  effect: 'implicit',
  policyType: 'identity',
  policyArn: null,
  crossAccount: false,
  authorizationId: null,
  source: 'event',
  message: errorMessage,
  truncated: false,
  eventId: '5f0c1d2e-0000-4000-8000-000000000001',
  time: '2026-11-20T09:14:05Z',
  accountId: '111122223333',
  region: 'ap-northeast-1',
  eventSource: 'glue.amazonaws.com',
  operation: 'UpdateJob',
  jobName: null,
  identity: { type: 'IAMUser', arn: maria, userName: 'maria' },
  request: { ...fromConsole, userId: 'AIDAEXAMPLE' },
};

function denialIn(event: unknown): Denial {
  const reading = readDenialEvent(event);
  if (reading.kind !== 'denial') throw new Error(`${reading.kind}: ${reading.why}`);
  return reading.denial;
}

describe('a denied call is read from', () => {
  test.each([
    ['what EventBridge delivers', envelope(record)],
    ['a bare record', record],
    ['a log file with one record', { Records: [record] }],
    ['a record of another minor version', { ...record, eventVersion: '1.8' }],
    ['a record of a version to come', { ...record, eventVersion: '2.0' }],
    ['a record without its version', { ...record, eventVersion: undefined }],
  ])('%s', (_, event) => {
    expect(readDenialEvent(event)).toEqual({ kind: 'denial', denial });
  });
});

describe('who called', () => {
  const session = 'arn:aws:sts::111122223333:assumed-role/etl-developer/anna';
  const issuer = 'arn:aws:iam::111122223333:role/data/etl-developer';
  const federated = 'arn:aws:sts::111122223333:federated-user/vault';
  const root = 'arn:aws:iam::111122223333:root';
  test.each([
    ['a user', { type: 'IAMUser', arn: maria, userName: 'maria' }, { type: 'IAMUser', arn: maria, userName: 'maria' }],
    [
      'a user whose name is left out',
      { type: 'IAMUser', arn: maria },
      { type: 'IAMUser', arn: maria, userName: 'maria' },
    ],
    [
      'a role session, with the path of its role',
      { type: 'AssumedRole', arn: session, sessionContext: { sessionIssuer: { type: 'Role', arn: issuer } } },
      { type: 'AssumedRole', arn: session, roleArn: issuer, sessionName: 'anna' },
    ],
    [
      'a role session without its role',
      { type: 'AssumedRole', arn: session },
      { type: 'AssumedRole', arn: session, roleArn: null, sessionName: 'anna' },
    ],
    [
      'a federated user',
      { type: 'FederatedUser', arn: federated, sessionContext: { sessionIssuer: { arn: maria } } },
      { type: 'FederatedUser', arn: federated, issuerArn: maria },
    ],
    ['the root user', { type: 'Root', arn: root }, { type: 'Root', arn: root }],
    ['an Identity Center user', { type: 'IdentityCenterUser' }, { type: 'IdentityCenterUser', arn: null }],
    [
      'a service',
      { type: 'AWSService', invokedBy: 'glue.amazonaws.com' },
      { type: 'AWSService', invokedBy: 'glue.amazonaws.com' },
    ],
    ['a type that is not known', { type: 'Unknown', arn: session }, { type: 'other', stated: 'Unknown', arn: session }],
  ])('%s', (_, userIdentity, identity) => {
    expect(denialIn({ ...record, userIdentity }).identity).toEqual(identity);
  });

  test('is kept beside the principal of the message where they differ', () => {
    const { identity, principalArn } = denialIn({ ...record, userIdentity: { type: 'Root', arn: root } });
    expect({ identity, principalArn }).toEqual({ identity: { type: 'Root', arn: root }, principalArn: maria });
  });
});

describe('what the request was', () => {
  const user = record.userIdentity;
  const session = (attributes: object) => ({ userIdentity: { ...user, sessionContext: { attributes } } });
  test.each<[string, object, Partial<Denial['request']>]>([
    ['without MFA', session({ mfaAuthenticated: 'false', creationDate: '2026-11-20T08:00:11Z' }), { mfa: false }],
    ['not known whether with MFA', session({}), { mfa: null, sessionIssuedAt: null }],
    ['from an IPv6 address', { sourceIPAddress: '2001:db8::1' }, { sourceIp: '2001:db8::1' }],
    ['from a service, which has no address', { sourceIPAddress: 'glue.amazonaws.com' }, { sourceIp: null }],
    ['from a range, which is no address', { sourceIPAddress: '10.0.0.0/8' }, { sourceIp: null }],
    ['through an endpoint', { vpcEndpointId: 'vpce-0123456789abcdef0' }, { vpcEndpointId: 'vpce-0123456789abcdef0' }],
    [
      'by a service for the user',
      { userIdentity: { ...user, invokedBy: 'cloudformation.amazonaws.com' } },
      { invokedBy: 'cloudformation.amazonaws.com' },
    ],
    ['with a long-term key', { userIdentity: { ...user, accessKeyId: 'AKIAEXAMPLE000000001' } }, { longTermKey: true }],
    ['with a key that is not known', { userIdentity: { ...user, accessKeyId: undefined } }, { longTermKey: null }],
    ['not from the console', { sessionCredentialFromConsole: 'false' }, { fromConsole: false }],
    ['not known whether from the console', { sessionCredentialFromConsole: undefined }, { fromConsole: null }],
    ['without a user agent', { userAgent: undefined }, { userAgent: null }],
    [
      'with a source identity, of a session by web identity',
      {
        userIdentity: {
          ...user,
          sessionContext: {
            ...user.sessionContext,
            sourceIdentity: 'anna@example.com',
            webIdFederationData: { federatedProvider: 'accounts.google.com', attributes: {} },
          },
        },
      },
      { sourceIdentity: 'anna@example.com', federatedProvider: 'accounts.google.com' },
    ],
  ])('%s', (_, over, request) => {
    expect(denialIn({ ...record, ...over }).request).toEqual({ ...denial.request, ...request });
  });
});

describe('requestParameters', () => {
  const across = 'Cross-account pass role is not allowed.';
  const other = 'arn:aws:iam::444455556666:role/other';
  const read = (requestParameters: unknown, over: object = {}) => {
    const { roleArn, jobName } = denialIn({ ...record, requestParameters, ...over });
    return { roleArn, jobName };
  };
  test.each<[string, unknown, object, { roleArn: string | null; jobName: string | null }]>([
    ['name the job', { jobName: 'orders' }, {}, { roleArn: role, jobName: 'orders' }],
    ['name the job in another casing', { JobName: 'orders' }, {}, { roleArn: role, jobName: 'orders' }],
    ['name a new job', { name: 'orders' }, { eventName: 'CreateJob' }, { roleArn: role, jobName: 'orders' }],
    ['name something else of another call', { name: 'orders' }, {}, { roleArn: role, jobName: null }],
    [
      "name another service's job",
      { jobName: 'x' },
      { eventSource: 'sagemaker.amazonaws.com' },
      { roleArn: role, jobName: null },
    ],
    ['never overrule the message', { role: other }, {}, { roleArn: role, jobName: null }],
    [
      'give the role that the message leaves out',
      { role: other },
      { errorMessage: across },
      { roleArn: other, jobName: null },
    ],
    ['give it as roleArn', { roleArn: other }, { errorMessage: across }, { roleArn: other, jobName: null }],
    [
      'give it in the update',
      { JobUpdate: { Role: other } },
      { errorMessage: across },
      { roleArn: other, jobName: null },
    ],
    [
      'give only its name, which is not enough',
      { role: 'etl/other' },
      { errorMessage: across },
      { roleArn: null, jobName: null },
    ],
    [
      'hold anything',
      { role: 7, jobName: ['x'], jobUpdate: 'x' },
      { errorMessage: across },
      { roleArn: null, jobName: null },
    ],
  ])('%s', (_, requestParameters, over, expected) => {
    expect(read(requestParameters, over)).toEqual(expected);
  });

  test('cannot reach a prototype', () => {
    const parameters: unknown = JSON.parse(
      '{"__proto__":{"role":"polluted","jobName":"polluted"},"constructor":{"prototype":{"x":1}}}',
    );
    expect(read(parameters)).toEqual({ roleArn: role, jobName: null });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test("the account is the recipient's, else the caller's, else the event's", () => {
  const without = { ...record, recipientAccountId: undefined };
  const nameless = { ...without, userIdentity: { ...record.userIdentity, accountId: undefined } };
  const over = { account: '444455556666' };
  expect(
    [
      { ...record, recipientAccountId: '777788889999' },
      without,
      nameless,
      { ...nameless, recipientAccountId: 'x' },
    ].map((detail) => denialIn(envelope(detail, over)).accountId),
  ).toEqual(['777788889999', '111122223333', '444455556666', '444455556666']);
  expect(denialIn(nameless).accountId).toBeNull();
});

describe('a role that a line break may have cut', () => {
  const broken = errorMessage.replace('runtime-role', 'run\ntime-role');
  const inParameters = (roleArn: string) => ({ ...record, errorMessage: broken, requestParameters: { role: roleArn } });
  test('is as the parameters have it', () => {
    expect(denialIn(inParameters(role)).roleArn).toBe(role);
  });
  test('stays open where they have another, or none', () => {
    const cut = 'arn:aws:iam::111122223333:role/glue-run…';
    expect(denialIn(inParameters(role.replace('glue', 'x'))).roleArn).toBe(cut);
    expect(denialIn({ ...record, errorMessage: broken }).roleArn).toBe(cut);
  });
});

describe("a full stop or comma after the role may be the name's own", () => {
  const etl = 'arn:aws:iam::111122223333:role/etl';
  const said = (after: string): string =>
    `User: ${maria} is not authorized to perform: iam:PassRole on resource: ${etl}${after}`;
  test.each([
    ['a full stop, and so have the parameters', '.', `${etl}.`, `${etl}.`],
    ['a comma, and so have the parameters', ',', `${etl},`, `${etl},`],
    ['two, the parameters have one', '.,', `${etl}.`, `${etl}.`],
    ['a full stop that the parameters do not have', '.', etl, etl],
    ['a full stop, no parameters', '.', null, `${etl}…`],
    ['a comma and other words, no parameters', ', request id: 6f1c', null, `${etl}…`],
    ['a full stop, another role in the parameters', '.', `${etl}-2`, `${etl}…`],
    ['a full stop, and the reason goes on', `. because no identity-based policy allows`, null, `${etl}.`],
    ['nothing', '', null, etl],
    ['three dots, the parameters have the whole name', '...', `${etl}-runtime`, `${etl}-runtime`],
  ])('%s', (_, after, parameter, expected) => {
    const requestParameters = parameter === null ? null : { role: parameter };
    const reading = readDenialEvent(envelope({ ...record, errorMessage: said(after), requestParameters }));
    expect(reading.kind === 'denial' && reading.denial.roleArn).toBe(expected);
  });
});

describe("a message of CloudTrail's limit is taken for cut", () => {
  const start = `${errorMessage}. Encoded authorization failure message: `;
  test.each([
    ['one byte less', 'x', 1023 - start.length, false],
    ['1,024 bytes', 'x', 1024 - start.length, true],
    ['1,024 bytes in fewer characters', 'é', Math.ceil((1024 - start.length) / 2), true],
  ])('%s', (_, letter, count, truncated) => {
    expect(denialIn({ ...record, errorMessage: start + letter.repeat(count) }).truncated).toBe(truncated);
  });
});

describe('a role that stands where CloudTrail cut the message', () => {
  const stated = 'arn:aws:iam::111122223333:role/glue';
  const ending = (end: string, bytes = 1024) => {
    const text = ` User: ${maria} is not authorized to perform: iam:PassRole on resource: ${stated}${end}`;
    return 'x'.repeat(bytes - text.length) + text;
  };
  test.each<[string, string, string | null, string | null]>([
    ['is not taken for whole', ending(''), null, null],
    ['is whole in the parameters', ending(''), role, role],
    ['is not another one of the parameters', ending(''), 'arn:aws:iam::111122223333:role/other', null],
    ['is not taken for whole before a full stop', ending('.'), null, null],
    ['is not taken for whole before a comma', ending(','), null, null],
    ['is whole if a word follows', ending(' because'), null, stated],
    ['is whole if the message is one byte shorter', ending('', 1023), null, stated],
  ])('%s', (_, message, parameter, expected) => {
    const event = { ...record, errorMessage: message, requestParameters: { role: parameter } };
    expect(denialIn(event).roleArn).toBe(expected);
  });
});

describe('not a denial:', () => {
  test.each<[string, unknown, string]>([
    [
      'a call that succeeded',
      { ...record, errorMessage: undefined },
      'The call has no errorMessage: it was not refused.',
    ],
    [
      'a call whose message is null',
      { ...record, errorMessage: null },
      'The call has no errorMessage: it was not refused.',
    ],
    [
      'a call that failed for something else',
      { ...record, errorMessage: 'Entity not found' },
      'The call failed, but not for iam:PassRole: "Entity not found".',
    ],
    [
      'a sign-in',
      envelope(record, { 'detail-type': 'AWS Console Sign In via CloudTrail' }),
      'detail-type is "AWS Console Sign In via CloudTrail", not "AWS API Call via CloudTrail".',
    ],
  ])('%s', (_, event, why) => {
    expect(readDenialEvent(event)).toEqual({ kind: 'not-a-denial', why });
  });
});

describe('malformed, and the answer names the field:', () => {
  const next =
    'Give one event as EventBridge delivers it, or one record of a CloudTrail log file or of `aws cloudtrail lookup-events`.';
  const user = record.userIdentity;
  test.each<[string, unknown, string]>([
    ['nothing', null, 'The event is null, not an object.'],
    ['a text', 'x', 'The event is of type string, not an object.'],
    ['a list', [record], 'The event is an array, not an object.'],
    [
      'something else',
      { hello: 'world' },
      'This is no CloudTrail record: it has none of eventVersion, eventID, eventName, eventSource, userIdentity, errorMessage.',
    ],
    [
      'an event without its detail',
      { 'detail-type': 'AWS API Call via CloudTrail' },
      'detail is no CloudTrail record: it has none of eventVersion, eventID, eventName, eventSource, userIdentity, errorMessage.',
    ],
    [
      'an event without its type',
      { detail: record },
      'detail-type is missing or no string; EventBridge always writes it.',
    ],
    [
      'a message that is no text',
      envelope({ ...record, errorMessage: 7 }),
      'detail.errorMessage is of type number; CloudTrail writes a string.',
    ],
    ['no id', envelope({ ...record, eventID: undefined }), 'detail.eventID is missing; CloudTrail always writes it.'],
    [
      'an id that is no text',
      record && { ...record, eventID: 7 },
      'eventID is of type number; CloudTrail writes a string.',
    ],
    [
      'nobody',
      { ...record, userIdentity: undefined },
      'userIdentity is missing or no object; CloudTrail always writes it.',
    ],
    [
      'somebody as a text',
      { ...record, userIdentity: 'maria' },
      'userIdentity is missing or no object; CloudTrail always writes it.',
    ],
    [
      'somebody without a type',
      { ...record, userIdentity: {} },
      'userIdentity.type is missing; CloudTrail always writes it.',
    ],
    [
      'the root user without an ARN',
      { ...record, userIdentity: { type: 'Root' } },
      'userIdentity.arn is missing; CloudTrail always writes it.',
    ],
    [
      'a user without an ARN',
      { ...record, userIdentity: { type: 'IAMUser' } },
      'userIdentity.arn is missing; CloudTrail always writes it.',
    ],
    [
      'a session context that is a list',
      { ...record, userIdentity: { ...user, sessionContext: [] } },
      'userIdentity.sessionContext is an array; CloudTrail writes an object.',
    ],
    [
      'a name without end',
      { ...record, eventName: 'x'.repeat(5000) },
      'eventName is 5000 characters long; no CloudTrail field is longer than 4096.',
    ],
  ])('%s', (_, event, why) => {
    expect(readDenialEvent(event)).toEqual({ kind: 'malformed', why: `${why} ${next}` });
  });

  test('several records at once', () => {
    expect(readDenialEvent({ Records: [record, record] })).toEqual({
      kind: 'malformed',
      why: `Records holds 2 records; one is read at a time. ${next} With jq: \`jq -c '.Records[]'\`.`,
    });
  });
});

test.each(['yesterday', '', '2026-13-45T99:00:00Z'])('a time that is none, "%s", is left out', (eventTime) => {
  expect(denialIn({ ...record, eventTime }).time).toBeNull();
});

test('a message without end is kept in part', () => {
  const { message, truncated } = denialIn({ ...record, errorMessage: `${errorMessage} ${'x'.repeat(1_000_000)}` });
  expect({ length: message.length, truncated }).toEqual({ length: 4096, truncated: true });
});

test('no event makes the reader throw', () => {
  const values = fc.oneof(
    fc.anything({ withNullPrototype: true }),
    fc.constantFrom<unknown>(null, 7, [], {}, errorMessage),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(record)), values, fc.boolean(), (name, value, isWrapped) => {
      const broken = { ...record, [name]: value };
      expect(() => readDenialEvent(isWrapped ? envelope(broken) : broken)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});
