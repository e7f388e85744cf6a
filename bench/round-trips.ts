/**
 * From the event to the stored case, with 100 ms added to every AWS call: how many calls wait for one another. A round is a link of the
 * longest chain of calls that did not overlap.
 */
import { accountWith, denialOf, deployMeasured, ofDiagnose, type SeenCall } from './deployment.ts';
import type { Bench, Figure } from './figure.ts';

export const DELAY_MS = 100;

const isSave = ({ operation, input }: SeenCall): boolean =>
  operation === 'UpdateItem' && JSON.stringify(input).includes('diagnosedBy');

/** Greedy by the earliest end: no chain of calls that do not overlap is longer. All calls take the same time. */
function longestChain(calls: readonly SeenCall[]): number {
  let rounds = 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const { at } of [...calls].sort((a, b) => a.at - b.at)) {
    if (at < free) continue;
    rounds += 1;
    free = at + DELAY_MS;
  }
  return rounds;
}

async function roundsFor(
  groups: number,
  policiesEach: number,
): Promise<{ rounds: number; elapsed: number; iam: number }> {
  const account = accountWith({ users: ['warm', 'maria'], roles: ['glue-runtime-role'], groups, policiesEach });
  const here = await deployMeasured({ account, delayMs: DELAY_MS });
  try {
    // The container is warm then: starting it is another figure.
    here.runtime.deliver(denialOf('warm', 'glue-runtime-role', 1));
    await here.runtime.idle();
    here.calls.length = 0;
    here.runtime.deliver(denialOf('maria', 'glue-runtime-role', 2));
    await here.runtime.idle();
    const calls = ofDiagnose(here, here.calls);
    const save = calls.findIndex(isSave);
    if (save === -1) throw new Error('the diagnosis was not stored');
    const until = calls.slice(0, save + 1);
    if (process.env['SHOW_CALLS'] === 'true') {
      for (const { at, service, operation } of until)
        process.stderr.write(`${((at - (until[0]?.at ?? 0)) / DELAY_MS).toFixed(2)} ${service}:${operation}\n`);
    }
    const elapsed = (until.at(-1)?.at ?? 0) + DELAY_MS - (until[0]?.at ?? 0);
    return { rounds: longestChain(until), elapsed, iam: until.filter(({ service }) => service === 'iam').length };
  } finally {
    await here.close();
  }
}

export const roundTrips: Bench = async () => {
  const figures: Figure[] = [];
  for (const [groups, policies] of [
    [1, 2],
    [10, 10],
  ] as const) {
    const { rounds, elapsed, iam } = await roundsFor(groups, policies);
    const size = `${groups} ${groups === 1 ? 'group' : 'groups'} of ${policies} policies`;
    figures.push(
      {
        name: `rounds from the event to the stored case, ${size}`,
        value: rounds,
        unit: 'rounds',
        limit: { at: 'most', value: 6 },
      },
      {
        name: `the same by the clock, ${iam} IAM calls`,
        value: elapsed / DELAY_MS,
        unit: `times ${DELAY_MS} ms`,
        limit: null,
      },
    );
  }
  return figures;
};
