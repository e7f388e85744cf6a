/** Counting a denial must not take longer the more other cases are open. */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCaseStore } from '../lambda/adapters/dynamodb/case-store.ts';
import { sha256 } from '../lambda/adapters/sha256.ts';
import { caseKey, subjectOf } from '../lambda/core/case/case.ts';
import type { Denial } from '../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../lambda/core/denial/event.ts';
import { accountWith, casesTable, denialOf, deployMeasured } from './deployment.ts';
import type { Bench } from './figure.ts';
import { median } from './median.ts';

const OTHERS = 1000;
const TIMES = 40;
const WARM_UPS = 4;

function denialBy(user: string, number: number): Denial {
  const reading = readDenialEvent(denialOf(user, 'glue-runtime-role', number));
  if (reading.kind !== 'denial') throw new Error(reading.why);
  return reading.denial;
}

export const openCases: Bench = async () => {
  const here = await deployMeasured({
    account: accountWith({ users: [], roles: [], groups: 0, policiesEach: 0 }),
    keepsCalls: false,
  });
  try {
    const { client, table } = casesTable(here);
    const documents = DynamoDBDocumentClient.from(client);
    const trail = { append: async () => undefined, read: async () => null };
    const store = dynamoCaseStore(documents, { table, installation: 'bench', trail, proposalHours: 24 });
    const record = (user: string, number: number) => {
      const denial = denialBy(user, number);
      const subject = subjectOf(denial);
      const eventId = denial.eventId ?? '';
      return store.record({ key: caseKey(subject, sha256), subject, denial, eventId, now: new Date() });
    };
    let number = 0;
    const measure = async (): Promise<number> => {
      const spent: number[] = [];
      for (let at = 0; at < TIMES; at += 1) {
        number += 1;
        const before = performance.now();
        await record(`denied${number}`, number);
        spent.push(performance.now() - before);
      }
      return median(spent);
    };
    // The server's code, too, is slow until it was run some hundred times: that would hide growth.
    for (let at = 0; at < WARM_UPS; at += 1) await measure();
    const few = await measure();
    for (let at = 0; at < OTHERS; at += 20)
      await Promise.all(Array.from({ length: 20 }, (_, index) => record(`other${at + index}`, 1_000_000 + at + index)));
    const many = await measure();
    const name = `counting a denial with ${OTHERS + TIMES * WARM_UPS} other open cases, against ${TIMES * WARM_UPS}`;
    return [
      { name: `counting a denial with ${TIMES * WARM_UPS} other open cases`, value: few, unit: 'ms', limit: null },
      { name, value: many / few, unit: 'times', limit: { at: 'most', value: 2 } },
    ];
  } finally {
    await here.close();
  }
};
