/** What we advise and never write, in words: who can write it, what it replaces, whom it reaches. Names come in unescaped. */
import type { Advice, PermissionSetAdvice } from '../grant/advice.ts';
import type { RiskLevel } from '../risk/risk.ts';

export interface AdviceText {
  readonly title: string;
  readonly lines: readonly string[];
  /** Indented JSON. */
  readonly document: string;
}

/** Characters, white space not counted; it can be raised to 4,096. Source: "IAM and AWS STS quotas", "Role trust policy length". */
const TRUST_QUOTA = 2048;

function linesOf(advice: Advice): readonly string[] {
  switch (advice.kind) {
    case 'permission-set':
      return [
        'Only the management account, or the delegated administrator of IAM Identity Center, can change a permission set. Nothing here ever does.',
        'A write replaces the whole inline policy of the set: read it, add this statement, write it, then provision the set.',
        'It reaches every account and user that has the set. In other accounts it allows nothing, as no role can be passed across accounts.',
      ];
    case 'trust-policy': {
      const size = JSON.stringify(advice.document).length;
      const changed =
        'A write replaces the whole trust policy. This is what stood there when it was read, with the statement at its end; if it was changed since, add the statement to what stands there now.';
      return size <= TRUST_QUOTA
        ? [changed]
        : [
            changed,
            `It has ${size} characters, and a trust policy may have ${TRUST_QUOTA} unless its quota was raised.`,
          ];
    }
    default:
      return advice satisfies never;
  }
}

function titleOf(advice: Advice): string {
  switch (advice.kind) {
    case 'permission-set':
      return `The permission set ${advice.permissionSet} lacks this statement`;
    case 'trust-policy':
      return `The trust policy of ${advice.role} with ${advice.service} in it`;
    default:
      return advice satisfies never;
  }
}

export const adviceText = (advice: Advice): AdviceText => ({
  title: titleOf(advice),
  lines: linesOf(advice),
  document: JSON.stringify(advice.document, null, 2),
});

/** What the reader should do. The risk comes before the statement, as it does before a grant. `role`: the one to be passed. */
export function permissionSetStep({ permissionSet }: PermissionSetAdvice, level: RiskLevel, role: string): string {
  const ask = `ask whoever looks after IAM Identity Center to add the statement to the permission set ${permissionSet}, then save again`;
  switch (level) {
    case 'low':
      return `${ask.charAt(0).toUpperCase()}${ask.slice(1)}.`;
    case 'elevated':
      return `Read the risk first: whatever ${role} may do, everyone with the permission set could do through it. If that is meant, ${ask}.`;
    case 'unknown':
      return `Find out first what ${role} may do; it could not be read. If everyone with the permission set may do all of it, ${ask}.`;
    case 'administrator':
      return `Use a narrower role. ${role} is an administrator, and with this statement everyone with the permission set ${permissionSet} would be, too.`;
    default:
      return level satisfies never;
  }
}
