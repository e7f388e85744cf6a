/** A policy with its source: whose it is, and where an administrator would find it. */
import type { PolicyDocument } from './document.ts';

export interface Holder {
  readonly kind: 'user' | 'group' | 'role';
  readonly name: string;
}

/** Where a policy comes from, in the words an administrator would use to find it. */
export interface PolicySource {
  readonly kind: 'aws-managed' | 'customer-managed' | 'inline';
  readonly name: string;
  /** Null for inline policies. */
  readonly arn: string | null;
  readonly attachedTo: Holder;
}

export interface SourcedPolicy {
  readonly source: PolicySource;
  readonly document: PolicyDocument;
  /** Characters without white space, as IAM counts them for its quotas. */
  readonly size: number;
}
