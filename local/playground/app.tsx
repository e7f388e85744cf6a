/** @jsxImportSource hono/jsx */
/** The page's routes. Takes requests from this machine's own browser only: neither another site nor another host name reaches them. */

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { asError } from '../../lambda/runtime/as-error.ts';
import type { Clock } from './clock.ts';
import { actingAs, feedNames, type Html, panes } from './feeds.tsx';
import { files, readText } from './files.ts';
import { BrokenFlash, ProblemsFlash, SavedFlash } from './flash.tsx';
import { readForm, startingForm } from './form.ts';
import { type Feed, sendLive } from './live.ts';
import { Page } from './page.tsx';
import type { JobForm, PlaygroundPorts } from './ports.ts';
import { closed, type Done, pressed, SlackNote, submitted } from './slack/routes.tsx';

export interface AppOptions {
  readonly now?: () => Date;
  readonly timeZone?: string;
  /** Pages that may listen at the same time. */
  readonly mostListeners?: number;
  readonly heartbeatMs?: number;
}

/** Request header of the page's script, which wants the bar alone. */
const PART = 'x-part';

const isLoopback = (url: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

/** What came of pressing Save, and the status that says so to a script. */
async function save(
  entered: URLSearchParams,
  ports: PlaygroundPorts,
): Promise<{ form: JobForm; flash: Html; status: 200 | 422 | 500 }> {
  const read = readForm(entered, ports);
  const { form } = read;
  if (!read.ok) return { form, flash: <ProblemsFlash problems={read.problems} />, status: 422 };
  try {
    return { form, flash: <SavedFlash saved={await ports.save(form)} form={form} />, status: 200 };
  } catch (error) {
    return { form, flash: <BrokenFlash words={asError(error).message} />, status: 500 };
  }
}

export function playgroundApp(ports: PlaygroundPorts, options: AppOptions = {}): Hono {
  const { now = () => new Date(), timeZone, mostListeners = 16, heartbeatMs } = options;
  const clock = (): Clock => (timeZone === undefined ? { now: now() } : { now: now(), timeZone });
  const app = new Hono();

  app.use((c, next) => {
    // Another name that resolves to this machine is how a strange site would read the page (DNS rebinding).
    if (isLoopback(c.req.url)) return next();
    return Promise.resolve(c.text('This page answers to localhost and 127.0.0.1 only.', 421));
  });
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      strictTransportSecurity: false,
    }),
  );
  app.use(csrf());

  const page = (form: JobForm, flash: Html | null, slack: Pick<Done, 'as' | 'note' | 'typed'>) =>
    html`<!doctype html>${<Page ports={ports} form={form} clock={clock()} flash={flash} slack={slack} />}`;
  const looking = (as: string | undefined) => ({ as: actingAs(ports, as), note: null, typed: {} });

  app.get('/', (c) => c.html(page(startingForm(ports, c.req.query('situation')), null, looking(c.req.query('as')))));

  app.post('/save', bodyLimit({ maxSize: 64 * 1024 }), async (c) => {
    const { form, flash, status } = await save(new URLSearchParams(await c.req.text()), ports);
    return c.html(c.req.header(PART) === 'flash' ? flash : page(form, flash, looking(undefined)), status);
  });

  for (const [path, act] of [
    ['/slack/press', pressed],
    ['/slack/submit', submitted],
    ['/slack/close', closed],
  ] as const) {
    app.post(path, bodyLimit({ maxSize: 64 * 1024 }), async (c) => {
      if (ports.interactivity === null) return c.text('There is no app here that answers what people press.', 404);
      const done = await act(new URLSearchParams(await c.req.text()), ports.interactivity);
      if (c.req.header(PART) === 'slack') return c.html(<SlackNote words={done.note} />, done.status);
      return c.html(page(startingForm(ports, undefined), null, { ...done, as: actingAs(ports, done.as) }), done.status);
    });
  }

  let listeners = 0;
  app.get('/events', (c) => {
    if (listeners >= mostListeners) return c.text('Too many pages are open: close one.', 503, { 'retry-after': '5' });
    listeners += 1;
    const as = actingAs(ports, c.req.query('as'));
    const feeds = feedNames(ports).map((name): Feed => {
      const { view, source } = panes[name];
      return { name, html: () => String(view(ports, clock(), as)), onChange: source(ports).onChange };
    });
    const ended = () => {
      listeners -= 1;
    };
    return sendLive(c, feeds, ended, heartbeatMs);
  });

  for (const { path, type } of files) {
    app.get(path, async (c) => c.body(await readText(path), 200, { 'content-type': `${type}; charset=utf-8` }));
  }
  return app;
}
