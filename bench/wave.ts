/**
 * Denials that arrive all at once, of 20 pairs of principal and role: 20 cases, 20 messages, 20 diagnoses, exact counts; and how fast, against
 * bare updates of the same DynamoDB. The whole wave is 10,000; `--wave=1000` is a tenth of it.
 */
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { caseFrom } from '../lambda/adapters/dynamodb/case-item.ts';
import { deadLetters } from '../test/support/here.ts';
import { accountWith, callsBy, casesTable, denialOf, deployMeasured, type Measured } from './deployment.ts';
import type { Bench } from './figure.ts';

const USERS = ['u1', 'u2', 'u3', 'u4', 'u5'];
const ROLES = ['etl-a', 'etl-b', 'etl-c', 'etl-d'];
const PAIRS = USERS.flatMap((user) => ROLES.map((role) => [user, role] as const));

const given = process.argv.find((word) => word.startsWith('--wave='));
const DENIALS = Number(given?.slice('--wave='.length) ?? 10_000);
/** A machine that counts fewer than five a second is too busy to measure on. */
const MOST_MS = Math.max(600_000, DENIALS * 200);

/** From as many as diagnose writes at a time to as many as it has messages in its hands; the fastest is what we are held against. */
const WRITERS = [20, 50, 200];

async function bareUpdatesPerSecond(client: DynamoDBClient, table: string): Promise<number> {
  const rates: number[] = [];
  for (const writers of WRITERS) rates.push(await updatesPerSecond(client, table, writers));
  return Math.max(...rates);
}

async function updatesPerSecond(client: DynamoDBClient, table: string, writers: number): Promise<number> {
  const ends = performance.now() + 3000;
  let done = 0;
  const write = async (writer: number): Promise<void> => {
    while (performance.now() < ends) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { caseKey: { S: `bare${writer % PAIRS.length}` }, item: { S: 'bare' } },
          UpdateExpression: 'SET latest = :text ADD n :one',
          ExpressionAttributeValues: { ':text': { S: 'x'.repeat(500) }, ':one': { N: '1' } },
        }),
      );
      done += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return done / ((performance.now() - began) / 1000);
}

/** Every denial is counted, and every case diagnosed. */
async function drained(here: Measured): Promise<void> {
  const queue = deadLetters(here, 'diagnose').source;
  const until = performance.now() + MOST_MS;
  while (queue.messages().length > 0) {
    if (performance.now() > until) throw new Error(`The wave was not counted within ${MOST_MS / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function casesOf(client: DynamoDBClient, TableName: string) {
  const items: Record<string, unknown>[] = [];
  const documents = DynamoDBDocumentClient.from(client);
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName })) items.push(...Items);
  return items.filter(({ item, subject }) => item === 'case' && subject !== undefined).map(caseFrom);
}

export const wave: Bench = async () => {
  const account = accountWith({ users: USERS, roles: ROLES, groups: 1, policiesEach: 2 });
  const here = await deployMeasured({ account, retryDelayMs: 50 });
  try {
    const { client, table } = casesTable(here);
    const bare = await bareUpdatesPerSecond(client, table);
    here.calls.length = 0;
    const began = performance.now();
    for (let at = 0; at < DENIALS; at += 1) {
      const [user = '', role = ''] = PAIRS[at % PAIRS.length] ?? [];
      here.runtime.deliver(denialOf(user, role, at));
    }
    await drained(here);
    const seconds = (performance.now() - began) / 1000;
    // Messages keep a second's distance to each other, however fast denials are counted.
    await here.runtime.idle(MOST_MS);
    const cases = await casesOf(client, table);
    const counted = cases.reduce((sum, { denials }) => sum + denials.count, 0);
    const wrong = cases.filter(({ denials }) => denials.count !== DENIALS / PAIRS.length).length;
    const proofs = here.calls.filter(({ operation }) => operation === 'GetUser').length;
    const each = (name: string): number =>
      callsBy(name, here, here.calls).filter(({ service }) => service === 'dynamodb').length / DENIALS;
    const size = `a wave of ${DENIALS} denials from ${PAIRS.length} pairs`;
    const exactly = (value: number) => ({ at: 'most' as const, value });
    return [
      { name: `${size}: cases`, value: cases.length, unit: 'cases', limit: exactly(PAIRS.length) },
      { name: 'denials that were counted', value: counted, unit: 'denials', limit: { at: 'least', value: DENIALS } },
      { name: 'cases with a wrong count', value: wrong, unit: 'cases', limit: exactly(0) },
      {
        name: 'dead letters of diagnose',
        value: deadLetters(here, 'diagnose').dead.messages().length,
        unit: 'denials',
        limit: exactly(0),
      },
      {
        name: 'deliveries that went back to the queue',
        value: here.logged('diagnose', 'goes back to its queue'),
        unit: 'deliveries',
        limit: null,
      },
      { name: 'diagnoses', value: proofs, unit: 'diagnoses', limit: exactly(PAIRS.length) },
      { name: 'messages', value: here.slack.messages().length, unit: 'messages', limit: exactly(PAIRS.length) },
      { name: 'DynamoDB calls of diagnose for each denial', value: each('diagnose'), unit: 'calls', limit: null },
      { name: 'DynamoDB calls of announce for each denial', value: each('announce'), unit: 'calls', limit: null },
      { name: 'denials a second', value: DENIALS / seconds, unit: 'a second', limit: null },
      { name: 'bare updates a second of the same DynamoDB', value: bare, unit: 'a second', limit: null },
      {
        name: 'denials against bare updates',
        value: DENIALS / seconds / bare,
        unit: 'times',
        // The local DynamoDB is asked without a socket: bare updates became twice as fast, denials by two thirds (docs/numbers.md).
        limit: { at: 'least', value: 0.33 },
      },
    ];
  } finally {
    await here.close();
  }
};
