/** Whose policies a simulation is about: a user with their groups, a group, or a role. */
import { splitArn } from '../../../lambda/core/iam/arn.ts';
import { parsePolicyDocument, policySize } from '../../../lambda/core/policy/parse.ts';
import { invalidInput, noSuchEntity } from '../aws-error.ts';
import { type HolderKind, holderNamed } from '../state/holders.ts';
import { boundaryPolicy, ownPolicies, type StoredPolicy, userPolicies } from '../state/policies-of.ts';
import type { LocalState } from '../state/state.ts';
import type { NamedPolicy } from './simulated.ts';

export interface PolicyOwner {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: readonly NamedPolicy[] | null;
}

/** A managed policy goes by its name, an inline one by its holder and its name. */
const named = (policy: StoredPolicy): NamedPolicy => {
  const { kind, name, attachedTo } = policy.source;
  return { policy, id: kind === 'inline' ? `${attachedTo.kind}_${attachedTo.name}_${name}` : name };
};

const kinds: readonly HolderKind[] = ['user', 'group', 'role'];

/** Refuses a session ARN, as AWS does: its policies are the role's. */
export function policyOwner(state: LocalState, arn: string): PolicyOwner {
  const parts = splitArn(arn);
  const [stated, ...path] = (parts?.resource ?? '').split('/');
  const kind = kinds.find((known) => known === stated);
  const name = path.at(-1);
  if (parts?.service !== 'iam' || kind === undefined || name === undefined || name === '') {
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  }
  if (parts.account !== state.accountId) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  const holder = holderNamed(state, kind, name);
  if (holder.arn !== arn) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  const user = kind === 'user' ? state.users.get(name) : undefined;
  const policies = user === undefined ? ownPolicies(state, kind, holder) : userPolicies(state, user);
  const boundaryArn = 'boundaryArn' in holder ? holder.boundaryArn : null;
  const boundary = boundaryPolicy(state, { kind, name }, boundaryArn);
  return { identity: policies.map(named), boundary: boundary === null ? null : [named(boundary)] };
}

/** Policies that were sent along: `PolicyInputList.1`, counted from 1. */
export function sentPolicies(
  list: 'PolicyInputList' | 'PermissionsBoundaryPolicyInputList',
  texts: readonly string[],
): NamedPolicy[] {
  return texts.map((text, index) => {
    const id = `${list}.${index + 1}`;
    const parsed = parsePolicyDocument(text);
    if (parsed.kind === 'unreadable') throw invalidInput(`Syntax errors in policy ${id}. (${parsed.why})`);
    const source = { kind: 'inline', name: id, arn: null, attachedTo: { kind: 'user', name: id } } as const;
    return { id, policy: { source, document: parsed.document, text, size: policySize(text) } };
  });
}
