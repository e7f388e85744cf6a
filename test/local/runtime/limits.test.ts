/** What a function's process gives up for the time that it takes, with a host of its own and a server that answers late. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FunctionHost, functionHost, type Limits } from '../../../local/runtime/functions/host.ts';

/** A hundred times as fast as it is told to be. */
const HURRY = 100;
const LATE_MS = 300;

/** Asks in three ways, each with a time-out of ten seconds, which are a tenth of one here; and waits, which is no call. */
const handlerText = `
import { request } from 'node:http';
const settled = (asking) => asking.then(() => 'answered', () => 'given up');
const bySdk = (url) => new Promise((resolve, reject) => {
  const call = request(url, (response) => response.resume().on('end', resolve));
  call.on('error', reject).end();
  const timer = setTimeout(() => call.destroy(new Error('too late')), 10_000);
  call.on('close', () => clearTimeout(timer));
});
const byFetch = async (url) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
const wait = () => new Promise((resolve) => setTimeout(resolve, 10_000));
export const handler = async ({ url }, context) => {
  const outcomes = await Promise.all([settled(bySdk(url)), settled(byFetch(url))]);
  const began = performance.now();
  await wait();
  return { outcomes, waited: performance.now() - began < 10_000, left: context.getRemainingTimeInMillis() };
};`;

let folder = '';
let server: Server;
let url = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limits-'));
  await writeFile(join(folder, 'index.mjs'), handlerText);
  server = createServer((_, response) => {
    setTimeout(() => response.end('late'), LATE_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function invoked(limits: Limits): Promise<unknown> {
  const fn = {
    id: 'Fn',
    name: 'fn',
    bundle: join(folder, 'index.mjs'),
    Handler: 'index.handler',
    Timeout: 60,
    MemorySize: 512,
    Role: '',
    Environment: { Variables: {} },
  };
  const time = { hurry: HURRY, ahead: () => 0, limits: () => limits };
  const host: FunctionHost = functionHost(fn, { time, environment: () => ({}), onLog: () => undefined });
  try {
    return await host.invoke({ url });
  } finally {
    await host.close();
  }
}

test('with all limits, a call that takes longer than its time-out is given up, and the function has its seconds', async () => {
  const { outcomes, left } = (await invoked('all')) as { outcomes: string[]; left: number };
  expect(outcomes).toEqual(['given up', 'given up']);
  expect(left).toBeLessThanOrEqual(60_000);
});

test("with the function's own, calls are waited for", async () => {
  const { outcomes, left } = (await invoked('function')) as { outcomes: string[]; left: number };
  expect(outcomes).toEqual(['answered', 'answered']);
  expect(left).toBeLessThanOrEqual(60_000);
});

test('with none, calls are waited for, what is no call is short all the same, and there is always time left', async () => {
  expect(await invoked('none')).toEqual({ outcomes: ['answered', 'answered'], waited: true, left: 2 ** 31 - 1 });
});
