/** dynalite, in this process and in memory, on a loopback port that nobody else is told. */
import type { AddressInfo } from 'node:net';
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

export async function startDynamoStore(): Promise<DynamoStore> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  /** dynalite ends the whole process when its database is closed under a call, so the last ones are waited for. */
  const underWay = new Set<Promise<unknown>>();
  let isClosing = false;

  async function post(operation: string, body: string): Promise<WireAnswer> {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body,
    });
    const kept = forwarded.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return { status: answer.status, headers: Object.fromEntries(kept), body: await answer.text() };
  }

  return {
    async send(operation, body) {
      if (isClosing) throw new Error(`The local DynamoDB is closing; ${operation} came too late.`);
      const call = post(operation, body);
      underWay.add(call);
      try {
        return await call;
      } finally {
        underWay.delete(call);
      }
    },

    async close() {
      isClosing = true;
      await Promise.allSettled(underWay);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
