import { describe, expect, test } from '@jest/globals';
import { replayOf as replayOfRole, withEntries } from '../../../../lambda/core/account/replay.ts';
import { aRolePrincipal, aTargetRole, aUser } from '../../../support/account.ts';
import { ACCOUNT, aDenial, anna, aPastedText, fromConsole, GLUE, MARIA } from '../../../support/denial.ts';

const entry = (key: string, type: string, ...values: string[]) => ({ key, type, values });
type Of = Parameters<typeof replayOfRole>;
const replayOf = (denial: Of[0], principal: Of[1], account: Of[2], service: Of[3], tags: Of[4]['tags'] = {}) =>
  replayOfRole(denial, principal, account, service, aTargetRole({ tags }));
const keysOf = (...of: Parameters<typeof replayOf>) => replayOf(...of).entries.map(({ key }) => key);

describe('the request as it was', () => {
  test('of a console user, with everything that the event tells', () => {
    const { entries } = replayOf(aDenial(), aUser({ tags: { team: 'data' } }), ACCOUNT, GLUE);
    expect(entries).toEqual([
      entry('iam:PassedToService', 'string', 'glue.amazonaws.com'),
      entry('aws:MultiFactorAuthPresent', 'boolean', 'true'),
      entry('aws:SourceIp', 'ip', '203.0.113.24'),
      entry('aws:UserAgent', 'string', 'AWS Internal'),
      entry('aws:TokenIssueTime', 'date', '2026-11-20T08:00:11Z'),
      entry('aws:RequestedRegion', 'string', 'ap-northeast-1'),
      entry('aws:CurrentTime', 'date', '2026-11-20T09:14:05Z'),
      entry('aws:EpochTime', 'numeric', '1795166045'),
      entry('aws:ViaAWSService', 'boolean', 'false'),
      entry('aws:SecureTransport', 'boolean', 'true'),
      entry('aws:PrincipalArn', 'string', MARIA),
      entry('aws:PrincipalAccount', 'string', ACCOUNT),
      entry('aws:PrincipalType', 'string', 'User'),
      entry('aws:PrincipalIsAWSService', 'boolean', 'false'),
      entry('aws:username', 'string', 'maria'),
      entry('aws:PrincipalTag/team', 'string', 'data'),
    ]);
  });

  test('of a role session is that of its role, with no user name', () => {
    const { entries } = replayOf(aDenial({ identity: anna }), aRolePrincipal(), ACCOUNT, GLUE);
    expect(entries.filter(({ key }) => /^aws:(principal|username)/i.test(key))).toEqual([
      entry('aws:PrincipalArn', 'string', `arn:aws:iam::${ACCOUNT}:role/team/etl-developer`),
      entry('aws:PrincipalAccount', 'string', ACCOUNT),
      entry('aws:PrincipalType', 'string', 'AssumedRole'),
      entry('aws:PrincipalIsAWSService', 'boolean', 'false'),
    ]);
  });

  test('that a service made on behalf of the user says so', () => {
    const request = { ...fromConsole, sourceIp: null, invokedBy: 'cloudformation.amazonaws.com' };
    const { entries } = replayOf(aDenial({ request }), aUser(), ACCOUNT, GLUE);
    expect(entries).toContainEqual(entry('aws:ViaAWSService', 'boolean', 'true'));
    expect(entries).toContainEqual(entry('aws:CalledVia', 'stringList', 'cloudformation.amazonaws.com'));
    expect(entries.some(({ key }) => key === 'aws:SourceIp')).toBe(false);
  });

  test('through a VPC endpoint names it, and its address is one within the VPC', () => {
    const request = { ...fromConsole, sourceIp: '10.0.3.4', vpcEndpointId: 'vpce-1a2b3c4d' };
    const { entries } = replayOf(aDenial({ request }), aUser(), ACCOUNT, GLUE);
    expect(entries.filter(({ key }) => /source/i.test(key))).toEqual([
      entry('aws:VpcSourceIp', 'ip', '10.0.3.4'),
      entry('aws:SourceVpce', 'string', 'vpce-1a2b3c4d'),
    ]);
  });

  test('of a session by web identity names the user id, the source identity and the provider', () => {
    const request = {
      ...fromConsole,
      userId: 'AROAEXAMPLE:anna',
      sourceIdentity: 'anna@example.com',
      federatedProvider: 'accounts.google.com',
    };
    const { entries } = replayOf(aDenial({ identity: anna, request }), aRolePrincipal(), ACCOUNT, GLUE);
    expect(entries).toContainEqual(entry('aws:userid', 'string', 'AROAEXAMPLE:anna'));
    expect(entries).toContainEqual(entry('aws:SourceIdentity', 'string', 'anna@example.com'));
    expect(entries).toContainEqual(entry('aws:FederatedProvider', 'string', 'accounts.google.com'));
  });

  test('does not say what the tags of the passed role are: AWS may look at them or not', () => {
    const { entries, unreliable, isAbsent } = replayOf(aDenial(), aUser(), ACCOUNT, GLUE, { team: 'data' });
    expect(entries.some(({ key }) => /resourcetag/i.test(key))).toBe(false);
    expect(unreliable).toEqual([
      entry('iam:ResourceTag/team', 'string', 'data'),
      entry('aws:ResourceTag/team', 'string', 'data'),
    ]);
    expect([isAbsent('iam:resourcetag/Team'), isAbsent('aws:ResourceTag/other')]).toEqual([false, true]);
  });

  test('of a pasted text knows the user and the service, and claims nothing else', () => {
    expect(keysOf(aPastedText(), aUser(), ACCOUNT, GLUE)).toEqual([
      'iam:PassedToService',
      'aws:PrincipalArn',
      'aws:PrincipalAccount',
      'aws:PrincipalType',
      'aws:PrincipalIsAWSService',
      'aws:username',
    ]);
  });

  test('with a long-term key carries no MFA, even where the event says false', () => {
    const request = { ...fromConsole, mfa: false, longTermKey: true };
    expect(keysOf(aDenial({ request }), aUser(), ACCOUNT, GLUE)).not.toContain('aws:MultiFactorAuthPresent');
  });
});

