/** What review needs to list and to find cases. */
import type { Case, CaseState } from '../core/case/case.ts';

export interface CaseList {
  /** Newest first, in pages. `state` null: every state. `next`: for the following page; null: this was the last. */
  list(input: {
    readonly state: CaseState | null;
    readonly most: number;
    readonly from: string | null;
  }): Promise<{ readonly cases: readonly Case[]; readonly next: string | null }>;
  /** By what people type: `3f2a9c01bd` or `3f2a9c01bd-2`. `ambiguous`: more than one case begins like that. */
  named(id: string): Promise<Case | 'ambiguous' | null>;
}
