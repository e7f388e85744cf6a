/** A policy simulator over an account as written, by the reference evaluator: it shares no line with what it is to check. */

import type { Simulation } from '../../lambda/core/account/evidence.ts';
import type { SimulationRequest } from '../../lambda/core/diagnosis/diagnosis.ts';
import type { ContextEntry } from '../../lambda/core/policy/context-entry.ts';
import { awsManagedPolicies } from '../../local/account/aws-managed.ts';
import type { AccountWithCall, RawAccount, RawEntity } from './any-account.ts';
import type { Context } from './reference-conditions.ts';
import { type Decision, type RawPolicy, type RawRequest, referenceDecision } from './reference-evaluator.ts';

const published: ReadonlyMap<string, RawPolicy> = new Map(
  awsManagedPolicies().map(({ name, text }) => [name, JSON.parse(text) as RawPolicy]),
);

function policyNamed(account: RawAccount, name: string): RawPolicy {
  const policy = account.policies[name] ?? published.get(name);
  if (policy === undefined) throw new Error(`${name} is not in the account`);
  return policy;
}

const own = (account: RawAccount, { inline = {}, managed = [] }: RawEntity): RawPolicy[] => [
  ...Object.values(inline),
  ...managed.map((name) => policyNamed(account, name)),
];

export interface Layers {
  readonly identity: readonly RawPolicy[];
  /** Null: there is no such layer. */
  readonly boundary: RawPolicy | null;
  readonly organization: readonly RawPolicy[] | null;
}

export function layersOf({ account, caller }: Pick<AccountWithCall, 'account' | 'caller'>): Layers {
  const user = caller.kind === 'user' ? account.users[caller.name] : undefined;
  const entity: RawEntity | undefined = user ?? account.roles[caller.name];
  if (entity === undefined) throw new Error(`${caller.name} is not in the account`);
  const groups = (user?.groups ?? []).flatMap((name) => own(account, account.groups[name] ?? {}));
  const scps = account.organization?.serviceControlPolicies;
  return {
    identity: [...own(account, entity), ...groups],
    boundary: entity.boundary === undefined ? null : policyNamed(account, entity.boundary),
    organization: scps === undefined ? null : Object.values(scps),
  };
}

export interface Layered {
  readonly all: Decision;
  readonly identity: Decision;
  readonly boundary: Decision | null;
  readonly organization: Decision | null;
}

export function layered(of: Layers, request: RawRequest, added: readonly RawPolicy[] = []): Layered {
  const identity = referenceDecision([...of.identity, ...added], request);
  const boundary = of.boundary && referenceDecision([of.boundary], request);
  const scps = of.organization?.map((policy) => referenceDecision([policy], request)) ?? null;
  const organization =
    scps &&
    (scps.includes('explicitDeny')
      ? 'explicitDeny'
      : scps.every((scp) => scp === 'allowed')
        ? 'allowed'
        : 'implicitDeny');
  const each = [identity, boundary, organization].filter((layer) => layer !== null);
  const all = each.includes('explicitDeny')
    ? 'explicitDeny'
    : each.every((layer) => layer === 'allowed')
      ? 'allowed'
      : 'implicitDeny';
  return { all, identity, boundary, organization };
}

export const contextOf = (entries: readonly ContextEntry[]): Context =>
  Object.fromEntries(entries.map(({ key, values }) => [key, values]));

/** In the form in which AWS's simulator answers. */
export function simulateByReference(layers: Layers, request: SimulationRequest): Simulation {
  const asked = { action: 'iam:PassRole', resource: request.roleArn, context: contextOf(request.context) };
  const of = request.boundary === null ? layers : { ...layers, boundary: JSON.parse(request.boundary) as RawPolicy };
  const added = request.added.map((text) => JSON.parse(text) as RawPolicy);
  const { all, boundary, organization } = layered(of, asked, added);
  const nothing = { matched: [], missingContext: [], context: request.context };
  // "If an Organizations SCP included in the evaluation denies access, the simulation ends": no word of the boundary then.
  if (organization !== null && organization !== 'allowed')
    return { ...nothing, decision: 'implicitDeny', allowedByOrganizations: false, allowedByBoundary: null };
  return {
    ...nothing,
    decision: all,
    allowedByOrganizations: organization === null ? null : true,
    allowedByBoundary: boundary === null ? null : boundary === 'allowed',
  };
}
