/**
 * Notification records in memory: of one case and round, written in the order in which it comes. The real one's contract is in
 * `test/lambda/ports/case-store.test.ts`.
 */
import type { ChannelName, NotificationRecord, NotificationStore } from '../../lambda/ports/notification-store.ts';

export interface MemoryNotifications {
  readonly records: Partial<Record<ChannelName, NotificationRecord>>;
  /** Finds no case: what was written is in `records`. */
  readonly store: NotificationStore;
}

export function memoryNotifications(): MemoryNotifications {
  const records: Partial<Record<ChannelName, NotificationRecord>> = {};
  const store: NotificationStore = {
    findWithRecords: async () => [],
    claim: async (_, channel, { now, inDoubt }) => {
      const claimedAt = now.toISOString();
      const notifiedAt = records[channel]?.notifiedAt ?? null;
      records[channel] = { digest: null, messageId: null, claimedAt, notifiedAt, refused: false, inDoubt };
    },
    release: async (_, channel, { inDoubt }) => {
      const before = records[channel];
      if (before !== undefined) records[channel] = { ...before, refused: true, inDoubt };
    },
    confirm: async (_, channel, { digest, messageId }, now) => {
      const notifiedAt = now.toISOString();
      const claimedAt = records[channel]?.claimedAt ?? notifiedAt;
      records[channel] = { digest, messageId, claimedAt, notifiedAt, refused: false, inDoubt: null };
    },
  };
  return { records, store };
}
