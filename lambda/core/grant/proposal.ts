/** The grant that is proposed: one Allow of iam:PassRole on one exact role to one service, in one inline policy of its own. */

import type { Principal } from '../account/evidence.ts';
import { isServiceLinked, parseRoleArn, type RoleArn } from '../iam/arn.ts';
import type { Holder } from '../policy/sourced-policy.ts';
import { canonicalJson, type Sha256 } from '../text/canonical-json.ts';
import { type PermissionSetAdvice, permissionSetAdvice } from './advice.ts';
import { type GrantDocument, grantDocument, namesFor } from './document.ts';
import { inlineNames, inlineSids, quotaReason } from './quota.ts';
import { chooseTarget, type Target } from './target.ts';

export { type GrantDocument, grantDocument, grantName, namesFor, untilThen } from './document.ts';
export { inlineQuota } from './quota.ts';

export interface Proposal {
  readonly target: Holder;
  readonly policyName: string;
  readonly document: GrantDocument;
  /** SHA-256 of the canonical document, target and policy name: what an approval names. */
  readonly digest: string;
  /** Why this target, in one sentence. */
  readonly why: string;
  /** Everyone who gains, as user names (a group's members), or the one user or role. */
  readonly gains: readonly string[];
}

type Chosen = Extract<Target, { kind: 'target' }>;

export type Proposing =
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  /** Nothing that we ever write. `why`: in one sentence. */
  | { readonly kind: 'advice'; readonly advice: PermissionSetAdvice; readonly why: string }
  | { readonly kind: 'withheld'; readonly why: string };

/** The digest that a ruling names. Any change of document, target or policy name changes it. */
export function digestOf(grant: Pick<Proposal, 'target' | 'policyName' | 'document'>, sha256: Sha256): string {
  const { target, policyName, document } = grant;
  return sha256(canonicalJson({ document, policyName, target: { kind: target.kind, name: target.name } }));
}

/** Why no exact grant can be written at all, in one sentence. */
function unwritable(role: RoleArn, service: string): string | null {
  const entity = parseRoleArn(role);
  if (!entity || isServiceLinked(entity)) return 'A service-linked role cannot be passed; use a role of your own.';
  // A role's path may hold every printable character. Source: IAM API reference, CreateRole, Path.
  if (/[*?$]/.test(entity.path)) {
    return `The path of the role, ${entity.path}, holds a character that a policy reads as a wildcard or a variable, so a grant would reach more than this role.`;
  }
  if (entity.path.includes('{{')) {
    return `The path of the role, ${entity.path}, holds {{, which CloudFormation reads as a reference to another value.`;
  }
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(service)) {
    return `${service} is not the name of a service, such as glue.amazonaws.com.`;
  }
  return null;
}

const withheld = (why: string): Proposing => ({ kind: 'withheld', why });

interface Wanted {
  readonly principal: Principal;
  readonly role: RoleArn;
  readonly service: string;
  readonly action: string | null;
}

function proposeTo({ target, why, gains }: Chosen, { principal, role, service }: Wanted, sha256: Sha256): Proposing {
  const taken = inlineNames(principal, target);
  const names = namesFor(role, service, sha256);
  const policyName = names.find((name) => !taken.has(name.toLowerCase()));
  if (policyName === undefined) {
    return withheld(
      `${target.kind} ${target.name} already has inline policies named ${[...new Set(names)].join(' and ')} with other content; nothing that exists is ours to overwrite.`,
    );
  }
  const document = grantDocument(policyName, role, service);
  const full = quotaReason(principal, target, document);
  if (full !== null) return withheld(full);
  const grant = { target, policyName, document };
  return { kind: 'proposal', proposal: { ...grant, digest: digestOf(grant, sha256), why, gains } };
}

/** The set's inline policy is the role's: a Sid may stand in it once only, and the role's quota holds for it. */
function adviseSet(permissionSet: string, why: string, wanted: Wanted, sha256: Sha256): Proposing {
  const { principal, role, service } = wanted;
  const target: Holder = { kind: 'role', name: principal.name };
  const taken = inlineSids(principal, target);
  const sid = namesFor(role, service, sha256).find((name) => !taken.has(name.toLowerCase()));
  if (sid === undefined)
    return withheld(
      `${why} A statement for this role and service stands in it already, with other content: look at it there.`,
    );
  const document = grantDocument(sid, role, service);
  const full = quotaReason(principal, target, document);
  return full === null
    ? { kind: 'advice', advice: permissionSetAdvice(permissionSet, role, document), why }
    : withheld(`${why} And ${full}`);
}

/**
 * Picks the target, names the policy and checks the quota. `withheld` says in one sentence why no grant can be offered: the caller shows
 * it, nobody is asked.
 */
export function propose(wanted: Wanted, sha256: Sha256): Proposing {
  const { principal, role, service, action } = wanted;
  const impossible = unwritable(role, service);
  if (impossible !== null) return withheld(impossible);
  const choice = chooseTarget(principal, action);
  switch (choice.kind) {
    case 'target':
      return proposeTo(choice, wanted, sha256);
    case 'permission-set':
      return adviseSet(choice.permissionSet, choice.why, wanted, sha256);
    case 'none':
      return withheld(choice.why);
    default:
      return choice satisfies never;
  }
}
