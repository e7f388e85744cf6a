/** A web server on 127.0.0.1, and on nothing else: what runs here trusts its callers. */
import { createAdaptorServer } from '@hono/node-server';

export interface Loopback {
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Something else listens there, perhaps an earlier start: end it, or choose another port.',
  EACCES: 'Ports below 1024 need special rights: choose a higher one.',
};

/** `port` 0 takes a free one. Throws an error that names the port and what to do. */
export async function serveOnLoopback(what: string, fetch: Fetch, port: number): Promise<Loopback> {
  const server = createAdaptorServer({ fetch });
  // Node closes a kept connection after five seconds of silence; on a busy machine that met the next request on its way.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const next = advice[error.code ?? ''];
      reject(
        new Error(
          `${what} cannot listen on 127.0.0.1:${port}: ${error.message}.${next === undefined ? '' : ` ${next}`}`,
          { cause: error },
        ),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error(`${what} has no TCP port: was it closed while it started?`);
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
