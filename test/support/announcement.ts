import { sha256 } from '../../lambda/adapters/sha256.ts';
import { caseKey, type DiagnosedCase, subjectOf } from '../../lambda/core/case.ts';
import { type Announcement, announcementOf } from '../../lambda/core/wording.ts';
import { diagnose, type factsOf } from './question.ts';

/** Once, at the time of the field note. */
export const once = { count: 1, firstAt: '2026-11-20T09:14:05Z', lastAt: '2026-11-20T09:14:05Z' };

/** What is told about a denial in an account. */
export function announce(facts: ReturnType<typeof factsOf>, denials: DiagnosedCase['denials'] = once): Announcement {
  const key = caseKey(subjectOf(facts.denial), sha256);
  return announcementOf({ key, denials, latest: facts.denial, diagnosis: diagnose(facts) });
}
