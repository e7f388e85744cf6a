/** The Slack secret of one container: read once, and again when it may have been rotated. */
import type { SlackSecret } from './secret.ts';

export interface SlackSecretCache {
  /** Throws what `read` throws; the next call tries again. */
  current(now: Date): Promise<SlackSecret>;
  /** For a signature that does not fit. Null: it was read less than a minute ago, so forgers cannot make us read at every request. */
  renewed(now: Date): Promise<SlackSecret | null>;
}

/** Milliseconds. */
const LEAST_AGE_MS = 60_000;

export function slackSecretCache(read: () => Promise<SlackSecret>): SlackSecretCache {
  let held: SlackSecret | null = null;
  let readAt = Number.NEGATIVE_INFINITY;

  async function readNow(now: Date): Promise<SlackSecret> {
    readAt = now.getTime();
    held = await read();
    return held;
  }

  return {
    current: async (now) => held ?? readNow(now),
    renewed: async (now) => (now.getTime() - readAt < LEAST_AGE_MS ? null : readNow(now)),
  };
}
