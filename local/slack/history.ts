/** `conversations.history`: newest first, in pages; `oldest` and `latest` are themselves left out unless `inclusive`. */
import { type Arguments, isYes, textOf } from './arguments.ts';
import type { SlackPosted } from './room.ts';

type Page =
  | { readonly ok: true; readonly messages: readonly SlackPosted[]; readonly next: string }
  | {
      readonly ok: false;
      readonly error: 'invalid_limit' | 'invalid_cursor' | 'invalid_ts_oldest' | 'invalid_ts_latest';
    };

const USUAL_LIMIT = 100;
const MOST_LIMIT = 999;

const CURSOR = 'next_ts:';
const cursorOf = (ts: string): string => Buffer.from(CURSOR + ts).toString('base64');

/** Null: not a cursor of ours. */
function tsOfCursor(cursor: string): number | null {
  const text = Buffer.from(cursor, 'base64').toString();
  const ts = text.startsWith(CURSOR) ? Number(text.slice(CURSOR.length)) : Number.NaN;
  return Number.isFinite(ts) ? ts : null;
}

/** `posted` is one channel's, oldest first. A `ts` has 16 digits, which a number holds exactly enough to order. */
export function history(posted: readonly SlackPosted[], args: Arguments): Page {
  const limit = args['limit'] === undefined ? USUAL_LIMIT : Number(args['limit']);
  if (!Number.isInteger(limit) || limit < 1) return { ok: false, error: 'invalid_limit' };
  const oldest = Number(textOf(args['oldest']) || 0);
  if (Number.isNaN(oldest)) return { ok: false, error: 'invalid_ts_oldest' };
  const latest = Number(textOf(args['latest']) || Number.POSITIVE_INFINITY);
  if (Number.isNaN(latest)) return { ok: false, error: 'invalid_ts_latest' };
  const cursor = textOf(args['cursor']);
  const from = cursor === '' ? Number.POSITIVE_INFINITY : tsOfCursor(cursor);
  if (from === null) return { ok: false, error: 'invalid_cursor' };

  const inclusive = isYes(args['inclusive']);
  const isWithin = (ts: number): boolean =>
    (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest) && ts <= from;
  const found = posted.filter(({ ts }) => isWithin(Number(ts))).reverse();
  const messages = found.slice(0, Math.min(limit, MOST_LIMIT));
  const next = found[messages.length];
  return { ok: true, messages, next: next === undefined ? '' : cursorOf(next.ts) };
}
