/**
 * A denial whose request is known in full to the test and in part to the core: what the core calls certain must be so. Random policies and a
 * random context give AWS's decision, by the reference evaluator; the core gets the message that AWS would write, and of the context what an
 * event or a pasted text tells. The simulator, by the reference as well, knows what was sent to it and at times the organization.
 */
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import type { SourcedPolicy } from '../../lambda/core/policy/sourced-policy.ts';
import { aRolePrincipal, aSimulation, aTargetRole, aUser, user } from '../support/account.ts';
import { ACCOUNT, aDenial, anna, fromConsole, GLUE, nothingKnown, ROLE } from '../support/denial.ts';
import { diagnose, factsOf, found } from '../support/question.ts';
import type { Context } from '../support/reference-conditions.ts';
import {
  type RawPolicy,
  type RawStatement,
  referenceApplies,
  referenceDecision,
} from '../support/reference-evaluator.ts';
import { contextOf } from '../support/reference-simulator.ts';
import { type Counts, count, patience, runs, tooRare } from '../support/runs.ts';

jest.setTimeout(patience);

type Asked = readonly [operator: string, values: readonly string[]];

/** By condition key: what policies ask of it. The values of requests are in `anyTruth`. */
const conditionsOn: Readonly<Record<string, readonly Asked[]>> = {
  'aws:RequestedRegion': [
    ['StringEquals', ['eu-west-1']],
    ['StringNotEquals', ['eu-west-1']],
    ['StringNotEquals', ['eu-west-1', 'eu-central-1']],
    ['StringLike', ['eu-*']],
  ],
  'aws:SourceVpc': [
    ['StringEquals', ['vpc-1']],
    ['StringNotEquals', ['vpc-1', 'vpc-2']],
    ['StringNotEqualsIfExists', ['vpc-1']],
    ['Null', ['true']],
    ['Null', ['false']],
  ],
  'aws:SourceVpce': [
    ['StringEquals', ['vpce-1']],
    ['StringNotEquals', ['vpce-1']],
  ],
  'aws:MultiFactorAuthPresent': [
    ['Bool', ['true']],
    ['Bool', ['false']],
    ['BoolIfExists', ['false']],
    ['Null', ['true']],
  ],
  'aws:MultiFactorAuthAge': [
    ['NumericLessThan', ['300']],
    ['NumericGreaterThan', ['300']],
    ['NumericGreaterThanIfExists', ['300']],
    ['Null', ['true']],
  ],
  'aws:SourceIp': [
    ['IpAddress', ['198.51.100.0/24']],
    ['NotIpAddress', ['198.51.100.0/24']],
    ['NotIpAddress', ['198.51.100.0/24', '203.0.113.0/24']],
    ['NotIpAddressIfExists', ['198.51.100.0/24']],
  ],
  'aws:PrincipalTag/team': [
    ['StringEquals', ['data']],
    ['StringNotEquals', ['data']],
    ['StringNotEquals', ['data', 'etl']],
    ['Null', ['true']],
  ],
  'aws:PrincipalOrgID': [
    ['StringEquals', ['o-1']],
    ['StringNotEquals', ['o-1']],
    ['StringNotEqualsIfExists', ['o-1']],
  ],
  'aws:ResourceAccount': [
    ['StringEquals', [ACCOUNT]],
    ['StringNotEquals', [ACCOUNT]],
  ],
  'aws:RequestTag/x': [
    ['StringEquals', ['a']],
    ['StringNotEquals', ['a', 'b']],
    ['Null', ['false']],
  ],
  'aws:ResourceTag/env': [
    ['StringEquals', ['prod']],
    ['StringNotEquals', ['prod']],
  ],
  'aws:TokenIssueTime': [
    ['DateLessThan', ['2026-11-20T00:00:00Z']],
    ['DateGreaterThan', ['2026-11-20T00:00:00Z']],
  ],
  'aws:ViaAWSService': [
    ['Bool', ['true']],
    ['Bool', ['false']],
  ],
};

const anyCondition = fc
  .constantFrom(...Object.keys(conditionsOn))
  .chain((key) =>
    fc.constantFrom(...(conditionsOn[key] ?? [])).map(([operator, values]) => ({ operator, key, values })),
  );

