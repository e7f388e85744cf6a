/** What most events do not need is loaded by the first that does, and once; a loading that fails is tried again by the next. */
import type { Trail } from '../ports/trail.ts';

export function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

/** The trail is written to when a case changes state; a repeat changes none. */
export function lazyTrail(load: () => Promise<Trail>): Trail {
  const trail = lazy(load);
  return {
    append: async (...entry) => (await trail()).append(...entry),
    read: async (...which) => (await trail()).read(...which),
  };
}
