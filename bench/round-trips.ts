/**
 * From the event to the stored case, with a delay added to every AWS call. A round is a link of the longest chain of calls that did not
 * overlap. Told apart: what has to wait for an answer (without the limit of eight IAM calls at a time), and what the limit adds.
 */
import { IAM_CALLS_AT_ONCE } from '../lambda/adapters/aws/clients.ts';
import { diagnoseUnlimited } from './dependency-depth.ts';
import { accountWith, denialOf, deployMeasured, type Measured, ofDiagnose, type SeenCall } from './deployment.ts';
import type { Bench, Figure } from './figure.ts';

/** Longer than a busy machine takes between two calls of one round: the number of rounds does not hang on it. */
const DELAY_MS = 600;
/** The least of so many counts: whatever else the machine does can only add rounds. */
const MOST_TRIES = 3;
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

const iamCalls = (calls: readonly SeenCall[]): number => calls.filter(({ service }) => service === 'iam').length;

/** 143 calls, eight at a time, and three rounds without any of IAM's. */
const MOST_ROUNDS_OF_LARGE = 21;

/** Tried again only while it is more than it should be. */
async function leastOf(here: Measured, work: (number: number) => Promise<void>, most: number) {
  let least = { rounds: Number.POSITIVE_INFINITY, calls: [] as readonly SeenCall[] };
  for (let number = 1; number <= MOST_TRIES && least.rounds > most; number += 1) {
    const calls = await callsOf(here, () => work(number));
    const rounds = longestChain(calls);
    if (rounds < least.rounds) least = { rounds, calls };
  }
  return least;
}

async function roundsFor(groups: number, policiesEach: number, mostBuilt: number): Promise<readonly Figure[]> {
  const users = ['warm', ...[1, 2, 3].flatMap((number) => [`maria${number}`, `jonas${number}`])];
  const account = accountWith({ users, roles: [ROLE], groups, policiesEach });
  const here = await deployMeasured({ account, delayMs: DELAY_MS });
  const deliver = async (user: string, number: number): Promise<void> => {
    here.runtime.deliver(denialOf(user, ROLE, number));
    await here.runtime.idle();
  };
  try {
    // Starting a container is another figure.
    await deliver('warm', 99);
    await diagnoseUnlimited(here, denialOf('warm', `${ROLE}-other`, 98)).catch(() => undefined);
    const builtIn = await leastOf(here, (number) => deliver(`maria${number}`, number), mostBuilt);
    const unlimited = await leastOf(
      here,
      (number) => diagnoseUnlimited(here, denialOf(`jonas${number}`, ROLE, 100 + number)),
      MOST_ROUNDS,
    );
    const size = `${groups} ${groups === 1 ? 'group' : 'groups'} of ${policiesEach} policies`;
    const unit = 'rounds';
    return [
      {
        name: `calls that wait for one another until the case is stored, ${size}`,
        value: unlimited.rounds,
        unit,
        limit: { at: 'most', value: MOST_ROUNDS },
      },
      {
        name: `the same in the built function, ${iamCalls(builtIn.calls)} IAM calls, ${IAM_CALLS_AT_ONCE} at a time`,
        value: builtIn.rounds,
        unit,
        limit: { at: 'most', value: mostBuilt },
      },
    ];
  } finally {
    await here.close();
  }
}

export const roundTrips: Bench = async () => [
  ...(await roundsFor(1, 2, MOST_ROUNDS)),
  ...(await roundsFor(10, 10, MOST_ROUNDS_OF_LARGE)),
];