const anyStatement: fc.Arbitrary<RawStatement> = fc
  .record({
    Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Deny'),
    Action: fc.constantFrom('iam:PassRole', '*'),
    Resource: fc.constantFrom('*', ROLE),
    conditions: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      {
        weight: 4,
        arbitrary: fc.uniqueArray(anyCondition, { minLength: 1, maxLength: 2, selector: ({ key }) => key }),
      },
    ),
  })
  .map(({ conditions, ...statement }) => {
    const Condition: Record<string, Record<string, readonly string[]>> = {};
    for (const { operator, key, values } of conditions) Condition[operator] = { ...Condition[operator], [key]: values };
    return conditions.length === 0 ? statement : { ...statement, Condition };
  });

/** Sids are `S` with the place of the policy and of the statement. */
const anyPolicies = fc
  .array(fc.array(anyStatement, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 })
  .map((all) =>
    all.map((statements, at): RawPolicy & { Statement: readonly RawStatement[] } => ({
      Version: '2012-10-17',
      Statement: statements.map((statement, index) => ({ ...statement, Sid: `S${at}x${index}` })),
    })),
  );

const anyOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const anyTruth = fc.record({
  policies: anyPolicies,
  isRole: fc.boolean(),
  isEvent: fc.boolean(),
  /** The message states its reason, and for a Deny may name the policy. */
  stated: anyOf('reason', 'policy', 'nothing'),
  region: anyOf('eu-west-1', 'eu-central-1'),
  vpc: anyOf(null, 'vpc-1', 'vpc-2'),
  mfaSeconds: anyOf(null, '10', '2000'),
  isLongTermKey: anyOf(true, false, false),
  address: anyOf('198.51.100.7', '203.0.113.7', '192.0.2.7'),
  /** In IAM, and of the session: the same for a user. */
  team: anyOf(null, 'data', 'etl'),
  sessionTeam: anyOf(null, 'data', 'etl'),
  organization: anyOf(null, 'o-1', 'o-2'),
  isOrganizationFilledIn: fc.boolean(),
  requestTag: anyOf(null, 'a', 'b'),
  roleTag: anyOf(null, 'prod'),
  isRoleTagLookedAt: fc.boolean(),
  issuedAt: anyOf('2026-11-19T00:00:00Z', '2026-11-20T08:00:11Z'),
  invokedBy: anyOf(null, null, 'cloudformation.amazonaws.com', 'signin.amazonaws.com'),
});
type Truth = typeof anyTruth extends fc.Arbitrary<infer T> ? T : never;

const isLong = ({ isRole, isLongTermKey }: Truth): boolean => !isRole && isLongTermKey;

/** A session's own tag takes the place of its role's. */
const teamOf = ({ isRole, team, sessionTeam }: Truth): string | null => (isRole ? (sessionTeam ?? team) : team);

/** The request as AWS saw it. */
function contextInFull(truth: Truth): Context {
  const { vpc, address, mfaSeconds, isRoleTagLookedAt, invokedBy } = truth;
  const isService = invokedBy === 'cloudformation.amazonaws.com';
  const session = isLong(truth)
    ? {}
    : {
        'aws:MultiFactorAuthPresent': String(mfaSeconds !== null),
        'aws:MultiFactorAuthAge': mfaSeconds,
        'aws:TokenIssueTime': truth.issuedAt,
      };
  const all: Record<string, string | null> = {
    ...session,
    'iam:PassedToService': GLUE,
    'aws:RequestedRegion': truth.region,
    'aws:SourceVpc': vpc,
    'aws:SourceVpce': vpc === null ? null : 'vpce-1',
    'aws:SourceIp': vpc === null ? address : null,
    'aws:PrincipalTag/team': teamOf(truth),
    'aws:PrincipalOrgID': truth.organization,
    'aws:ResourceAccount': ACCOUNT,
    'aws:RequestTag/x': truth.requestTag,
    'aws:ResourceTag/env': isRoleTagLookedAt ? truth.roleTag : null,
    'aws:ViaAWSService': String(isService),
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, [value]]])));
}

const arnOf = (at: number): string => `arn:aws:iam::${ACCOUNT}:policy/P${at}`;

function held(policy: RawPolicy, at: number): SourcedPolicy {
  const parsed = parsePolicyDocument(JSON.stringify(policy));
  if (parsed.kind !== 'policy') throw new Error(parsed.why);
  const source = { kind: 'customer-managed', name: `P${at}`, arn: arnOf(at), attachedTo: user } as const;
  return { source, document: parsed.document, size: 0 };
}

