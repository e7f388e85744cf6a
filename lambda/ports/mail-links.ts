/** Links in mails: announce makes them, review-mail takes them. */
import type { MailLink } from '../core/case/mail-link.ts';

/** Makes links. Whoever holds the secret part may decide as the one it was sent to. */
export interface NewLinks {
  /** Returns the secret part, 43 characters; only its hash is kept. */
  make(link: Omit<MailLink, 'usedAt'>): Promise<string>;
}

/** Takes links. `token`: the secret part. */
export interface Links {
  /** Null: there never was such a link, or it ended a week ago. */
  find(token: string): Promise<MailLink | null>;
  /**
   * False: it was used before, or is not there. `by`: names this attempt, so that its own repetition is no second use. `earlier`: when it was
   * used by an attempt that died, which this one takes the place of; null: by nobody.
   */
  use(token: string, by: string, now: Date, earlier: string | null): Promise<boolean>;
  /** What that attempt was to decide could not be recorded: the link works again. */
  giveBack(token: string, by: string): Promise<void>;
}
