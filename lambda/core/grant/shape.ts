/** Is a document exactly one of our grants? Nothing else is ever written or removed. It comes from a table, so its type proves nothing. */
import { isRoleArn, isServiceLinked, parseRoleArn, type RoleArn } from '../iam/arn.ts';
import { canonicalJson, type Sha256 } from '../text/canonical-json.ts';
import { grantDocument, namesFor, untilThen } from './proposal.ts';

/** What the case says that the grant has to be. */
interface Expected {
  readonly role: RoleArn;
  readonly service: string;
  readonly account: string;
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** One sentence; null: it can be written. Source: IAM API reference, CreateRole, Path: every printable character. */
export function unfitRole(role: string, account: string): string | null {
  const entity = parseRoleArn(role);
  if (entity === null) return `The role of the case, ${role}, is not one exact role ARN.`;
  if (/[*?$]/.test(role)) return `The ARN ${role} holds a wildcard or a variable, so the grant would reach more roles.`;
  if (entity.account !== account)
    return `The role ${role} belongs to account ${entity.account}; grants are written in account ${account} only.`;
  return isServiceLinked(entity) ? `${role} is a service-linked role, which nobody can pass.` : null;
}

/** The first part that is not as it has to be, in one sentence; null: each is, although the whole may still differ. */
function oddPart(document: unknown, { role, service, account }: Expected): string | null {
  const { Statement } = asObject(document);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length !== 1) return `The document has ${statements.length} statements instead of one.`;
  const { Effect, Action, Resource, Condition } = asObject(statements[0]);
  if (Effect !== 'Allow') return 'Its statement is not an Allow.';
  if (Action !== 'iam:PassRole') return `It allows ${canonicalJson(Action ?? null)} instead of iam:PassRole alone.`;
  if (typeof Resource !== 'string' || /[*?$]/.test(Resource) || parseRoleArn(Resource) === null)
    return `Its resource ${canonicalJson(Resource ?? null)} is not one exact role.`;
  if (parseRoleArn(Resource)?.account !== account) return `Its role ${Resource} belongs to another account.`;
  if (Resource !== role) return `Its role ${Resource} is not the one that was refused, ${role}.`;
  const passedTo = asObject(asObject(Condition)['StringEquals'])['iam:PassedToService'];
  return passedTo === service
    ? null
    : `It names ${canonicalJson(passedTo ?? null)} instead of the one service ${service}.`;
}

/** Why this is not the grant for that role and service under one of its own names; null: it is. */
export function unfitDocument(
  { policyName, document }: { readonly policyName: string; readonly document: unknown },
  expected: Expected,
  sha256: Sha256,
): string | null {
  const odd = oddPart(document, expected);
  if (odd !== null) return odd;
  if (!namesFor(expected.role, expected.service, sha256).includes(policyName))
    return `The policy name ${policyName} is not the one that follows from role and service.`;
  return canonicalJson(document) === canonicalJson(grantDocument(policyName, expected.role, expected.service))
    ? null
    : 'The document holds more than the grant.';
}

/**
 * Only what we may have written is ever removed: the grant for the role and service that it names itself, with an end or without.
 * A record that was altered to name another policy is thereby of no use.
 */
export function isOurs(policyName: string, document: unknown, account: string, sha256: Sha256): boolean {
  const [statement] = [asObject(document)['Statement']].flat();
  const { Resource: role, Condition } = asObject(statement);
  const { StringEquals, DateLessThan } = asObject(Condition);
  const service = asObject(StringEquals)['iam:PassedToService'];
  if (typeof role !== 'string' || typeof service !== 'string') return false;
  if (!isRoleArn(role) || unfitRole(role, account) !== null) return false;
  if (!namesFor(role, service, sha256).includes(policyName)) return false;
  const plain = grantDocument(policyName, role, service);
  const end = asObject(DateLessThan)['aws:CurrentTime'];
  const whole = typeof end === 'string' ? untilThen(plain, end) : plain;
  return canonicalJson(document) === canonicalJson(whole);
}
