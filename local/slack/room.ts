/** What was posted, as Slack keeps it: one list for all channels, oldest first. */
import type { Block } from './block-kit.ts';

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

export interface SlackPosted {
  /** Slack's id of a message within its channel: seconds, a point and six digits (`1763922283.000100`). Unique and increasing. */
  readonly ts: string;
  readonly channel: string;
  /** What a notification shows. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata | null;
  readonly postedAt: Date;
  /** When it was edited last. */
  readonly editedAt: Date | null;
}

export type Content = Pick<SlackPosted, 'text' | 'blocks' | 'metadata'>;

export interface Room {
  list(): readonly SlackPosted[];
  post(channel: string, content: Content): SlackPosted;
  /** Fields that are left out stay as they are. Null: there is no such message. */
  edit(channel: string, ts: string, content: Partial<Content>): SlackPosted | null;
  /** Takes every message out. */
  clear(): void;
  /** Returns what ends the listening. */
  onChange(listener: () => void): () => void;
}

export function openRoom(now: () => Date): Room {
  let posted: readonly SlackPosted[] = [];
  let lastMicros = 0;
  const listeners = new Set<() => void>();

  const nextTs = (at: Date): string => {
    lastMicros = Math.max(Math.floor(at.getTime() / 1000) * 1_000_000, lastMicros) + 100;
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };
  const changed = (to: readonly SlackPosted[]): void => {
    posted = to;
    for (const listener of listeners) listener();
  };

  return {
    list: () => posted,
    post: (channel, content) => {
      const at = now();
      const message: SlackPosted = { ts: nextTs(at), channel, ...content, postedAt: at, editedAt: null };
      changed([...posted, message]);
      return message;
    },
    edit: (channel, ts, content) => {
      const before = posted.find((message) => message.channel === channel && message.ts === ts);
      if (before === undefined) return null;
      const after: SlackPosted = { ...before, ...content, editedAt: now() };
      changed(posted.map((message) => (message === before ? after : message)));
      return after;
    },
    clear: () => changed([]),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