describe('a key that is not in the request', () => {
  const event = replayOf(aDenial(), aUser(), ACCOUNT, GLUE);
  const longTerm = replayOf(
    aDenial({ request: { ...fromConsole, mfa: null, sessionIssuedAt: null, longTermKey: true } }),
    aUser(),
    ACCOUNT,
    GLUE,
  );
  const session = replayOf(aDenial({ identity: anna }), aRolePrincipal(), ACCOUNT, GLUE);
  const pasted = replayOf(aPastedText(), aUser(), ACCOUNT, GLUE);
  const withoutMfa = replayOf(aDenial({ request: { ...fromConsole, mfa: false } }), aUser(), ACCOUNT, GLUE);
  const silent = replayOf(aDenial({ request: { ...fromConsole, mfa: null } }), aUser(), ACCOUNT, GLUE);
  const hidden = replayOf(aDenial({ request: { ...fromConsole, sourceIp: null } }), aUser(), ACCOUNT, GLUE);
  const endpoint = replayOf(
    aDenial({ request: { ...fromConsole, sourceIp: null, vpcEndpointId: 'vpce-1' } }),
    aUser(),
    ACCOUNT,
    GLUE,
  );

  test.each([
    ['MFA of a long-term key', longTerm, 'aws:MultiFactorAuthPresent', true],
    ['the age of MFA of a long-term key', longTerm, 'aws:multifactorauthage', true],
    ['the token time of a long-term key', longTerm, 'aws:TokenIssueTime', true],
    ['the age of MFA, signed in without it', withoutMfa, 'aws:MultiFactorAuthAge', true],
    ['MFA where the event does not say', silent, 'aws:MultiFactorAuthPresent', false],
    ['the age of MFA, signed in with it', event, 'aws:MultiFactorAuthAge', false],
    ['a VPC endpoint', event, 'aws:SourceVpce', true],
    ['a VPC', event, 'aws:SourceVpc', true],
    ['the VPC behind a known endpoint', endpoint, 'aws:SourceVpc', false],
    ['the address of a request through an endpoint', endpoint, 'aws:SourceIp', true],
    ['the address of a request whose address is hidden', hidden, 'aws:SourceIp', false],
    ['a calling service', event, 'aws:CalledViaFirst', true],
    ['a tag that the user does not have', event, 'aws:PrincipalTag/team', true],
    ['a tag of a session, which IAM does not know', session, 'aws:PrincipalTag/team', false],
    ['the user name of a session', session, 'aws:username', true],
    ['a source identity that the event does not show', event, 'aws:SourceIdentity', true],
    ['a source identity, of a pasted text', pasted, 'aws:SourceIdentity', false],
    ['a provider of web identities, of a user', pasted, 'aws:FederatedProvider', true],
    ['a provider of identities, of a session', session, 'aws:FederatedProvider', false],
    ['the user id, of a pasted text', pasted, 'aws:userid', false],
    ['what only services send', event, 'aws:SourceAccount', true],
    ['what only services send, of a pasted text', pasted, 'aws:SourceArn', true],
    ['what is sent to STS alone', event, 'sts:ExternalId', true],
    ['the organization', event, 'aws:PrincipalOrgID', false],
    ['a VPC endpoint, of a pasted text', pasted, 'aws:SourceVpce', false],
    ['MFA, of a pasted text', pasted, 'aws:MultiFactorAuthPresent', false],
    ['a tag that the user does not have, of a pasted text', pasted, 'aws:PrincipalTag/team', true],
    ['a key that is there', event, 'aws:SourceIp', false],
  ] as const)('%s', (_, replay, key, isAbsent) => {
    expect(replay.isAbsent(key)).toBe(isAbsent);
  });
});

test('a changed key takes the place of the old one, whatever its case', () => {
  const before = [entry('aws:SourceIp', 'ip', '203.0.113.24'), entry('aws:username', 'string', 'maria')] as never;
  const change = [entry('AWS:sourceip', 'ip', '198.51.100.0')] as never;
  expect(withEntries(before, change)).toEqual([
    entry('aws:username', 'string', 'maria'),
    entry('AWS:sourceip', 'ip', '198.51.100.0'),
  ]);
});
