/** The unmodified SDK clients, pointed at a local AWS of the test's own. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { Account } from '../../../local/account/account.ts';
import { parseAccount, readAccountFile } from '../../../local/account/read-account.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../../local/aws/start.ts';
import type { TrailEvent } from '../../../local/aws/trail/trail-event.ts';

export const fieldNote = (): Promise<Account> => readAccountFile('examples/field-note.json');

/** For accounts written out in a test; throws when one is not usable. */
export function accountOf(source: object): Account {
  const parsed = parseAccount({ accountId: '111122223333', region: 'ap-northeast-1', ...source });
  if (parsed.kind === 'account') return parsed.account;
  throw new Error(parsed.problems.map(({ at, why }) => `${at}: ${why}`).join('\n'));
}

export const REGION = 'ap-northeast-1';

const settings = (aws: LocalAws, accessKeyId: string, region = REGION) => ({
  endpoint: aws.url,
  region,
  credentials: { accessKeyId, secretAccessKey: 'does not matter' },
});

/** `maxAttempts` 1: a refusal is seen as it was sent, and not after retries. */
const once = { maxAttempts: 1 } as const;

export interface OpenedAws {
  readonly aws: LocalAws;
  readonly events: readonly TrailEvent[];
  /** Without a key: the account's administrator. */
  iam(key?: string): IAMClient;
  glue(key?: string, region?: string): GlueClient;
  sts(key?: string): STSClient;
  sns(key?: string): SNSClient;
  secrets(key?: string): SecretsManagerClient;
  dynamo(key?: string): DynamoDBClient;
  close(): Promise<void>;
}

export async function openAws(options: Partial<LocalAwsOptions> = {}): Promise<OpenedAws> {
  const events: TrailEvent[] = [];
  const aws = await startLocalAws({
    account: options.account ?? (await fieldNote()),
    onCloudTrail: (event) => events.push(event),
    ...options,
  });
  const clients: { destroy(): void }[] = [];
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  const admin = 'test';
  return {
    aws,
    events,
    iam: (key = admin) => kept(new IAMClient({ ...settings(aws, key), ...once })),
    glue: (key = admin, region = REGION) => kept(new GlueClient({ ...settings(aws, key, region), ...once })),
    sts: (key = admin) => kept(new STSClient({ ...settings(aws, key), ...once })),
    sns: (key = admin) => kept(new SNSClient({ ...settings(aws, key), ...once })),
    secrets: (key = admin) => kept(new SecretsManagerClient({ ...settings(aws, key), ...once })),
    dynamo: (key = admin) => kept(new DynamoDBClient({ ...settings(aws, key), ...once })),
    async close() {
      for (const client of clients) client.destroy();
      await aws.close();
    },
  };
}
