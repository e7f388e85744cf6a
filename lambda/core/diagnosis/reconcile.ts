/**
 * Reconciles the three sources: AWS's simulator decides, our own reading of the policies explains and cross-checks, the message's stated
 * reason is a lead. Where they disagree and it cannot be said why, the verdict is `unclear` and says who said what.
 */

import type { Simulation } from '../account/evidence.ts';
import type { Denial } from '../denial/denial.ts';
import { informedBy } from '../explanation/informed-reading.ts';
import { heldWords } from '../explanation/near-miss-sentence.ts';
import type { Question } from '../explanation/question.ts';
import { denyingStatements, keysOf, namesOf, type Reading, readWith } from '../explanation/reading.ts';
import { onlyLift } from '../explanation/satisfiable-conditions.ts';
import { parseRoleSessionArn } from '../iam/arn.ts';
import type { StatementInPolicy } from '../policy/evaluate.ts';
import { quoted } from '../text/quoted.ts';
import { reasonInMessage } from './layer-in-message.ts';
import { reconcileOtherLayers } from './reconcile-other-layers.ts';
import { openTrust, trustMayBeTheReason, trustOf } from './reconcile-trust.ts';
import type { Reconciled } from './reconciled.ts';

/** Our own reading as a source: what it comes to, and by which policies. */
function readSentence(reading: Reading): string {
  const deciding = reading.decision === 'allowed' ? reading.allows : denyingStatements(reading);
  const by = deciding.length === 0 ? ': no statement matches' : `, by ${namesOf(deciding)}`;
  return `Our own reading of the policies says ${reading.decision}${by}.`;
}

const notFound =
  "Neither AWS's simulator nor our own reading finds a Deny that matches: it may have been removed since, or be in a layer that cannot be read from here.";

const unclear = (...reasons: (string | null)[]): Reconciled => ({
  kind: 'unclear',
  reasons: reasons.filter((reason): reason is string => reason !== null),
});

/** What cannot be read from here and may have refused a call whose message names no layer. See docs/decisions/0014. */
function unseenLayers(
  { policyType, identity, principalArn, request }: Denial,
  { allowedByOrganizations }: Simulation,
): readonly string[] {
  if (policyType !== null) return [];
  const isSession =
    identity === null ? parseRoleSessionArn(principalArn ?? '') !== null : identity.type === 'AssumedRole';
  return [
    ...(isSession ? ['a policy of the session'] : []),
    ...(request.vpcEndpointId === null ? [] : [`the policy of the VPC endpoint ${request.vpcEndpointId}`]),
    // The simulator says nothing of an organization: there is none, or it did not look.
    ...(allowedByOrganizations === null ? ['a policy of the organization'] : []),
  ];
}

function reconcileAllowed(denial: Denial, asked: Simulation, reading: Reading): Reconciled {
  if (reading.decision !== 'allowed') {
    return unclear(
      "AWS's simulator says that the call is allowed now.",
      readSentence(reading),
      reasonInMessage(denial),
    );
  }
  if (denial.effect === 'explicit' && reading.possibleDenies.length > 0) {
    return reconcileDenied(denial, reading);
  }
  if (denial.effect === 'explicit' && denial.policyType === null) return unclear(reasonInMessage(denial), notFound);
  const doubts = denial.effect === null ? reading.possibleDenies : [];
  const isDoubtful = reading.allows.every((allow) => reading.doubtfulAllows.includes(allow));
  if (denial.effect !== 'explicit' && (isDoubtful || doubts.length > 0)) {
    return unclear(
      `AWS's simulator says that the call is allowed now, but it is not known what the request carried for ${keysOf(reading)}, which ${namesOf([...reading.doubtfulAllows, ...doubts])} depends on.`,
      ...reading.doubts,
      reasonInMessage(denial),
    );
  }
  return { kind: 'already-allowed', allows: reading.allows, unseen: unseenLayers(denial, asked) };
}

const whichLayer = "AWS's message does not say which kind of policy does not allow it: it was probably cut.";

/** AWS names a Deny before anything else, so one that could match did not; next time it may. */
const ruledOut = (denies: readonly StatementInPolicy[], rest: string): string =>
  `The message says that no policy allows it, so ${namesOf(denies)} did not deny it${rest} Where that Deny does apply, the grant alone is not sufficient.`;

