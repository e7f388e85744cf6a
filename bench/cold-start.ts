/**
 * What a container has to load before its first answer: the size of each bundle, and for diagnose the processor's time from import to answer
 * against a bundle that only constructs the same SDK clients. The event is one that needs no call, so that no network is measured.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundling } from '../lib/functions/bundle.ts';
import type { DeployedFunction } from '../local/runtime/deployment.ts';
import { accountWith, deployMeasured } from './deployment.ts';
import type { Bench, Figure } from './figure.ts';
import { median } from './median.ts';

const run = promisify(execFile);
const FOLDER = resolve('build/bench');
const ROUNDS = 41;
const MOST_KB = 500;

const onlyClients = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../lambda/adapters/aws/clients.ts';
export const handler = async () => [
  DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings)), new IAMClient(clientSettings),
].length;
`;

async function bundleClients(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const entry = resolve(FOLDER, 'only-clients.ts');
  await writeFile(entry, onlyClients);
  const outdir = resolve(FOLDER, 'only-clients');
  await build({ ...bundling, entryPoints: [{ in: entry, out: 'index' }], outdir });
  return resolve(outdir, 'index.mjs');
}

const NO_FAILURE = JSON.stringify({ batchItemFailures: [] });
/** As many as `onlyClients` constructs. */
const CLIENTS = 2;

const messageOfNobody = {
  messageId: 'bench',
  body: JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', detail: { eventName: 'GetJob' } }),
  eventSource: 'aws:sqs',
};

/** Prints the milliseconds of processor time from import to answer, of a process that has done nothing else. ALSO: what a first diagnosis loads. */
const program = `
const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
// Lambda's runtime has both streams open before it imports anything.
console.log('begin');
console.error('begin');
const before = spent();
const { handler } = await import(process.env.BUNDLE);
const answer = await handler({ Records: [${JSON.stringify(messageOfNobody)}] }, { functionName: 'bench', getRemainingTimeInMillis: () => 60000 });
if (process.env.ALSO) await import(process.env.ALSO);
console.error('spent ' + (spent() - before) + ' ' + JSON.stringify(answer));
`;

/** `answer`: what it has to say, or it has measured something else. */
async function spentBy(bundle: string, answer: string, settings: Readonly<Record<string, string>>): Promise<number> {
  const { stderr } = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    env: {
      PATH: process.env['PATH'],
      ...settings,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      BUNDLE: bundle,
    },
  });
  const [, spent, said] = /spent ([\d.]+) (.*)/.exec(stderr) ?? [];
  if (spent === undefined || said !== answer) throw new Error(`${bundle} did not answer: ${stderr.slice(0, 500)}`);
  return Number(spent);
}

async function sizeOf({ name, bundle }: DeployedFunction): Promise<Figure> {
  const folder = dirname(bundle);
  const sizes = await Promise.all((await readdir(folder)).map(async (file) => (await stat(join(folder, file))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { name: `bundle of ${name}`, value: bytes / 1000, unit: 'KB', limit: { at: 'most', value: MOST_KB } };
}

export const coldStart: Bench = async () => {
  const here = await deployMeasured({ account: accountWith({ users: [], roles: [], groups: 0, policiesEach: 0 }) });
  await here.close();
  const { functions } = here.deployment;
  const diagnose = functions.find(({ name }) => name === 'diagnose');
  if (diagnose === undefined) throw new Error('there is no function diagnose');
  const clients = await bundleClients();
  const folder = dirname(diagnose.bundle);
  const lazyPart = (await readdir(folder)).find((file) => file.startsWith('diagnosing-'));
  if (lazyPart === undefined) throw new Error('diagnose has no part of its own for diagnoses');
  const settings = diagnose.Environment.Variables;
  const rounds: { readonly ours: number; readonly diagnosing: number; readonly theirs: number }[] = [];
  // In turn, and compared within a round: a machine that is busy for a while slows all three.
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      ours: await spentBy(diagnose.bundle, NO_FAILURE, settings),
      diagnosing: await spentBy(diagnose.bundle, NO_FAILURE, { ...settings, ALSO: join(folder, lazyPart) }),
      theirs: await spentBy(clients, String(CLIENTS), {}),
    });
  }
  return [
    ...(await Promise.all(functions.map(sizeOf))),
    {
      name: 'diagnose from import to its first answer',
      value: median(rounds.map(({ ours }) => ours)),
      unit: 'ms of CPU',
      limit: null,
    },
    {
      name: 'the same against a bundle that only constructs its SDK clients',
      value: median(rounds.map(({ ours, theirs }) => ours / theirs)),
      unit: 'times',
      limit: { at: 'most', value: 1.25 },
    },
    {
      name: 'with what the first denial to diagnose loads as well, against the same',
      value: median(rounds.map(({ diagnosing, theirs }) => diagnosing / theirs)),
      unit: 'times',
      limit: null,
    },
  ];
};
