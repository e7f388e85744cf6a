/** Slack's Web API on loopback, as `@slack/web-api` speaks it. What Slack would refuse is refused here, with Slack's own error codes. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { serveOnLoopback } from '../loopback.ts';
import { readArguments } from './arguments.ts';
import { type Hands, openHands } from './hands.ts';
import { methods } from './methods.ts';
import type { SlackUser } from './payloads.ts';
import { openRoom, type SlackPosted } from './room.ts';
import { openScreens, type Screens } from './screens.ts';
import { type SignedRequest, signed } from './signed.ts';

/**
 * `drop`: the connection breaks before anything is done. `drop-answer`: it is done, and the answer is lost; `garble-answer`: half of it comes.
 * `kill-caller-...`: as `drop` and `drop-answer`, and the function that called is ended at that moment. A delay: it is done, and the answer is late.
 */
export type SlackFault =
  | 'rate-limited'
  | `error:${string}`
  | 'internal-error'
  | 'drop'
  | 'drop-answer'
  | 'garble-answer'
  | 'kill-caller-before'
  | 'kill-caller-after'
  | { readonly delayMs: number };

export interface SlackStandIn extends Hands, Pick<Screens, 'openViews' | 'ephemerals' | 'closeAll'> {
  /** Ends with `/api/`: the value of SLACK_API_URL. */
  readonly url: string;
  readonly port: number;
  /** All channels, oldest first. */
  messages(): readonly SlackPosted[];
  /** Takes every message out, as if none had been posted. */
  clear(): void;
  /** Messages, modals and lines for one person. Returns what ends the listening. */
  onChange(listener: () => void): () => void;
  /** Signed as Slack would, unless another secret or time is given. */
  signed(body: string, how?: { readonly secret?: string; readonly at?: Date }): SignedRequest;
  /** Who is in the workspace. */
  readonly users: readonly SlackUser[];
  /** Whether there is an app to answer what people do. */
  isInteractive(): boolean;
  close(): Promise<void>;
}

const RETRY_AFTER_SECONDS = '1';

/** What Slack says to a token, null when it is good. */
function refusalOf(authorization: string | undefined, bodyToken: unknown): string | null {
  const token = authorization?.replace(/^Bearer /i, '') ?? bodyToken;
  if (typeof token !== 'string' || token === '') return 'not_authed';
  return token.startsWith('xoxb-') ? null : 'invalid_auth';
}

export async function startSlackStandIn(
  options: {
    readonly port?: number;
    readonly now?: () => Date;
    readonly fault?: (method: string) => SlackFault | null;
    /** For the faults that end who calls. */
    readonly killCaller?: (method: string) => Promise<void>;
    readonly users?: readonly SlackUser[];
    readonly signingSecret?: string;
    /** Where Slack posts what people do. Null: interactivity is not set up. */
    readonly interactivityUrl?: () => string | null;
    /** How long Slack waits for the app. Milliseconds. */
    readonly patienceMs?: number;
  } = {},
): Promise<SlackStandIn> {
  const { port = 0, now = () => new Date(), fault = () => null, users = [] } = options;
  const {
    signingSecret = randomBytes(16).toString('hex'),
    interactivityUrl = () => null,
    patienceMs = 3_000,
  } = options;
  const room = openRoom(now);
  const screens = openScreens(now);
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.post('/api/:method', async (c) => {
    const name = c.req.param('method');
    const trouble = fault(name);
    const hangUp = () => {
      c.env.incoming.socket.destroy();
      return c.body(null, 503);
    };
    const kill = () => options.killCaller?.(name) ?? Promise.reject(new Error(`Nobody can end the caller of ${name}.`));
    if (trouble === 'kill-caller-before') await kill();
    if (trouble === 'drop' || trouble === 'kill-caller-before') return hangUp();
    if (trouble === 'internal-error') return c.text('Internal Server Error', 500);
    if (trouble === 'rate-limited')
      return c.json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': RETRY_AFTER_SECONDS });
    if (typeof trouble === 'string' && trouble.startsWith('error:'))
      return c.json({ ok: false, error: trouble.slice('error:'.length) });

    const args = await readArguments(c.req.raw);
    if (args === null) return c.json({ ok: false, error: 'invalid_form_data' });
    const refusal = refusalOf(c.req.header('authorization'), args['token']);
    if (refusal !== null) return c.json({ ok: false, error: refusal });
    const method = methods.get(name);
    if (method === undefined) return c.json({ ok: false, error: 'unknown_method', req_method: name });
    const answer = method(args, room, screens);
    if (typeof trouble === 'object' && trouble !== null) await wait(trouble.delayMs);
    if (trouble === 'kill-caller-after') await kill();
    if (trouble === 'drop-answer' || trouble === 'kill-caller-after') return hangUp();
    const text = JSON.stringify(answer);
    return trouble === 'garble-answer' ? c.text(text.slice(0, text.length / 2)) : c.json(answer);
  });

  // No answer goes this way: ours are edits, modals and lines for one person.
  app.post('/actions/*', (c) => c.text('expired_url', 404));

  const server = await serveOnLoopback('The Slack stand-in', app.fetch, port);
  const responseUrl = () => `http://127.0.0.1:${server.port}/actions/${randomBytes(12).toString('hex')}`;
  return {
    ...openHands({ room, screens, now, users, signingSecret, interactivityUrl, responseUrl, patienceMs }),
    url: `http://127.0.0.1:${server.port}/api/`,
    port: server.port,
    messages: room.list,
    clear: room.clear,
    openViews: screens.openViews,
    ephemerals: screens.ephemerals,
    closeAll: screens.closeAll,
    users,
    isInteractive: () => interactivityUrl() !== null,
    signed: (body, { secret = signingSecret, at = now() } = {}) => signed(body, { secret, at }),
    onChange: (listener) => {
      const stops = [room.onChange(listener), screens.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    close: server.close,
  };
}
