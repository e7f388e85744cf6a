/**
 * What passing the role hands to those who gain: with PassRole and the right to change a job, they run code as the role.
 *
 * Two sources: the text of the role's policies, and AWS's simulator asked for sentinel actions. The higher of the two counts. The simulator
 * on `*` misses narrower rights; the text may be unreadable.
 */
import type { Found } from '../account/evidence.ts';
import type { SourcedPolicy } from '../policy/sourced-policy.ts';
import { firstOf, readRole } from './find-warning-signs.ts';
import { isTakeover } from './sentinel-actions.ts';
import type { Finding } from './warning-sign.ts';

export type RiskLevel = 'low' | 'elevated' | 'administrator' | 'unknown';

export interface Risk {
  readonly level: RiskLevel;
  /** One sentence each. Empty only for `low`. */
  readonly reasons: readonly string[];
}

/** Of the sentinel actions, those that AWS's simulator allows on everything. */
export type Permitted = Found<readonly string[]>;

export interface RiskEvidence {
  /** The role that is passed. */
  readonly roleArn: string;
  readonly boundary: Found<SourcedPolicy> | null;
  readonly policies: Found<readonly SourcedPolicy[]>;
  readonly roleMay: Permitted;
  /** The one who was refused. Null: nothing can be granted to anyone, so nothing was asked. */
  readonly requester: { readonly name: string; readonly may: Permitted } | null;
  /** The role's name where it is one of the remediator's own; else null. */
  readonly ownRole: string | null;
}

function simulatedFindings(roleMay: Permitted, read: readonly Finding[]): Finding[] {
  if (roleMay.kind !== 'found' || roleMay.value.length === 0) return [];
  const over = roleMay.value.filter(isTakeover);
  const says = (actions: readonly string[]) =>
    `AWS's simulator says that the role may do ${firstOf(actions)} on everything`;
  const rests = { onStar: [] };
  if (over.length > 0) {
    const reason = `${says(over)}, by which a holder can give itself any right.`;
    return read.some(({ level }) => level === 'administrator')
      ? []
      : [{ ...rests, level: 'administrator', reason, actions: over }];
  }
  const reason = `${says(roleMay.value)}.`;
  return read.length > 0 ? [] : [{ ...rests, level: 'elevated', reason, actions: roleMay.value }];
}

/** Where the text says more than AWS's simulator: which said what. Null: they agree. */
function disagreement(roleMay: Permitted, read: readonly Finding[]): string | null {
  if (roleMay.kind !== 'found') return null;
  const stated = [...new Set(read.flatMap(({ onStar }) => onStar))];
  const refused = stated.filter((action) => !roleMay.value.includes(action));
  return refused.length === 0
    ? null
    : `By the text of its policies the role may do ${firstOf(refused)} on everything; AWS's simulator says that it may not. A Deny, the boundary, an organization's policy or a condition is in the way; what lifts it is not known, so it is not counted.`;
}

/** What the role may do and the requester may not: that is the escalation. Null: nothing to compare. */
function escalation({ roleMay, requester }: RiskEvidence, findings: readonly Finding[]): string | null {
  if (requester === null || roleMay.kind !== 'found') return null;
  const { name, may } = requester;
  if (roleMay.value.length === 0) return narrowEscalation(name, may, findings);
  if (may.kind !== 'found') {
    return `It is not known whether ${name} may do ${firstOf(roleMay.value)} without the role: ${may.why}`;
  }
  const gained = roleMay.value.filter((action) => !may.value.includes(action));
  return gained.length > 0
    ? `As this role one may do on everything what ${name} may not: ${firstOf(gained)}.`
    : `On everything, ${name} may do without the role what it may do: ${firstOf(roleMay.value)}.`;
}

/** Of a role that reaches nothing whole, but has rights over some things that are a sign in themselves. */
function narrowEscalation(name: string, may: Permitted, findings: readonly Finding[]): string | null {
  const narrow = [...new Set(findings.flatMap(({ actions }) => actions))];
  if (narrow.length === 0) return null;
  if (may.kind !== 'found')
    return `It is not known whether ${name} may do ${firstOf(narrow)} without the role: ${may.why}`;
  const gained = narrow.filter((action) => !may.value.includes(action));
  return gained.length > 0
    ? `As this role one may do, on some things, what ${name} may not do on everything: ${firstOf(gained)}.`
    : `${name} may do on everything, without the role, what it may do on some things: ${firstOf(narrow)}.`;
}

function levelOf({ policies, roleMay }: RiskEvidence, findings: readonly Finding[]): RiskLevel {
  if (findings.some(({ level }) => level === 'administrator')) return 'administrator';
  if (policies.kind !== 'found') return 'unknown';
  if (findings.length > 0) return 'elevated';
  // No answer is not the answer "nothing".
  return roleMay.kind === 'found' ? 'low' : 'unknown';
}

/** What could not be looked at says so, unless the worst is known already. */
function unanswered({ policies, roleMay }: RiskEvidence, level: RiskLevel): string[] {
  if (level === 'administrator') return [];
  return [policies, roleMay].flatMap((source) => (source.kind === 'found' ? [] : [source.why]));
}

/** The reason that decides first, then what is gained, then the rest: a message shows the first few. */
export function assessRisk(evidence: RiskEvidence): Risk {
  const { policies, roleMay, ownRole, roleArn: arn, boundary } = evidence;
  const own: Finding[] =
    ownRole === null
      ? []
      : [
          {
            level: 'administrator',
            reason: `The role ${ownRole} counts as one of passrole-remediator's own, by its name, its path or its tag.`,
            actions: [],
            onStar: [],
          },
        ];
  const read = policies.kind === 'found' ? readRole({ arn, policies: policies.value, boundary }) : [];
  const byGravity = [...own, ...read, ...simulatedFindings(roleMay, [...own, ...read])].sort(
    (one, other) => Number(other.level === 'administrator') - Number(one.level === 'administrator'),
  );
  const level = levelOf(evidence, byGravity);
  const [first, ...rest] = byGravity.map(({ reason }) => reason);
  const gained = escalation(evidence, byGravity);
  const reasons = [first, gained, ...rest, disagreement(roleMay, read), ...unanswered(evidence, level)].filter(
    (reason): reason is string => reason !== undefined && reason !== null,
  );
  return { level, reasons: [...new Set(reasons)] };
}
