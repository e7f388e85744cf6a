/** The words of a diagnosis, once: Slack, mail, page and terminal are renderings of this value. Names come in unescaped. */

import { caseId } from '../case/case.ts';
import { approvalsNeeded } from '../case/ruling.ts';
import type { WrittenGrant } from '../case/written-grant.ts';
import type { Denial } from '../denial/denial.ts';
import { identityArn } from '../denial/names.ts';
import type { ChecklistItem, Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Verdict } from '../diagnosis/verdict.ts';
import type { NearMiss } from '../explanation/near-miss.ts';
import type { Proposal } from '../grant/proposal.ts';
import { snippetsIntro, snippetsOf } from '../grant/snippet/shown-snippets.ts';
import type { Snippets } from '../grant/snippet/snippet.ts';
import { serviceName } from '../iam/passed-to-service.ts';
import type { Risk } from '../risk/risk.ts';
import { clip } from '../text/clip.ts';
import { type AdviceText, adviceText } from './advice.ts';
import { deniesOf, type ShownDeny } from './denies.ts';
import {
  type AnnouncedCase,
  type AnnouncementRules,
  isUndecided,
  nextIn,
  type Outcome,
  outcomeOf,
  titleOf,
} from './outcome.ts';
import type { ShownProposal } from './shown-proposal.ts';
import { nextStep, verdictSentence } from './verdict.ts';

/**
 * How it should feel at 2 a.m.: a fix is ready, a fix hands over more than it seems, a person must act elsewhere, nothing to do, or we do
 * not know. Then, of a decision: it is being carried out, it stands, reality agreed, somebody said no, nobody came, it went wrong, it is undone.
 */
export type Tone =
  | 'fix-ready'
  | 'fix-risky'
  | 'act-elsewhere'
  | 'nothing-to-do'
  | 'unclear'
  | 'under-way'
  | 'applied'
  | 'confirmed'
  | 'rejected'
  | 'lapsed'
  | 'failed'
  | 'undone';

export interface Announcement {
  readonly caseId: string;
  readonly tone: Tone;
  /** Where the case stands; null: there is nothing to say beyond the diagnosis. */
  readonly outcome: Outcome | null;
  /** What waits for a person; null: nothing does. */
  readonly decision: Decision | null;
  /** At most 90 characters. */
  readonly title: string;
  readonly verdict: string;
  readonly next: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** Each Deny that refused it, with its text. */
  readonly denies: readonly ShownDeny[];
  readonly nearMisses: readonly string[];
  readonly checklist: readonly ChecklistItem[];
  readonly grant: Grant | null;
  /** What somebody else has to write. */
  readonly advice: AdviceText | null;
  /** For those who keep IAM in code; empty once it is decided. */
  readonly inCode: { readonly intro: string; readonly snippets: Snippets };
  readonly simulation: { readonly before: string; readonly after: string } | null;
  readonly risk: Risk;
  /** AWS's own page about this denial, when it named one. */
  readonly detailsUrl: string | null;
}

export interface Decision {
  readonly value: ShownProposal;
  /** False: it can only be rejected. */
  readonly mayApprove: boolean;
}

export interface Grant {
  readonly target: string;
  readonly policyName: string;
  readonly why: string;
  /** Indented JSON. */
  readonly document: string;
  /** The first few. */
  readonly gains: string;
  /** As many as a mail can bear. */
  readonly everyone: string;
  /** False: the grant alone would not be enough. */
  readonly sufficient: boolean;
}

const serviceOf = (denial: Denial, service: string | null): string => {
  const principal = service ?? denial.eventSource;
  return principal === null ? 'a service' : serviceName(principal);
};

/** Exact up to ten, then the last of 10, 20, 50, 100, ... passed: a wave of repeats must not become a wave of edits. */
export function howOften(count: number): string {
  if (count <= 1) return 'once';
  if (count === 2) return 'twice';
  if (count <= 10) return `${count} times`;
  let magnitude = 10;
  while (magnitude * 10 < count) magnitude *= 10;
  const factor = [5, 2, 1].find((step) => step * magnitude < count) ?? 1;
  return `more than ${factor * magnitude} times`;
}

