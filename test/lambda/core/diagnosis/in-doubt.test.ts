/** Denials of which something that decides is not known: nothing may be told as certain that could have been otherwise. */
import { describe, expect, test } from '@jest/globals';
import type { Principal } from '../../../../lambda/core/account/evidence.ts';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import {
  allow,
  aRolePrincipal,
  aTargetRole,
  deny,
  inline,
  user,
  userWith,
  type Written,
  withoutMfa,
} from '../../../support/account.ts';
import { ACCOUNT, aDenial, anna, aPastedText, fromConsole, GLUE, ROLE } from '../../../support/denial.ts';
import { diagnose, factsOf, found } from '../../../support/question.ts';

const ANNA = `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna`;
const passing = (condition?: Written): Written => allow('iam:PassRole', ROLE, condition);
const policy = (...statements: Written[]): SourcedPolicy => inline('P', user, ...statements);
const silent = { effect: null, policyType: null } satisfies Partial<Denial>;
const explicit = { effect: 'explicit', policyType: 'identity' } satisfies Partial<Denial>;
const event = (changes: Partial<Denial> = {}): Denial => aDenial(changes);
const text = (changes: Partial<Denial> = {}): Denial =>
  aPastedText({ eventSource: GLUE, operation: 'UpdateJob', ...changes });

/** The verdict, and for a Deny the Sids that are blamed. */
function verdictAndSids(
  denial: Denial,
  principal: Principal,
  roleTags: Record<string, string> = {},
): readonly string[] {
  const { verdict, proposal } = diagnose(factsOf(denial, principal, { role: found(aTargetRole({ tags: roleTags })) }));
  if (verdict.kind === 'unclear') expect(proposal).toBeNull();
  const sids = verdict.kind === 'explicit-deny' ? verdict.denies.map(({ sid }) => sid ?? '') : [];
  return [verdict.kind, ...sids];
}

describe('a Deny on a tag of the role, which AWS may or may not look at, beside another key', () => {
  const unlessProd = { StringNotEquals: { 'aws:ResourceTag/env': 'prod' } };
  const prod = { env: 'prod' };

  test.each<[string, Denial, SourcedPolicy]>([
    [
      'that no event tells, and nothing allows it',
      event(silent),
      policy(deny('Guard', { ...unlessProd, StringEquals: { 'aws:ResourceAccount': ACCOUNT } })),
    ],
    [
      'that a text does not tell, and something allows it',
      text(silent),
      policy(deny('Guard', { ...unlessProd, StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }), passing()),
    ],
  ])('%s', (_, denial, held) => {
    expect(verdictAndSids(denial, userWith(held), prod)).toEqual(['unclear']);
    expect(verdictAndSids(denial, userWith(held))).toEqual(['unclear']);
  });

  test('is what refused it, where the message says that a Deny did', () => {
    const held = policy(
      deny('Guard', { ...unlessProd, StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }),
      passing(),
    );
    expect(verdictAndSids(text(explicit), userWith(held), prod)).toEqual(['explicit-deny', 'Guard']);
  });

  test('that is only likely: the tag of a session', () => {
    const ofTeam = { ...unlessProd, StringEquals: { 'aws:PrincipalTag/team': 'data' } };
    const role = aRolePrincipal({ tags: { team: 'data' }, policies: [policy(deny('Guard', ofTeam))] });
    const denial = event({ ...silent, identity: anna, principalArn: ANNA });
    expect(verdictAndSids(denial, role, prod)).toEqual(['unclear']);
  });

  test('is decided where it comes out the same with the tag and without it', () => {
    const ifDev = { StringEquals: { 'aws:ResourceTag/env': 'dev', 'aws:ResourceAccount': ACCOUNT } };
    expect(verdictAndSids(event(silent), userWith(policy(deny('Guard', ifDev))), prod)).toEqual(['missing-allow']);
  });
});

describe('a message that no policy allows it, under a Deny that one of several values would lift', () => {
  const regions = { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } };
  const networks = { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '203.0.113.0/24'] } };
  const inVpcs = { StringNotEquals: { 'aws:SourceVpc': ['vpc-1', 'vpc-2'] } };
  const throughEndpoint = event({ request: { ...fromConsole, vpcEndpointId: 'vpce-1' } });
  const noMfaAge = { Null: { 'aws:MultiFactorAuthAge': 'true' } };
  const noMfa = { Null: { 'aws:MultiFactorAuthPresent': 'true' } };
  const ifMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

  test.each<[string, Denial, Written, Written]>([
    ['a region', text(), regions, { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }],
    [
      'a region, by an Allow for all but one',
      text(),
      regions,
      { StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
    ],
    ['a network', text(), networks, { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }],
    ['a VPC', throughEndpoint, inVpcs, { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }],
    ['an age of the MFA', event(), noMfaAge, { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } }],
    ['any MFA, true or false', text(), noMfa, ifMfa],
  ])('does not prove that an Allow for that value is new: %s', (_, denial, denied, allowed) => {
    expect(verdictAndSids(denial, userWith(policy(deny('Guard', denied), passing(allowed))))).toEqual(['unclear']);
    expect(verdictAndSids(denial, userWith(policy(deny('Guard', denied), passing())))).toEqual(['already-allowed']);
  });

  test('proves it where only one value would: then the Allow applied as well', () => {
    expect(verdictAndSids(text(), userWith(policy(deny('Guard', withoutMfa), passing(ifMfa))))).toEqual([
      'already-allowed',
    ]);
    const elsewhere = { ...ifMfa, StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
    expect(verdictAndSids(text(), userWith(policy(deny('Guard', withoutMfa), passing(elsewhere))))).toEqual([
      'missing-allow',
    ]);
  });
});

