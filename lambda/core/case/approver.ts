/** Who may decide: which listed person a proof is of, and whether that is the one who was refused. */
import { parseRoleArn, parseRoleSessionArn, splitArn } from '../iam/arn.ts';
import type { CaseSubject } from './case.ts';
import type { Proof } from './decision.ts';

/** One person with all their names, so that two approvals are by two people and nobody approves their own denial by another door. */
export interface Approver {
  /** `Dana Scully`: what others are shown. Unique. */
  readonly name: string;
  /** Slack user id; null: not in Slack. */
  readonly slack: string | null;
  /** Users, roles (whoever can assume one counts as this person), and sessions of AWSReservedSSO roles, whose names Identity Center sets. */
  readonly aws: readonly string[];
  /** Mail address for one-time links; null: none. */
  readonly mail: string | null;
}

/** IAM keeps the prefix for Identity Center, and tells names apart without case; an ARN may have been written without the role's path. */
export const isIdentityCenterRole = (roleName: string): boolean => roleName.toLowerCase().startsWith('awsreservedsso_');

/** Two ARNs of one AWS principal: a session is its role's, whatever the session is called. */
function isOne(listed: string, caller: string): boolean {
  if (listed === caller) return true;
  const session = parseRoleSessionArn(caller);
  const role = parseRoleArn(listed);
  return (
    session !== null &&
    role !== null &&
    role.account === session.account &&
    role.name === session.roleName &&
    // Its name says that Identity Center names the sessions, so each is a person; listed by session, never by role.
    !isIdentityCenterRole(role.name)
  );
}

/** Null: not in the list. */
export function approverOf(proof: Proof, approvers: readonly Approver[]): Approver | null {
  return (
    approvers.find(({ slack, aws, mail }) => {
      switch (proof.via) {
        case 'slack':
          return slack !== null && slack === proof.as;
        case 'aws':
          return aws.some((arn) => isOne(arn, proof.as));
        case 'mail':
          return mail !== null && mail.toLowerCase() === proof.as.toLowerCase();
        default:
          return proof.via satisfies never;
      }
    }) ?? null
  );
}

/** Role or user name and account of any ARN of a principal; the path does not stand in a session's. IAM tells names apart without case. */
function bareName(arn: string): string | null {
  const parts = splitArn(arn);
  const [kind, ...rest] = parts?.resource.split('/') ?? [];
  if (parts === null || kind === undefined || rest.length === 0) return null;
  const name = kind === 'assumed-role' ? rest[0] : rest.at(-1);
  return `${parts.account} ${kind === 'user' ? 'user' : 'role'} ${name}`.toLowerCase();
}

/** The denied principal itself, a session or key of it, or the person it belongs to. An ARN that cannot be read counts as the same. */
export function isDeniedPerson(approver: Approver, proof: Proof, subject: CaseSubject): boolean {
  const denied = bareName(subject.principal);
  if (denied === null) return true;
  const arns = proof.via === 'aws' ? [...approver.aws, proof.as] : approver.aws;
  return arns.some((arn) => bareName(arn) === denied || bareName(arn) === null);
}
