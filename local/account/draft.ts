/** What both file forms come to before names are resolved and policies are understood. `at` is the place in the file, for complaints. */
import type { AccountId } from '../../lambda/core/iam/arn.ts';
import type { AccountJob } from './account.ts';

export interface Draft {
  readonly accountId: AccountId;
  readonly partition: string;
  readonly region: string;
  readonly users: readonly DraftUser[];
  readonly groups: readonly DraftEntity[];
  readonly roles: readonly DraftRole[];
  readonly policies: readonly DraftPolicy[];
  readonly jobs: readonly AccountJob[];
  readonly organization: DraftOrganization | null;
}

interface Placed {
  readonly at: string;
}

/** A name or an ARN of a managed policy or a group. */
export interface Reference extends Placed {
  readonly to: string;
}

/** JSON text, URL-encoded JSON text, or the object itself. */
export interface DraftDocument extends Placed {
  readonly source: unknown;
}

export interface DraftEntity extends Placed {
  readonly name: string;
  readonly path: string;
  /** Null: made up, the same every time. */
  readonly id: string | null;
  readonly createdAt: string | null;
  readonly managed: readonly Reference[];
  readonly inline: readonly (DraftDocument & { readonly name: string })[];
}

export interface DraftUser extends DraftEntity {
  readonly groups: readonly Reference[];
  readonly boundary: Reference | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly accessKeyIds: readonly string[];
}

export interface DraftRole extends DraftEntity {
  readonly trust: DraftDocument;
  readonly boundary: Reference | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface DraftPolicy extends DraftDocument {
  readonly name: string;
  readonly path: string;
  /** Null: a policy of this account. */
  readonly arn: string | null;
  readonly id: string | null;
  readonly version: string;
  readonly createdAt: string | null;
}

export interface DraftOrganization {
  readonly id: string;
  readonly managementAccountId: string;
  readonly serviceControlPolicies: readonly (DraftDocument & { readonly name: string })[];
}