describe('a message that a Deny refused it, where several could have', () => {
  const managed = (name: string, ...statements: Written[]): SourcedPolicy => ({
    ...policy(...statements),
    source: { kind: 'customer-managed', name, arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`, attachedTo: user },
  });
  const by = (name: string) => ({ ...explicit, policyArn: `arn:aws:iam::${ACCOUNT}:policy/${name}` });
  const mfa = managed('Mfa', deny('Mfa', withoutMfa));
  const region = managed('Region', deny('Region', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }));
  const byTag = managed('Tag', deny('Tag', { StringEquals: { 'aws:RequestTag/x': 'a' } }));
  const always = managed('Always', deny('Always'));
  const pass = policy(passing());

  test.each<[string, Denial, readonly SourcedPolicy[], readonly string[]]>([
    [
      'the one that it names, though another matches if MFA was missing',
      text(by('Region')),
      [mfa, region, pass],
      ['Region'],
    ],
    ['the one that it names of two that may match', text(by('Region')), [byTag, region, pass], ['Region']],
    ['the one that it names, with nothing that allows it', text(by('Region')), [byTag, region], ['Region']],
    [
      'the one that it names, and one that certainly does',
      text(by('Region')),
      [always, byTag, region],
      ['Region', 'Always'],
    ],
    ['what certainly does, where the one that it names is gone', text(by('Gone')), [always, byTag], ['Always']],
    ['what certainly does, where it names none', text(explicit), [always, byTag, mfa], ['Always']],
    ['the only one', text(explicit), [mfa, pass], ['Mfa']],
  ])('blames %s', (_, denial, policies, sids) => {
    expect(verdictAndSids(denial, userWith(...policies))).toEqual(['explicit-deny', ...sids]);
  });

  test.each<[string, Denial, readonly SourcedPolicy[], string]>([
    [
      'it names none',
      text(explicit),
      [mfa, region, pass],
      'It may be any of statement Mfa of Mfa (user maria), statement Region of Region (user maria); it is not known what the request carried for aws:MultiFactorAuthPresent, aws:RequestedRegion.',
    ],
    [
      'the one that it names is gone',
      text(by('Gone')),
      [mfa, pass],
      `No Deny of arn:aws:iam::${ACCOUNT}:policy/Gone is found: it may have been changed or taken away since. Mfa (user maria) may deny it as well; it is not known what the request carried for aws:MultiFactorAuthPresent.`,
    ],
  ])('says that it cannot tell, where %s', (_, denial, policies, reason) => {
    const { verdict } = diagnose(factsOf(denial, userWith(...policies)));
    expect(verdict.kind === 'unclear' && verdict.reasons).toContain(reason);
  });

  test('promises nothing of what is underneath while another may deny it as well', () => {
    const { verdict } = diagnose(factsOf(text(by('Region')), userWith(mfa, region, pass)));
    expect(verdict.kind === 'explicit-deny' && verdict.underneath).toEqual({
      kind: 'unknown',
      why: 'Mfa (user maria) may deny it as well; it is not known what the request carried for aws:MultiFactorAuthPresent.',
    });
  });
});

describe('CloudTrail names what invoked a call made in the console', () => {
  const from = (invokedBy: string, changes: Partial<Denial>) =>
    event({ ...changes, request: { ...fromConsole, invokedBy } });
  const via = (is: string) => ({ Bool: { 'aws:ViaAWSService': is } });

  test.each(['signin.amazonaws.com', 'AWS Internal'])('%s is no service that made it for somebody', (invokedBy) => {
    const onlyThrough = userWith(policy(deny('OnlyThrough', via('false')), passing()));
    expect(verdictAndSids(from(invokedBy, explicit), onlyThrough)).toEqual(['explicit-deny', 'OnlyThrough']);
    expect(verdictAndSids(from(invokedBy, silent), userWith(policy(passing(via('true')))))).toEqual(['unclear']);
    expect(verdictAndSids(from(invokedBy, silent), userWith(policy(deny('Never', via('true')))))).toEqual(['unclear']);
    expect(verdictAndSids(from(invokedBy, {}), userWith(policy(deny('Never', via('true')))))).toEqual([
      'missing-allow',
    ]);
    const notByCloudFormation = { StringEquals: { 'aws:CalledViaLast': 'cloudformation.amazonaws.com' } };
    expect(verdictAndSids(from(invokedBy, silent), userWith(policy(deny('Last', notByCloudFormation))))).toEqual([
      'unclear',
    ]);
  });

  test.each(['cloudformation.amazonaws.com', 'cloudformation.amazonaws.com.cn'])('%s is one', (invokedBy) => {
    const held = userWith(policy(deny('Never', via('true'))));
    expect(verdictAndSids(from(invokedBy, silent), held)).toEqual(['explicit-deny', 'Never']);
  });
});