function reconcileImplicit(denial: Denial, reading: Reading): Reconciled {
  if (reading.decision !== 'implicitDeny') {
    return unclear(
      "AWS's simulator says implicitDeny: no policy allows it.",
      readSentence(reading),
      ...reading.doubts,
      reasonInMessage(denial),
    );
  }
  if (denial.effect === 'explicit') {
    if (reading.possibleDenies.length > 0) return reconcileDenied(denial, reading);
    return unclear(reasonInMessage(denial), notFound);
  }
  if (denial.effect === 'implicit' && denial.policyType === null) return unclear(whichLayer);
  if (denial.effect === null && reading.unknownKeys.length > 0) {
    return unclear(
      `The message states no reason, and it is not known what the request carried for ${keysOf(reading)}, which ${namesOf([...reading.possibleDenies, ...reading.possibleAllows])} depends on.`,
      ...reading.doubts,
    );
  }
  const { possibleDenies } = reading;
  const assumptions =
    possibleDenies.length === 0 ? [] : [ruledOut(possibleDenies, ` this time; it hangs on ${keysIn(possibleDenies)}.`)];
  return { kind: 'missing-allow', in: 'asked', assumptions };
}

const keysIn = (found: readonly StatementInPolicy[]): string =>
  keysOf({ unknownKeys: [...new Set(found.flatMap(({ match }) => match.dependsOn))].sort() });

/**
 * Which Deny refused it, once it is certain that one did: what denies it whatever is unknown, and of those in doubt the only one that is left,
 * or that AWS's message names. AWS names one policy even if several deny, so a certain one of another policy stands beside it.
 */
function reconcileDenied(denial: Denial, reading: Reading): Reconciled {
  const { policyArn } = denial;
  const { certainDenies: certain } = reading;
  const inDoubt = [...reading.doubtfulDenies, ...reading.possibleDenies];
  const isNamed = ({ policy }: StatementInPolicy): boolean => policy.source.arn === policyArn;
  const named = policyArn === null ? inDoubt : inDoubt.filter(isNamed);
  const [only, ...more] = named;
  if (certain.length > 0) {
    const also = policyArn === null || certain.some(isNamed) || more.length > 0 ? [] : named;
    return { kind: 'explicit-deny', denies: [...also, ...certain], beside: [] };
  }
  if (only !== undefined && more.length === 0) {
    return { kind: 'explicit-deny', denies: [only], beside: inDoubt.filter((deny) => deny !== only) };
  }
  const hangs = (found: readonly StatementInPolicy[]): string =>
    `it is not known what the request carried for ${keysIn(found)}`;
  return only === undefined
    ? unclear(
        reasonInMessage(denial),
        `No Deny of ${quoted(policyArn ?? 'that policy')} is found: it may have been changed or taken away since. ${namesOf(inDoubt)} may deny it as well; ${hangs(inDoubt)}.`,
        ...reading.doubts,
      )
    : unclear(reasonInMessage(denial), `It may be any of ${statementsOf(named)}; ${hangs(named)}.`, ...reading.doubts);
}

/** `statement "Mfa" of Guardrails (group Developers), ...`: two of one policy are told apart. */
const statementsOf = (found: readonly StatementInPolicy[]): string =>
  found
    .map(({ policy, match: { statement, index } }) => {
      const which = statement.sid === null ? `statement ${index + 1}` : `statement ${quoted(statement.sid)}`;
      return `${which} of ${heldWords(policy.source)}`;
    })
    .join(', ');

