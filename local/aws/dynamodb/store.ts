/** dynalite, in this process and in memory. */
import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import type { WireAnswer } from '../protocol/wire.ts';

export interface DynamoStore {
  /** `body`: JSON as it is on the wire. */
  send(operation: string, body: string): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** dynalite wants a signature and does not look at it. */
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

/** The client checks the CRC of the body it gets. */
const forwarded = ['content-type', 'x-amz-crc32', 'x-amzn-requestid'];

/** As much of node:http's response as dynalite uses. */
function answerInto(resolve: (answer: WireAnswer) => void) {
  const headers = new Map<string, string>();
  return {
    statusCode: 200,
    setHeader: (name: string, value: string | number) => headers.set(name.toLowerCase(), String(value)),
    end(body = '') {
      const kept = forwarded.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : []));
      resolve({ status: this.statusCode, headers: Object.fromEntries(kept), body });
    },
  };
}

/**
 * dynalite is a server that never listens: each request is handed to it. By a socket, though in one process, a test of a table took more than
 * twice as long.
 */
export async function startDynamoStore(): Promise<DynamoStore> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const underWay = new Set<Promise<unknown>>();
  let isClosing = false;

  const hand = (operation: string, body: string): Promise<WireAnswer> =>
    new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      });
      server.emit('request', request, answerInto(resolve));
      request.emit('data', Buffer.from(body));
      request.emit('end');
    });

  return {
    async send(operation, body) {
      if (isClosing) throw new Error(`The local DynamoDB is closing; ${operation} came too late.`);
      const call = hand(operation, body);
      underWay.add(call);
      try {
        return await call;
      } finally {
        underWay.delete(call);
      }
    },

    /** The tables go with the process's memory. */
    async close() {
      isClosing = true;
      await Promise.allSettled(underWay);
    },
  };
}
