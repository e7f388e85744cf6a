/**
 * The denied request, as condition keys: what the event and IAM know about it. AWS's simulator fills in almost none of them, and a key it
 * lacks counts as absent, which is how an MFA guardrail turns into a false explicit deny.
 * Source: "AWS global condition context keys" and "SimulatePrincipalPolicy" in the IAM documentation.
 */
import type { Denial } from './denial.ts';
import type { ContextEntry, Principal } from './evidence.ts';

export interface Replay {
  readonly entries: readonly ContextEntry[];
  /** True for a key that the request certainly did not carry; false: we do not know. */
  readonly isAbsent: (key: string) => boolean;
}

const entry = (key: string, type: ContextEntry['type'], ...values: string[]): ContextEntry => ({ key, type, values });

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
  if (denial.time !== null) entries.push(entry('aws:CurrentTime', 'date', denial.time));
  if (denial.source === 'event') {
    entries.push(entry('aws:ViaAWSService', 'boolean', String(request.invokedBy !== null)));
    entries.push(entry('aws:SecureTransport', 'boolean', 'true'));
    if (request.invokedBy !== null) entries.push(entry('aws:CalledVia', 'stringList', request.invokedBy));
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

/**
 * Keys that an event would have shown had the request carried them. Session tags are not in IAM, so a role session's principal tags stay
 * unknown. A long-term key never carries MFA, a role session no user name.
 */
function isAbsentFrom(denial: Denial, principal: Principal, present: ReadonlySet<string>): (key: string) => boolean {
  return (key) => {
    const name = key.toLowerCase();
    if (present.has(name)) return false;
    if (name.startsWith('aws:principaltag/')) return principal.kind === 'user';
    if (name === 'aws:username') return principal.kind === 'role';
    if (denial.source !== 'event') return false;
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

/** `passedTo` is the service principal, for example `glue.amazonaws.com`. */
export function replayOf(denial: Denial, principal: Principal, accountId: string, passedTo: string): Replay {
  const entries = [
    entry('iam:PassedToService', 'string', passedTo),
    ...requestEntries(denial),
    ...principalEntries(principal, accountId),
  ];
  return { entries, isAbsent: isAbsentFrom(denial, principal, new Set(entries.map((e) => e.key.toLowerCase()))) };
}

/** The same request with some keys given other values. */
export function withEntries(
  entries: readonly ContextEntry[],
  changes: readonly ContextEntry[],
): readonly ContextEntry[] {
  const changed = new Set(changes.map((change) => change.key.toLowerCase()));
  return [...entries.filter((e) => !changed.has(e.key.toLowerCase())), ...changes];
}
