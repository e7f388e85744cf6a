/** What operators see: log lines that can be found by case, metrics, and a heartbeat that is no case. */
import { afterEach, expect, test } from '@jest/globals';
import { metricsNamespace } from '../../lambda/runtime/metric-names.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { beatEvent, denialEvent, deployWatched, type Watched } from '../support/here.ts';

let here: Watched | null = null;
afterEach(async () => {
  await here?.close();
  here = null;
});

type Line = Readonly<Record<string, unknown>>;

async function deployHeard() {
  const lines: { readonly name: string; readonly line: Line }[] = [];
  const onLog = (name: string, text: string): void => {
    if (text.startsWith('{')) lines.push({ name, line: JSON.parse(text) });
  };
  const deployed = await deployWatched({ onLog });
  here = deployed;
  return { deployed, lines };
}

test('each line about a case names case, event and verdict, and the wait from denial to message is measured', async () => {
  const { deployed, lines } = await deployHeard();
  deployed.runtime.deliver(denialEvent());
  await deployed.runtime.idle();
  const [found] = await deployed.cases();
  const about = { case: found?.key.slice(0, 10), eventId: found?.latest.eventId, verdict: 'missing-allow' };
  const said = (name: string, message: string) =>
    lines.flatMap(({ name: by, line }) => (by === name && line['message'] === message ? [line] : []));
  expect(said('diagnose', 'Diagnosed')).toEqual([expect.objectContaining(about)]);
  expect(said('announce', 'Told').length).toBeGreaterThan(1);
  for (const line of said('announce', 'Told')) expect(line).toMatchObject(about);

  const counted = (name: string) =>
    lines.flatMap(({ line }) => (name in line && '_aws' in line ? [line[name]] : [])).flat();
  expect(counted('Denial')).toEqual([1]);
  expect(counted('Diagnosed-proposed')).toEqual([1]);
  expect(counted('DenialToTold')).toEqual([expect.any(Number), expect.any(Number)]);
  // What the alarms and the dashboard ask for.
  const latency = lines.find(({ line }) => 'DenialToTold' in line)?.line;
  expect(latency).toMatchObject({
    service: 'announce',
    _aws: {
      CloudWatchMetrics: [
        { Namespace: metricsNamespace, Dimensions: [expect.arrayContaining(['installation', 'service'])] },
      ],
    },
  });
}, 60_000);

const HOUR_MS = 3_600_000;

test('a heartbeat is counted while it is fresh, and neither a case nor a message', async () => {
  const { deployed, lines } = await deployHeard();
  const diagnose = deployed.deployment.functions.find(({ name }) => name === 'diagnose');
  const role = String(diagnose?.Environment.Variables[settingNames.heartbeatRole]);
  const refused = (eventID: string, hoursAgo: number) =>
    deployed.runtime.deliver(beatEvent(role, eventID, new Date(Date.now() - hoursAgo * HOUR_MS)));
  // The second is of a backlog: redriven, it must not keep the alarm quiet.
  const rules = [
    refused('5f0c1d2e-0000-4000-8000-00000000be01', 0),
    refused('5f0c1d2e-0000-4000-8000-00000000be02', 2),
  ];
  await deployed.runtime.idle();
  expect(rules).toEqual([1, 1]);
  const counted = lines.flatMap(({ line }) =>
    'Heartbeat' in line && '_aws' in line ? [line['Heartbeat']].flat() : [],
  );
  expect(counted).toEqual([1]);
  const heard = lines.flatMap(({ line }) => (line['message'] === 'Heartbeat' ? [line['eventId']] : []));
  expect(heard.sort()).toEqual(['5f0c1d2e-0000-4000-8000-00000000be01', '5f0c1d2e-0000-4000-8000-00000000be02']);
  expect({ cases: await deployed.cases(), sent: deployed.aws.sent, errors: deployed.errors }).toEqual({
    cases: [],
    sent: [],
    errors: [],
  });
}, 60_000);

test('an event of another account is counted and logged, and nothing is asked or written for it', async () => {
  const { deployed, lines } = await deployHeard();
  const sentOn = { ...denialEvent({ recipientAccountId: '999988887777' }), account: '999988887777' };
  const madeUp = { ...denialEvent(), account: '999988887777' };
  expect([sentOn, madeUp].map((event) => deployed.runtime.deliver(event))).toEqual([1, 1]);
  await deployed.runtime.idle();
  expect(deployed.calls.filter((call) => call !== 'dynamodb:CreateTable')).toEqual([]);
  expect({ cases: await deployed.cases(), sent: deployed.aws.sent, errors: deployed.errors }).toEqual({
    cases: [],
    sent: [],
    errors: [],
  });
  const counted = lines.flatMap(({ line }) =>
    'OtherAccount' in line && '_aws' in line ? [line['OtherAccount']].flat() : [],
  );
  expect(counted).toEqual([1, 1]);
  const said = lines.filter(({ line }) => line['level'] === 'WARN').map(({ line }) => line['account']);
  expect(said).toEqual(['999988887777', '999988887777']);
}, 60_000);
