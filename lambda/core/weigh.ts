/**
 * Weighs the three sources: AWS's simulator decides, our own reading of the policies explains and cross-checks, the message's stated
 * reason is a lead. Where they disagree and it cannot be said why, the verdict is `unclear` and says who said what.
 */

import type { Denial } from './denial.ts';
import type { Question } from './diagnosis.ts';
import type { Simulation } from './evidence.ts';
import { denyingStatements, keysOf, namesOf, type Reading } from './guardrail.ts';
import { heldWords } from './near-miss-words.ts';
import type { StatementInPolicy } from './policy.ts';
import { trustsService } from './policy.ts';
import { type StatedLayer, statedReason } from './stated.ts';
import { weighBeyond } from './weigh-beyond.ts';

/** What the weighing comes to; the conclusion adds near misses, proposal and proof. */
export type Weighed =
  | { readonly kind: 'missing-allow'; readonly in: 'asked' | 'lifted'; readonly assumptions: readonly string[] }
  | { readonly kind: 'explicit-deny'; readonly denies: readonly StatementInPolicy[] }
  | { readonly kind: 'already-allowed'; readonly allows: readonly StatementInPolicy[] }
  | { readonly kind: 'trust-policy'; readonly trusts: readonly string[]; readonly denied: boolean }
  /** A layer that no grant to the principal can answer. */
  | { readonly kind: 'beyond'; readonly layer: BeyondLayer; readonly said: readonly string[] }
  | { readonly kind: 'unclear'; readonly reasons: readonly string[] };

export type BeyondLayer =
  | StatedLayer
  | { readonly kind: 'permissions-boundary'; readonly effect: 'implicit' | 'explicit' };

/** Our own reading as a source: what it comes to, and by which policies. */
function readSentence(reading: Reading): string {
  const deciding = reading.decision === 'allowed' ? reading.allows : denyingStatements(reading);
  const by = deciding.length === 0 ? ': no statement matches' : `, by ${namesOf(deciding)}`;
  return `Our own reading of the policies says ${reading.decision}${by}.`;
}

const notFound =
  "Neither AWS's simulator nor our own reading finds a Deny that matches: it may have been removed since, or be in a layer that cannot be read from here.";

const unclear = (...reasons: (string | null)[]): Weighed => ({
  kind: 'unclear',
  reasons: reasons.filter((reason): reason is string => reason !== null),
});

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
      `AWS's simulator says that the call is allowed now, but it is not known what the request carried for ${keysOf(reading)}, which ${namesOf([...reading.doubtfulAllows, ...doubts])} depends on.`,
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
  if (denial.effect === 'implicit' && denial.policyType === null)
    return unclear("AWS's message does not say which kind of policy does not allow it: it was probably cut.");
  if (denial.effect === null && reading.unknownKeys.length > 0) {
    return unclear(
      `The message states no reason, and it is not known what the request carried for ${keysOf(reading)}, which ${namesOf([...reading.possibleDenies, ...reading.possibleAllows])} depends on.`,
    );
  }
  return { kind: 'missing-allow', in: 'asked', assumptions: [] };
}

/** What certainly denies it, where anything does; of those the one policy that AWS's message names. */
function blamed({ policyArn }: Denial, { certainDenies, doubtfulDenies }: Reading): readonly StatementInPolicy[] {
  const denies = certainDenies.length > 0 ? certainDenies : doubtfulDenies;
  const named = denies.filter(({ policy }) => policyArn !== null && policy.source.arn === policyArn);
  return named.length > 0 ? named : denies;
}

function weighExplicit(denial: Denial, reading: Reading, lifted: Simulation | null): Weighed {
  const denies = denyingStatements(reading);
  if (denies.length === 0) {
    return unclear("AWS's simulator says explicitDeny.", readSentence(reading), statedReason(denial));
  }
  if (denial.effect !== 'implicit') {
    if (reading.certainDenies.length > 0 || denial.effect === 'explicit')
      return { kind: 'explicit-deny', denies: blamed(denial, reading) };
    return unclear(
      `It is not known what the request carried for ${keysOf(reading)}. Without it, ${namesOf(denies)} denies the call; with it, ${lifted === null ? 'it is not known what is underneath' : `AWS's simulator says ${lifted.decision}`}.`,
      'The message states no reason that would settle it.',
    );
  }
  if (reading.certainDenies.length > 0) {
    return unclear(
      statedReason(denial),
      `AWS's simulator says explicitDeny for the request as it was, by ${namesOf(reading.certainDenies)}: the policies may have changed since the denial.`,
    );
  }
  const assumption = `The message says that no policy allows it, so ${namesOf(denies)} did not deny it: ${keysOf(reading)} must have satisfied the guardrail.`;
  if (lifted === null)
    return unclear(statedReason(denial), `${namesOf(denies)} would deny it, and it cannot be simulated without it.`);
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
  const beyond = weighBeyond(question, denial, asked, reading, lifted);
  if (beyond !== null) return beyond;
  const { unreadable } = question.principal;
  if (unreadable.length > 0) {
    return {
      kind: 'unclear',
      reasons: unreadable.map(({ source, why }) => `The policy ${heldWords(source)} cannot be understood: ${why}`),
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
