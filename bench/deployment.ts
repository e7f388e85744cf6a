/** The remediator as it would be deployed, on this machine, with an account of a size that can be chosen; and what its functions called. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { settingNames } from '../lambda/runtime/settings.ts';
import type { Call } from '../local/aws/call.ts';
import { deployHere, type Here, type HereOptions } from '../local/deploy-here.ts';
import { accountOf } from '../test/support/account-of.ts';
import { assemblyFolder, freshAssembly } from '../test/support/assembly.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-northeast-1';

export interface SeenCall {
  readonly service: Call['service'];
  readonly operation: string;
  /** The role that called, by its logical id. */
  readonly by: string;
  /** Milliseconds, when it arrived. */
  readonly at: number;
  readonly input: object;
}

export interface Measured extends Here {
  readonly calls: SeenCall[];
  /** How often each function printed a line that says this. */
  logged(functionName: string, text: string): number;
}

const fieldNote = new URL('../test/denials/missing-allow-field-note.json', import.meta.url);

interface FieldNote {
  readonly event: { readonly detail: Record<string, unknown> } & Record<string, unknown>;
}

const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** `number` makes it an event of its own. */
export function denialOf(user: string, role: string, number: number): FieldNote['event'] {
  const { event }: FieldNote = JSON.parse(readFileSync(fieldNote, 'utf8'));
  const { userIdentity } = event.detail;
  const errorMessage = `User: ${userArn(user)} is not authorized to perform: iam:PassRole on resource: ${roleArn(role)} because no identity-based policy allows the iam:PassRole action`;
  const detail = {
    ...event.detail,
    userIdentity: { ...(userIdentity as object), arn: userArn(user), userName: user },
    errorMessage,
    eventID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  };
  return { ...event, detail };
}

export interface AccountSize {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly groups: number;
  /** Half of them inline, half managed by the customer, each with a text of its own. */
  readonly policiesEach: number;
  /** The role of each job. */
  readonly jobs?: Readonly<Record<string, string>>;
}

const readsBucket = (name: string): object => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: `arn:aws:s3:::${name.toLowerCase()}/*` },
    { Effect: 'Allow', Action: ['glue:UpdateJob', 'glue:GetJob*'], Resource: '*' },
  ],
});

const texts = (names: readonly string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, readsBucket(name)]));

const trustsGlue = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

export function accountWith({ users, roles, groups, policiesEach, jobs = {} }: AccountSize) {
  const named = Array.from({ length: groups }, (_, at) => {
    const policies = Array.from({ length: policiesEach }, (_, index) => `Bench${at}x${index}`);
    const half = Math.floor(policiesEach / 2);
    return { name: `Group${at}`, inline: policies.slice(0, half), managed: policies.slice(half) };
  });
  return accountOf({
    accountId: ACCOUNT,
    region: REGION,
    users: Object.fromEntries(users.map((name) => [name, { groups: named.map((group) => group.name) }])),
    groups: Object.fromEntries(named.map(({ name, inline, managed }) => [name, { inline: texts(inline), managed }])),
    roles: Object.fromEntries(roles.map((name) => [name, { trust: trustsGlue, inline: texts([`${name}-data`]) }])),
    jobs: Object.fromEntries(Object.entries(jobs).map(([name, role]) => [name, { role }])),
    policies: texts(named.flatMap(({ managed }) => managed)),
  });
}

export interface MeasuredOptions extends Pick<HereOptions, 'account' | 'retryDelayMs' | 'slackFault'> {
  readonly delayMs?: number;
  /** False: only counts would be looked at, and a wave makes many calls. */
  readonly keepsCalls?: boolean;
}

export async function deployMeasured({
  delayMs = 0,
  keepsCalls = true,
  ...options
}: MeasuredOptions): Promise<Measured> {
  await freshAssembly();
  const calls: SeenCall[] = [];
  const lines: string[] = [];
  const here = await deployHere({
    ...options,
    assembly: assemblyFolder,
    aws: {
      // One that sets the tables up comes as nobody's role.
      fault: ({ callerArn }) => (delayMs > 0 && callerArn.includes(':assumed-role/') ? { delayMs } : null),
      onCall: ({ service, operation, callerArn, input }) => {
        if (keepsCalls) calls.push({ service, operation, by: callerArn, at: performance.now(), input });
      },
    },
    onLog: (name, line) => {
      if (keepsCalls) lines.push(`${name} ${line}`);
    },
  });
  return {
    ...here,
    calls,
    logged: (name, text) => lines.filter((line) => line.startsWith(`${name} `) && line.includes(text)).length,
  };
}

/** Those that a function made, in the order of their arrival. */
export function callsBy(name: string, { deployment }: Here, calls: readonly SeenCall[]): readonly SeenCall[] {
  const role = deployment.functions
    .find((fn) => fn.name === name)
    ?.Role.split('/')
    .at(-1);
  if (role === undefined) throw new Error(`there is no function ${name}`);
  return calls.filter(({ by }) => by.includes(`/${role}/`));
}

export const ofDiagnose = (here: Here, calls: readonly SeenCall[]): readonly SeenCall[] =>
  callsBy('diagnose', here, calls);

/** The SDK's client as an administrator's, and the table of the cases. */
export function casesTable(here: Here): { readonly client: DynamoDBClient; readonly table: string } {
  const diagnose = here.deployment.functions.find(({ name }) => name === 'diagnose');
  const table = diagnose?.Environment.Variables[settingNames.casesTable];
  if (table === undefined) throw new Error('diagnose is told of no table');
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'local' };
  return { client: new DynamoDBClient({ endpoint: here.aws.url, region: REGION, credentials }), table };
}
