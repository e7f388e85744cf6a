/**
 * Weighs the three sources: AWS's simulator decides, our own reading of the policies explains and cross-checks, the message's stated
 * reason is a lead. Where they disagree and it cannot be said why, the verdict is `unclear` and says who said what.
 */

import type { Denial, PolicyLayer } from './denial.ts';
import type { Question } from './diagnosis.ts';
import type { PolicySource, Simulation } from './evidence.ts';
import { denyingStatements, type Reading } from './guardrail.ts';
import type { StatementInPolicy } from './policy.ts';
import { trustsService } from './policy.ts';

/** What the weighing comes to; the conclusion adds near misses, proposal and proof. */
export type Weighed =
  | { readonly kind: 'missing-allow'; readonly in: 'asked' | 'lifted'; readonly assumptions: readonly string[] }
  | { readonly kind: 'explicit-deny'; readonly denies: readonly StatementInPolicy[] }
  | { readonly kind: 'already-allowed'; readonly allows: readonly StatementInPolicy[] }
  | { readonly kind: 'trust-policy'; readonly trusts: readonly string[]; readonly denied: boolean }
  | { readonly kind: 'unclear'; readonly reasons: readonly string[] };

const layerNames: Readonly<Record<PolicyLayer, string>> = {
  identity: 'an identity-based policy',
  'permissions-boundary': 'a permissions boundary',
  session: 'a session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
  resource: 'a resource-based policy',
  'vpc-endpoint': 'a VPC endpoint policy',
  'role-trust': 'a role trust policy',
};

const policyName = (source: PolicySource): string =>
  `${source.name} (${source.attachedTo.kind} ${source.attachedTo.name})`;
const names = (found: readonly StatementInPolicy[]): string =>
  [...new Set(found.map(({ policy }) => policyName(policy.source)))].join(', ');

/** The message as a source: `AWS's message says: an explicit deny in a service control policy (p-abc)`. */
export function statedReason(denial: Denial): string | null {
  if (denial.effect === null && denial.policyType === null) return null;
  const layer = denial.policyType === null ? 'a policy' : layerNames[denial.policyType];
  const named = denial.policyArn === null ? '' : ` (${denial.policyArn})`;
  return denial.effect === 'explicit'
    ? `AWS's message says: an explicit deny in ${layer}${named}.`
    : `AWS's message says: ${layer.replace(/^an? /, 'no ')}${named} allows it.`;
}

/** Our own reading as a source: what it comes to, and by which policies. */
function readSentence(reading: Reading): string {
  const deciding = reading.decision === 'allowed' ? reading.allows : denyingStatements(reading);
  const by = deciding.length === 0 ? ': no statement matches' : `, by ${names(deciding)}`;
  return `Our own reading of the policies says ${reading.decision}${by}.`;
}

const notFound =
  "Neither AWS's simulator nor our own reading finds a Deny that matches: it may have been removed since, or be in a layer that cannot be read from here.";

const unclear = (...reasons: (string | null)[]): Weighed => ({
  kind: 'unclear',
  reasons: reasons.filter((reason): reason is string => reason !== null),
});

/** Reasons that no grant in IAM can answer, stated by the message or by the simulator. */
function blockedElsewhere(denial: Denial, asked: Simulation): string[] {
  const reasons: string[] = [];
  const stated = denial.policyType;
  if (stated !== null && stated !== 'identity') {
    reasons.push(`${statedReason(denial)} No grant to the principal can answer that.`);
  }
  if (asked.allowedByBoundary === false) {
    reasons.push(
      "AWS's simulator says that the principal's permissions boundary does not allow it; a grant alone would change nothing.",
    );
  }
  if (asked.allowedByOrganizations === false) {
    reasons.push(
      "AWS's simulator says that the organization's policies do not allow it. It can be wrong about policies with conditions; ask the owners of the management account.",
    );
  }
  return reasons;
}

function weighAllowed(denial: Denial, reading: Reading): Weighed {
  if (reading.decision !== 'allowed') {
    return unclear("AWS's simulator says that the call is allowed now.", readSentence(reading), statedReason(denial));
  }
  if (denial.effect === 'explicit' && reading.possibleDenies.length > 0) {
    return { kind: 'explicit-deny', denies: reading.possibleDenies };
  }
  if (denial.effect === 'explicit' && denial.policyType === null) return unclear(statedReason(denial), notFound);
  const doubts = denial.effect === null ? reading.possibleDenies : [];
  const isDoubtful = reading.allows.every((allow) => reading.doubtfulAllows.includes(allow));
  if (denial.effect !== 'explicit' && (isDoubtful || doubts.length > 0)) {
    return unclear(
      `AWS's simulator says that the call is allowed now, but it is not known what the request carried for ${reading.unknownKeys.join(', ')}, which ${names([...reading.doubtfulAllows, ...doubts])} depends on.`,
      statedReason(denial),
    );
  }
  return { kind: 'already-allowed', allows: reading.allows };
}

