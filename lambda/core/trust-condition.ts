/**
 * What a service sends when it assumes a role, as far as AWS documents it, against one condition of the trust policy. What a service may or
 * may not send leaves a condition open: it is then told, not judged.
 */
import { conditionHolds, operatorOf } from './policy-condition.ts';
import type { Condition } from './policy-document.ts';
import { quoted } from './quoted.ts';

/** `fails`: whatever the service sends, in one clause without its subject. */
export type TrustOutcome =
  | { readonly kind: 'holds' }
  | { readonly kind: 'open' }
  | { readonly kind: 'fails'; readonly why: string };

export interface Assuming {
  /** `glue.amazonaws.com`. */
  readonly service: string;
  /** Of the role, and so of the resource that it is for: a role is passed within its account. Null: not known. */
  readonly account: string | null;
}

/** Sent for people and their sessions. "aws:PrincipalOrgID: included only if the principal is a member of an organization" (IAM user guide). */
const ofPeople =
  /^(aws:(principalorgid|principalorgpaths|principaltag\/.*|multifactorauthpresent|multifactorauthage|username|federatedprovider)|saml:.*)$/;

/** They send one: "SmsConfiguration" in the Amazon Cognito API reference, "IAM role for importing endpoints" in the Amazon Pinpoint developer guide. */
const sendExternalId: ReadonlySet<string> = new Set(['cognito-idp.amazonaws.com', 'pinpoint.amazonaws.com']);

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
function sent(key: string, { service, account }: Assuming): readonly (readonly string[] | null)[] | null {
  if (ofPeople.test(key)) return [null];
  switch (key) {
    case 'sts:externalid':
      return sendExternalId.has(service) ? null : [null];
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

function whyNot({ key, values }: Condition, { service, account }: Assuming): string {
  switch (key.toLowerCase()) {
    case 'sts:externalid':
      return `it asks for ${quoted(key)}, which ${service} does not send`;
    case 'aws:sourceaccount':
      return `it applies only for account ${values.map(quoted).join(' or ')}, and the role is passed in ${account}`;
    case 'aws:principalorgid':
    case 'aws:principalorgpaths':
      return `it asks for ${quoted(key)} ${values.map(quoted).join(' or ')}, and ${service} is in no organization`;
    default:
      return `it asks for ${quoted(key)} ${values.map(quoted).join(' or ')}, which ${service} does not send`;
  }
}

export function trustOutcome(condition: Condition, assuming: Assuming): TrustOutcome {
  const key = condition.key.toLowerCase();
  if (key === 'aws:sourcearn') return sourceOutcome(condition, assuming);
  const ways = sent(key, assuming);
  if (ways === null || condition.values.some((value) => value.includes('$'))) return { kind: 'open' };
  const results = ways.map((actual) => conditionHolds(condition, actual, null));
  if (results.every((holds) => holds)) return { kind: 'holds' };
  return results.some((holds) => holds) ? { kind: 'open' } : { kind: 'fails', why: whyNot(condition, assuming) };
}
