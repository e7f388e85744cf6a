/**
 * Names of the metrics, typed once: what the functions count, `lib/` watches and draws. Each is emitted under `metricsNamespace` with two
 * dimensions: `service`, the function's name, and `installation`, so that two remediators do not fill each other's silence. A metric that was never counted is not there at all and costs nothing.
 */
import type { CaseState } from '../core/case/case.ts';
import type { VerdictKind } from '../core/diagnosis/verdict.ts';

export const metricsNamespace = 'PassRoleRemediator';

/** Beside `service`, which Powertools sets. */
export const installationDimension = 'installation';

export const metricNames = {
  /** diagnose. Denials that were counted. One whose diagnosis is tried again is told again; the case's own count is the exact one. */
  denial: 'Denial',
  /** diagnose. The same event again. */
  duplicateDelivery: 'DuplicateDelivery',
  /** diagnose. Tries that failed and are made again. */
  denialDelayed: 'DenialDelayed',
  notADenial: 'NotADenial',
  malformedEvent: 'MalformedEvent',
  /** diagnose. Fresh refusals that our own schedule provoked: docs/decisions/0013-heartbeat.md. */
  heartbeat: 'Heartbeat',
  /** diagnose. Refusals that the schedule of another installation provoked: nothing of ours. */
  otherHeartbeat: 'OtherHeartbeat',
  /** diagnose. Denials, and calls that went through, of another account: not looked into. */
  otherAccount: 'OtherAccount',
  /** diagnose. Cases that the next real call ended. */
  confirmed: 'Confirmed',
  /** diagnose. Diagnoses with, and without, a grant that could be applied. */
  diagnosedProposed: 'Diagnosed-proposed',
  diagnosedAdvised: 'Diagnosed-advised',
  /** announce. Notifications that failed and are tried again, of whatever channel. */
  tellingFailed: 'TellingFailed',
  /** review, review-slack, review-mail. */
  rulingRefused: 'RulingRefused',
  reviewFailed: 'ReviewFailed',
  /** apply. Tries that failed and are made again. */
  applyDelayed: 'ApplyDelayed',
  /** announce, milliseconds: from the first denial of a case to its first message in a channel. */
  denialToTold: 'DenialToTold',
  /** review and its like, milliseconds: from the diagnosis that proposed to the last approval, or to the rejection. */
  proposalToRuling: 'ProposalToRuling',
  /** apply, milliseconds: from the last approval to AWS's simulator saying `allowed`. */
  rulingToAllowed: 'RulingToAllowed',
} as const;

const verdicts: Readonly<Record<VerdictKind, true>> = {
  'missing-allow': true,
  'explicit-deny': true,
  'permissions-boundary': true,
  'organization-policy': true,
  'session-policy': true,
  'endpoint-policy': true,
  'role-not-found': true,
  'trust-policy': true,
  'cross-account': true,
  'service-linked-role': true,
  'already-allowed': true,
  unclear: true,
};

/** diagnose. */
export const verdictMetric = <Kind extends string>(kind: Kind) => `Verdict-${kind}` as const;
export const verdictMetrics: readonly string[] = Object.keys(verdicts).map(verdictMetric);

export type Channel = 'slack' | 'sns' | 'link';

/** announce. Messages that went out, new or edited. */
export const toldMetric = (channel: Channel) => `Told-${channel}` as const;
export const tellingFailedMetric = (channel: Channel) => `TellingFailed-${channel}` as const;

/** review, review-slack, review-mail. `noted`: the first of two approvals. */
export type RulingKind = 'noted' | 'approved' | 'rejected' | 'reverting';
export const rulingMetric = (ruling: RulingKind) => `Ruling-${ruling}` as const;

/** apply. Cases that it brought into this state. */
export const applyMetric = (state: CaseState) => `Apply-${state}` as const;
