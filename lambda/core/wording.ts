/** The words of a diagnosis, once: Slack, mail, page and terminal are renderings of this value. Names come in unescaped. */
import { caseId, type DiagnosedCase } from './case.ts';
import type { Denial } from './denial.ts';
import { identityArn, roleNameOf, whoOf } from './denial-names.ts';
import type { ChecklistItem, Diagnosis } from './diagnosis.ts';
import type { Simulation } from './evidence.ts';
import type { Risk } from './risk.ts';
import { serviceName } from './service.ts';
import { nextStep, verdictSentence } from './verdict-words.ts';

/** How it should feel at 2 a.m.: a fix is ready, a person must act elsewhere, nothing to do, or we do not know. */
export type Tone = 'fix-ready' | 'act-elsewhere' | 'nothing-to-do' | 'unclear';

export interface Announcement {
  readonly caseId: string;
  readonly tone: Tone;
  /** At most 90 characters. */
  readonly title: string;
  readonly verdict: string;
  readonly next: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly nearMisses: readonly string[];
  readonly checklist: readonly ChecklistItem[];
  readonly grant: Grant | null;
  readonly simulation: { readonly before: string; readonly after: string } | null;
  readonly risk: Risk;
  /** AWS's own page about this denial, when it named one. */
  readonly detailsUrl: string | null;
}

export interface Grant {
  readonly target: string;
  readonly policyName: string;
  readonly why: string;
  /** Indented JSON. */
  readonly document: string;
  readonly gains: string;
  /** False: the grant alone would not be enough. */
  readonly sufficient: boolean;
}

const shorten = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const serviceOf = (denial: Denial, service: string | null): string => {
  const principal = service ?? denial.eventSource;
  return principal === null ? 'a service' : serviceName(principal);
};

/** Exact up to ten, then in steps of 1-2-5, so that a wave of repeats does not become a wave of edits. */
export function howOften(count: number): string {
  if (count <= 1) return 'once';
  if (count === 2) return 'twice';
  if (count <= 10) return `${count} times`;
  const magnitude = 10 ** Math.floor(Math.log10(count));
  const step = [5, 2, 1].find((factor) => factor * magnitude <= count) ?? 1;
  return `more than ${step * magnitude - 1} times`;
}

const members = (names: readonly string[], most = 12): string =>
  names.length === 0
    ? 'nobody yet: the group has no members'
    : names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

function grantOf(diagnosis: Diagnosis): Grant | null {
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
    document: JSON.stringify(proposal.document, null, 2),
    gains:
      proposal.target.kind === 'group'
        ? `${proposal.gains.length} member${proposal.gains.length === 1 ? '' : 's'}: ${members(proposal.gains)}`
        : members(proposal.gains),
    sufficient: diagnosis.proposal !== null,
  };
}

const answer = ({ decision }: Simulation): string => decision;

function simulationOf({ simulations }: Diagnosis): Announcement['simulation'] {
  const before = simulations.asked;
  if (before === null) return null;
  const middle = simulations.lifted === null ? '' : `, ${answer(simulations.lifted)} with the guardrail satisfied`;
  return {
    before: `${answer(before)}${middle}`,
    after: simulations.proved === null ? 'not simulated: there is no grant to prove' : answer(simulations.proved),
  };
}

export function toneOf(diagnosis: Diagnosis): Tone {
  switch (diagnosis.verdict.kind) {
    case 'missing-allow':
      return diagnosis.proposal === null ? 'act-elsewhere' : 'fix-ready';
    case 'explicit-deny':
    case 'role-not-found':
    case 'trust-policy':
    case 'cross-account':
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

/** `subject` and counter come from the case; `diagnose` on the command line has neither and gives a case of one. */
export function announcementOf(of: Pick<DiagnosedCase, 'key' | 'denials' | 'latest' | 'diagnosis'>): Announcement {
  const { latest, diagnosis, denials } = of;
  const service = serviceOf(latest, diagnosis.service);
  const often =
    denials.count > 1 ? [{ label: 'How often', value: `${howOften(denials.count)}, last ${denials.lastAt}` }] : [];
  return {
    caseId: caseId(of.key),
    tone: toneOf(diagnosis),
    title: shorten(`${whoOf(latest)} may not pass ${roleNameOf(latest)} to ${service}`, 90),
    verdict: verdictSentence(diagnosis, latest),
    next: nextStep(diagnosis, latest),
    facts: [
      { label: 'Who', value: identityArn(latest.identity) ?? latest.principalArn ?? 'not stated' },
      { label: 'What', value: `${operationOf(latest)}${latest.region === null ? '' : ` in ${latest.region}`}` },
      { label: 'Role', value: latest.roleArn ?? 'not stated' },
      { label: 'When', value: denials.firstAt },
      ...often,
    ],
    nearMisses: nearMissesOf(diagnosis),
    checklist: diagnosis.checklist,
    grant: grantOf(diagnosis),
    simulation: simulationOf(diagnosis),
    risk: diagnosis.risk,
    detailsUrl: detailsUrl(latest),
  };
}

function nearMissesOf({ verdict }: Diagnosis): readonly string[] {
  if (verdict.kind === 'missing-allow') return verdict.nearMisses.map(({ sentence }) => sentence);
  if (verdict.kind === 'explicit-deny' && verdict.underneath.kind === 'missing-allow') {
    return verdict.underneath.nearMisses.map(({ sentence }) => sentence);
  }
  return [];
}

/** Built from the id alone, never copied from the message: a link in an error text is not to be trusted. */
function detailsUrl({ authorizationId, region }: Denial): string | null {
  if (
    authorizationId === null ||
    region === null ||
    !/^[\w-]{1,200}$/.test(authorizationId) ||
    !/^[a-z0-9-]+$/.test(region)
  )
    return null;
  return `https://${region}.console.aws.amazon.com/iam/home?region=${region}#/authorization-details/${authorizationId}`;
}
