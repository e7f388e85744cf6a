/** Denials of one case that meet in a batch are counted together: docs/decisions/0002-counting-denials-exactly-once.md. */
import { sha256 } from '../adapters/sha256.ts';
import { type CaseSubject, caseKey, subjectOf } from '../core/case/case.ts';
import type { Denial } from '../core/denial/denial.ts';
import type { CaseStore, Recorded } from '../ports/case-store.ts';

export interface Denied {
  readonly denial: Denial;
  readonly eventId: string;
  readonly subject: CaseSubject;
  readonly key: string;
}

export function deniedIn(denial: Denial, messageId: string): Denied {
  const subject = subjectOf(denial);
  return { denial, eventId: denial.eventId ?? messageId, subject, key: caseKey(subject, sha256) };
}

type Recording = (one: Denied) => Promise<Recorded>;

/** One denial that DynamoDB would not take must not keep those beside it from being counted. */
async function countTogether(
  { key, subject }: Denied,
  denials: readonly Denied[],
  store: CaseStore,
): Promise<Recording> {
  const now = new Date();
  try {
    const recorded = await store.recordAll({ key, subject, denials, now });
    return async ({ eventId }) => {
      const one = recorded.get(eventId);
      if (one === undefined)
        throw new Error(`Event ${eventId} was not counted with its case; the queue brings it again.`);
      return one;
    };
  } catch (error) {
    // What DynamoDB answers about itself, throttling for one, holds for each alone as well.
    const isAnswer = error instanceof Error && '$metadata' in error;
    if (isAnswer && error.name !== 'ValidationException') throw error;
    return (one) => store.record({ ...one, now });
  }
}

/** Of one batch: what became of each, once those of its case are counted. */
export function counting(denied: readonly Denied[], store: CaseStore): Recording {
  const counted = new Map<string, Promise<Recording>>();
  return async (one) => {
    const ofCase = denied.filter(({ key }) => key === one.key);
    const recording = counted.get(one.key) ?? countTogether(one, ofCase, store);
    counted.set(one.key, recording);
    return (await recording)(one);
  };
}