/** Sids of the Denies that applied. */
const deniedBy = (truth: Truth, context: Context): readonly string[] =>
  truth.policies.flatMap((policy) =>
    policy.Statement.filter(
      (statement) =>
        statement.Effect === 'Deny' &&
        referenceApplies(statement, policy, { action: 'iam:PassRole', resource: ROLE, context }),
    ).map(({ Sid = '' }) => Sid),
  );

function denialOf(truth: Truth, sids: readonly string[]): Denial {
  const { isRole, isEvent, stated, vpc, mfaSeconds, address, invokedBy, issuedAt, region } = truth;
  const long = isLong(truth);
  const [, at] = /^S(\d)/.exec(sids[0] ?? '') ?? [];
  const policyArn = stated === 'policy' && at !== undefined ? arnOf(Number(at)) : null;
  const effect = sids.length > 0 ? ('explicit' as const) : ('implicit' as const);
  const known = {
    ...fromConsole,
    mfa: long ? null : mfaSeconds !== null,
    sourceIp: address,
    vpcEndpointId: vpc === null ? null : 'vpce-1',
    sessionIssuedAt: long ? null : issuedAt,
    longTermKey: long,
    invokedBy,
  };
  const who = isRole
    ? { identity: isEvent ? anna : null, principalArn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna` }
    : isEvent
      ? {}
      : { identity: null };
  return aDenial({
    ...who,
    ...(stated === 'nothing' ? { effect: null, policyType: null } : { effect, policyType: 'identity', policyArn }),
    ...(isEvent
      ? { source: 'event', request: known, region }
      : { source: 'message', request: nothingKnown, region: null }),
    time: isEvent ? '2026-11-20T09:14:05Z' : null,
  });
}

test('what is told as certain is so, whatever an event or a text keeps back', () => {
  const counts: Counts = new Map();
  fc.assert(
    fc.property(anyTruth, (truth) => {
      const context = contextInFull(truth);
      const request = { action: 'iam:PassRole', resource: ROLE, context };
      const decision = referenceDecision(truth.policies, request);
      fc.pre(decision !== 'allowed');
      const sids = deniedBy(truth, context);
      const { team, roleTag, organization, isOrganizationFilledIn } = truth;
      const principal = {
        ...(truth.isRole ? aRolePrincipal() : aUser({ groups: [] })),
        policies: truth.policies.map(held),
        tags: team === null ? {} : { team },
      };
      const role = found(aTargetRole({ tags: roleTag === null ? {} : { env: roleTag } }));
      const filledIn: Context =
        isOrganizationFilledIn && organization !== null ? { 'aws:PrincipalOrgID': [organization] } : {};

      const { verdict, proposal } = diagnose(factsOf(denialOf(truth, sids), principal, { role }), (asked) => {
        const added = asked.added.map((text) => JSON.parse(text) as RawPolicy);
        const simulated = { ...request, context: { ...filledIn, ...contextOf(asked.context) } };
        return found(
          aSimulation(referenceDecision([...truth.policies, ...added], simulated), {
            context: asked.context,
            missingContext: Object.keys(filledIn).length > 0 ? [] : ['aws:PrincipalOrgID'],
            allowedByOrganizations: true,
          }),
        );
      });

      count(counts, 'all', verdict.kind, `${truth.isEvent ? 'event' : 'text'} ${decision}`);
      if (verdict.kind === 'missing-allow') {
        expect(decision).toBe('implicitDeny');
        if (verdict.assumptions.length > 0) count(counts, 'a Deny ruled out by the message');
      }
      if (verdict.kind === 'explicit-deny') {
        const blamed = verdict.denies.map(({ sid }) => sid ?? '');
        expect(blamed.filter((sid) => !sids.includes(sid))).toEqual([]);
        expect(blamed).not.toEqual([]);
      }
      // Nothing has changed since, so the call is refused now as it was; only what cannot be seen may be the reason.
      if (verdict.kind === 'already-allowed') expect(verdict.unseen).not.toEqual([]);
      if (proposal !== null) {
        count(counts, 'proposal');
        const granted = [...truth.policies, proposal.document as RawPolicy];
        expect(referenceDecision(granted, request)).toBe('allowed');
      }
    }),
    runs(),
  );
  const least = {
    'missing-allow': 0.1,
    'explicit-deny': 0.1,
    unclear: 0.1,
    proposal: 0.1,
    'a Deny ruled out by the message': 0.02,
    'event explicitDeny': 0.15,
    'event implicitDeny': 0.1,
    'text explicitDeny': 0.15,
    'text implicitDeny': 0.1,
  };
  expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
});
