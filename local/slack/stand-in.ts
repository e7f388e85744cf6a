/** Slack's Web API on loopback, as `@slack/web-api` speaks it. What Slack would refuse is refused here, with Slack's own error codes. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { serveOnLoopback } from '../loopback.ts';
import { readArguments } from './arguments.ts';
import { methods } from './methods.ts';
import { openRoom, type SlackPosted } from './room.ts';

/** `drop`: the connection breaks before anything is done. `drop-answer`: it is done, and the answer is lost. */
export type SlackFault = 'rate-limited' | `error:${string}` | 'drop' | 'drop-answer';

export interface SlackStandIn {
  /** Ends with `/api/`: the value of SLACK_API_URL. */
  readonly url: string;
  readonly port: number;
  /** All channels, oldest first. */
  messages(): readonly SlackPosted[];
  /** Returns what ends the listening. */
  onChange(listener: () => void): () => void;
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
  } = {},
): Promise<SlackStandIn> {
  const { port = 0, now = () => new Date(), fault = () => null } = options;
  const room = openRoom(now);
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.post('/api/:method', async (c) => {
    const name = c.req.param('method');
    const trouble = fault(name);
    const hangUp = () => {
      c.env.incoming.socket.destroy();
      return c.body(null, 503);
    };
    if (trouble === 'drop') return hangUp();
    if (trouble === 'rate-limited')
      return c.json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': RETRY_AFTER_SECONDS });
    if (trouble?.startsWith('error:')) return c.json({ ok: false, error: trouble.slice('error:'.length) });

    const args = await readArguments(c.req.raw);
    if (args === null) return c.json({ ok: false, error: 'invalid_form_data' });
    const refusal = refusalOf(c.req.header('authorization'), args['token']);
    if (refusal !== null) return c.json({ ok: false, error: refusal });
    const method = methods.get(name);
    if (method === undefined) return c.json({ ok: false, error: 'unknown_method', req_method: name });
    const answer = method(args, room);
    return trouble === 'drop-answer' ? hangUp() : c.json(answer);
  });

  const server = await serveOnLoopback('The Slack stand-in', app.fetch, port);
  return {
    url: `http://127.0.0.1:${server.port}/api/`,
    port: server.port,
    messages: room.list,
    onChange: room.onChange,
    close: server.close,
  };
}
