/** Diagnoses of every kind, with names that nobody should trust. */
import fc from 'fast-check';
import type { Actor, Approval, Reversal } from '../../lambda/core/case/decision.ts';
import type { WrittenGrant } from '../../lambda/core/case/written-grant.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import type { Diagnosis } from '../../lambda/core/diagnosis/diagnosis.ts';
import type { Underneath, Verdict } from '../../lambda/core/diagnosis/verdict.ts';
import type { MatchedDeny } from '../../lambda/core/explanation/matched-deny.ts';
import type { NearMiss } from '../../lambda/core/explanation/near-miss.ts';
import type { Advice } from '../../lambda/core/grant/advice.ts';
import { grantDocument, type Proposal } from '../../lambda/core/grant/proposal.ts';
import type { RoleArn } from '../../lambda/core/iam/arn.ts';
import type { Holder, PolicySource } from '../../lambda/core/policy/sourced-policy.ts';
import type { AnnouncedCase } from '../../lambda/core/wording/outcome.ts';
import { aSimulation } from './account.ts';
import { aDenial, ROLE } from './denial.ts';
import { lures } from './hostile-names.ts';

export const oddNames = [
  '*bold*',
  '_slanted_',
  '~struck~',
  'glue_runtime_role',
  '`code`',
  '```',
  '`',
  '<!channel>',
  '<@U1>',
  '<https://example.com|log in>',
  '&amp;&lt;',
  ':aws:',
  'arn:aws:iam::111122223333:role/AWSGlueServiceRole*',
  '> quoted',
  'two\nlines\r\n\u2028\u2029',
  'nul\u0000bell\u0007escape\u001b[31m',
  'right\u202eto\u2066left\u200b\ufeff',
  '役割 роль 👩‍🔧',
  '\ud83d torn \udd27',
  ' ',
  '',
  'x'.repeat(130),
  '&<>'.repeat(200),
  '😀'.repeat(200),
] as const;

