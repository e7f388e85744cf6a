import type { GrantDocument } from '../grant/proposal.ts';
import type { Holder } from '../policy/sourced-policy.ts';

/** What was written into IAM: nothing else is ever deleted. */
export interface WrittenGrant {
  readonly target: Holder;
  readonly policyName: string;
  /** Exactly what was sent. */
  readonly document: GrantDocument;
  /** ISO 8601. */
  readonly writtenAt: string;
  /** ISO 8601; null: until it is reverted. */
  readonly endsAt: string | null;
}