const FEW = 12;
const MOST = 300;

const members = (names: readonly string[], most: number): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

function gainsOf({ target, gains }: Proposal, most: number): string {
  switch (target.kind) {
    case 'user':
      return members(gains, most);
    case 'role':
      return `whoever can assume ${members(gains, most)}`;
    case 'group':
      return gains.length === 0
        ? 'nobody yet: the group has no members'
        : `${gains.length} member${gains.length === 1 ? '' : 's'}: ${members(gains, most)}`;
    default:
      return target.kind satisfies never;
  }
}

/** What was sent to IAM, once something was: a temporary grant says when it ends. */
function sentOf(of: AnnouncedCase): WrittenGrant | null {
  if (of.state === 'applied' || of.state === 'confirmed') return of.grants.at(-1) ?? null;
  return of.state === 'approved' ? of.writing : null;
}

function grantOf(diagnosis: Diagnosis, sent: WrittenGrant | null): Grant | null {
  const { verdict } = diagnosis;
  const under =
    verdict.kind === 'explicit-deny' && verdict.underneath.kind === 'missing-allow'
      ? verdict.underneath.proposal
      : null;
  const proposal = diagnosis.proposal ?? under;
  if (proposal === null) return null;
  return {
    target: `${proposal.target.kind} ${proposal.target.name}`,
    policyName: proposal.policyName,
    why: proposal.why,
    document: JSON.stringify(sent?.document ?? proposal.document, null, 2),
    gains: gainsOf(proposal, FEW),
    everyone: gainsOf(proposal, MOST),
    sufficient: diagnosis.proposal !== null,
  };
}

function simulationOf(diagnosis: Diagnosis): Announcement['simulation'] {
  const { asked, lifted, proved } = diagnosis.simulations;
  if (asked === null) return null;
  const isBoundary = diagnosis.verdict.kind === 'permissions-boundary';
  const satisfied = isBoundary ? 'without the permissions boundary' : 'with the guardrail satisfied';
  const middle = lifted === null ? '' : `, ${lifted.decision} ${satisfied}`;
  const unproved = grantOf(diagnosis, null) === null ? 'there is no grant to prove' : 'a Deny stands before the grant';
  return {
    before: `${asked.decision}${middle}`,
    after:
      proved === null ? `not simulated: ${unproved}` : `${proved.decision}${lifted === null ? '' : ` ${satisfied}`}`,
  };
}

function toneOf(of: AnnouncedCase): Tone {
  switch (of.state) {
    case 'advised':
    case 'proposed':
      return verdictTone(of.diagnosis);
    case 'approved':
    case 'reverting':
      return 'under-way';
    case 'applied':
    case 'confirmed':
    case 'rejected':
    case 'failed':
      return of.state;
    case 'expired':
    case 'stale':
      return 'lapsed';
    case 'reverted':
      return 'undone';
    default:
      return of satisfies never;
  }
}

export function verdictTone(diagnosis: Diagnosis): Tone {
  switch (diagnosis.verdict.kind) {
    case 'missing-allow':
      if (diagnosis.proposal === null) return 'act-elsewhere';
      return diagnosis.risk.level === 'low' ? 'fix-ready' : 'fix-risky';
    case 'explicit-deny':
    case 'permissions-boundary':
    case 'organization-policy':
    case 'session-policy':
    case 'endpoint-policy':
    case 'role-not-found':
    case 'trust-policy':
    case 'cross-account':
    case 'service-linked-role':
      return 'act-elsewhere';
    case 'already-allowed':
      return 'nothing-to-do';
    case 'unclear':
      return 'unclear';
    default:
      return diagnosis.verdict satisfies never;
  }
}

