/** One AWS account as plain data: what a file describes, and what the local AWS starts from. */
import type { JobUpdate } from '@aws-sdk/client-glue';
import type { AccountId } from '../../lambda/core/iam/arn.ts';
import type { PolicyDocument } from '../../lambda/core/policy/document.ts';

export interface Account {
  readonly accountId: AccountId;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Where the Glue jobs, topics and secrets are. */
  readonly region: string;
  readonly users: readonly AccountUser[];
  readonly groups: readonly AccountGroup[];
  readonly roles: readonly AccountRole[];
  /** The account's own policies, and those of AWS that are attached to something. */
  readonly policies: readonly ManagedPolicy[];
  readonly jobs: readonly AccountJob[];
  /** Null: the account belongs to none. */
  readonly organization: Organization | null;
}

/** A policy as IAM keeps it: the text verbatim, and what it says. */
export interface StoredDocument {
  readonly text: string;
  readonly document: PolicyDocument;
}

export interface InlinePolicy extends StoredDocument {
  readonly name: string;
}

interface Entity {
  readonly name: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly arn: string;
  /** `AIDA...`, `AGPA...`, `AROA...`. */
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ARNs of managed policies; each is among the account's `policies`. */
  readonly attached: readonly string[];
  readonly inline: readonly InlinePolicy[];
}

export interface AccountUser extends Entity {
  /** Names of groups in the same account. */
  readonly groups: readonly string[];
  readonly boundaryArn: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Keys that always stand for this user, next to those handed out while running. */
  readonly accessKeyIds: readonly string[];
}

export interface AccountGroup extends Entity {}

export interface AccountRole extends Entity {
  readonly trust: StoredDocument;
  readonly boundaryArn: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ManagedPolicy extends StoredDocument {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** `ANPA...`. */
  readonly id: string;
  readonly scope: 'AWS' | 'Local';
  /** `v14`. */
  readonly version: string;
  readonly description: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface AccountJob {
  readonly name: string;
  readonly definition: JobUpdate & { readonly Role: string };
  readonly lastModifiedAt: string;
}

export interface ServiceControlPolicy extends StoredDocument {
  readonly name: string;
  /** `arn:aws:organizations::111122223333:policy/o-.../service_control_policy/p-...`. */
  readonly arn: string;
}

export interface Organization {
  /** `o-...`. */
  readonly id: string;
  /** Taken as attached at one level; with several levels, each would have to allow. */
  readonly serviceControlPolicies: readonly ServiceControlPolicy[];
}