/** What a rendering must never say, and fast-check likes to. */
const slips = /undefined|null|NaN|\[object/;

/** One name, or many words of it. */
export const name = fc.oneof(
  fc.constantFrom(...oddNames, ...lures),
  fc.string({ maxLength: 20 }).filter((text) => !slips.test(text)),
  fc.array(fc.constantFrom(...oddNames), { maxLength: 40 }).map((names) => names.join(' ')),
);

const names = fc.array(name, { maxLength: 60 });
const decision = fc.constantFrom('allowed' as const, 'implicitDeny' as const, 'explicitDeny' as const);
const holder: fc.Arbitrary<Holder> = fc.record({ kind: fc.constantFrom('user', 'group', 'role'), name });
const source: fc.Arbitrary<PolicySource> = fc.record({
  kind: fc.constantFrom('inline', 'aws-managed', 'customer-managed'),
  name,
  arn: fc.option(name),
  attachedTo: holder,
});
const sid = fc.option(name);

const longest = `arn:aws:iam::111122223333:role/${'&<>'.repeat(170)}/${'r'.repeat(64)}`;
const proposal: fc.Arbitrary<Proposal> = fc.record({
  target: holder,
  policyName: fc.constantFrom('AllowPassGlueRuntimeRoleToGlue', 'A'.repeat(128)),
  document: fc
    .constantFrom(ROLE as RoleArn, longest as RoleArn)
    .map((role) => grantDocument('A'.repeat(128), role, 'glue.amazonaws.com')),
  digest: fc.constant('0'.repeat(64)),
  why: name,
  gains: names,
});

const advice: fc.Arbitrary<Advice> = fc.oneof(
  fc.record({
    kind: fc.constant('permission-set' as const),
    permissionSet: name,
    partition: fc.constant('aws'),
    document: proposal.map(({ document }) => document),
  }),
  fc.record({
    kind: fc.constant('trust-policy' as const),
    role: name,
    service: name,
    document: fc.constant({ Version: '2012-10-17', Statement: [] }),
  }),
);

const nearMiss: fc.Arbitrary<NearMiss> = fc.record({
  policy: source,
  sid,
  statement: fc.nat(99),
  missed: fc.constant([]),
  sentence: name,
});
const nearMisses = fc.array(nearMiss, { maxLength: 25 });
const matchedDeny: fc.Arbitrary<MatchedDeny> = fc.record({
  policy: source,
  sid,
  statement: fc.nat(99),
  text: name,
  lift: fc.option(fc.record({ key: name, sentence: name })),
});
const by = fc.constantFrom('simulation' as const, 'reading' as const);
const underneath: fc.Arbitrary<Underneath> = fc.oneof(
  fc.record({ kind: fc.constant('allowed' as const), by }),
  fc.record({ kind: fc.constant('unknown' as const), why: name }),
  fc.record({ kind: fc.constant('blocked' as const), by, why: name }),
  fc.record({
    kind: fc.constant('missing-allow' as const),
    by,
    nearMisses,
    proposal: fc.option(proposal.map((grant) => ({ ...grant, sufficient: false as const }))),
  }),
);

const otherLayer = {
  effect: fc.constantFrom('implicit' as const, 'explicit' as const),
  said: fc.array(name, { minLength: 1, maxLength: 5 }),
  underneath,
};

const verdicts: { readonly [Kind in Verdict['kind']]: fc.Arbitrary<Extract<Verdict, { kind: Kind }>> } = {
  'missing-allow': fc.record({
    kind: fc.constant('missing-allow' as const),
    nearMisses,
    assumptions: names,
    alternative: fc.option(name),
  }),
  'permissions-boundary': fc.record({
    kind: fc.constant('permissions-boundary' as const),
    ...otherLayer,
    boundaryArn: fc.option(name),
    denies: fc.array(matchedDeny, { maxLength: 30 }),
    misses: nearMisses,
  }),
  'organization-policy': fc.record({
    kind: fc.constant('organization-policy' as const),
    ...otherLayer,
    layer: fc.constantFrom('scp' as const, 'rcp' as const),
    policyId: fc.option(name),
  }),
  'session-policy': fc.record({
    kind: fc.constant('session-policy' as const),
    ...otherLayer,
    policyArn: fc.option(name),
  }),
  'endpoint-policy': fc.record({
    kind: fc.constant('endpoint-policy' as const),
    ...otherLayer,
    policyArn: fc.option(name),
    endpointId: fc.option(name),
  }),
  'explicit-deny': fc.record({
    kind: fc.constant('explicit-deny' as const),
    denies: fc.array(matchedDeny, { minLength: 1, maxLength: 30 }),
    underneath,
  }),
  'role-not-found': fc.record({ kind: fc.constant('role-not-found' as const), roleArn: name, nearest: names }),
  'trust-policy': fc.record({
    kind: fc.constant('trust-policy' as const),
    service: name,
    trusts: names,
    denied: fc.boolean(),
    failing: fc.array(name, { maxLength: 3 }),
    fixed: fc.boolean(),
    statement: fc.constant({ Effect: 'Allow' }),
    underneath: fc.option(decision),
  }),
  'service-linked-role': fc.record({ kind: fc.constant('service-linked-role' as const), roleArn: name }),
  'cross-account': fc.record({
    kind: fc.constant('cross-account' as const),
    callAccount: fc.option(name),
    roleAccount: fc.option(name),
  }),
  'already-allowed': fc.record({
    kind: fc.constant('already-allowed' as const),
    by: fc.array(fc.record({ policy: source, sid }), { maxLength: 9 }),
    unseen: fc.array(name, { maxLength: 2 }),
  }),
  unclear: fc.record({
    kind: fc.constant('unclear' as const),
    reasons: fc.array(name, { minLength: 1, maxLength: 20 }),
  }),
};

const simulation = fc.option(decision.map((decided) => aSimulation(decided)));

export const anyDiagnosis: fc.Arbitrary<Diagnosis> = fc.record({
  verdict: fc.oneof(...Object.values(verdicts)),
  checklist: fc.array(
    fc.record({
      step: fc.integer({ min: 1, max: 9 }),
      title: fc.constant('Guardrails (explicitDeny)'),
      status: fc.constantFrom('found' as const, 'failed' as const, 'skipped' as const),
      finding: name,
    }),
    { minLength: 9, maxLength: 9 },
  ),
  risk: fc.record({
    level: fc.constantFrom('low' as const, 'elevated' as const, 'administrator' as const, 'unknown' as const),
    reasons: names,
  }),
  proposal: fc.option(proposal),
  withheld: fc.option(name),
  byHand: fc.option(name),
  advice: fc.option(advice),
  service: fc.option(name),
  simulations: fc.record({ asked: simulation, lifted: simulation, proved: simulation }),
});

export const anyDenial: fc.Arbitrary<Denial> = fc
  .record({
    identity: fc.constantFrom(null, aDenial().identity),
    principalArn: fc.option(name),
    roleArn: fc.oneof(fc.constantFrom(null, ROLE, longest), name),
    operation: fc.option(name),
    eventSource: fc.option(name),
    region: fc.option(name),
    authorizationId: fc.option(name),
  })
  .map((changes) => aDenial(changes));

const at = fc.constantFrom('2026-11-20T09:14:05Z', '2026-11-20T09:14:05.123Z');
const actor: fc.Arbitrary<Actor> = fc.record({ via: fc.constantFrom('slack', 'aws', 'mail'), as: name, name });
const term = fc.record({ hours: fc.constantFrom(null, 1, 8, 168) });
const digest = fc.constant('0'.repeat(64));
const approvals: fc.Arbitrary<readonly Approval[]> = fc.array(fc.record({ by: actor, at, digest, term }), {
  maxLength: 2,
});
const written: fc.Arbitrary<WrittenGrant> = proposal.chain((grant) =>
  fc.record({
    target: fc.constant(grant.target),
    policyName: fc.constant(grant.policyName),
    document: fc.constant(grant.document),
    writtenAt: at,
    endsAt: fc.option(at),
  }),
);
const reversal: fc.Arbitrary<Reversal> = fc.oneof(
  fc.record({ kind: fc.constant('asked' as const), by: actor, at, reason: name }),
  fc.record({ kind: fc.constant('ended' as const), at }),
);
const earlier = fc.option(
  fc.record({
    id: fc.constant('a'.repeat(10)),
    state: fc.constantFrom('rejected' as const, 'expired' as const, 'confirmed' as const, 'reverted' as const),
    closedAt: at,
  }),
);

type Standing = { readonly [State in AnnouncedCase['state']]: fc.Arbitrary<object> };

const standings: Standing = {
  advised: fc.constant({}),
  proposed: fc.record({ approvals, expiresAt: at }),
  approved: fc.record({ approvals, term, approvedAt: at, writing: fc.option(written) }),
  applied: fc.record({ approvals, term, appliedAt: at }),
  confirmed: fc.record({ approvals, term, confirmedAt: at, eventId: name }),
  rejected: fc.record({ rejection: fc.record({ by: actor, at, digest, reason: name }) }),
  expired: fc.record({ expiredAt: at }),
  stale: fc.record({ approvals, term, why: name, staleAt: at }),
  failed: fc.record({ approvals, term, why: name, failedAt: at }),
  reverting: fc.record({ reversal }),
  reverted: fc.record({ reversal, revertedAt: at }),
};

const states = Object.keys(standings) as readonly AnnouncedCase['state'][];

/** A case in any state, with names that nobody should trust in every place that a person fills. */
export const anyCase: fc.Arbitrary<AnnouncedCase> = fc
  .tuple(
    fc.constantFrom(...states).chain((state) => standings[state].map((progress) => ({ state, ...progress }))),
    anyDiagnosis,
    proposal,
    anyDenial,
    fc.record({
      key: fc.constant('a'.repeat(32)),
      round: fc.constantFrom(1, 2),
      earlier,
      grants: fc.array(written, { maxLength: 4 }),
      denials: fc.constant({ count: 3, firstAt: '2026-11-20T09:14:05Z', lastAt: '2026-11-20T09:20:05Z' }),
    }),
  )
  .map(([standing, diagnosis, grant, latest, head]) => {
    const shown = standing.state === 'advised' ? diagnosis : { ...diagnosis, proposal: diagnosis.proposal ?? grant };
    return { ...head, latest, ...standing, diagnosis: shown } as AnnouncedCase;
  });
