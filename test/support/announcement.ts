import { sha256 } from '../../lambda/adapters/sha256.ts';
import { caseKey, type DiagnosedCase, subjectOf } from '../../lambda/core/case/case.ts';
import type { Actor, Approval } from '../../lambda/core/case/decision.ts';
import { caseStates } from '../../lambda/core/case/states.ts';
import type { WrittenGrant } from '../../lambda/core/case/written-grant.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import type { Diagnosis } from '../../lambda/core/diagnosis/diagnosis.ts';
import { type Announcement, announcementOf } from '../../lambda/core/wording/announcement.ts';
import type { AnnouncedCase, AnnouncedState } from '../../lambda/core/wording/outcome.ts';
import { diagnose, factsOf } from './question.ts';

/** Once, at the time of the field note. */
export const once = { count: 1, firstAt: '2026-11-20T09:14:05Z', lastAt: '2026-11-20T09:14:05Z' };

export const headOf = (latest: Denial, denials: DiagnosedCase['denials'] = once) => ({
  key: caseKey(subjectOf(latest), sha256),
  round: 1,
  earlier: null,
  denials,
  latest,
  grants: [],
});

/** What is told about a denial in an account, before anybody decided. */
export function announce(facts: ReturnType<typeof factsOf>, denials: DiagnosedCase['denials'] = once): Announcement {
  const head = headOf(facts.denial, denials);
  const diagnosis = diagnose(facts);
  const { proposal } = diagnosis;
  return announcementOf(
    proposal === null
      ? { ...head, state: 'advised', diagnosis }
      : {
          ...head,
          state: 'proposed',
          diagnosis: { ...diagnosis, proposal },
          approvals: [],
          expiresAt: '2026-11-21T09:14:10.000Z',
        },
  );
}

const dana: Actor = { via: 'slack', as: 'U0DANA', name: 'Dana Scully' };
const fox: Actor = {
  via: 'aws',
  as: 'arn:aws:sts::111122223333:assumed-role/Approvers/fox',
  name: 'Fox Mulder',
};

/** The field note's case in each state, as it would have gone on that morning. `hours`: of the approval. */
export function fieldNoteIn<State extends AnnouncedState>(
  state: State,
  changes: Partial<Pick<AnnouncedCase, 'round' | 'earlier' | 'grants' | 'denials'>> = {},
  { hours = 8, risk }: { hours?: number | null; risk?: Diagnosis['risk'] } = {},
): AnnouncedCase {
  const facts = factsOf();
  const { proposal, ...rest } = { ...diagnose(facts), ...(risk === undefined ? {} : { risk }) };
  if (proposal === null) throw new Error('the field note has a proposal');
  const diagnosis = { ...rest, proposal };
  const term = { hours };
  const approvals: readonly Approval[] = [
    { by: dana, at: '2026-11-20T09:16:40.000Z', digest: proposal.digest, term },
    ...(diagnosis.risk.level === 'low'
      ? []
      : [{ by: fox, at: '2026-11-20T09:18:02.000Z', digest: proposal.digest, term }]),
  ];
  const ruled = { diagnosis, approvals, term };
  const written: WrittenGrant = {
    target: proposal.target,
    policyName: proposal.policyName,
    document: proposal.document,
    writtenAt: '2026-11-20T09:16:43.000Z',
    endsAt: hours === null ? null : '2026-11-20T17:16:43.000Z',
  };
  const asked = {
    kind: 'asked',
    by: fox,
    at: '2026-11-20T12:00:00.000Z',
    reason: 'The job has a role of its own now.',
  } as const;
  const head = headOf(facts.denial);
  const wrote = { ...head, grants: [written], ...changes };
  const bare = { ...head, ...changes };
  const all: { readonly [Each in AnnouncedState]: Extract<AnnouncedCase, { state: Each }> } = {
    advised: { ...bare, state: 'advised', diagnosis: { ...diagnosis, proposal: null } },
    proposed: { ...bare, state: 'proposed', diagnosis, approvals: [], expiresAt: '2026-11-21T09:14:10.000Z' },
    approved: { ...bare, ...ruled, state: 'approved', approvedAt: '2026-11-20T09:16:40.000Z', writing: null },
    applied: { ...wrote, ...ruled, state: 'applied', appliedAt: '2026-11-20T09:16:51.000Z' },
    confirmed: {
      ...wrote,
      ...ruled,
      state: 'confirmed',
      confirmedAt: '2026-11-20T09:18:30.000Z',
      eventId: 'e2',
    },
    rejected: {
      ...bare,
      state: 'rejected',
      diagnosis,
      rejection: {
        by: dana,
        at: '2026-11-20T09:16:40.000Z',
        digest: proposal.digest,
        reason: 'This job should run as its own role, not as glue_runtime_role.',
      },
    },
    expired: { ...bare, state: 'expired', diagnosis, expiredAt: '2026-11-21T09:14:10.000Z' },
    stale: {
      ...bare,
      ...ruled,
      state: 'stale',
      why: 'The call is allowed by now, so no grant is needed.',
      staleAt: '2026-11-20T09:16:45.000Z',
    },
    failed: {
      ...bare,
      ...ruled,
      state: 'failed',
      why: 'group GlueAccess already has an inline policy AllowPassGlueRuntimeRoleToGlue with other content, and nothing that exists is overwritten.',
      failedAt: '2026-11-20T09:16:45.000Z',
    },
    reverting: { ...wrote, state: 'reverting', diagnosis, reversal: asked },
    reverted: { ...bare, state: 'reverted', diagnosis, reversal: asked, revertedAt: '2026-11-20T12:00:04.000Z' },
  };
  return all[state];
}

export const announcedStates = caseStates.filter((state): state is AnnouncedState => state !== 'open');
