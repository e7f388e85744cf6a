/** The playground: one page on loopback on which Save is pressed and refused, and on which people hear about it. */
import { serveOnLoopback } from '../loopback.ts';
import { type AppOptions, playgroundApp } from './app.tsx';
import type { PlaygroundPorts } from './ports.ts';

export interface Playground {
  /** `http://127.0.0.1:4173/`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** `port` 0 takes a free one. Throws an error that names the port when it is taken. */
export async function startPlayground(
  ports: PlaygroundPorts,
  options: AppOptions & { readonly port?: number } = {},
): Promise<Playground> {
  const { port = 0, ...rest } = options;
  const server = await serveOnLoopback('The playground', playgroundApp(ports, rest).fetch, port);
  return { url: `http://127.0.0.1:${server.port}/`, port: server.port, close: server.close };
}
