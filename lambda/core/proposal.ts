/**
 * The one narrow grant: one Allow of iam:PassRole on one exact role to one service, in one inline policy of its own.
 *
 * Limits (IAM user guide, "IAM and AWS STS quotas"): inline policies in total, white space not counted: group 5,120, user 2,048,
 * role 10,240 characters; policy name 128; Sid letters and digits only.
 */
import { isServiceLinked, parseRoleArn, type RoleArn } from './arn.ts';
import { canonicalJson, type Sha256 } from './canonical.ts';
import type { Holder, Principal, SourcedPolicy } from './evidence.ts';
import { chooseTarget } from './proposal-target.ts';
import { serviceName } from './service.ts';

export interface GrantDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly [
    {
      readonly Sid: string;
      readonly Effect: 'Allow';
      readonly Action: 'iam:PassRole';
      readonly Resource: RoleArn;
      readonly Condition: {
        readonly StringEquals: { readonly 'iam:PassedToService': string };
        /** Only a temporary grant has it. ISO 8601, UTC, whole seconds. */
        readonly DateLessThan?: { readonly 'aws:CurrentTime': string };
      };
    },
  ];
}

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

export type Proposing =
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'withheld'; readonly why: string };

export const inlineQuota: Readonly<Record<Holder['kind'], number>> = { group: 5120, user: 2048, role: 10240 };

/** `GlueRuntimeRole` for `glue-runtime-role`: what a Sid allows. */
const pascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Different roles can share a PascalCase name (`etl.x`, `etl-x`); the first to come has the plain one. Source: design, "The grant". */
export function grantName(roleName: string, service: string): string {
  return `AllowPass${pascalCase(roleName)}To${serviceName(service)}`;
}

export function grantDocument(sid: string, role: RoleArn, service: string): GrantDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: sid,
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: role,
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      },
    ],
  };
}

/** The same grant until then. `endsAt`: ISO 8601. */
export function untilThen(document: GrantDocument, endsAt: string): GrantDocument {
  const [statement] = document.Statement;
  const end = { 'aws:CurrentTime': `${endsAt.slice(0, 19)}Z` };
  return { ...document, Statement: [{ ...statement, Condition: { ...statement.Condition, DateLessThan: end } }] };
}

/** The digest that a ruling names. Any change of document, target or policy name changes it. */
export function digestOf(grant: Pick<Proposal, 'target' | 'policyName' | 'document'>, sha256: Sha256): string {
  const { target, policyName, document } = grant;
  return sha256(canonicalJson({ document, policyName, target: { kind: target.kind, name: target.name } }));
}

/** Policy names may have 128 characters. Only a service with a very long name of its own comes near it. */
const MOST_NAME = 128;
const HASH = 8;

/** The plain name, and the one with a hash of role and service where that is taken. */
export function namesFor(role: RoleArn, service: string, sha256: Sha256): readonly string[] {
  const plain = grantName(parseRoleArn(role)?.name ?? '', service);
  const hashed = `${plain.slice(0, MOST_NAME - HASH)}${sha256(`${role} ${service}`).slice(0, HASH)}`;
  return [plain.length > MOST_NAME ? hashed : plain, hashed];
}

/** Why no exact grant can be written at all, in one sentence. */
function unwritable(role: RoleArn, service: string): string | null {
  const entity = parseRoleArn(role);
  if (!entity || isServiceLinked(entity)) return 'A service-linked role cannot be passed; use a role of your own.';
  // A role's path may hold every printable character. Source: IAM API reference, CreateRole, Path.
  if (/[*?$]/.test(entity.path)) {
    return `The path of the role, ${entity.path}, holds a character that a policy reads as a wildcard or a variable, so a grant would reach more than this role.`;
  }
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(service)) {
    return `${service} is not the name of a service, such as glue.amazonaws.com.`;
  }
  return null;
}

/** Characters as IAM counts them. The document's own text holds no white space: ARNs and service names have none. */
const sizeOf = (document: GrantDocument): number => JSON.stringify(document).length;

/** The inline policies that the target has, those that cannot be understood too. */
function inlineOf({ policies, unreadable }: Principal, target: Holder) {
  const isThere = ({ source }: Pick<SourcedPolicy, 'source'>): boolean =>
    source.kind === 'inline' && source.attachedTo.kind === target.kind && source.attachedTo.name === target.name;
  const readable = policies.filter(isThere);
  return {
    /** In lower case: IAM tells names apart without case. */
    names: new Set([...readable, ...unreadable.filter(isThere)].map(({ source }) => source.name.toLowerCase())),
    size: readable.reduce((sum, policy) => sum + policy.size, 0),
  };
}

function quotaReason(target: Holder, used: number, document: GrantDocument): string | null {
  const limit = inlineQuota[target.kind];
  const needed = sizeOf(document);
  return used + needed <= limit
    ? null
    : `${target.kind} ${target.name} has ${used} of its ${limit} characters of inline policy in use and the grant needs ${needed}; free some, or move inline policies into managed ones.`;
}

const withheld = (why: string): Proposing => ({ kind: 'withheld', why });

/**
 * Picks the target, names the policy and checks the quota. `withheld` says in one sentence why no grant can be offered: the caller shows
 * it, nobody is asked.
 */
export function propose(
  input: {
    readonly principal: Principal;
    readonly role: RoleArn;
    readonly service: string;
    readonly action: string | null;
  },
  sha256: Sha256,
): Proposing {
  const { principal, role, service } = input;
  const impossible = unwritable(role, service);
  if (impossible !== null) return withheld(impossible);
  const choice = chooseTarget(principal, input.action);
  if (choice.kind === 'none') return withheld(choice.why);

  const { target, why, gains } = choice;
  const inline = inlineOf(principal, target);
  const names = namesFor(role, service, sha256);
  const policyName = names.find((name) => !inline.names.has(name.toLowerCase()));
  if (policyName === undefined) {
    return withheld(
      `${target.kind} ${target.name} already has inline policies named ${[...new Set(names)].join(' and ')} with other content; nothing that exists is ours to overwrite.`,
    );
  }

  const document = grantDocument(policyName, role, service);
  const full = quotaReason(target, inline.size, document);
  if (full !== null) return withheld(full);
  const grant = { target, policyName, document };
  return { kind: 'proposal', proposal: { ...grant, digest: digestOf(grant, sha256), why, gains } };
}
