/**
 * What passing the role hands to those who gain: with PassRole and the right to change a job, they run code as the role.
 * Source: pathfinding.cloud glue-005 and glue-006; "Privilege escalation" patterns for IAM.
 *
 * By reading the role's policies. Denies and conditions on an Allow are not counted in its favour: doubt makes the risk higher.
 */
import type { Found, PolicySource, SourcedPolicy } from './evidence.ts';
import type { Statement } from './policy-document.ts';
import { coversAction } from './policy-match.ts';
import { isBroad, isOfService } from './risk-reach.ts';

export type RiskLevel = 'low' | 'elevated' | 'administrator' | 'unknown';

export interface Risk {
  readonly level: RiskLevel;
  /** One sentence each. Empty only for `low`. */
  readonly reasons: readonly string[];
}

/** AWS managed policies that decide by their name alone. */
const namedPolicies: ReadonlyMap<string, Finding['level']> = new Map([
  ['AdministratorAccess', 'administrator'],
  ['IAMFullAccess', 'administrator'],
  ['PowerUserAccess', 'elevated'],
]);

/** Each gives its holder more rights than it has: whoever may do one of these on any identity is an administrator. */
const takeover = [
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:AttachUserPolicy',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:PutUserPolicy',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:AddUserToGroup',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:UpdateSAMLProvider',
];

/** Each reaches beyond the role itself when it may be done on everything. The last three only in the management account. */
const reach = [
  'iam:PassRole',
  'sts:AssumeRole',
  'lambda:UpdateFunctionCode',
  'cloudformation:CreateStack',
  'cloudformation:UpdateStack',
  'cloudformation:CreateChangeSet',
  'cloudformation:ExecuteChangeSet',
  'ssm:SendCommand',
  'ssm:StartSession',
  'secretsmanager:GetSecretValue',
  'kms:Decrypt',
  's3:GetObject',
  's3:PutObject',
  'organizations:AttachPolicy',
  'organizations:CreatePolicy',
  'organizations:UpdatePolicy',
  'sso:CreateAccountAssignment',
  'sso:PutInlinePolicyToPermissionSet',
  'sso:AttachManagedPolicyToPermissionSet',
];

/** No service has it, so only an Allow of everything, or of everything but some, covers it. */
const nobodysAction = 'passrole-remediator:Nothing';

interface Finding {
  readonly level: 'elevated' | 'administrator';
  readonly reason: string;
}

const nameOf = (source: PolicySource): string =>
  source.kind === 'inline' ? `inline policy ${source.name}` : `managed policy ${source.name}`;

const firstOf = (actions: readonly string[]): string =>
  actions.slice(0, 3).join(', ') + (actions.length > 3 ? ` and ${actions.length - 3} more` : '');

const serviceOf = (action: string): string => action.split(':')[0] ?? '';

function readStatement(statement: Statement, where: string): Finding[] {
  const { effect, resources, actions } = statement;
  if (effect !== 'Allow' || resources === null) return [];
  const allows = (action: string): boolean =>
    actions.patterns.some((pattern) => coversAction(pattern, action)) !== actions.not;
  const isOnEverything = (action: string): boolean =>
    resources.not || resources.patterns.some((pattern) => isBroad(pattern, serviceOf(action)));

  const over = takeover.filter(allows);
  const broadOver = over.filter(isOnEverything);
  if (allows(nobodysAction) && broadOver.length === takeover.length) {
    return [{ level: 'administrator', reason: `The ${where} allows every action${actions.not ? ' but some' : ''}.` }];
  }
  const findings: Finding[] = [];
  const touchesIam = resources.not || resources.patterns.some((pattern) => isOfService(pattern, 'iam'));
  if (over.length > 0 && touchesIam) {
    const level = broadOver.length > 0 ? 'administrator' : 'elevated';
    const reason = `The ${where} allows ${firstOf(over)}, by which a holder can give itself any right.`;
    findings.push({ level, reason });
  }
  const far = reach.filter((action) => allows(action) && isOnEverything(action));
  if (far.length > 0)
    findings.push({ level: 'elevated', reason: `The ${where} allows ${firstOf(far)} on everything.` });
  return findings;
}

function readPolicy({ source, document }: SourcedPolicy): Finding[] {
  const level = source.kind === 'aws-managed' ? namedPolicies.get(source.name) : undefined;
  const named: Finding[] =
    level === undefined ? [] : [{ level, reason: `The role has the managed policy ${source.name}.` }];
  if (level === 'administrator') return named;
  const read = document.statements.flatMap((statement) =>
    readStatement(statement, `${nameOf(source)}${statement.sid === null ? '' : `, statement ${statement.sid},`}`),
  );
  return [...named, ...read];
}

/** `policies`: those of the role that is passed. Refused reads give `unknown`, which no one should take for low. */
export function assessRisk(policies: Found<readonly SourcedPolicy[]>): Risk {
  if (policies.kind !== 'found') return { level: 'unknown', reasons: [policies.why] };
  const findings = policies.value.flatMap(readPolicy);
  const level = findings.some((f) => f.level === 'administrator')
    ? 'administrator'
    : findings.length > 0
      ? 'elevated'
      : 'low';
  return { level, reasons: [...new Set(findings.map((f) => f.reason))] };
}
