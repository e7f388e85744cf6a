/** Why broad access was not enough: each Allow that speaks of PassRole, or of the role, and the part of it that missed. */
import { parseRoleArn, pathAndName, splitArn } from './arn.ts';
import type { ContextEntry, Principal, SourcedPolicy } from './evidence.ts';
import { evaluateStatement, type StatementMatch } from './policy.ts';
import type { Missed, NearMiss } from './verdict.ts';

/** More than this many help nobody, and a case must fit its record. */
const MOST = 25;

/** A pattern that could name an IAM role at all: `*`, `arn:*`, `arn:aws:iam::*:role/x`, but not `arn:aws:s3:::bucket/*`. */
function couldNameRole(pattern: string): boolean {
  if (!pattern.startsWith('arn:')) return pattern.includes('*') || pattern.includes('$');
  const arn = splitArn(pattern);
  return (
    arn === null || ((arn.service.includes('*') || arn.service === 'iam') && /^(role|\*|r\*|\$)/.test(arn.resource))
  );
}

function namesRole(match: StatementMatch, roleName: string): boolean {
  return (
    match.statement.resources?.not === false &&
    match.statement.resources.patterns.some((pattern) => pattern.includes(roleName))
  );
}

function isNear(match: StatementMatch, roleName: string): boolean {
  if (match.statement.effect !== 'Allow' || match.matches) return false;
  if (!match.action.matches) return namesRole(match, roleName) && match.resource.matches;
  return match.resource.matches || match.resource.not || match.resource.patterns.some(couldNameRole);
}

function missedParts(match: StatementMatch): Missed[] {
  const missed: Missed[] = [];
  if (!match.action.matches) missed.push({ part: 'action', not: match.action.not, patterns: match.action.patterns });
  if (!match.resource.matches)
    missed.push({ part: 'resource', not: match.resource.not, patterns: match.resource.patterns });
  for (const { condition, matches, actual } of match.conditions) {
    if (!matches)
      missed.push({
        part: 'condition',
        operator: condition.operator,
        key: condition.key,
        values: condition.values,
        actual,
      });
  }
  return missed;
}

const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? 'nothing') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;

/** `role names that begin with AWSGlueServiceRole` for `arn:aws:iam::*:role/AWSGlueServiceRole*`. */
function rolesNamedBy(pattern: string): string {
  const arn = splitArn(pattern);
  if (arn === null || !arn.resource.startsWith('role/')) return pattern;
  const rest = arn.resource.slice('role/'.length);
  const account = /^\d{12}$/.test(arn.account) ? ` in account ${arn.account}` : '';
  const slash = rest.lastIndexOf('/');
  const path = slash < 0 ? '' : ` under the path ${rest.slice(0, slash + 1)}`;
  const name = rest.slice(slash + 1);
  if (rest.endsWith('*') && !/[*?$]/.test(rest.slice(0, -1))) {
    return name === '*' ? `roles${path}${account}` : `role names that begin with ${name.slice(0, -1)}${path}${account}`;
  }
  return /[*?$]/.test(rest) ? `roles that match ${rest}${account}` : `the role ${rest}${account}`;
}

/** Says what about the pattern is close: the path, where only that differs. */
function pathNote(patterns: readonly string[], roleArn: string): string {
  const role = parseRoleArn(roleArn);
  if (role === null || role.path === '/') return '';
  const closest = patterns.find((pattern) => {
    const resource = splitArn(pattern)?.resource ?? '';
    const literal = resource.slice('role/'.length).replace(/\*+$/, '');
    return resource.startsWith('role/') && literal !== '' && !literal.includes('/') && role.name.startsWith(literal);
  });
  return closest === undefined
    ? ''
    : `; the name fits, but the path ${role.path.slice(1)} of ${pathAndName(role)} is not matched by ${splitArn(closest)?.resource ?? closest}`;
}

function phrase(missed: Missed, roleArn: string): string {
  switch (missed.part) {
    case 'action':
      return missed.not
        ? `allows every action except ${list(missed.patterns)}, which leaves out iam:PassRole`
        : `allows ${list(missed.patterns)} on this role, not iam:PassRole`;
    case 'resource':
      return missed.not
        ? `allows PassRole on every resource except ${list(missed.patterns)}`
        : `allows PassRole only on ${list(missed.patterns.filter(couldNameRole).map(rolesNamedBy))}${pathNote(missed.patterns, roleArn)}`;
    case 'condition':
      return conditionPhrase(missed);
    default:
      return missed satisfies never;
  }
}

function conditionPhrase(missed: Extract<Missed, { part: 'condition' }>): string {
  if (missed.key.toLowerCase() === 'iam:passedtoservice') {
    return `allows passing to ${list(missed.values)}, asked ${missed.actual === null ? 'without a service' : list(missed.actual)}`;
  }
  const was =
    missed.actual === null ? 'the request did not carry it or it is not known' : `it was ${list(missed.actual)}`;
  return `applies only if ${missed.key} satisfies ${missed.operator} ${list(missed.values)}; ${was}`;
}

const holderOf = ({ source }: SourcedPolicy): string =>
  `${source.name} (${source.attachedTo.kind} ${source.attachedTo.name})`;

/** Ordered as read. At most 25. */
export function findNearMisses(principal: Principal, roleArn: string, context: readonly ContextEntry[]): NearMiss[] {
  const roleName = parseRoleArn(roleArn)?.name ?? roleArn;
  const found: NearMiss[] = [];
  for (const policy of principal.policies) {
    for (const [index, statement] of policy.document.statements.entries()) {
      if (found.length === MOST) return found;
      const match = evaluateStatement(statement, index, { action: 'iam:PassRole', resource: roleArn, context });
      if (!isNear(match, roleName)) continue;
      const missed = missedParts(match);
      const sentence = `${holderOf(policy)} ${missed.map((part) => phrase(part, roleArn)).join('; and ')}.`;
      found.push({ policy: policy.source, sid: statement.sid, statement: index, missed, sentence });
    }
  }
  return found;
}
