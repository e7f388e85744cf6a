/** From the reconciled sources to the diagnosis: what to offer, how to prove it, and the verdict with its reasons. */

import { type Found, type Simulation, valueIn } from '../account/evidence.ts';
import { isOwnRole, ownPassed, ownTarget } from '../account/own-roles.ts';
import { alternativeName } from '../explanation/alternative-role.ts';
import { findNearMisses } from '../explanation/find-near-misses.ts';
import { informedBy } from '../explanation/informed-reading.ts';
import { heldWords } from '../explanation/near-miss-sentence.ts';
import type { Question } from '../explanation/question.ts';
import {
  denyingStatements,
  liftedContext,
  matchedDeny,
  type Reading,
  read,
  withinReach,
} from '../explanation/reading.ts';
import { type Advice, trustAdvice } from '../grant/advice.ts';
import { type Proposal, type Proposing, propose } from '../grant/proposal.ts';
import { isKeptByAws } from '../iam/arn.ts';
import { usualAction } from '../iam/passed-to-service.ts';
import { assumingActions } from '../iam/passed-to-service-table.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import { assessRisk, type Permitted, type Risk } from '../risk/risk.ts';
import type { Sha256 } from '../text/canonical-json.ts';
import { checklistOf } from './checklist/checklist.ts';
import type { Diagnosis, Facts, Framing, SimulationRequest } from './diagnosis.ts';
import { asAsked } from './diagnosis.ts';
import { verdictOfMessage } from './layer-in-message.ts';
import { otherLayerVerdict } from './other-layer-verdict.ts';
import { reconcile } from './reconcile.ts';
import type { Reconciled } from './reconciled.ts';
import type { Answers } from './simulator-answers.ts';
import { underneath } from './underneath-deny.ts';
import type { Verdict } from './verdict.ts';

/** A boundary that bounds nothing. */
const anything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

/**
 * Second question: the same request with its guardrails lifted, which shows what is underneath. A Deny of the identity-based policies is
 * satisfied; where the boundary alone refuses, one that bounds nothing takes its place. Null: no guardrail, or none that can be lifted.
 */
export function liftedRequest(question: Question, asked: Found<Simulation>): SimulationRequest | null {
  if (asked.kind !== 'found') return null;
  const denies = denyingStatements(read(question));
  if (asked.value.allowedByBoundary === false && denies.length === 0)
    return { ...asAsked(question), boundary: anything };
  if (asked.value.decision !== 'explicitDeny') return null;
  const context = liftedContext(question, denies);
  return context === null ? null : { ...asAsked(question), context };
}

/** Where the missing Allow shows, and hence where a grant must be proved. */
function contextOfMissingAllow(
  question: Question,
  answers: Pick<Answers, 'asked' | 'lifted'>,
): readonly ContextEntry[] | null {
  const asked = valueIn(answers.asked);
  // No grant passes a boundary or an organization's policy.
  if (asked?.allowedByBoundary === false || asked?.allowedByOrganizations === false) return null;
  if (asked?.decision === 'implicitDeny') return question.replay.entries;
  const lifted = valueIn(answers.lifted);
  return lifted?.decision === 'implicitDeny' ? lifted.context : null;
}

export function offerFor(facts: Facts, question: Question, sha256: Sha256): Proposing {
  const own = ownPassed(question.roleArn, facts.ownRoles);
  if (own !== null) return { kind: 'withheld', why: own };
  if (facts.service.kind === 'known' && !facts.service.verified) {
    const why = `It is not documented that iam:PassedToService is ${facts.service.principal} in this call, and a grant for the wrong service would not help.`;
    return { kind: 'withheld', why };
  }
  const reach = withinReach(question);
  if (reach !== null) {
    const { policy, sentence } = reach;
    const why = `${heldWords(policy)} allows it already, under a condition that this call did not meet. ${sentence} A grant without that condition would take it away from everyone who gains.`;
    return { kind: 'withheld', why };
  }
  const { principal, roleArn: role, service } = question;
  const offer = propose({ principal, role, service, action: actionOf(facts) }, sha256);
  const ours = offer.kind === 'proposal' ? ownTarget(offer.proposal.target, facts.ownRoles) : null;
  return ours === null ? offer : { kind: 'withheld', why: ours };
}

/** The denied call in IAM's terms: `glue:UpdateJob`. Where the text names none, the service's own usual one stands for it. */
function actionOf({ denial, service }: Facts): string | null {
  if (denial.eventSource !== null && denial.operation !== null) {
    return `${denial.eventSource.split('.')[0]}:${denial.operation.replace(/\d{8}(v\d+)?$/, '')}`;
  }
  return service.kind === 'known' ? usualAction(service.principal) : null;
}

/** Third question: with the grant added. Null: a grant is not what is missing. */
export function proofRequest(
  question: Question,
  answers: Pick<Answers, 'asked' | 'lifted'>,
  offer: Proposing,
): SimulationRequest | null {
  const context = contextOfMissingAllow(question, answers);
  if (context === null || offer.kind === 'withheld') return null;
  const { document } = offer.kind === 'proposal' ? offer.proposal : offer.advice;
  return { ...asAsked(question), context, added: [JSON.stringify(document)] };
}

/** What people may be offered, once the proof is in. */
type Offer = {
  readonly proposal: Proposal | null;
  readonly withheld: string | null;
  readonly advice: Advice | null;
  readonly notProved: string | null;
};

const nothing: Offer = { proposal: null, withheld: null, advice: null, notProved: null };