function weighImplicit(denial: Denial, reading: Reading): Weighed {
  if (reading.decision !== 'implicitDeny') {
    return unclear(
      "AWS's simulator says implicitDeny: no policy allows it.",
      readSentence(reading),
      statedReason(denial),
    );
  }
  if (denial.effect === 'explicit') {
    if (reading.possibleDenies.length > 0) return { kind: 'explicit-deny', denies: reading.possibleDenies };
    return unclear(statedReason(denial), notFound);
  }
  if (denial.effect === null && reading.unknownKeys.length > 0) {
    return unclear(
      `The message states no reason, and it is not known what the request carried for ${reading.unknownKeys.join(', ')}, which ${names([...reading.possibleDenies, ...reading.possibleAllows])} depends on.`,
    );
  }
  return { kind: 'missing-allow', in: 'asked', assumptions: [] };
}

function weighExplicit(denial: Denial, reading: Reading, lifted: Simulation | null): Weighed {
  const denies = denyingStatements(reading);
  if (denies.length === 0) {
    return unclear("AWS's simulator says explicitDeny.", readSentence(reading), statedReason(denial));
  }
  if (denial.effect !== 'implicit') {
    if (reading.certainDenies.length > 0 || denial.effect === 'explicit') return { kind: 'explicit-deny', denies };
    return unclear(
      `It is not known what the request carried for ${reading.unknownKeys.join(', ')}. Without it, ${names(denies)} denies the call; with it, ${lifted === null ? 'it is not known what is underneath' : `AWS's simulator says ${lifted.decision}`}.`,
      'The message states no reason that would settle it.',
    );
  }
  if (reading.certainDenies.length > 0) {
    return unclear(
      statedReason(denial),
      `AWS's simulator says explicitDeny for the request as it was, by ${names(reading.certainDenies)}: the policies may have changed since the denial.`,
    );
  }
  const assumption = `The message says that no policy allows it, so ${names(denies)} did not deny it: ${reading.unknownKeys.join(', ')} must have satisfied the guardrail.`;
  if (lifted === null)
    return unclear(statedReason(denial), `${names(denies)} would deny it, and it cannot be simulated without it.`);
  switch (lifted.decision) {
    case 'implicitDeny':
      return { kind: 'missing-allow', in: 'lifted', assumptions: [assumption] };
    case 'allowed':
      return { kind: 'already-allowed', allows: [] };
    case 'explicitDeny':
      return unclear(statedReason(denial), "With that guardrail satisfied, AWS's simulator still says explicitDeny.");
    default:
      return lifted.decision satisfies never;
  }
}

function weighSources(
  question: Question,
  denial: Denial,
  asked: Simulation,
  reading: Reading,
  lifted: Simulation | null,
): Weighed {
  const elsewhere = blockedElsewhere(denial, asked);
  if (elsewhere.length > 0) return { kind: 'unclear', reasons: elsewhere };
  const { unreadable } = question.principal;
  if (unreadable.length > 0) {
    return {
      kind: 'unclear',
      reasons: unreadable.map(({ source, why }) => `The policy ${policyName(source)} cannot be understood: ${why}`),
    };
  }
  switch (asked.decision) {
    case 'allowed':
      return weighAllowed(denial, reading);
    case 'implicitDeny':
      return weighImplicit(denial, reading);
    case 'explicitDeny':
      return weighExplicit(denial, reading, lifted);
    default:
      return asked.decision satisfies never;
  }
}

/** A stated Deny, or a layer that is stated, comes before the trust: no change of the trust policy would lift it. */
const trustMayBeTheReason = ({ effect, policyType }: Denial): boolean =>
  policyType === 'role-trust' || (effect !== 'explicit' && (policyType === null || policyType === 'identity'));

export function weigh(
  question: Question,
  denial: Denial,
  asked: Simulation,
  reading: Reading,
  lifted: Simulation | null,
): Weighed {
  const { trusts, services, denied } = trustsService(question.role.trust, question.service);
  const others = services.filter((service) => service !== question.service);
  const untrusted: Weighed = { kind: 'trust-policy', trusts: others, denied };
  if (!trusts && trustMayBeTheReason(denial)) return untrusted;
  const weighed = weighSources(question, denial, asked, reading, lifted);
  return !trusts && (weighed.kind === 'missing-allow' || weighed.kind === 'already-allowed') ? untrusted : weighed;
}
