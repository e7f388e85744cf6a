/** What single people have in front of them: modals, lines that only they see, and the triggers that let the app open a modal. */
import { randomBytes } from 'node:crypto';
import type { Block } from './block-kit.ts';
import type { View } from './view.ts';

/** Slack: "trigger IDs expire in 3 seconds". */
const TRIGGER_MS = 3_000;

export interface OpenView {
  /** `V0000000001`. */
  readonly id: string;
  readonly user: string;
  readonly view: View;
  /** By `block_id`: what the app says is wrong with the answers. */
  readonly errors: Readonly<Record<string, string>>;
}

export interface Ephemeral {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly at: Date;
}

export type Trigger =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

export interface Screens {
  /** The last one opened is on top. */
  openViews(user: string): readonly OpenView[];
  /** Oldest first. */
  ephemerals(user: string): readonly Ephemeral[];
  newTrigger(user: string): string;
  /** Good once. */
  exchange(triggerId: string): Trigger;
  open(user: string, view: View): OpenView;
  /** Null for `view` closes it. Nothing happens when it is not open. */
  replace(id: string, change: Partial<Pick<OpenView, 'view' | 'errors'>> | null): void;
  closeAll(user: string): void;
  notify(ephemeral: Omit<Ephemeral, 'ts' | 'at'>): Ephemeral;
  /** Returns what ends the listening. */
  onChange(listener: () => void): () => void;
}

export function openScreens(now: () => Date): Screens {
  let views: readonly OpenView[] = [];
  let shown: readonly Ephemeral[] = [];
  const triggers = new Map<string, { readonly user: string; readonly since: number; used: boolean }>();
  const listeners = new Set<() => void>();
  let opened = 0;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const setViews = (to: readonly OpenView[]): void => {
    views = to;
    changed();
  };

  return {
    openViews: (user) => views.filter((view) => view.user === user),
    ephemerals: (user) => shown.filter((ephemeral) => ephemeral.user === user),
    newTrigger: (user) => {
      const random = randomBytes(20).toString('hex');
      const id = `${Date.now()}.${parseInt(random.slice(0, 10), 16)}.${random.slice(8)}`;
      triggers.set(id, { user, since: now().getTime(), used: false });
      return id;
    },
    exchange: (id) => {
      const trigger = triggers.get(id);
      if (trigger === undefined) return { ok: false, error: 'invalid_trigger_id' };
      if (trigger.used) return { ok: false, error: 'exchanged_trigger_id' };
      if (now().getTime() - trigger.since > TRIGGER_MS) return { ok: false, error: 'expired_trigger_id' };
      trigger.used = true;
      return { ok: true, user: trigger.user };
    },
    open: (user, view) => {
      opened += 1;
      const open: OpenView = { id: `V${String(opened).padStart(10, '0')}`, user, view, errors: {} };
      setViews([...views, open]);
      return open;
    },
    replace: (id, change) =>
      setViews(views.flatMap((view) => (view.id !== id ? [view] : change === null ? [] : [{ ...view, ...change }]))),
    closeAll: (user) => setViews(views.filter((view) => view.user !== user)),
    notify: (of) => {
      const at = now();
      const ephemeral = {
        ...of,
        at,
        ts: `${Math.floor(at.getTime() / 1000)}.${String(shown.length + 1).padStart(6, '0')}`,
      };
      shown = [...shown, ephemeral];
      changed();
      return ephemeral;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
