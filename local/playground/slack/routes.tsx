/** @jsxImportSource hono/jsx */
/** What people do in Slack, as the page's forms send it. */
import { asError } from '../../../lambda/runtime/as-error.ts';
import type { Seen } from '../../slack/hands.ts';
import { Icon } from '../icons.tsx';
import type { Interactivity } from '../ports.ts';
import { type Typed, VALUE } from './modal-view.tsx';

export interface Done {
  readonly as: string;
  /** What Slack tells the person; null when there is nothing to tell. */
  readonly note: string | null;
  readonly status: 200 | 422 | 500;
  /** What was typed, for a modal that is still open. */
  readonly typed: Typed;
}

export const SlackNote = ({ words }: { words: string | null }) =>
  words === null ? null : (
    <div class="slack-note" role="alert">
      <Icon name="cross" />
      <p>{words}</p>
      <button type="button" class="slack-note-close" aria-label="Dismiss" data-dismiss>
        <Icon name="close" />
      </button>
    </div>
  );

/** Errors of a modal stand in it, next to what they are about. */
const noteOf = (seen: Seen): string | null => (seen.kind === 'trouble' ? seen.words : null);

async function outcome(as: string, typed: Typed, act: () => Promise<Seen>): Promise<Done> {
  try {
    return { as, note: noteOf(await act()), status: 200, typed };
  } catch (error) {
    return { as, note: asError(error).message, status: 500, typed };
  }
}

/** Null for who is not on the list: nobody acts for a stranger. */
function personIn(entered: URLSearchParams, { slackPeople }: Interactivity): string | null {
  const as = entered.get('as');
  return slackPeople().find(({ id }) => id === as)?.id ?? null;
}

const refused = (note: string): Done => ({ as: '', note, status: 422, typed: {} });
const nobody = refused('Choose who you are in Slack: that person is not in this workspace.');

/** `press` is the message's `ts`, a space and the button's `action_id`. */
export async function pressed(entered: URLSearchParams, slack: Interactivity): Promise<Done> {
  const user = personIn(entered, slack);
  if (user === null) return nobody;
  const [, ts, actionId] = /^(\S+) (.+)$/s.exec(entered.get('press') ?? '') ?? [];
  if (ts === undefined || actionId === undefined) return { ...refused('Press one of the buttons.'), as: user };
  return outcome(user, {}, () => slack.press({ ts, actionId, user }));
}

export async function submitted(entered: URLSearchParams, slack: Interactivity): Promise<Done> {
  const user = personIn(entered, slack);
  if (user === null) return nobody;
  const given = [...entered].filter(([name]) => name.startsWith(VALUE));
  // A browser sends line breaks as CR LF, Slack as LF.
  const values = Object.fromEntries(
    given.map(([name, value]) => [name.slice(VALUE.length), value.replaceAll('\r\n', '\n')]),
  );
  return outcome(user, values, () => slack.submitView({ viewId: entered.get('view') ?? '', user, values }));
}

export async function closed(entered: URLSearchParams, slack: Interactivity): Promise<Done> {
  const user = personIn(entered, slack);
  if (user === null) return nobody;
  slack.closeAll(user);
  return { as: user, note: null, status: 200, typed: {} };
}
