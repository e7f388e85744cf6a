/** Where the construct's own roles stand: what tells them from everybody else's in CloudTrail's events. */
import { parseRoleArn } from './arn.ts';

/**
 * The path of the construct's roles in any account and region, with a part for each kind of role below it: CloudTrail's events show it as part of
 * the role behind a session, where tags do not show. Who may make a role on it, or take one over, can pass for one of ours: docs/security.md.
 */
export const ownRolePath = '/passrole-remediator/';

/** What each kind of role of ours works for. */
export type OwnRoleKind =
  | 'diagnose'
  | 'announce'
  | 'apply'
  | 'review'
  | 'review-slack'
  | 'review-mail'
  | 'pipe'
  | 'heartbeat';

/** `/passrole-remediator/heartbeat/`. */
export const ownRolePathOf = (kind: OwnRoleKind): string => `${ownRolePath}${kind}/`;

/** Of an ARN as CloudTrail states it. IAM tells roles apart without regard to case. */
export const isOnOwnPath = (roleArn: string): boolean =>
  parseRoleArn(roleArn)?.path.toLowerCase().startsWith(ownRolePath) === true;
