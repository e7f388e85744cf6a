/** A batch ends in time, whatever hangs: what is late goes back to its queue by itself, and takes nothing else of the batch with it. */

/** What is left then is for the answer to Lambda and the metrics. Milliseconds before the time-out. */
const SPARE_MS = 4_000;

interface Deadline {
  /** Rejects when the work is not done in time; it goes on, and whatever it still does may be done again. */
  inTime<T>(work: Promise<T>): Promise<T>;
  /** Once everything is settled. */
  end(): void;
}

/** `remaining`: milliseconds until the function is cut off. Returns what ends the waiting. */
export function whenNearlyOver(remaining: () => number, act: () => void): () => void {
  const timer = setTimeout(act, Math.max(0, remaining() - SPARE_MS));
  return () => clearTimeout(timer);
}

/** `remaining`: milliseconds until the function is cut off. */
export function deadline(remaining: () => number): Deadline {
  let end = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(
      'The time of the function was nearly over before this was done, as when IAM or DynamoDB is slow; the queue brings it again.',
    );
    end = whenNearlyOver(remaining, () => reject(error));
  });
  late.catch(() => undefined);
  return { inTime: (work) => Promise.race([work, late]), end };
}
