/** The field note's case, diagnosed and approved, and variations of it. */

import type { Approver } from '../../lambda/core/case/approver.ts';
import type { CaseIn, CaseSubject } from '../../lambda/core/case/case.ts';
import { subjectOf } from '../../lambda/core/case/case.ts';
import type { GrantRules } from '../../lambda/core/case/check-before-writing.ts';
import type { Approval, Term } from '../../lambda/core/case/decision.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import type { Diagnosis } from '../../lambda/core/diagnosis/diagnosis.ts';
import { ACCOUNT, aDenial } from './denial.ts';
import { diagnose, factsOf } from './question.ts';

const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

const person = (name: string, user: string): Approver => ({
  name,
  slack: null,
  aws: [userArn(user)],
  mail: `${user}@example.com`,
});

export const DANA = person('Dana Scully', 'dana');
export const OMAR = person('Omar Little', 'omar');

export const RULES: GrantRules = {
  approvers: [DANA, OMAR, person('Maria', 'maria')],
  allowAdministrator: false,
  grantTo: { groups: ['GlueAccess'], users: ['maria'], roles: ['etl-developer'] },
  ownRoles: ['PassRoleRemediator-Apply'],
};

export const KEY = 'a'.repeat(32);
export const APPROVED_AT = '2026-11-20T09:30:00.000Z';

export function approvalBy(approver: Approver, digest: string, changes: Partial<Approval> = {}): Approval {
  const by = { via: 'aws', as: approver.aws[0] ?? '', name: approver.name } as const;
  return { by, at: APPROVED_AT, digest, term: { hours: null }, ...changes };
}

export interface ApprovedChanges {
  readonly denial?: Denial;
  readonly diagnosis?: Diagnosis;
  readonly subject?: CaseSubject;
  readonly term?: Term;
  readonly approvals?: (digest: string) => readonly Approval[];
}

/** Approved by Dana, for good, unless said otherwise. */
export function anApproved(changes: ApprovedChanges = {}): CaseIn<'approved'> {
  const { denial = aDenial(), diagnosis = diagnose(factsOf()), term = { hours: null } } = changes;
  const { proposal } = diagnosis;
  if (proposal === null) throw new Error(`Nothing was proposed: ${JSON.stringify(diagnosis.verdict)}`);
  const time = denial.time ?? APPROVED_AT;
  return {
    key: KEY,
    round: 1,
    installation: 'test',
    earlier: null,
    version: 3,
    transitionCount: 2,
    lastEntry: null,
    subject: changes.subject ?? subjectOf(denial),
    denials: { count: 1, firstAt: time, lastAt: time },
    latest: denial,
    diagnosedAt: time,
    grants: [],
    state: 'approved',
    diagnosis: { ...diagnosis, proposal },
    approvals: changes.approvals?.(proposal.digest) ?? [approvalBy(DANA, proposal.digest, { term })],
    term,
    approvedAt: APPROVED_AT,
    writing: null,
  };
}
