import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readBody } from '../../../local/aws/read-body.ts';

describe('reading a body', () => {
  let server: Server;
  let socket: Socket;
  afterEach(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  /** What becomes of the body of a request of which `sent` is all that ever arrives. */
  function outcome(sent: string, announced = sent.length): Promise<unknown> {
    return new Promise((resolve) => {
      server = createServer((incoming) => {
        readBody(incoming, { mostBytes: 10, withinMs: 100 }).then((body) => resolve(String(body)), resolve);
      });
      server.listen(0, '127.0.0.1', () => {
        socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
        socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${announced}\r\n\r\n${sent}`);
      });
    });
  }

  test('a whole one', async () => {
    expect(await outcome('0123456789')).toBe('0123456789');
  });

  test('one that is too large is given up', async () => {
    expect(await outcome('0123456789a')).toMatchObject({ code: 'RequestEntityTooLarge', status: 413 });
  });

  test('one that stops arriving is given up after a while', async () => {
    expect(await outcome('01234', 10)).toMatchObject({
      code: 'RequestTimeout',
      status: 408,
      message: 'The body of the request did not arrive within 100 ms.',
    });
  });
});
