/** A wave as in bench/wave.ts, small and never timed, with what a wave brings along: second deliveries, and functions that die in it. */
import { expect, test } from '@jest/globals';
import type { Call, Fault } from '../../local/aws/call.ts';
import { deadLetters, denialEvent, deployWatched, notices } from '../support/here.ts';

const USERS = ['u1', 'u2', 'u3', 'u4', 'u5'];
const ROLES = ['etl-a', 'etl-b', 'etl-c', 'etl-d'];
const PAIRS = USERS.flatMap((user) => ROLES.map((role) => [user, role] as const));

const account = {
  accountId: '111122223333',
  region: 'ap-northeast-1',
  users: Object.fromEntries(USERS.map((user) => [user, { groups: ['GlueAccess'] }])),
  groups: { GlueAccess: { managed: ['AWSGlueConsoleFullAccess'] } },
  roles: Object.fromEntries(ROLES.map((role) => [role, { trust: 'glue.amazonaws.com' }])),
};

/** Number 20 is of the same pair as number 0. */
function denialNumber(n: number): ReturnType<typeof denialEvent> {
  const [user, role] = PAIRS[n % PAIRS.length] ?? ['', ''];
  const arn = `arn:aws:iam::111122223333:user/${user}`;
  return denialEvent({
    eventID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    userIdentity: { ...(denialEvent().detail['userIdentity'] as object), arn, userName: user },
    errorMessage: `User: ${arn} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/${role} because no identity-based policy allows the iam:PassRole action`,
  });
}

/** Ends who makes it just behind the write of this number, to the item whose name begins like this. */
function killing(deaths: readonly { readonly item: string; readonly write: number }[]) {
  const written = new Map<string, number>();
  const met: string[] = [];
  const fault = ({ operation, input, callerArn }: Call): Fault | null => {
    if (operation !== 'UpdateItem' || !callerArn.includes('Diagnose')) return null;
    const item = (input as { Key?: { item?: { S?: string } } }).Key?.item?.S ?? '';
    const kind = item.split('#')[0] ?? '';
    const write = (written.get(kind) ?? 0) + 1;
    written.set(kind, write);
    if (!deaths.some((death) => death.item === kind && death.write === write)) return null;
    met.push(`${kind} ${write}`);
    return 'kill-caller-after';
  };
  return { fault, met };
}

test('a wave from 20 pairs, each denial delivered twice, with two deaths in it: 20 cases, 20 messages, 20 diagnoses, exact counts', async () => {
  // The first twenty, and their diagnoses, take twenty writes to buckets and forty to cases.
  const { fault, met } = killing([
    { item: 'seen', write: 60 },
    { item: 'case', write: 50 },
  ]);
  const time = { hurry: 20, ahead: () => 0 };
  const here = await deployWatched({ account, time, aws: { fault } });
  try {
    for (let n = 0; n < 20; n += 1) here.runtime.deliver(denialNumber(n));
    await here.runtime.idle(120_000);
    expect(met).toEqual([]);

    for (let n = 0; n < 240; n += 1) here.runtime.deliver(denialNumber(n));
    for (let n = 239; n >= 0; n -= 1) here.runtime.deliver(denialNumber(n));
    await here.runtime.idle(240_000);

    expect(met.sort()).toEqual(['case 50', 'seen 60']);
    expect((await here.cases()).map(({ state, denials }) => [state, denials.count])).toEqual(
      PAIRS.map(() => ['proposed', 12]),
    );
    expect(here.slack.messages().length).toBe(20);
    expect(here.slack.messages().every((message) => JSON.stringify(message).includes('more than 10 times'))).toBe(true);
    expect(notices(here).length).toBe(20);
    expect(here.calls.filter((call) => call === 'iam:GetUser').length).toBe(20);
    expect(deadLetters(here, 'diagnose').dead.messages()).toEqual([]);
  } finally {
    await here.close();
  }
}, 420_000);
