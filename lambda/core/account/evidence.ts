/** What was read from AWS about one denial. Pure data: the shell fills it, the core only looks at it. */
import type { ContextEntry } from '../policy/context-entry.ts';
import type { PolicyDocument } from '../policy/document.ts';
import type { PolicySource, SourcedPolicy } from '../policy/sourced-policy.ts';

/** Outcome of one read. `missing`: AWS says that there is no such thing. `refused`: we may not look; `why` names the call. */
export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Null: it was not found, or nobody looked. */
export const valueIn = <T>(read: Found<T> | null): T | null => (read?.kind === 'found' ? read.value : null);

export interface Group {
  readonly name: string;
  readonly arn: string;
  /** User names, sorted. */
  readonly members: readonly string[];
}

/** The IAM entity whose policies decide: the user, or the role behind a session. */
export interface Principal {
  readonly kind: 'user' | 'role';
  readonly arn: string;
  readonly name: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly boundaryArn: string | null;
  /** The boundary's text; null without a boundary. A refused read does not stop the diagnosis: the simulator knows it all the same. */
  readonly boundary: Found<SourcedPolicy> | null;
  /** Empty for a role. */
  readonly groups: readonly Group[];
  /** Direct and by group, inline and managed. A policy attached twice stands here twice. */
  readonly policies: readonly SourcedPolicy[];
  /** Policies whose text could not be understood. One that could matter makes the verdict `unclear`. */
  readonly unreadable: readonly { readonly source: PolicySource; readonly why: string }[];
}

export interface TargetRole {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly trust: PolicyDocument;
  /** What the role itself may do, for the risk; `refused` does not stop the diagnosis. */
  readonly policies: Found<readonly SourcedPolicy[]>;
  /** Null without a boundary. For the risk alone: one that is not read is not counted. */
  readonly boundary: Found<SourcedPolicy> | null;
}

export interface Job {
  readonly name: string;
  /** As Glue keeps it: a name, a path/name or an ARN. */
  readonly role: string;
  readonly lastModified: string | null;
}

/** Jobs that run as the role today. `complete` is false when more pages were left unread. */
export interface JobsWithRole {
  readonly jobs: readonly Job[];
  readonly scanned: number;
  readonly complete: boolean;
}

export interface MatchedStatement {
  readonly policyId: string;
  readonly policyType: string;
  readonly startLine: number | null;
  readonly endLine: number | null;
}

/** One answer of SimulatePrincipalPolicy for one role ARN. What it is sent: replay.ts beside this. */
export interface Simulation {
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
  readonly matched: readonly MatchedStatement[];
  /** Condition keys that AWS had no value for, of unrelated statements too. */
  readonly missingContext: readonly string[];
  /** Null when AWS did not say: unknown, not allowed. */
  readonly allowedByOrganizations: boolean | null;
  readonly allowedByBoundary: boolean | null;
  /** What was sent along. */
  readonly context: readonly ContextEntry[];
}
