/**
 * What passing the role hands to those who gain: with PassRole and the right to change a job, they run code as the role.
 * Source: pathfinding.cloud glue-005 and glue-006; "Privilege escalation" patterns for IAM.
 *
 * By reading the role's policies. Denies and conditions on an Allow are not counted in its favour: doubt makes the risk higher.
 */
import { splitArn } from './arn.ts';
import type { Found, PolicySource, SourcedPolicy } from './evidence.ts';
import { evaluateStatement } from './policy.ts';

export type RiskLevel = 'low' | 'elevated' | 'administrator' | 'unknown';

export interface Risk {
  readonly level: RiskLevel;
  /** One sentence each. Empty only for `low`. */
  readonly reasons: readonly string[];
}

/** AWS managed policies that decide by their name alone. */
const adminPolicies = ['AdministratorAccess', 'IAMFullAccess'];
const elevatedPolicies = ['PowerUserAccess'];

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
  'organizations:AttachPolicy',
  'sso:PutInlinePolicyToPermissionSet',
  'sso:AttachManagedPolicyToPermissionSet',
];

/** Each reaches beyond the role itself when it may be done on everything. */
const reach = [
  'iam:PassRole',
  'sts:AssumeRole',
  'lambda:UpdateFunctionCode',
  'cloudformation:CreateStack',
  'cloudformation:UpdateStack',
  'ssm:SendCommand',
  'secretsmanager:GetSecretValue',
  'kms:Decrypt',
  's3:GetObject',
  's3:PutObject',
];

/** `*`, `role/*`, `function:*`; for S3, whose resources have no type, only `*` itself: `aws-glue-*` is not everything. */
const everything = (service: string): RegExp => (service === 's3' ? /^\*+(\/\*+)?$/ : /^([a-z-]+[:/])?\*+$/);

function isBroad(patterns: readonly string[], service: string): boolean {
  return patterns.some((pattern) => {
    const arn = splitArn(pattern);
    if (arn === null) return /^\*+$/.test(pattern);
    return (arn.service === '*' || arn.service === service) && everything(service).test(arn.resource);
  });
}

const nameOf = (source: PolicySource): string =>
  source.kind === 'inline' ? `inline policy ${source.name}` : `managed policy ${source.name}`;

interface Finding {
  readonly level: 'elevated' | 'administrator';
  readonly reason: string;
}

function readStatements(policy: SourcedPolicy): Finding[] {
  const findings: Finding[] = [];
  for (const [index, statement] of policy.document.statements.entries()) {
    if (statement.effect !== 'Allow' || statement.resources === null) continue;
    const allowed = (action: string): boolean =>
      evaluateStatement(statement, index, { action, resource: '*', context: [] }).action.matches;
    const where = `${nameOf(policy.source)}${statement.sid === null ? '' : `, statement ${statement.sid},`}`;
    const broadFor = (service: string): boolean =>
      statement.resources?.not === true || isBroad(statement.resources?.patterns ?? [], service);

    const admin = takeover.filter((action) => allowed(action));
    const coversIam = admin.some((action) => broadFor(action.split(':')[0] ?? ''));
    if (admin.length === takeover.length && coversIam) {
      findings.push({
        level: 'administrator',
        reason: `The ${where} allows every action${statement.actions.not ? ' but some' : ''}.`,
      });
    } else if (admin.length > 0) {
      const some = admin.slice(0, 3).join(', ') + (admin.length > 3 ? ` and ${admin.length - 3} more` : '');
      const level = coversIam ? 'administrator' : 'elevated';
      if (
        coversIam ||
        statement.resources.patterns.some((pattern) => /^\*|^arn:[^:]*:(iam|organizations|sso|\*):/.test(pattern))
      ) {
        findings.push({ level, reason: `The ${where} allows ${some}, by which a holder can give itself any right.` });
      }
    }
    const far = reach.filter((action) => allowed(action) && broadFor(action.split(':')[0] ?? ''));
    if (far.length > 0 && !(admin.length === takeover.length && coversIam)) {
      const some = far.slice(0, 3).join(', ') + (far.length > 3 ? ` and ${far.length - 3} more` : '');
      findings.push({ level: 'elevated', reason: `The ${where} allows ${some} on everything.` });
    }
  }
  return findings;
}

function readPolicy(policy: SourcedPolicy): Finding[] {
  if (policy.source.kind === 'aws-managed' && adminPolicies.includes(policy.source.name)) {
    return [{ level: 'administrator', reason: `The role has the managed policy ${policy.source.name}.` }];
  }
  const named: Finding[] =
    policy.source.kind === 'aws-managed' && elevatedPolicies.includes(policy.source.name)
      ? [{ level: 'elevated', reason: `The role has the managed policy ${policy.source.name}.` }]
      : [];
  return [...named, ...readStatements(policy)];
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
