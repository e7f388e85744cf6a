/** What somebody else has to write, where we never do: shown with the diagnosis, approved by nobody, applied by nothing. */

import type { Principal, TargetRole } from '../account/evidence.ts';
import type { RoleArn } from '../iam/arn.ts';
import { parseRoleArn } from '../iam/arn.ts';
import { statementObject } from '../policy/statement-text.ts';
import type { GrantDocument } from './document.ts';

export interface PermissionSetAdvice {
  readonly kind: 'permission-set';
  /** `DataEngineer`, as Identity Center calls it. */
  readonly permissionSet: string;
  readonly partition: string;
  /** To be added to what the set has: writing replaces the whole. */
  readonly document: GrantDocument;
}

export interface TrustAdvice {
  readonly kind: 'trust-policy';
  readonly role: string;
  readonly service: string;
  /** The whole trust policy as it was read, with the statement at its end. */
  readonly document: object;
}

export type Advice = PermissionSetAdvice | TrustAdvice;

/**
 * `DataEngineer` for `AWSReservedSSO_DataEngineer_0123456789abcdef`. Names of permission sets may hold underscores, the hash holds none. Null:
 * not such a name. Source: IAM Identity Center user guide, "Referencing permission sets in resource policies".
 */
export function permissionSetOf(roleName: string): string | null {
  return /^AWSReservedSSO_(.+)_[0-9a-f]+$/.exec(roleName)?.[1] ?? null;
}

export const isOfIdentityCenter = ({ kind, path }: Pick<Principal, 'kind' | 'path'>): boolean =>
  kind === 'role' && path.startsWith('/aws-reserved/sso.amazonaws.com/');

/** What a role's trust policy lacks, as the verdict `trust-policy` says it. */
interface MissingTrust {
  readonly service: string;
  readonly denied: boolean;
  readonly failing: readonly string[];
  readonly fixed: boolean;
  readonly statement: object;
}

/**
 * Null: another Allow does not mend it. A Deny would stand; an Allow whose condition fails is to be corrected, as one without the condition
 * would take away what it protects; and a role that AWS keeps cannot be changed.
 */
export function trustAdvice(lack: MissingTrust, role: TargetRole): TrustAdvice | null {
  if (lack.denied || lack.fixed || lack.failing.length > 0) return null;
  const statements = [...role.trust.statements.map(statementObject), lack.statement];
  return {
    kind: 'trust-policy',
    role: role.name,
    service: lack.service,
    document: { Version: role.trust.version, Statement: statements },
  };
}

export function permissionSetAdvice(
  permissionSet: string,
  role: RoleArn,
  document: GrantDocument,
): PermissionSetAdvice {
  return { kind: 'permission-set', permissionSet, partition: parseRoleArn(role)?.partition ?? 'aws', document };
}
