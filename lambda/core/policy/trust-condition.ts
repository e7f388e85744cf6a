/**
 * What a service sends when it assumes a role, as far as AWS documents it, against one condition of the trust policy. What a service may or
 * may not send leaves a condition open: it is then told, not judged.
 */

import { quoted } from '../text/quoted.ts';
import { conditionHolds, operatorOf } from './condition/condition.ts';
import type { Condition } from './document.ts';

/** `fails`: whatever the service sends, in one clause without its subject. */
type TrustOutcome =
  | { readonly kind: 'holds' }
  | { readonly kind: 'open' }
  | { readonly kind: 'fails'; readonly why: string };

export interface Assuming {
  /** `glue.amazonaws.com`. */
  readonly service: string;
  /** Of the role, and so of the resource that it is for: a role is passed within its account. Null: conditions on it stay open. */
  readonly account: string | null;
  /** ISO 8601, of the denial: the role would be assumed then or later. Null: not known. */
  readonly time: string | null;
}

/** Sent for people and their sessions. "aws:PrincipalOrgID: included only if the principal is a member of an organization" (IAM user guide). */
const ofPeople =
  /^(aws:(principalorgid|principalorgpaths|principaltag\/.*|multifactorauthpresent|multifactorauthage|username|federatedprovider)|saml:.*)$/;

/**
 * Services whose resources' ARNs are known to be of one service, by the confused-deputy page of each or by the resource types of the Service
 * Authorization Reference. Others assume roles for resources of several.
 */
const namespaces: ReadonlyMap<string, string> = new Map([
  ['glue.amazonaws.com', 'glue'],
  ['lambda.amazonaws.com', 'lambda'],
  ['states.amazonaws.com', 'states'],
  ['scheduler.amazonaws.com', 'scheduler'],
  ['events.amazonaws.com', 'events'],
  ['ecs-tasks.amazonaws.com', 'ecs'],
  ['sagemaker.amazonaws.com', 'sagemaker'],
]);

/**
 * The external id is for people of other accounts ("The confused deputy problem", IAM user guide), but some services send one: Cognito and
 * Pinpoint as their settings say, Firehose the account. Only those whose own page on the confused deputy tells what they send instead are sure not to.
 */
const sendsNoExternalId = (service: string): boolean => namespaces.has(service);

/** Source: IAM user guide, "Principal key values". */
const peopleTypes: ReadonlySet<string> = new Set(['Account', 'User', 'FederatedUser', 'AssumedRole', 'Anonymous']);

const FAR_AHEAD = '9999-12-31T23:59:59Z';
const ofPrincipalArn = /^arn:[^:*?$]+:(iam|sts)::/;

/** Could the pattern name a resource of this service in this account? */
function couldBeSource(pattern: string, { service, account }: Assuming): boolean {
  const [, , ofService = '*', , ofAccount = '*'] = pattern.split(':');
  const isOpen = (part: string): boolean => /[*?$]/.test(part) || part === '';
  const namespace = namespaces.get(service);
  const isOther = namespace !== undefined && !isOpen(ofService) && ofService !== namespace;
  return !isOther && (account === null || isOpen(ofAccount) || ofAccount === account);
}

function sourceOutcome(condition: Condition, assuming: Assuming): TrustOutcome {
  const { family, negated, ifExists, set, wildcards } = operatorOf(condition);
  const isPlain = (family === 'string' || family === 'arn') && !negated && !ifExists && set === null;
  const isLiteral = (value: string): boolean => !wildcards && /[*?]/.test(value);
  const could = condition.values.filter((value) => couldBeSource(value, assuming));
  if (!isPlain || could.some((value) => !isLiteral(value))) return { kind: 'open' };
  if (could.length > 0) {
    const why = `it applies only for ${could.map(quoted).join(' or ')}, where ${quoted(condition.operator)} takes * and ? literally; StringLike was probably meant`;
    return { kind: 'fails', why };
  }
  const where = assuming.account === null ? '' : ` of account ${assuming.account}`;
  const why = `it applies only for ${condition.values.map(quoted).join(' or ')}, which is no resource${where} that ${assuming.service} works for`;
  return { kind: 'fails', why };
}

/** Each way in which the service may send the key; null: not known. */
function sent(
  { key: name, values }: Condition,
  { service, account, time }: Assuming,
): readonly (readonly string[] | null)[] | null {
  const key = name.toLowerCase();
  if (ofPeople.test(key)) return [null];
  switch (key) {
    case 'sts:externalid':
      return sendsNoExternalId(service) ? [null] : null;
    // What a service has here is not documented, but no ARN of IAM is a service's, and no type of a person either.
    case 'aws:principalarn':
      return values.every((value) => ofPrincipalArn.test(value)) ? [null, [service]] : null;
    case 'aws:principaltype':
      return values.every((value) => peopleTypes.has(value)) ? [null, [service]] : null;
    // AWS's own clock, which only goes on.
    case 'aws:currenttime':
      return time === null ? null : [[time], [FAR_AHEAD]];
    case 'aws:principalisawsservice':
      return [['true']];
    case 'aws:principalservicename':
      return [[service]];
    case 'aws:sourceaccount':
      return account === null ? null : [null, [account]];
    default:
      return null;
  }
}

function whyNot({ key, operator, values }: Condition, { service, account }: Assuming): string {
  switch (key.toLowerCase()) {
    case 'sts:externalid':
      return `it asks for ${quoted(key)}, which ${service} does not send`;
    case 'aws:sourceaccount':
      return `it applies only for account ${values.map(quoted).join(' or ')}, and the role is passed in ${account}`;
    case 'aws:principalorgid':
    case 'aws:principalorgpaths':
      return `it asks for ${quoted(key)} ${values.map(quoted).join(' or ')}, and ${service} is in no organization`;
    case 'aws:currenttime':
      return `it applies only for ${quoted(key)} ${quoted(operator)} ${values.map(quoted).join(' or ')}`;
    default:
      return `it asks for ${quoted(key)} ${values.map(quoted).join(' or ')}, which ${service} does not send`;
  }
}

export function trustOutcome(condition: Condition, assuming: Assuming): TrustOutcome {
  const key = condition.key.toLowerCase();
  if (key === 'aws:sourcearn') return sourceOutcome(condition, assuming);
  const ways = sent(condition, assuming);
  if (ways === null || condition.values.some((value) => value.includes('$'))) return { kind: 'open' };
  const results = ways.map((actual) => conditionHolds(condition, actual, null));
  if (results.every((holds) => holds)) return { kind: 'holds' };
  return results.some((holds) => holds) ? { kind: 'open' } : { kind: 'fails', why: whyNot(condition, assuming) };
}
