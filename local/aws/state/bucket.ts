/** A bucket and what lies in it. */
import type { PolicyDocument } from '../../../lambda/core/policy/document.ts';

export interface StoredObject {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly lastModified: Date;
}

export interface LocalBucket {
  readonly name: string;
  readonly policy: PolicyDocument | null;
  /** By key. */
  readonly objects: Map<string, StoredObject>;
}
