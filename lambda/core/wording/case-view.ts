/** What is shown of a case, to the command line. Names come in unescaped: whoever shows them escapes. */

import { type Case, type CaseSubject, caseId, type EarlierCase } from '../case/case.ts';
import type { Actor, Approval, Term } from '../case/decision.ts';
import { termWords } from '../case/ruling.ts';
import type { WrittenGrant } from '../case/written-grant.ts';
import { roleNameOf, whoOf } from '../denial/names.ts';
import type { Proposal } from '../grant/proposal.ts';
import { snippetsOf } from '../grant/snippet/shown-snippets.ts';
import type { Snippets } from '../grant/snippet/snippet.ts';
import { serviceName } from '../iam/passed-to-service.ts';
import type { Risk } from '../risk/risk.ts';
import { type AdviceText, adviceText } from './advice.ts';
import { nextStep, verdictSentence } from './verdict.ts';

interface CaseView {
  /** `3f2a9c01bd-2`: what people type. */
  readonly id: string;
  readonly key: string;
  readonly round: number;
  /** Which remediator recorded it. Null: one of a release that did not say. */
  readonly installation: string | null;
  readonly state: Case['state'];
  readonly subject: CaseSubject;
  /** Short names: `maria`, `glue-runtime-role`, `Glue`. */
  readonly who: string;
  readonly role: string;
  readonly service: string;
  readonly denials: Case['denials'];
  /** Null: not diagnosed yet. */
  readonly verdict: { readonly kind: string; readonly sentence: string } | null;
  /** Null: there is nothing to decide on. */
  readonly proposal: Proposal | null;
  /** Null: nobody else has to write anything. */
  readonly advice: AdviceText | null;
  /** For those who keep IAM in code. Empty: nothing is to be written, or not any more. */
  readonly snippets: Snippets;
  readonly risk: Risk | null;
  readonly approvals: readonly Approval[];
  /** Null: nobody has approved, or not enough people. */
  readonly term: Term | null;
  /** ISO 8601; null: it does not wait for a person. */
  readonly expiresAt: string | null;
  readonly grants: readonly WrittenGrant[];
  readonly earlier: EarlierCase | null;
  /** Entries of the trail of this round so far. */
  readonly moves: number;
  /** SHA-256 of the newest of them. */
  readonly lastEntry: string | null;
  /** What became of it, in one sentence; null: nothing yet. */
  readonly outcome: string | null;
  readonly next: string;
}

const names = (approvals: readonly Approval[]): string => approvals.map(({ by }) => by.name).join(' and ');
const said = (what: string, by: Actor, at: string, reason: string): string =>
  `${what} by ${by.name} at ${at}: ${reason}`;

function outcomeOf(of: Case): string | null {
  switch (of.state) {
    case 'open':
    case 'advised':
      return null;
    case 'proposed':
      return of.approvals.length === 0 ? null : `Approved by ${names(of.approvals)}; one more person has to.`;
    case 'approved':
      return `Approved by ${names(of.approvals)} ${termWords(of.term)} at ${of.approvedAt}.`;
    case 'applied':
      return `Approved by ${names(of.approvals)} ${termWords(of.term)}; written and proved at ${of.appliedAt}.`;
    case 'confirmed':
      return `Approved by ${names(of.approvals)} ${termWords(of.term)}; the next real call went through at ${of.confirmedAt}.`;
    case 'rejected':
      return said('Rejected', of.rejection.by, of.rejection.at, of.rejection.reason);
    case 'expired':
      return `Nobody decided until ${of.expiredAt}.`;
    case 'stale':
      return `Nothing was written, found at ${of.staleAt}: ${of.why}`;
    case 'failed':
      return `Could not be applied, at ${of.failedAt}: ${of.why}`;
    case 'reverting':
    case 'reverted':
      return of.reversal.kind === 'asked'
        ? said('To be taken back, asked', of.reversal.by, of.reversal.at, of.reversal.reason)
        : `Its term ended at ${of.reversal.at}.`;
    default:
      return of satisfies never;
  }
}

function nextOf(of: Case): string {
  const id = caseId(of.key, of.round);
  switch (of.state) {
    case 'open':
      return 'It is being diagnosed: look again in a minute.';
    case 'advised':
      return nextStep(of.diagnosis, of.latest);
    case 'proposed':
      return `An approver decides until ${of.expiresAt}: passrole approve ${id}, or passrole reject ${id} --reason TEXT.`;
    case 'approved':
      return 'It is being written: look again in a minute.';
    case 'applied':
      return 'Press Save again in a minute or two: IAM needs that long to spread a change.';
    case 'confirmed':
      return of.grants.length === 0
        ? 'Nothing.'
        : `Nothing. To take the grant back: passrole revert ${id} --reason TEXT.`;
    case 'rejected':
      return 'Do as the reason says. Another denial starts a new case.';
    case 'expired':
    case 'stale':
      return 'Press Save again for a new diagnosis.';
    case 'failed':
      return 'Mend what the reason names, then press Save again.';
    case 'reverting':
      return 'It is being taken back: look again in a minute.';
    case 'reverted':
      return 'Nothing. Another denial starts a new case.';
    default:
      return of satisfies never;
  }
}

/** What nobody wants any more is not offered for pasting. */
function textsOf(of: Case): Snippets {
  switch (of.state) {
    case 'advised':
    case 'proposed':
      return snippetsOf(of.diagnosis, null);
    case 'approved':
      return snippetsOf(of.diagnosis, of.writing);
    case 'applied':
    case 'confirmed':
    case 'failed':
      return snippetsOf(of.diagnosis, of.grants.at(-1) ?? null);
    case 'open':
    case 'rejected':
    case 'expired':
    case 'stale':
    case 'reverting':
    case 'reverted':
      return {};
    default:
      return of satisfies never;
  }
}

export function caseView(of: Case): CaseView {
  const {
    key,
    round,
    installation,
    state,
    subject,
    denials,
    latest,
    diagnosis,
    grants,
    earlier,
    transitionCount,
    lastEntry,
  } = of;
  const service = diagnosis?.service ?? subject.eventSource;
  return {
    id: caseId(key, round),
    key,
    round,
    installation,
    state,
    subject,
    who: whoOf(latest),
    role: roleNameOf(latest),
    service: service === null ? 'not stated' : serviceName(service),
    denials,
    verdict: diagnosis === null ? null : { kind: diagnosis.verdict.kind, sentence: verdictSentence(diagnosis, latest) },
    proposal: diagnosis?.proposal ?? null,
    advice: diagnosis === null || diagnosis.advice === null ? null : adviceText(diagnosis.advice),
    snippets: textsOf(of),
    risk: diagnosis?.risk ?? null,
    approvals: 'approvals' in of ? of.approvals : [],
    term: 'term' in of ? of.term : null,
    expiresAt: of.state === 'proposed' ? of.expiresAt : null,
    grants,
    earlier,
    moves: transitionCount,
    lastEntry,
    outcome: outcomeOf(of),
    next: nextOf(of),
  };
}
