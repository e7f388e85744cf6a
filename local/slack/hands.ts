/** What a person does in Slack: Slack posts it to the app, waits three seconds, and shows what came of it. */
import * as z from 'zod/mini';
import { fromJson } from './arguments.ts';
import { bot } from './bot.ts';
import { blockActions, type Pressed, type SlackUser, viewSubmission } from './payloads.ts';
import type { Room } from './room.ts';
import type { OpenView, Screens } from './screens.ts';
import { type SignedRequest, signed } from './signed.ts';
import { inputName, inputsOf, readView } from './view.ts';

/** The raw request and answer, so that it can be sent again. `response` is null when none came in time. */
export interface Exchange {
  readonly url: string;
  readonly request: SignedRequest;
  readonly response: { readonly status: number; readonly body: string } | null;
  /** Milliseconds. */
  readonly took: number;
}

export type Seen =
  | { readonly kind: 'ok' }
  /** By `block_id`. The modal stays open. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> }
  /** Slack's own words for an app that does not answer as it should. */
  | { readonly kind: 'trouble'; readonly words: string };

export interface Acted {
  readonly seen: Seen;
  /** Null: nothing was sent. */
  readonly exchange: Exchange | null;
}

export interface Press {
  readonly ts: string;
  readonly actionId: string;
  /** A person's id, or somebody who is not on the list. */
  readonly user: string | SlackUser;
}

export interface Submission {
  readonly viewId: string;
  readonly user: string | SlackUser;
  /** By `block_id/action_id`. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Hands {
  /** Throws when no such button is there: a person cannot press it either. */
  press(press: Press): Promise<Acted>;
  /** Throws when that person has no such modal open, or names an input that it does not have. */
  submitView(submission: Submission): Promise<Acted>;
  /** Sends a request again, or one that was made by hand with `signed`. */
  send(request: SignedRequest): Promise<Exchange>;
}

const words = {
  notConfigured: 'This app is not configured to handle interactive responses.',
  late: 'This didn’t work: operation timed out. Apps need to respond within 3 seconds.',
  refused: (status: number) => `This didn’t work: the app responded with status code ${status}.`,
  unreadable: 'We had some trouble connecting. Try again?',
} as const;

const answerShape = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('clear') }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
]);

const trouble = (said: string): Seen => ({ kind: 'trouble', words: said });
const ok: Seen = { kind: 'ok' };

function buttonIn(room: Room, { ts, actionId }: Press): Pressed {
  const message = room.list().find((posted) => posted.ts === ts);
  if (message === undefined) throw new Error(`There is no message ${ts}.`);
  for (const [index, block] of message.blocks.entries()) {
    if (block.type !== 'actions') continue;
    const button = block.elements.find(({ action_id }) => action_id === actionId);
    if (button !== undefined) return { message, button, blockId: block.block_id ?? `block${index}` };
  }
  throw new Error(`The message ${ts} has no button ${actionId}: was it edited since?`);
}

/** What Slack checks before it sends anything, by `block_id`. */
function unfit(open: OpenView, values: Submission['values']): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const input of inputsOf(open.view)) {
    const { min_length: least = 0, max_length: most = 3000 } = input.element;
    const { length } = values[inputName(input)] ?? '';
    const block = input.block_id ?? '';
    if (length === 0 && input.optional !== true) errors[block] = 'Please complete this required field.';
    else if (length > 0 && length < least) errors[block] = `Must be at least ${least} characters.`;
    else if (length > most) errors[block] = `Must be at most ${most} characters.`;
  }
  return errors;
}

export function openHands(given: {
  readonly room: Room;
  readonly screens: Screens;
  readonly now: () => Date;
  readonly users: readonly SlackUser[];
  readonly signingSecret: string;
  readonly interactivityUrl: () => string | null;
  readonly responseUrl: () => string;
  /** Milliseconds; Slack's are 3,000. */
  readonly patienceMs: number;
}): Hands {
  const { room, screens, now, users, signingSecret, interactivityUrl, patienceMs } = given;

  const personOf = (user: string | SlackUser): SlackUser =>
    typeof user === 'string' ? (users.find(({ id }) => id === user) ?? { id: user, name: user.toLowerCase() }) : user;

  async function sendTo(url: string, request: SignedRequest): Promise<Exchange> {
    const start = performance.now();
    const exchange = (response: Exchange['response']): Exchange => ({
      url,
      request,
      response,
      took: performance.now() - start,
    });
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: request.headers,
        body: request.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      });
      return exchange({ status: answer.status, body: await answer.text() });
    } catch {
      return exchange(null);
    }
  }

  /** Null: no URL is set up. */
  async function deliver(payload: object): Promise<Exchange | null> {
    const url = interactivityUrl();
    if (url === null) return null;
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    return sendTo(url, signed(body, { secret: signingSecret, at: now() }));
  }

  /** Null when the app has taken it. */
  function wrong(exchange: Exchange | null): Seen | null {
    if (exchange === null) return trouble(words.notConfigured);
    if (exchange.response === null) return trouble(words.late);
    return exchange.response.status === 200 ? null : trouble(words.refused(exchange.response.status));
  }

  /** `response_action`; an empty answer closes the modal. */
  function answered(open: OpenView, body: string): Seen {
    if (body === '') {
      screens.replace(open.id, null);
      return ok;
    }
    const answer = answerShape.safeParse(fromJson(body));
    if (!answer.success) return trouble(words.unreadable);
    switch (answer.data.response_action) {
      case 'clear':
        screens.closeAll(open.user);
        return ok;
      case 'errors':
        screens.replace(open.id, { errors: answer.data.errors });
        return { kind: 'errors', errors: answer.data.errors };
      case 'update': {
        const read = readView(answer.data.view);
        if (!read.ok) return trouble(words.unreadable);
        screens.replace(open.id, { view: read.view, errors: {} });
        return ok;
      }
      default:
        return answer.data satisfies never;
    }
  }

  return {
    async press(press) {
      const pressed = buttonIn(room, press);
      const user = personOf(press.user);
      const details = { triggerId: screens.newTrigger(user.id), at: now(), responseUrl: given.responseUrl() };
      const exchange = await deliver(blockActions(pressed, user, details));
      return { seen: wrong(exchange) ?? ok, exchange };
    },
    async submitView({ viewId, user: who, values }) {
      const user = personOf(who);
      const open = screens.openViews(user.id).find(({ id }) => id === viewId);
      if (open === undefined) throw new Error(`${user.name} has no modal ${viewId} open.`);
      const known = new Set(inputsOf(open.view).map(inputName));
      const strange = Object.keys(values).find((name) => !known.has(name));
      if (strange !== undefined) throw new Error(`The modal ${viewId} has no input ${strange}.`);
      const errors = unfit(open, values);
      screens.replace(viewId, { errors });
      if (Object.keys(errors).length > 0) return { seen: { kind: 'errors', errors }, exchange: null };
      const exchange = await deliver(viewSubmission(open, user, values, screens.newTrigger(user.id)));
      return { seen: wrong(exchange) ?? answered(open, exchange?.response?.body ?? ''), exchange };
    },
    async send(request) {
      const url = interactivityUrl();
      if (url === null) throw new Error(`${words.notConfigured} Give the stand-in of ${bot.team} an interactivityUrl.`);
      return sendTo(url, request);
    },
  };
}