const operationOf = ({ eventSource, operation }: Denial): string =>
  eventSource === null || operation === null ? 'not stated' : `${eventSource.split('.')[0]}:${operation}`;

function decisionOf(of: AnnouncedCase, { allowAdministrator }: AnnouncementRules): Decision | null {
  if (of.state !== 'proposed') return null;
  const { risk, proposal } = of.diagnosis;
  return {
    value: { case: of.key, round: of.round, digest: proposal.digest },
    mayApprove: approvalsNeeded(risk.level, allowAdministrator) !== null,
  };
}

function nextOf(of: AnnouncedCase): string {
  const command = of.state === 'proposed' ? `passrole approve ${caseId(of.key, of.round)}` : null;
  return nextIn(of) ?? nextStep(of.diagnosis, of.latest, command);
}

/** Rests on the case alone, so that nothing is announced before it is true. */
export function announcementOf(
  of: AnnouncedCase,
  rules: AnnouncementRules = { allowAdministrator: false },
): Announcement {
  const { latest, diagnosis, denials } = of;
  const service = serviceOf(latest, diagnosis.service);
  const often =
    denials.count > 1
      ? [
          { label: 'Last', value: denials.lastAt },
          { label: 'How often', value: howOften(denials.count) },
        ]
      : [];
  return {
    caseId: caseId(of.key, of.round),
    tone: toneOf(of),
    outcome: outcomeOf(of, rules),
    decision: decisionOf(of, rules),
    title: clip(titleOf(of, service), 90),
    verdict: verdictSentence(diagnosis, latest),
    next: nextOf(of),
    facts: [
      { label: 'Who', value: identityArn(latest.identity) ?? latest.principalArn ?? 'not stated' },
      { label: 'What', value: `${operationOf(latest)}${latest.region === null ? '' : ` in ${latest.region}`}` },
      { label: 'Role', value: latest.roleArn ?? 'not stated' },
      { label: 'When', value: denials.firstAt },
      ...often,
    ],
    denies: deniesOf(diagnosis.verdict),
    nearMisses: nearMissesOf(diagnosis),
    checklist: diagnosis.checklist,
    grant: grantOf(diagnosis, sentOf(of)),
    advice: diagnosis.advice === null ? null : adviceText(diagnosis.advice),
    inCode: inCodeOf(of),
    simulation: simulationOf(diagnosis),
    risk: diagnosis.risk,
    detailsUrl: detailsUrl(latest),
  };
}

function inCodeOf(of: AnnouncedCase): Announcement['inCode'] {
  const snippets = isUndecided(of.state) ? snippetsOf(of.diagnosis, null) : {};
  return { intro: snippetsIntro(snippets, of.state === 'proposed', of.diagnosis.risk.level), snippets };
}

function missesOf(verdict: Verdict): readonly NearMiss[] {
  if (verdict.kind === 'missing-allow') return verdict.nearMisses;
  const inBoundary = verdict.kind === 'permissions-boundary' ? verdict.misses : [];
  const under = 'underneath' in verdict ? verdict.underneath : null;
  const underneath =
    under !== null && typeof under === 'object' && under.kind === 'missing-allow' ? under.nearMisses : [];
  return [...inBoundary, ...underneath];
}

const nearMissesOf = ({ verdict }: Diagnosis): readonly string[] => missesOf(verdict).map(({ sentence }) => sentence);

/** Source: AWS documentation, "Amazon Web Services in China" and "AWS GovCloud (US) compared to standard AWS Regions". */
const consoleDomain = (region: string): string =>
  region.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';

/** Built from the id alone, never copied from the message: a link in an error text is not to be trusted. */
function detailsUrl({ authorizationId, region }: Denial): string | null {
  if (
    authorizationId === null ||
    region === null ||
    !/^[\w-]{1,200}$/.test(authorizationId) ||
    !/^[a-z0-9-]+$/.test(region)
  )
    return null;
  return `https://${region}.${consoleDomain(region)}/iam/home?region=${region}#/authorization-details/${authorizationId}`;
}
