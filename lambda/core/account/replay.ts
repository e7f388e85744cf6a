/**
 * The denied request, as condition keys: what the event and IAM know about it. AWS's simulator fills in almost none of them, and a key it
 * lacks counts as absent, which is how an MFA guardrail turns into a false explicit deny. So what is certainly absent (a long-term key carries no
 * MFA) is kept apart from what is not known (pasted text says nothing of MFA): only the second can make a verdict doubtful.
 * Source: "AWS global condition context keys" and "SimulatePrincipalPolicy" in the IAM documentation.
 */

import type { Denial, RequestFacts } from '../denial/denial.ts';
import { readDate } from '../policy/condition/date.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import type { Principal, TargetRole } from './evidence.ts';

export interface Replay {
  readonly entries: readonly ContextEntry[];
  /** True for a key that the request certainly did not carry; false: we do not know. */
  readonly isAbsent: (key: string) => boolean;
  /** True for a key among the entries that has its likely value, and may have had another or none. */
  readonly isGuessed: (key: string) => boolean;
  /** Not sent along: keys that AWS may or may not look at, with the value that it would find. */
  readonly unreliable: readonly ContextEntry[];
  /** What is known of a key that is in doubt, as one sentence; null: nothing. */
  readonly doubtOf: (key: string) => string | null;
}

const entry = (key: string, type: ContextEntry['type'], ...values: string[]): ContextEntry => ({ key, type, values });

/**
 * The service that made the call on the principal's behalf. Undefined: CloudTrail's `invokedBy` does not tell whether one did. For somebody in
 * the console it is `signin.amazonaws.com` or `AWS Internal` as well (CloudTrail user guide, "Understanding CloudTrail events"; AWS Health user
 * guide, "Logging AWS Health API calls").
 */
function throughService({ invokedBy }: RequestFacts): string | null | undefined {
  if (invokedBy === null) return null;
  const isService = /\.amazonaws\.com(\.cn)?$/.test(invokedBy) && !invokedBy.startsWith('signin.');
  return isService ? invokedBy : undefined;
}

function requestEntries(denial: Denial): ContextEntry[] {
  const { request } = denial;
  const entries: ContextEntry[] = [];
  if (request.mfa !== null && request.longTermKey !== true) {
    entries.push(entry('aws:MultiFactorAuthPresent', 'boolean', String(request.mfa)));
  }
  if (request.sourceIp !== null) {
    // "This key is included in the request context, except when the requester uses a VPC endpoint": then it is aws:VpcSourceIp.
    const key = request.vpcEndpointId === null ? 'aws:SourceIp' : 'aws:VpcSourceIp';
    entries.push(entry(key, 'ip', request.sourceIp));
  }
  if (request.userAgent !== null) entries.push(entry('aws:UserAgent', 'string', request.userAgent));
  if (request.vpcEndpointId !== null) entries.push(entry('aws:SourceVpce', 'string', request.vpcEndpointId));
  if (request.sessionIssuedAt !== null) entries.push(entry('aws:TokenIssueTime', 'date', request.sessionIssuedAt));
  if (denial.region !== null) entries.push(entry('aws:RequestedRegion', 'string', denial.region));
  if (denial.time !== null) {
    entries.push(entry('aws:CurrentTime', 'date', denial.time));
    const milliseconds = readDate(denial.time);
    if (milliseconds !== null) entries.push(entry('aws:EpochTime', 'numeric', String(Math.floor(milliseconds / 1000))));
  }
  if (request.userId !== null) entries.push(entry('aws:userid', 'string', request.userId));
  if (request.sourceIdentity !== null) entries.push(entry('aws:SourceIdentity', 'string', request.sourceIdentity));
  if (request.federatedProvider !== null)
    entries.push(entry('aws:FederatedProvider', 'string', request.federatedProvider));
  if (denial.source === 'event') {
    const service = throughService(request);
    if (service !== undefined) entries.push(entry('aws:ViaAWSService', 'boolean', String(service !== null)));
    entries.push(entry('aws:SecureTransport', 'boolean', 'true'));
    if (typeof service === 'string') entries.push(entry('aws:CalledVia', 'stringList', service));
  }
  return entries;
}

function principalEntries(principal: Principal, accountId: string): ContextEntry[] {
  return [
    entry('aws:PrincipalArn', 'string', principal.arn),
    entry('aws:PrincipalAccount', 'string', accountId),
    entry('aws:PrincipalType', 'string', principal.kind === 'user' ? 'User' : 'AssumedRole'),
    entry('aws:PrincipalIsAWSService', 'boolean', 'false'),
    ...(principal.kind === 'user' ? [entry('aws:username', 'string', principal.name)] : []),
    ...Object.entries(principal.tags).map(([tag, value]) => entry(`aws:PrincipalTag/${tag}`, 'string', value)),
  ];
}

