/** Why something failed, by what a function logs or how it died, and what that was about. */
import { asError } from '../lambda/runtime/as-error.ts';

export interface Reason {
  /** The name it logs under. */
  readonly fn: string;
  readonly words: string;
  readonly messageIds: readonly string[];
  /** CloudTrail's. */
  readonly eventId: string | null;
  /** As people type it. */
  readonly caseId: string | null;
}

interface ErrorLine {
  readonly message?: string;
  readonly error?: { readonly name?: string; readonly message?: string };
  readonly messageId?: string;
  readonly eventId?: string;
  readonly case?: string;
}

/** Null: the line tells of no error. */
export function reasonIn(fn: string, line: string): Reason | null {
  if (!line.includes('"level":"ERROR"')) return null;
  const { message, error, messageId, eventId, case: caseId } = JSON.parse(line) as ErrorLine;
  const words = [message, error?.message].filter((part) => part !== undefined && part !== '').join(': ');
  return {
    fn,
    words,
    messageIds: messageId === undefined ? [] : [messageId],
    eventId: eventId ?? null,
    caseId: caseId ?? null,
  };
}

/** Of a function that died, or ran out of time. */
export const deathOf = (fn: string, error: unknown, messageIds: readonly string[]): Reason => ({
  fn,
  words: asError(error).message,
  messageIds,
  eventId: null,
  caseId: null,
});
