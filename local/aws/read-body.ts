/** Reads a request's body, within limits. */
import { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

interface BodyLimits {
  readonly mostBytes: number;
  /** For the whole body, in milliseconds. */
  readonly withinMs: number;
}

/** Node's own request behind a web Request: its body can be measured while it arrives, and its connection dropped. */
export function incomingOf(env: object): IncomingMessage {
  const incoming = 'incoming' in env ? env.incoming : null;
  if (incoming instanceof IncomingMessage) return incoming;
  throw new Error('The web server hands out no incoming message: was it changed in local/loopback.ts?');
}

export function readBody(incoming: IncomingMessage, { mostBytes, withinMs }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: Error) => {
      clearTimeout(timer);
      incoming.off('data', take);
      incoming.resume();
      reject(error);
    };
    const timer = setTimeout(
      () => stop(new AwsError('RequestTimeout', `The body of the request did not arrive within ${withinMs} ms.`, 408)),
      withinMs,
    );
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes)
        stop(new AwsError('RequestEntityTooLarge', `The body of the request is larger than ${mostBytes} bytes.`, 413));
      else chunks.push(chunk);
    };
    incoming.on('data', take);
    incoming.once('error', stop);
    incoming.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
  });
}