function provedOffer(offer: Proposing, proved: Found<Simulation> | null): Offer {
  if (offer.kind === 'withheld') return { ...nothing, withheld: offer.why };
  if (proved?.kind === 'found' && proved.value.decision === 'allowed') {
    return offer.kind === 'proposal'
      ? { ...nothing, proposal: offer.proposal }
      : { ...nothing, withheld: offer.why, advice: offer.advice };
  }
  const why =
    proved === null
      ? 'The grant was not simulated.'
      : proved.kind === 'found'
        ? `The grant would not be enough: with it added, AWS's simulator still says ${proved.value.decision}.`
        : proved.why;
  return { ...nothing, withheld: why, notProved: why };
}

function trustStatement(service: string): object {
  const [only = 'sts:AssumeRole', ...more] = assumingActions(service);
  return { Effect: 'Allow', Principal: { Service: service }, Action: more.length === 0 ? only : [only, ...more] };
}

/** A Deny that hangs on something unknown did not refuse what AWS says that nothing allowed. */
function underTrust({ effect }: Facts['denial'], { certainDenies }: Reading, answers: Answers) {
  const asked = valueIn(answers.asked)?.decision ?? null;
  if (asked !== 'explicitDeny' || certainDenies.length > 0 || effect === 'explicit') return asked;
  return effect === 'implicit' ? (valueIn(answers.lifted)?.decision ?? null) : null;
}

function verdictOf(
  facts: Facts,
  question: Question,
  reconciled: Reconciled,
  answers: Answers,
  offer: Proposing,
): Verdict {
  switch (reconciled.kind) {
    case 'missing-allow': {
      const { notProved } = provedOffer(offer, answers.proved);
      if (notProved !== null) return { kind: 'unclear', reasons: [notProved] };
      const context = contextOfMissingAllow(question, answers) ?? question.replay.entries;
      const nearMisses = findNearMisses(question.principal, question.roleArn, context);
      const assumed = facts.service.kind === 'known' ? facts.service.assumption : null;
      const assumptions = [...reconciled.assumptions, ...(assumed === null ? [] : [assumed])];
      const alternative = alternativeName(question.principal, question.roleArn, context);
      return { kind: 'missing-allow', nearMisses, assumptions, alternative };
    }
    case 'explicit-deny':
      return {
        kind: 'explicit-deny',
        denies: reconciled.denies.map(matchedDeny),
        underneath: underneath(question, reconciled, answers, offer),
      };
    case 'other-layer':
      return otherLayerVerdict(question, reconciled, answers);
    case 'already-allowed':
      return {
        kind: 'already-allowed',
        by: reconciled.allows.map(({ policy, match }) => ({ policy: policy.source, sid: match.statement.sid })),
        unseen: reconciled.unseen,
      };
    case 'trust-policy':
      return {
        kind: 'trust-policy',
        service: question.service,
        trusts: reconciled.trusts,
        denied: reconciled.denied,
        failing: reconciled.failing,
        fixed: isKeptByAws(question.role),
        statement: trustStatement(question.service),
        underneath: underTrust(facts.denial, read(question), answers),
      };
    case 'unclear': {
      const unanswered = answers.lifted === null || answers.lifted.kind === 'found' ? [] : [answers.lifted.why];
      return { kind: 'unclear', reasons: [...reconciled.reasons, ...unanswered] };
    }
    default:
      return reconciled satisfies never;
  }
}

function riskOf({ role, roleMay, ownRoles }: Facts, framing: Framing, requesterMay: Permitted | null): Risk {
  if (role.kind !== 'found') {
    const why = 'The role could not be read, so what passing it hands over is not known.';
    return { level: 'unknown', reasons: [why] };
  }
  const { arn: roleArn, name, policies, boundary } = role.value;
  const requester =
    framing.kind === 'question' && requesterMay !== null
      ? { name: framing.question.principal.name, may: requesterMay }
      : null;
  const ownRole = isOwnRole(name, ownRoles) ? name : null;
  return assessRisk({ roleArn, boundary, policies, roleMay, requester, ownRole });
}

/** The diagnosis of a settled framing, or of a question with its answers. `asked` refused: nothing can be decided. */
export function conclude(facts: Facts, framing: Framing, answers: Answers, offer: Proposing | null): Diagnosis {
  const risk = riskOf(facts, framing, answers.requesterMay);
  const service = facts.service.kind === 'known' ? facts.service.principal : null;
  const finish = (verdict: Verdict, given: Offer, proved: Simulation | null, reading: Reading | null): Diagnosis => {
    const simulations = { asked: valueIn(answers.asked), lifted: valueIn(answers.lifted), proved };
    const { proposal, withheld, advice } = given;
    const rest = { verdict, risk, proposal, withheld, advice, byHand: null, service, simulations };
    return { ...rest, checklist: checklistOf(facts, framing, rest, reading) };
  };
  if (framing.kind === 'settled') return finish(framing.verdict, nothing, null, null);
  const { question } = framing;
  if (answers.asked?.kind !== 'found') {
    const why = answers.asked?.why ?? "AWS's simulator was not asked.";
    return finish(verdictOfMessage(facts.denial, why), nothing, null, null);
  }
  const reading = informedBy(answers.asked.value, read(question));
  const reconciled = reconcile(question, facts.denial, answers.asked.value, reading, valueIn(answers.lifted));
  const offered = offer ?? { kind: 'withheld' as const, why: 'No grant was worked out.' };
  const verdict = verdictOf(facts, question, reconciled, answers, offered);
  // A proof of a grant that nobody is offered would read as a fix.
  const isAboutGrant = reconciled.kind === 'missing-allow' || reconciled.kind === 'explicit-deny';
  const given =
    verdict.kind === 'missing-allow'
      ? provedOffer(offered, answers.proved)
      : { ...nothing, advice: verdict.kind === 'trust-policy' ? trustAdvice(verdict, question.role) : null };
  return finish(verdict, given, isAboutGrant ? valueIn(answers.proved) : null, reading);
}
