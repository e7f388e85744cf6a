/** How many calls a denial costs: the first of a case, and each repeat. Counts hang on nothing but the code. */
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { accountWith, callsBy, casesTable, denialOf, deployMeasured, type Measured, ofDiagnose } from './deployment.ts';
import type { Bench, Figure } from './figure.ts';

const ROLE = 'glue-runtime-role';
const SIZES = [
  [0, 0],
  [1, 0],
  [1, 2],
  [2, 5],
  [5, 4],
  [10, 10],
] as const;
const REPEATS = 20;

const ANNOUNCED = ['announce dynamodb', 'announce dynamodb write', 'announce sns', 'announce secretsmanager'];

/** `groups` times what each costs, and one for each policy: docs/numbers.md says which calls these are. */
interface Formula {
  readonly fixed: number;
  readonly perGroup: number;
  readonly perPolicy: number;
}

/** By service; those that announce makes by `announce dynamodb` and the like. */
async function callsOf(here: Measured, user: string, number: number): Promise<ReadonlyMap<string, number>> {
  here.calls.length = 0;
  here.runtime.deliver(denialOf(user, ROLE, number));
  await here.runtime.idle();
  const counts = new Map<string, number>();
  const add = (name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { service } of ofDiagnose(here, here.calls)) add(service);
  for (const { service, operation } of callsBy('announce', here, here.calls))
    add(`announce ${service}${operation === 'UpdateItem' || operation === 'PutItem' ? ' write' : ''}`);
  return counts;
}

/** As DynamoDB counts it, near enough: names and values. A write costs a unit for each KB of it. */
async function caseSize(here: Measured): Promise<number> {
  const { client, table } = casesTable(here);
  const { Items = [] } = await DynamoDBDocumentClient.from(client).send(new ScanCommand({ TableName: table }));
  const found = Items.find(({ item }) => item === 'case');
  return Object.entries(found ?? {}).reduce((sum, [name, value]) => sum + name.length + String(value).length, 0) / 1024;
}

interface Counted {
  readonly groups: number;
  readonly policies: number;
  readonly first: ReadonlyMap<string, number>;
  /** Of the dearest repeat. */
  readonly repeat: ReadonlyMap<string, number>;
  readonly caseKB: number;
}

const most = (counts: readonly ReadonlyMap<string, number>[], service: string): number =>
  Math.max(...counts.map((one) => one.get(service) ?? 0));

async function count(groups: number, policiesEach: number): Promise<Counted> {
  const here = await deployMeasured({
    account: accountWith({ users: ['maria'], roles: [ROLE], groups, policiesEach }),
  });
  try {
    const first = await callsOf(here, 'maria', 1);
    const repeats: ReadonlyMap<string, number>[] = [];
    for (let at = 0; at < REPEATS; at += 1) repeats.push(await callsOf(here, 'maria', 2 + at));
    const services = ['iam', 'sts', 'glue', 's3', 'dynamodb', ...ANNOUNCED];
    const repeat = new Map(services.map((service) => [service, most(repeats, service)]));
    return { groups, policies: groups * policiesEach, first, repeat, caseKB: await caseSize(here) };
  } finally {
    await here.close();
  }
}

/** A limit as well as a figure: a call more has to be meant. */
const formula: Formula = { fixed: 13, perGroup: 3, perPolicy: 1 };

export const calls: Bench = async () => {
  const counted: Counted[] = [];
  for (const [groups, policies] of SIZES) counted.push(await count(groups, policies));
  const { fixed, perGroup, perPolicy } = formula;
  const predicted = ({ groups, policies }: Counted): number => fixed + perGroup * groups + perPolicy * policies;
  const misses = counted.filter((one) => one.first.get('iam') !== predicted(one)).length;
  const words = `${fixed} + ${perGroup} for each group + ${perPolicy} for each policy`;
  const rows: Figure[] = counted.map((one) => ({
    name: `IAM calls of a first denial, ${one.groups} groups, ${one.policies} policies`,
    value: one.first.get('iam') ?? 0,
    unit: 'calls',
    limit: null,
  }));
  const small = counted[2];
  const other = ['dynamodb', 'sts', 'glue', 's3', ...ANNOUNCED].map(
    (service): Figure => ({
      name: `${service} calls of a first denial`,
      value: small?.first.get(service) ?? 0,
      unit: 'calls',
      limit: null,
    }),
  );
  const repeats = counted.map(({ repeat }) => repeat);
  return [
    ...rows,
    {
      name: `of these ${counted.length} sizes, those that are not ${words}`,
      value: misses,
      unit: 'sizes',
      limit: { at: 'most', value: 0 },
    },
    ...other,
    { name: 'IAM calls of a repeat', value: most(repeats, 'iam'), unit: 'calls', limit: { at: 'most', value: 0 } },
    {
      name: 'DynamoDB calls of a repeat',
      value: most(repeats, 'dynamodb'),
      unit: 'calls',
      limit: { at: 'most', value: 2 },
    },
    {
      name: 'other calls of a repeat by diagnose',
      value: Math.max(...['sts', 'glue', 's3'].map((service) => most(repeats, service))),
      unit: 'calls',
      limit: { at: 'most', value: 0 },
    },
    ...ANNOUNCED.map(
      (service): Figure => ({
        name: `${service} calls of a repeat`,
        value: most(repeats, service),
        unit: 'calls',
        limit: null,
      }),
    ),
    { name: 'the item of a case, 1 group, 2 policies', value: small?.caseKB ?? 0, unit: 'KB', limit: null },
  ];
};
