/**
 * Deploys the synthesised assembly to this machine: a local AWS with the account, its table and its functions' roles; a Slack stand-in; and
 * the runtime that connects them. Each function runs with its own role from the template, and is refused what that does not allow.
 */
import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Account } from './account/account.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './aws/start.ts';
import { keptLogs } from './kept-logs.ts';
import { type Deployment, readDeployment } from './runtime/deployment.ts';
import { withFunctionRoles } from './runtime/functions/roles.ts';
import { type Runtime, type RuntimeSettings, startRuntime } from './runtime/runtime.ts';
import { urlAdmission } from './runtime/urls/admission.ts';
import type { SlackUser } from './slack/payloads.ts';
import { type SlackFault, type SlackStandIn, startSlackStandIn } from './slack/stand-in.ts';

export const slackChannel = 'C0LOCALHOST';
export const slackSecretName = 'passrole-remediator/slack';
const signingSecret = 'local-signing-secret';
const botToken = 'xoxb-local';
/** No server here asks for them. Lambda gives each function both, so that here, too, there is something to keep secret. */
const keys = { secret: randomBytes(30).toString('base64'), session: randomBytes(60).toString('base64') };

/** Everybody with an IAM user is in Slack, too: `maria` is `U0MARIA` there. A name that would give an id twice, or none, is numbered. */
export function slackUsersOf({ users }: Account): readonly SlackUser[] {
  const taken = new Set<string>();
  return users.map(({ name }, at) => {
    const plain = `U0${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`.slice(0, 24);
    const id = plain === 'U0' || taken.has(plain) ? `${plain}X${at}` : plain;
    taken.add(id);
    return { id, name };
  });
}

export interface HereOptions
  extends Pick<
    RuntimeSettings,
    'retryDelayMs' | 'mostReceives' | 'schedules' | 'onLog' | 'onBatch' | 'onFailure' | 'time' | 'node'
  > {
  /** The folder that `synthesise` filled. */
  readonly assembly: string;
  readonly account: Account;
  readonly aws?: Pick<LocalAwsOptions, 'port' | 'fault' | 'onCall' | 'onNeed' | 'onPublish' | 'pageSize'>;
  readonly slackFault?: (method: string) => SlackFault | null;
  /** The access key of the function that makes this call to Slack just now, for the faults that end who calls. */
  readonly slackCaller?: (method: string) => string | null;
  /** Where what people press in Slack goes. Left out: to the function that the assembly has for it, if any. */
  readonly interactivityUrl?: () => string | null;
  /** Milliseconds. Left out: Slack's own three seconds. */
  readonly slackPatienceMs?: number;
  /** False: CloudTrail's events are not delivered by themselves, so that a test can deliver its own. A function: asked of each event. */
  readonly deliver?: boolean | ((event: Readonly<Record<string, unknown>>) => boolean);
  /** Each event that reached a rule's queue, and each that no rule took. */
  readonly onEvent?: (event: Readonly<Record<string, unknown>>, rules: number) => void;
}

export interface Here {
  readonly aws: LocalAws;
  readonly slack: SlackStandIn;
  readonly runtime: Runtime;
  readonly deployment: Deployment;
  /**
   * As newly deployed, with another account of the same place; only the containers stay warm, as Lambda's would. To be called when idle.
   * Throws for an account of another place.
   */
  startOver(account: Account): Promise<void>;
  close(): Promise<void>;
}

const administratorOf = ({ place }: Deployment, endpoint: string): DynamoDBClient => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: place.region, credentials });
};

async function deleteTables(deployment: Deployment, endpoint: string): Promise<void> {
  const client = administratorOf(deployment, endpoint);
  for (const { id } of deployment.tables) await client.send(new DeleteTableCommand({ TableName: id }));
  client.destroy();
}

async function createTables(deployment: Deployment, endpoint: string): Promise<void> {
  const { tables } = deployment;
  const client = administratorOf(deployment, endpoint);
  for (const { id, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } of tables) {
    const BillingMode = 'PAY_PER_REQUEST';
    const table = { TableName: id, AttributeDefinitions, KeySchema, BillingMode } as const;
    await client.send(new CreateTableCommand({ ...table, ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }) }));
  }
  client.destroy();
}

