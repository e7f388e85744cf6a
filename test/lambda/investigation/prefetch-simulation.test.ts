import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { sha256 } from '../../../lambda/adapters/sha256.ts';
import { readDenialEvent } from '../../../lambda/core/denial/event.ts';
import { isRoleArn } from '../../../lambda/core/iam/arn.ts';
import { investigate } from '../../../lambda/investigation/investigate.ts';
import { askedOnce } from '../../../lambda/investigation/prefetch-simulation.ts';
import type { AccountReader } from '../../../lambda/ports/account-reader.ts';
import { accountOf } from '../../support/account-of.ts';
import { memoryAccount } from '../../support/memory-account.ts';

const file = JSON.parse(readFileSync(new URL('../../denials/missing-allow-field-note.json', import.meta.url), 'utf8'));
const reading = readDenialEvent(file.event);
if (reading.kind !== 'denial') throw new Error(reading.why);
const { denial } = reading;

/** Tells who the principal and the role are before it gives the whole of them, which takes until `release`. */
function slowPolicies(account: AccountReader) {
  const simulated: string[] = [];
  let release = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reader: AccountReader = {
    ...account,
    async principal(ref, onKnown) {
      const found = await account.principal(ref);
      if (found.kind === 'found') onKnown?.(found.value);
      await all;
      return found;
    },
    async role(arn, onKnown) {
      const found = await account.role(arn);
      if (found.kind === 'found') onKnown?.(found.value);
      await all;
      return found;
    },
    simulate(request) {
      simulated.push(request.added.length === 0 ? 'asked' : 'proof');
      return account.simulate(request);
    },
  };
  return { reader, simulated, release };
}

const turns = async (): Promise<void> => {
  for (let at = 0; at < 20; at += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('the question and the proof are asked while policies are being read, and no second time', async () => {
  const account = memoryAccount(accountOf(file.account));
  const { reader, simulated, release } = slowPolicies(account);
  const diagnosing = investigate(denial, reader, sha256);
  await turns();
  expect(simulated).toEqual(['asked', 'proof']);
  release();
  expect(await diagnosing).toEqual(await investigate(denial, account, sha256));
  expect(simulated).toEqual(['asked', 'proof']);
});

test('a question that breaks early makes the denial come again, once it is asked for in earnest', async () => {
  const { reader, release } = slowPolicies(memoryAccount(accountOf(file.account)));
  const broken = { ...reader, simulate: async () => Promise.reject(new Error('the connection broke')) };
  const diagnosing = investigate(denial, broken, sha256);
  await turns();
  release();
  await expect(diagnosing).rejects.toThrow('broke');
});

test('another question is another call', async () => {
  const { reader, simulated } = slowPolicies(memoryAccount(accountOf(file.account)));
  const once = askedOnce(reader);
  const { simulations } = await investigate(denial, memoryAccount(accountOf(file.account)), sha256);
  const { roleArn } = denial;
  if (roleArn === null || !isRoleArn(roleArn)) throw new Error('the denial names no role');
  const request = {
    principalArn: 'arn:aws:iam::111122223333:user/maria',
    roleArn,
    context: simulations.asked?.context ?? [],
    added: [],
    boundary: null,
  };
  await once.simulate(request);
  await once.simulate({ ...request });
  await once.simulate({ ...request, context: [] });
  expect(simulated).toEqual(['asked', 'asked']);
});
