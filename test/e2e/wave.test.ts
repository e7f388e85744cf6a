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

/** Once it is on, ends diagnose just behind its write of this number to a bucket (`seen`) or a case. */
function killing(behind: Readonly<Record<string, number>>) {
  let isOn = false;
  const written = new Map<string, number>();
  const deaths: string[] = [];
  const fault = ({ operation, input, callerArn }: Call): Fault | null => {
    if (!isOn || operation !== 'UpdateItem' || !callerArn.includes('Diagnose')) return null;
    const item = (input as { Key?: { item?: { S?: string } } }).Key?.item?.S ?? '';
    const kind = item.split('#')[0] ?? '';
    const write = (written.get(kind) ?? 0) + 1;
    written.set(kind, write);
    if (behind[kind] !== write) return null;
    deaths.push(kind);
    return 'kill-caller-after';
  };
  const begin = (): void => {
    isOn = true;
  };
  return { fault, begin, deaths };
}

test('a wave from 20 pairs, each denial delivered twice, with two deaths in it: 20 cases, 20 messages, 20 diagnoses, exact counts', async () => {
  const { fault, begin, deaths } = killing({ seen: 40, case: 10 });
  const here = await deployWatched({ account, aws: { fault } });
  try {
    for (let n = 0; n < 20; n += 1) here.runtime.deliver(denialNumber(n));
    await here.runtime.idle(120_000);
    begin();
    for (let n = 0; n < 240; n += 1) here.runtime.deliver(denialNumber(n));
    for (let n = 239; n >= 0; n -= 1) here.runtime.deliver(denialNumber(n));
    await here.runtime.idle(240_000);

    expect(deaths.sort()).toEqual(['case', 'seen']);
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
