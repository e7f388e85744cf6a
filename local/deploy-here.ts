/**
 * Deploys the synthesised assembly to this machine: a local AWS with the account, its table and its functions' roles; a Slack stand-in; and
 * the runtime that connects them. Each function runs with its own role from the template, and is refused what that does not allow.
 */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Account } from './account/account.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './aws/start.ts';
import { type Deployment, readDeployment } from './runtime/deployment.ts';
import { withFunctionRoles } from './runtime/function-roles.ts';
import { type Runtime, type RuntimeSettings, startRuntime } from './runtime/runtime.ts';
import { type SlackFault, type SlackStandIn, startSlackStandIn } from './slack/stand-in.ts';

export const slackChannel = 'C0LOCALHOST';
export const slackSecretName = 'passrole-remediator/slack';

export interface HereOptions extends Pick<RuntimeSettings, 'retryDelayMs' | 'onLog' | 'onBatch' | 'onFailure'> {
  /** The folder that `synthesise` filled. */
  readonly assembly: string;
  readonly account: Account;
  readonly aws?: Pick<LocalAwsOptions, 'port' | 'fault' | 'onCall' | 'onPublish' | 'pageSize'>;
  readonly slackFault?: (method: string) => SlackFault | null;
  /** False: CloudTrail's events are not delivered by themselves, so that a test can deliver its own. */
  readonly deliver?: boolean;
  /** Each event that reached a rule's queue, and each that no rule took. */
  readonly onEvent?: (event: Readonly<Record<string, unknown>>, rules: number) => void;
}

export interface Here {
  readonly aws: LocalAws;
  readonly slack: SlackStandIn;
  readonly runtime: Runtime;
  readonly deployment: Deployment;
  close(): Promise<void>;
}

async function createTables({ tables, place }: Deployment, endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: place.region, credentials });
  for (const { id, AttributeDefinitions, KeySchema } of tables) {
    const BillingMode = 'PAY_PER_REQUEST';
    await client.send(new CreateTableCommand({ TableName: id, AttributeDefinitions, KeySchema, BillingMode }));
  }
  client.destroy();
}

const eventName = ({ oldImage, newImage }: { oldImage: unknown; newImage: unknown }) =>
  oldImage === null ? ('INSERT' as const) : newImage === null ? ('REMOVE' as const) : ('MODIFY' as const);

export async function deployHere(options: HereOptions): Promise<Here> {
  const { account } = options;
  const { accountId, region, partition } = account;
  const deployment = await readDeployment(options.assembly, { accountId, region, partition });
  const slack = await startSlackStandIn({ fault: options.slackFault ?? (() => null) });
  // Both need each other; nothing is delivered before this function returns.
  let runtime: Runtime | null = null;
  const aws = await startLocalAws({
    ...options.aws,
    account: withFunctionRoles(account, deployment),
    enforce: true,
    secrets: { [slackSecretName]: JSON.stringify({ botToken: 'xoxb-local', signingSecret: 'local-signing-secret' }) },
    onCloudTrail: (event) => {
      if (options.deliver === false) return;
      const rules = runtime?.deliver({ ...event }) ?? 0;
      options.onEvent?.({ ...event }, rules);
    },
    onItemChanged: (change) => {
      runtime?.itemChanged({ tableName: change.tableName, eventName: eventName(change), keys: change.keys });
    },
  });
  await createTables(deployment, aws.url);
  const started = startRuntime({
    deployment,
    ...(options.retryDelayMs === undefined ? {} : { retryDelayMs: options.retryDelayMs }),
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    ...(options.onBatch === undefined ? {} : { onBatch: options.onBatch }),
    ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
    environment: (functionId) => {
      const role =
        deployment.functions
          .find(({ id }) => id === functionId)
          ?.Role.split('/')
          .at(-1) ?? '';
      return {
        AWS_REGION: region,
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: aws.keyFor({ kind: 'role', name: role, sessionName: functionId }),
        AWS_SECRET_ACCESS_KEY: 'local',
        SLACK_API_URL: slack.url,
      };
    },
  });
  runtime = started;
  return {
    aws,
    slack,
    runtime: started,
    deployment,
    async close() {
      await started.close();
      await Promise.all([aws.close(), slack.close()]);
    },
  };
}