export async function deployHere(options: HereOptions): Promise<Here> {
  const { account } = options;
  const kept = keptLogs();
  kept.secret("Slack's signing secret", signingSecret);
  kept.secret("Slack's bot token", botToken);
  kept.secret('a secret access key', keys.secret);
  kept.secret('a session token', keys.session);
  const { accountId, region, partition } = account;
  const deployment = await readDeployment(options.assembly, { accountId, region, partition });
  const now = (): Date => new Date(Date.now() + (options.time?.ahead() ?? 0));
  // All three need each other; nothing is delivered or pressed before this function returns.
  let runtime: Runtime | null = null;
  const slack = await startSlackStandIn({
    now,
    ...(options.slackPatienceMs === undefined ? {} : { patienceMs: options.slackPatienceMs }),
    fault: options.slackFault ?? (() => null),
    killCaller: async (method) => {
      const key = options.slackCaller?.(method) ?? null;
      if (key === null || (await runtime?.kill(key)) !== true)
        throw new Error(`A fault wants the caller of ${method} killed, and it is not known which function that is.`);
    },
    users: slackUsersOf(account),
    signingSecret,
    interactivityUrl: options.interactivityUrl ?? (() => runtime?.url('review-slack') ?? null),
  });
  const aws = await startLocalAws({
    ...options.aws,
    account: withFunctionRoles(account, deployment),
    enforce: true,
    clock: now,
    buckets: deployment.buckets,
    secrets: { [slackSecretName]: JSON.stringify({ botToken, signingSecret }) },
    onCloudTrail: (event) => {
      const { deliver = true } = options;
      if (typeof deliver === 'function' ? !deliver({ ...event }) : !deliver) return;
      const rules = runtime?.deliver({ ...event }) ?? 0;
      options.onEvent?.({ ...event }, rules);
    },
    onItemChanged: (change) => runtime?.itemChanged(change),
    topicArns: deployment.topicArns,
    onPublish: (message) => {
      kept.mail(message.message);
      options.aws?.onPublish?.(message);
    },
    killCaller: async ({ caller, callerArn }) => {
      if ((await runtime?.kill(caller.accessKeyId)) !== true)
        throw new Error(`A fault wants ${callerArn} killed, but no function here makes calls as it.`);
    },
  });
  const closeServers = async (): Promise<void> => {
    await Promise.all([aws.close(), slack.close()]);
  };
  let containers = 0;
  const starting = createTables(deployment, aws.url).then(() =>
    startRuntime({
      deployment,
      admit: urlAdmission(deployment, aws.state),
      ...(options.schedules === undefined ? {} : { schedules: options.schedules }),
      ...(options.retryDelayMs === undefined ? {} : { retryDelayMs: options.retryDelayMs }),
      ...(options.mostReceives === undefined ? {} : { mostReceives: options.mostReceives }),
      node: options.node,
      time: options.time,
      onLog: (name, line) => {
        kept.line(name, line);
        options.onLog?.(name, line);
      },
      ...(options.onBatch === undefined ? {} : { onBatch: options.onBatch }),
      ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
      environment: (functionId) => {
        const role =
          deployment.functions
            .find(({ id }) => id === functionId)
            ?.Role.split('/')
            .at(-1) ?? '';
        containers += 1;
        return {
          AWS_REGION: region,
          AWS_ENDPOINT_URL: aws.url,
          AWS_ACCESS_KEY_ID: aws.keyFor({
            kind: 'role',
            name: role,
            sessionName: functionId,
            instance: String(containers),
          }),
          AWS_SECRET_ACCESS_KEY: keys.secret,
          AWS_SESSION_TOKEN: keys.session,
          SLACK_API_URL: slack.url,
        };
      },
    }),
  );
  const started = await starting.catch(async (error: unknown) => {
    await closeServers();
    throw error;
  });
  runtime = started;
  return {
    aws,
    slack,
    runtime: started,
    deployment,
    async startOver(next) {
      aws.startOver(withFunctionRoles(next, deployment));
      slack.clear();
      await deleteTables(deployment, aws.url);
      await createTables(deployment, aws.url);
    },
    async close() {
      await started.close();
      await closeServers();
    },
  };
}
