/** The field note's account, as the core sees it, and variations of it. */

import type { Group, Principal, Simulation, TargetRole } from '../../lambda/core/account/evidence.ts';
import type { SimulationRequest } from '../../lambda/core/diagnosis/diagnosis.ts';
import type { PolicyDocument } from '../../lambda/core/policy/document.ts';
import { evaluate } from '../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument, policySize } from '../../lambda/core/policy/parse.ts';
import type { Holder, SourcedPolicy } from '../../lambda/core/policy/sourced-policy.ts';
import { awsManagedPolicies } from '../../local/account/aws-managed.ts';
import { ACCOUNT, GLUE, MARIA, ROLE } from './denial.ts';

/** A statement as people write it. */
export type Written = Readonly<Record<string, unknown>>;

export function documentOf(...statements: Written[]): PolicyDocument {
  const parsed = parsePolicyDocument({ Version: '2012-10-17', Statement: statements });
  if (parsed.kind === 'unreadable') throw new Error(parsed.why);
  return parsed.document;
}

export const user: Holder = { kind: 'user', name: 'maria' };
export const glueAccess: Holder = { kind: 'group', name: 'GlueAccess' };

export function inline(name: string, attachedTo: Holder, ...statements: Written[]): SourcedPolicy {
  const size = policySize(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  return { source: { kind: 'inline', name, arn: null, attachedTo }, document: documentOf(...statements), size };
}

const published = awsManagedPolicies();

/** One of AWS's own policies, as AWS publishes it. */
export function awsManaged(name: string, attachedTo: Holder): SourcedPolicy {
  const policy = published.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`local/account/aws-managed has no ${name}`);
  const source = { kind: 'aws-managed' as const, name, arn: policy.arn, attachedTo };
  return { source, document: policy.document, size: policySize(policy.text) };
}

export const allow = (action: unknown, resource: unknown, condition?: Written): Written => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});

export const deny = (sid: string, condition?: Written): Written => ({
  Sid: sid,
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  ...(condition === undefined ? {} : { Condition: condition }),
});

export const withoutMfa: Written = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };
export const notFromOffice: Written = { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24'] } };

export function aGroup(name: string, ...members: string[]): Group {
  return { name, arn: `arn:aws:iam::${ACCOUNT}:group/${name}`, members };
}

/** maria, in GlueAccess, which has AWSGlueConsoleFullAccess. */
export function aUser(changes: Partial<Principal> = {}): Principal {
  return {
    kind: 'user',
    arn: MARIA,
    name: 'maria',
    path: '/',
    tags: {},
    boundaryArn: null,
    boundary: null,
    groups: [aGroup('GlueAccess', 'jonas', 'maria')],
    policies: [awsManaged('AWSGlueConsoleFullAccess', glueAccess)],
    unreadable: [],
    ...changes,
  };
}

/** maria with these policies of her own, and in no group. */
export const userWith = (...policies: SourcedPolicy[]): Principal => aUser({ groups: [], policies });

/** The role behind anna's session. */
export function aRolePrincipal(changes: Partial<Principal> = {}): Principal {
  const name = 'etl-developer';
  const arn = `arn:aws:iam::${ACCOUNT}:role/team/${name}`;
  return { ...aUser(), kind: 'role', arn, name, path: '/team/', groups: [], policies: [], ...changes };
}

export const trusting = (service: string): PolicyDocument =>
  documentOf({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });

/** glue-runtime-role, which trusts Glue and has AWSGlueServiceRole. */
export function aTargetRole(changes: Partial<TargetRole> = {}): TargetRole {
  const name = 'glue-runtime-role';
  const policies = { kind: 'found' as const, value: [awsManaged('AWSGlueServiceRole', { kind: 'role', name })] };
  return { arn: ROLE, name, path: '/', tags: {}, trust: trusting(GLUE), policies, boundary: null, ...changes };
}

export function aSimulation(decision: Simulation['decision'], changes: Partial<Simulation> = {}): Simulation {
  return {
    decision,
    matched: [],
    missingContext: [],
    allowedByOrganizations: null,
    allowedByBoundary: null,
    context: [],
    ...changes,
  };
}

export const FENCE = `arn:aws:iam::${ACCOUNT}:policy/Fence`;

/** A user or role whose permissions boundary, Fence, has these statements. */
export function bounded(principal: Principal, ...statements: Written[]): Principal {
  const attachedTo: Holder = { kind: principal.kind, name: principal.name };
  const source = { kind: 'customer-managed' as const, name: 'Fence', arn: FENCE, attachedTo };
  const value = { source, document: documentOf(...statements), size: 0 };
  return { ...principal, boundaryArn: FENCE, boundary: { kind: 'found', value } };
}

function sent(text: string): SourcedPolicy {
  const parsed = parsePolicyDocument(text);
  if (parsed.kind === 'unreadable') throw new Error(parsed.why);
  const source = { kind: 'inline' as const, name: 'added', arn: null, attachedTo: user };
  return { source, document: parsed.document, size: 0 };
}

/** What AWS's simulator answers, as far as identity-based policies and the boundary go. */
export function simulate(principal: Principal, { roleArn, context, added, boundary }: SimulationRequest): Simulation {
  const request = { action: 'iam:PassRole', resource: roleArn, context };
  const own = evaluate([...principal.policies, ...added.map(sent)], request).decision;
  const attached = principal.boundary?.kind === 'found' ? principal.boundary.value : null;
  const bounding = boundary === null ? attached : sent(boundary);
  if (bounding === null) return aSimulation(own, { context });
  const bound = evaluate([bounding], request).decision;
  const both = [own, bound];
  const decision = both.includes('explicitDeny') ? 'explicitDeny' : bound === 'allowed' ? own : 'implicitDeny';
  return aSimulation(decision, { context, allowedByBoundary: bound === 'allowed' });
}

/** maria in GlueAccess, and these statements in a policy of her own. */
export const guarded = (...statements: Written[]): Principal =>
  aUser({ policies: [...aUser().policies, inline('Guard', user, ...statements)] });