function reconcileExplicit(
  question: Question,
  denial: Denial,
  reading: Reading,
  lifted: Simulation | null,
): Reconciled {
  const denies = denyingStatements(reading);
  if (denies.length === 0) {
    return unclear("AWS's simulator says explicitDeny.", readSentence(reading), reasonInMessage(denial));
  }
  if (denial.effect !== 'implicit') {
    if (reading.certainDenies.length > 0 || denial.effect === 'explicit') return reconcileDenied(denial, reading);
    return unclear(
      `It is not known what the request carried for ${keysOf(reading)}. Without it, ${namesOf(denies)} denies the call; with it, ${lifted === null ? 'it is not known what is underneath' : `AWS's simulator says ${lifted.decision}`}.`,
      ...reading.doubts,
      'The message states no reason that would settle it.',
    );
  }
  if (reading.certainDenies.length > 0) {
    return unclear(
      reasonInMessage(denial),
      `AWS's simulator says explicitDeny for the request as it was, by ${namesOf(reading.certainDenies)}: the policies may have changed since the denial.`,
    );
  }
  if (denial.policyType === null) return unclear(whichLayer);
  if (lifted === null)
    return unclear(reasonInMessage(denial), `${namesOf(denies)} would deny it, and it cannot be simulated without it.`);
  return reconcileLifted(question, denial, reading, denies, lifted);
}

/**
 * The Allows that matched, whatever is unknown, once the message proves that no Deny did. A value that lifts a Deny is one of several as a
 * rule, and an Allow that matches with just that value was not there for the others.
 */
function certainAllows(
  question: Question,
  reading: Reading,
  denies: readonly StatementInPolicy[],
  lifted: Simulation,
): readonly StatementInPolicy[] {
  const isCertain = denies.every(({ match }) => onlyLift(match) !== null);
  const { allows, doubtfulAllows } = isCertain ? informedBy(lifted, readWith(question, lifted.context)) : reading;
  return allows.filter((allow) => !doubtfulAllows.includes(allow));
}

/** The message proves that none of the Denies in doubt matched. */
function reconcileLifted(
  question: Question,
  denial: Denial,
  reading: Reading,
  denies: readonly StatementInPolicy[],
  lifted: Simulation,
): Reconciled {
  switch (lifted.decision) {
    case 'implicitDeny': {
      const keys = keysIn(denies);
      return {
        kind: 'missing-allow',
        in: 'lifted',
        assumptions: [ruledOut(denies, `: ${keys} must have satisfied it.`)],
      };
    }
    case 'allowed': {
      const allows = certainAllows(question, reading, denies, lifted);
      if (allows.length > 0) return { kind: 'already-allowed', allows, unseen: [] };
      return unclear(
        reasonInMessage(denial),
        `It is not known what the request carried for ${keysOf(reading)}, on which both ${namesOf(denies)} and what allows it depend.`,
        ...reading.doubts,
      );
    }
    case 'explicitDeny':
      return unclear(
        reasonInMessage(denial),
        "With that guardrail satisfied, AWS's simulator still says explicitDeny.",
      );
    default:
      return lifted.decision satisfies never;
  }
}

function reconcileSources(
  question: Question,
  denial: Denial,
  asked: Simulation,
  reading: Reading,
  lifted: Simulation | null,
): Reconciled {
  const otherLayer = reconcileOtherLayers(question, denial, asked, reading, lifted);
  if (otherLayer !== null) return otherLayer;
  const { unreadable } = question.principal;
  if (unreadable.length > 0) {
    return {
      kind: 'unclear',
      reasons: unreadable.map(({ source, why }) => `The policy ${heldWords(source)} cannot be understood: ${why}`),
    };
  }
  switch (asked.decision) {
    case 'allowed':
      return reconcileAllowed(denial, asked, reading);
    case 'implicitDeny':
      return reconcileImplicit(denial, reading);
    case 'explicitDeny':
      return reconcileExplicit(question, denial, reading, lifted);
    default:
      return asked.decision satisfies never;
  }
}

export function reconcile(
  question: Question,
  denial: Denial,
  asked: Simulation,
  reading: Reading,
  lifted: Simulation | null,
): Reconciled {
  const trust = trustOf(question);
  const { trusts, services, denied, failing } = trust;
  const others = services.filter((service) => service !== question.service);
  const untrusted: Reconciled = { kind: 'trust-policy', trusts: others, denied, failing };
  if (!trusts && trustMayBeTheReason(denial)) return untrusted;
  const reconciled = reconcileSources(question, denial, asked, reading, lifted);
  if (!trusts)
    return reconciled.kind === 'missing-allow' || reconciled.kind === 'already-allowed' ? untrusted : reconciled;
  if (reconciled.kind !== 'missing-allow') return reconciled;
  return { ...reconciled, assumptions: [...reconciled.assumptions, ...openTrust(question, trust)] };
}
