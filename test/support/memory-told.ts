/** What was told, in memory: of one case and round, written in the order in which it comes. The real one's contract is in `test/lambda/ports/case-store.test.ts`. */
import type { ChannelName, Told, ToldStore } from '../../lambda/ports/notification-store.ts';

export interface MemoryTold {
  readonly told: Partial<Record<ChannelName, Told>>;
  /** Finds no case: what was told is in `told`. */
  readonly store: ToldStore;
}

export function memoryTold(): MemoryTold {
  const told: Partial<Record<ChannelName, Told>> = {};
  const store: ToldStore = {
    findWithTold: async () => [],
    claim: async (_, channel, { now, inDoubt }) => {
      const claimedAt = now.toISOString();
      const toldAt = told[channel]?.toldAt ?? null;
      told[channel] = { digest: null, messageId: null, claimedAt, toldAt, refused: false, inDoubt };
    },
    release: async (_, channel, { inDoubt }) => {
      const before = told[channel];
      if (before !== undefined) told[channel] = { ...before, refused: true, inDoubt };
    },
    confirm: async (_, channel, { digest, messageId }, now) => {
      const toldAt = now.toISOString();
      const claimedAt = told[channel]?.claimedAt ?? toldAt;
      told[channel] = { digest, messageId, claimedAt, toldAt, refused: false, inDoubt: null };
    },
  };
  return { told, store };
}
