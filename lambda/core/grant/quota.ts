/**
 * What there is room for on a target: free names, and characters.
 *
 * Limits (IAM user guide, "IAM and AWS STS quotas"): inline policies in total, white space not counted: group 5,120, user 2,048, role 10,240.
 */
import type { Principal } from '../account/evidence.ts';
import type { Holder, SourcedPolicy } from '../policy/sourced-policy.ts';
import { type GrantDocument, untilThen } from './document.ts';

export const inlineQuota: Readonly<Record<Holder['kind'], number>> = { group: 5120, user: 2048, role: 10240 };

/** Any end of a grant is as long as this one. */
const SOME_END = '2026-11-20T17:16:43Z';

/**
 * Characters as IAM counts them, with an end: whether the grant has one is decided after it was offered. The document's own text holds no white
 * space: ARNs and service names have none.
 */
const sizeOf = (document: GrantDocument): number => JSON.stringify(untilThen(document, SOME_END)).length;

const isOn =
  (target: Holder) =>
  ({ source }: Pick<SourcedPolicy, 'source'>): boolean =>
    source.kind === 'inline' && source.attachedTo.kind === target.kind && source.attachedTo.name === target.name;

/** In lower case: IAM tells names apart without case. Those of policies that cannot be understood, too. */
export const inlineNames = ({ policies, unreadable }: Principal, target: Holder): ReadonlySet<string> =>
  new Set([...policies, ...unreadable].filter(isOn(target)).map(({ source }) => source.name.toLowerCase()));

/** Why the grant does not fit, in one sentence; null: it does. */
export function quotaReason({ policies }: Principal, target: Holder, document: GrantDocument): string | null {
  const used = policies.filter(isOn(target)).reduce((sum, { size }) => sum + size, 0);
  const limit = inlineQuota[target.kind];
  const needed = sizeOf(document);
  return used + needed <= limit
    ? null
    : `${target.kind} ${target.name} has ${used} of its ${limit} characters of inline policy in use and the grant needs up to ${needed}; free some, or move inline policies into managed ones.`;
}

/** The Sids in use there, in lower case, so that none differs from another by case alone. */
export const inlineSids = ({ policies }: Principal, target: Holder): ReadonlySet<string> =>
  new Set(
    policies
      .filter(isOn(target))
      .flatMap(({ document }) => document.statements.flatMap(({ sid }) => sid?.toLowerCase() ?? [])),
  );
