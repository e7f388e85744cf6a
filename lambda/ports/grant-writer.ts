/** What apply needs to write and to take back a grant. */
import type { Found } from '../core/account/evidence.ts';
import type { WrittenGrant } from '../core/case/written-grant.ts';
import type { GrantDocument } from '../core/grant/proposal.ts';

/** Reads and writes one inline policy. Throws what a retry can mend. */
export interface GrantWriter {
  /** The document as parsed JSON; `missing` when there is no policy of that name, or no such target. */
  read(target: WrittenGrant['target'], policyName: string): Promise<Found<unknown>>;
  write(target: WrittenGrant['target'], policyName: string, document: GrantDocument): Promise<Found<null>>;
  remove(target: WrittenGrant['target'], policyName: string): Promise<Found<null>>;
}