const principalTag = 'aws:principaltag/';
/** "Only available when the call to your resource is made directly by an AWS service principal" (AWS global condition context keys), or to STS. */
const ofServices =
  /^(aws:(sourceaccount|sourcearn|sourceorgid|sourceorgpaths|principalservicename|principalservicenameslist)|sts:externalid)$/;
const resourceTag = /^(?:aws|iam):resourcetag\//;

/**
 * The tags of the role to be passed. "Do not try to control who can pass a role by tagging the role and then using the ResourceTag condition
 * key in a policy with the iam:PassRole action. This approach does not have reliable results." (IAM user guide, "Grant a user permissions to
 * pass a role to an AWS service"). So neither that such a key was there is certain, nor that it was not.
 */
const roleTagEntries = ({ tags }: Pick<TargetRole, 'tags'>): ContextEntry[] =>
  Object.entries(tags).flatMap(([tag, value]) =>
    ['iam', 'aws'].map((prefix) => entry(`${prefix}:ResourceTag/${tag}`, 'string', value)),
  );

/** A session's tags take the place of its role's, and IAM does not keep them. A user's long-term key or session token carries none. */
function doubtWords(principal: Principal, role: Pick<TargetRole, 'tags'>): (key: string) => string | null {
  return (key) => {
    const name = key.toLowerCase();
    if (resourceTag.test(name)) {
      const value = roleTagEntries(role).find((one) => one.key.toLowerCase() === name)?.values[0];
      return value === undefined
        ? null
        : `${key} is ${value} on the role, but AWS documents that tags of a role have no reliable effect on iam:PassRole.`;
    }
    if (principal.kind === 'user' || !name.startsWith(principalTag)) return null;
    const [, value] = Object.entries(principal.tags).find(([tag]) => principalTag + tag.toLowerCase() === name) ?? [];
    return value === undefined
      ? `${key}: the role ${principal.name} has no such tag, but its session may have.`
      : `${key} is ${value} on the role ${principal.name}, unless its session has a tag of its own.`;
  };
}

/**
 * Keys that an event would have shown had the request carried them. Session tags are not in IAM, so a role session's principal tags stay
 * unknown. A long-term key never carries MFA, a role session no user name.
 */
function isAbsentFrom(denial: Denial, principal: Principal, present: ReadonlySet<string>): (key: string) => boolean {
  return (key) => {
    const name = key.toLowerCase();
    if (present.has(name)) return false;
    if (name.startsWith(principalTag)) return principal.kind === 'user';
    if (resourceTag.test(name)) return true;
    if (name === 'aws:username') return principal.kind === 'role';
    if (name === 'aws:federatedprovider' && principal.kind === 'user') return true;
    if (ofServices.test(name)) return true;
    if (denial.source !== 'event') return false;
    if (name === 'aws:sourceidentity') return true;
    if (name === 'aws:multifactorauthpresent' || name === 'aws:multifactorauthage') {
      return denial.request.longTermKey === true || (name.endsWith('age') && denial.request.mfa === false);
    }
    if (name === 'aws:tokenissuetime') return denial.request.longTermKey === true;
    if (name === 'aws:sourcevpce' || name === 'aws:sourcevpc' || name === 'aws:vpcsourceip') {
      return denial.request.vpcEndpointId === null;
    }
    if (name === 'aws:sourceip') return denial.request.vpcEndpointId !== null;
    return name.startsWith('aws:calledvia') && denial.request.invokedBy === null;
  };
}

/** `passedTo` is the service principal, for example `glue.amazonaws.com`; `role` the one to be passed. */
export function replayOf(
  denial: Denial,
  principal: Principal,
  accountId: string,
  passedTo: string,
  role: Pick<TargetRole, 'tags'>,
): Replay {
  const entries = [
    entry('iam:PassedToService', 'string', passedTo),
    ...requestEntries(denial),
    ...principalEntries(principal, accountId),
  ];
  const unreliable = roleTagEntries(role);
  const present = new Set([...entries, ...unreliable].map(({ key }) => key.toLowerCase()));
  return {
    entries,
    isAbsent: isAbsentFrom(denial, principal, present),
    isGuessed: (key) => principal.kind === 'role' && key.toLowerCase().startsWith(principalTag),
    unreliable,
    doubtOf: doubtWords(principal, role),
  };
}

/** The same request with some keys given other values. */
export function withEntries(
  entries: readonly ContextEntry[],
  changes: readonly ContextEntry[],
): readonly ContextEntry[] {
  const changed = new Set(changes.map((change) => change.key.toLowerCase()));
  return [...entries.filter((e) => !changed.has(e.key.toLowerCase())), ...changes];
}
