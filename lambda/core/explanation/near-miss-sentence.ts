/** A near miss in one sentence: what the statement allows instead. */
import { type IamEntity, parseRoleArn, pathAndName, splitArn } from '../iam/arn.ts';
import { matchesPattern, readPattern } from '../policy/pattern.ts';
import { coversResource } from '../policy/resource-pattern.ts';
import type { PolicySource } from '../policy/sourced-policy.ts';
import { alternatives, quotedAlternatives } from '../text/alternatives.ts';
import { editDistance } from '../text/edit-distance.ts';
import { quoted } from '../text/quoted.ts';
import type { Missed } from './near-miss.ts';

const PASS_ROLE = 'iam:passrole';

/** Of the words that are not PassRole: misspelt by up to two letters, or under another service. No action of IAM is as near as that. */
export function isAlmostPassRole(action: string): boolean {
  const written = action.toLowerCase();
  if (written === PASS_ROLE || /[*?$]/.test(written)) return false;
  return editDistance(written, PASS_ROLE) <= 2 || /^[a-z0-9-]+:\s*passrole\s*$/.test(written);
}

/** A pattern that could name an IAM role at all: `*`, `arn:*`, `arn:aws:iam::*:role/x`, but not `arn:aws:s3:::bucket/*`. */
export function couldNameRole(pattern: string): boolean {
  if (!pattern.startsWith('arn:')) return /[*$]/.test(pattern);
  // The colons of a variable are none of the ARN's.
  const [, , service = '*', , , ...rest] = pattern.replace(/\$\{[^}]*\}/g, '$').split(':');
  const literal = /^[^*?$]*/.exec(rest.join(':'))?.[0] ?? '';
  return /^iam$|[*?]/i.test(service) && (literal.startsWith('role') || 'role'.startsWith(literal));
}

/** `role names that begin with AWSGlueServiceRole` for `arn:aws:iam::*:role/AWSGlueServiceRole*`; an odd ARN is shown as it is. */
function rolesNamedBy(pattern: string, asked: IamEntity | null): string {
  const [, partition, account = '', rest = ''] = /^arn:([^:]*):iam::([^:]*):role\/(.+)$/.exec(pattern) ?? [];
  const isOwn = account === '*' || account === asked?.account;
  const isAsPlain = partition === '*' || partition === asked?.partition;
  if (!isAsPlain || !(isOwn || /^\d{12}$/.test(account)) || quoted(rest) !== rest) return quoted(pattern);
  const inAccount = isOwn ? '' : ` in account ${account}`;
  const slash = rest.lastIndexOf('/');
  const path = slash < 0 ? '' : ` under the path ${rest.slice(0, slash + 1)}`;
  const name = rest.slice(slash + 1);
  if (!/[*?$]/.test(rest)) return `the role ${rest}${inAccount}`;
  if (!rest.endsWith('*') || /[*?$]/.test(rest.slice(0, -1))) return `roles that match ${rest}${inAccount}`;
  return name === '*'
    ? `roles${path}${inAccount}`
    : `role names that begin with ${name.slice(0, -1)}${path}${inAccount}`;
}

/** Says so where only the role's path keeps a pattern from matching. */
function pathNote(patterns: readonly string[], asked: IamEntity | null): string {
  if (asked === null || asked.path === '/') return '';
  const withoutPath = `arn:${asked.partition}:iam::${asked.account}:role/${asked.name}`;
  const closest = patterns.find((pattern) => coversResource(pattern, withoutPath, null));
  return closest === undefined
    ? ''
    : `; the name fits, but the path ${asked.path.slice(1)} of ${pathAndName(asked)} is not matched by ${quoted(splitArn(closest)?.resource ?? closest)}`;
}

function resourcePhrase({ not, patterns }: Extract<Missed, { part: 'resource' }>, roleArn: string): string {
  if (not) return `allows PassRole on every resource except ${quotedAlternatives(patterns)}`;
  const asked = parseRoleArn(roleArn);
  const roles = patterns.filter(couldNameRole);
  const named = (roles.length === 0 ? patterns : roles).map((pattern) => rolesNamedBy(pattern, asked));
  return `allows PassRole only on ${alternatives(named)}${pathNote(patterns, asked)}`;
}

function conditionPhrase({ operator, key, values, actual }: Extract<Missed, { part: 'condition' }>): string {
  const compared = /^(?:for(?:anyvalue|allvalues):)?string(not)?(?:equals|like)/i.exec(operator);
  if (key.toLowerCase() === 'iam:passedtoservice' && compared !== null) {
    const services = `${compared[1] === undefined ? '' : 'any service but '}${quotedAlternatives(values)}`;
    const asked = `asked ${actual === null ? 'without a service' : quotedAlternatives(actual)}`;
    return `allows passing to ${services}, ${asked}${literalNote(operator, values, actual)}`;
  }
  const was =
    actual === null ? 'the request did not carry it or it is not known' : `it was ${quotedAlternatives(actual)}`;
  const unreliable = /^(?:aws|iam):resourcetag\//i.test(key)
    ? '; AWS documents that tags of a role have no reliable effect on iam:PassRole'
    : '';
  return `applies only if ${quoted(key)} satisfies ${quoted(operator)} ${quotedAlternatives(values)}; ${was}${literalNote(operator, values, actual)}${unreliable}`;
}

/** Says so where only the operator keeps a wildcard from matching. */
function literalNote(operator: string, values: readonly string[], actual: readonly string[] | null): string {
  const [, bare] = /^(?:for(?:anyvalue|allvalues):)?(stringequals)(?:ifexists)?$/i.exec(operator) ?? [];
  const patterns = values.filter((value) => /[*?]/.test(value)).map((value) => readPattern(value, true, null) ?? []);
  const fits = (actual ?? []).some((text) => patterns.some((pattern) => matchesPattern(pattern, text)));
  return bare !== undefined && fits ? `; ${bare} compares * and ? literally, StringLike was probably meant` : '';
}

function phrase(missed: Missed, roleArn: string): string {
  switch (missed.part) {
    case 'action': {
      const typo = missed.not ? undefined : missed.patterns.find(isAlmostPassRole);
      if (typo !== undefined)
        return `allows ${JSON.stringify(typo)}, which is not iam:PassRole but was probably meant to be`;
      return missed.not
        ? `allows every action except ${quotedAlternatives(missed.patterns)}, which leaves out iam:PassRole`
        : `allows ${quotedAlternatives(missed.patterns)} on this role, not iam:PassRole`;
    }
    case 'resource':
      return resourcePhrase(missed, roleArn);
    case 'condition':
      return conditionPhrase(missed);
    default:
      return missed satisfies never;
  }
}

/** `MfaGuardrail (group Developers)`. */
export const heldWords = ({ name, attachedTo }: PolicySource): string =>
  `${quoted(name)} (${attachedTo.kind} ${quoted(attachedTo.name)})`;

/** `policy`: how the policy is named to people. */
export function nearMissSentence(policy: string, missed: readonly Missed[], roleArn: string): string {
  return `${policy} ${missed.map((part) => phrase(part, roleArn)).join('; and ')}.`;
}
