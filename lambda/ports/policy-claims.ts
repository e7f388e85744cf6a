/** What apply needs, so that of two cases that propose the same policy one writes at a time. */
import type { WrittenGrant } from '../core/case/written-grant.ts';

/** The right to write one policy, for one case at a time: IAM itself would overwrite in silence. */
export interface Claims {
  /** False: another case has it. It ends by itself at `until`; taking it again prolongs it. */
  take(grant: Pick<WrittenGrant, 'target' | 'policyName'>, by: string, now: Date, until: Date): Promise<boolean>;
  /** Nothing where `by` does not have it. */
  giveBack(grant: Pick<WrittenGrant, 'target' | 'policyName'>, by: string): Promise<void>;
}
