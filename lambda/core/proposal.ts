/**
 * The one narrow grant: one Allow of iam:PassRole on one exact role to one service, in one inline policy of its own.
 *
 * Limits (IAM user guide, "IAM and AWS STS quotas"): inline policies in total, white space not counted: group 5,120, user 2,048,
 * role 10,240 characters; policy name 128; Sid letters and digits only.
 */
import { isServiceLinked, parseRoleArn, type RoleArn } from './arn.ts';
import { canonicalJson, type Sha256 } from './canonical.ts';
import type { Holder, Principal } from './evidence.ts';
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
      readonly Condition: { readonly StringEquals: { readonly 'iam:PassedToService': string } };
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

/** The digest that a ruling names. Any change of document, target or policy name changes it. */
export function digestOf(grant: Pick<Proposal, 'target' | 'policyName' | 'document'>, sha256: Sha256): string {
  const { target, policyName, document } = grant;
  return sha256(canonicalJson({ document, policyName, target: { kind: target.kind, name: target.name } }));
}

/** Characters as IAM counts them. The document's own text holds no white space: ARNs and service names have none. */
const sizeOf = (document: GrantDocument): number => JSON.stringify(document).length;

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
  const entity = parseRoleArn(role);
  if (!entity || isServiceLinked(entity)) {
    return { kind: 'withheld', why: 'A service-linked role cannot be passed; use a role of your own.' };
  }
  const choice = chooseTarget(principal, input.action);
  if (choice.kind === 'none') return { kind: 'withheld', why: choice.why };

  const inline = principal.policies.filter(
    ({ source }) =>
      source.kind === 'inline' &&
      source.attachedTo.kind === choice.target.kind &&
      source.attachedTo.name === choice.target.name,
  );
  const plain = grantName(entity.name, service);
  const taken = inline.some(({ source }) => source.name.toLowerCase() === plain.toLowerCase());
  const name = taken ? `${plain}${sha256(`${role} ${service}`).slice(0, 8)}` : plain;
  if (taken && inline.some(({ source }) => source.name.toLowerCase() === name.toLowerCase())) {
    return {
      kind: 'withheld',
      why: `${choice.target.kind} ${choice.target.name} already has inline policies named ${plain} and ${name} with other content; neither is ours to overwrite.`,
    };
  }

  const document = grantDocument(name, role, service);
  const limit = inlineQuota[choice.target.kind];
  const used = inline.reduce((sum, policy) => sum + policy.size, 0);
  if (used + sizeOf(document) > limit) {
    return {
      kind: 'withheld',
      why: `${choice.target.kind} ${choice.target.name} has ${used} of its ${limit} characters of inline policy in use and the grant needs ${sizeOf(document)}; free some, or move inline policies into managed ones.`,
    };
  }
  const grant = { target: choice.target, policyName: name, document };
  return {
    kind: 'proposal',
    proposal: { ...grant, digest: digestOf(grant, sha256), why: choice.why, gains: choice.gains },
  };
}
