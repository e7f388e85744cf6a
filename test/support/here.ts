/** One deployment on this machine for a test: the field note's account unless told otherwise, and what its functions said. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { caseFrom } from '../../lambda/adapters/dynamodb/case-item.ts';
import type { Case } from '../../lambda/core/case/case.ts';
import { APPROVER_ATTRIBUTE } from '../../lambda/runtime/approver-attribute.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import type { Call } from '../../local/aws/call.ts';
import { deployHere, type Here, type HereOptions } from '../../local/deploy-here.ts';
import type { TestTime } from '../../local/runtime/functions/host.ts';
import { accountOf } from './account-of.ts';
import { assemblyFolder } from './assembly.ts';

/** Nothing waits for long, and nothing is given up because the machine is busy. */
export const quickly: TestTime = { hurry: 10, ahead: () => 0, limits: () => 'none' };

export interface Watched extends Here {
  /** Lines that a function logged as errors. */
  readonly errors: readonly string[];
  /** AWS calls that reached the local AWS, as `iam:GetUser`. */
  readonly calls: string[];
  cases(): Promise<readonly Case[]>;
}

const fieldNote = new URL('../denials/missing-allow-field-note.json', import.meta.url);
const file = (): { event: TrailEvent; account: unknown } => JSON.parse(readFileSync(fieldNote, 'utf8'));

interface TrailEvent extends Record<string, unknown> {
  readonly detail: Record<string, unknown>;
}

/** The field note's denial, with other values in its record where given. */
export function denialEvent(detail: Readonly<Record<string, unknown>> = {}): TrailEvent {
  const { event } = file();
  return { ...event, detail: { ...event.detail, ...detail } };
}

/** A beat of the heartbeat, whose role this is: refused by the Deny that it has for this. */
export function beatEvent(role: string, eventID: string, eventTime: Date): TrailEvent {
  const session = `${role.replace(':iam:', ':sts:').replace(/:role\/(.*\/)?/, ':assumed-role/')}/beat`;
  return denialEvent({
    eventID,
    eventTime: eventTime.toISOString(),
    eventName: 'CreateJob',
    errorMessage: `User: ${session} is not authorized to perform: iam:PassRole on resource: ${role} with an explicit deny in an identity-based policy`,
    userIdentity: {
      type: 'AssumedRole',
      arn: session,
      accountId: '111122223333',
      sessionContext: { sessionIssuer: { type: 'Role', arn: role } },
    },
  });
}

/** The field note's account, as its case file writes it. */
export const fieldNoteAccount = (): { readonly users: Readonly<Record<string, object>> } =>
  file().account as { readonly users: Readonly<Record<string, object>> };

/** By what diagnose was told. */
export const casesTable = ({ deployment }: Here): string =>
  deployment.functions.find(({ name }) => name === 'diagnose')?.Environment.Variables[settingNames.casesTable] ?? '';

export async function deployWatched(
  options: Partial<Omit<HereOptions, 'assembly' | 'account'>> & { readonly account?: unknown } = {},
): Promise<Watched> {
  const errors: string[] = [];
  const calls: string[] = [];
  const { account = file().account, ...rest } = options;
  const here = await deployHere({
    retryDelayMs: 50,
    time: quickly,
    // Set by the tests that run the functions on the Node that Lambda runs.
    node: process.env['LAMBDA_NODE'],
    // Nothing here measures how long an answer takes.
    slackPatienceMs: 600_000,
    ...rest,
    assembly: assemblyFolder,
    account: accountOf(account),
    aws: {
      ...rest.aws,
      onCall: (call: Call) => {
        calls.push(`${call.service}:${call.operation}`);
        rest.aws?.onCall?.(call);
      },
    },
    onLog: (name, line) => {
      if (line.includes('"level":"ERROR"')) errors.push(line);
      rest.onLog?.(name, line);
    },
  });
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: here.aws.url,
      region: here.deployment.place.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
  return {
    ...here,
    errors,
    calls,
    async cases() {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: casesTable(here) }));
      return Items.filter(({ item, latest }) => item === 'case' && latest !== undefined).map(caseFrom);
    },
  };
}

/** Mails to everybody on the topic, without those to one approver alone. */
export const notices = ({ aws }: Pick<Here, 'aws'>) =>
  aws.sent.filter(({ attributes }) => attributes[APPROVER_ATTRIBUTE] === undefined);

/** The dead-letter queue behind the queue that feeds this function. */
export function deadLetters({ deployment, runtime }: Here, functionName: 'diagnose' | 'announce' | 'apply') {
  const fn = deployment.functions.find(({ name }) => name === functionName);
  const mapping = deployment.mappings.find(({ FunctionName }) => FunctionName === fn?.id);
  const source = deployment.queues.find(({ arn }) => arn === mapping?.EventSourceArn);
  const dead = deployment.queues.find(({ arn }) => arn === source?.RedrivePolicy?.deadLetterTargetArn);
  if (source === undefined || dead === undefined) throw new Error(`${functionName} has no queue with dead letters`);
  return { source: runtime.queue(source.id), dead: runtime.queue(dead.id) };
}
