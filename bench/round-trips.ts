/**
 * From the event to the stored case, with 100 ms added to every AWS call. A round is a link of the longest chain of calls that did not
 * overlap. Told apart: what has to wait for an answer (without the limit of eight IAM calls at a time), and what the limit adds.
 */
import { IAM_CALLS_AT_ONCE } from '../lambda/adapters/aws-clients.ts';
import { diagnoseUnlimited } from './dependency-depth.ts';
import { accountWith, denialOf, deployMeasured, type Measured, ofDiagnose, type SeenCall } from './deployment.ts';
import type { Bench, Figure } from './figure.ts';

export const DELAY_MS = 100;
const MOST_ROUNDS = 6;
const ROLE = 'glue-runtime-role';

const isSave = ({ operation, input }: SeenCall): boolean =>
  operation === 'UpdateItem' && JSON.stringify(input).includes('diagnosedBy');

/** Greedy by the earliest end: no chain of calls that do not overlap is longer, as all calls take the same time. */
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

/** `SHOW_CALLS=true` prints each. */
async function callsOf(here: Measured, work: () => Promise<void>): Promise<readonly SeenCall[]> {
  here.calls.length = 0;
  await work();
  const calls = ofDiagnose(here, here.calls);
  const until = calls.slice(0, calls.findIndex(isSave) + 1);
  const [first] = until;
  if (first === undefined) throw new Error('the diagnosis was not stored');
  if (process.env['SHOW_CALLS'] === 'true')
    for (const { at, service, operation } of until)
      process.stderr.write(`${((at - first.at) / DELAY_MS).toFixed(2)} ${service}:${operation}\n`);
  return until;
}

async function roundsFor(groups: number, policiesEach: number): Promise<readonly Figure[]> {
  const users = ['warm', 'maria', 'jonas'];
  const account = accountWith({ users, roles: [ROLE], groups, policiesEach });
  const here = await deployMeasured({ account, delayMs: DELAY_MS });
  const deliver = async (user: string, number: number): Promise<void> => {
    here.runtime.deliver(denialOf(user, ROLE, number));
    await here.runtime.idle();
  };
  try {
    // Starting a container is another figure.
    await deliver('warm', 1);
    await diagnoseUnlimited(here, denialOf('warm', `${ROLE}-other`, 2)).catch(() => undefined);
    const limited = await callsOf(here, () => deliver('maria', 3));
    const unlimited = await callsOf(here, () => diagnoseUnlimited(here, denialOf('jonas', ROLE, 4)));
    const iam = limited.filter(({ service }) => service === 'iam').length;
    const size = `${groups} ${groups === 1 ? 'group' : 'groups'} of ${policiesEach} policies`;
    const unit = 'rounds';
    return [
      {
        name: `calls that wait for one another until the case is stored, ${size}`,
        value: longestChain(unlimited),
        unit,
        limit: { at: 'most', value: MOST_ROUNDS },
      },
      {
        name: `the same in the built function, ${iam} IAM calls, ${IAM_CALLS_AT_ONCE} at a time`,
        value: longestChain(limited),
        unit,
        // One more for each eight calls that six rounds cannot hold.
        limit: { at: 'most', value: MOST_ROUNDS + Math.max(0, Math.ceil(iam / IAM_CALLS_AT_ONCE) - 3) },
      },
    ];
  } finally {
    await here.close();
  }
}

export const roundTrips: Bench = async () => [...(await roundsFor(1, 2)), ...(await roundsFor(10, 10))];
