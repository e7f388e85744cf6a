/** One deployment that serves many tries, and what can be seen of it. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { caseFrom } from '../lambda/adapters/case-item.ts';
import type { Case } from '../lambda/core/case.ts';
import { settingNames } from '../lambda/settings.ts';
import type { Account } from '../local/account/account.ts';
import { parseAccount } from '../local/account/read-account.ts';
import type { LocalAwsOptions } from '../local/aws/start.ts';
import { deployHere, type Here } from '../local/deploy-here.ts';
import { type Injector, injector } from './injector.ts';
import { HURRY } from './kinds.ts';

export interface Stage {
  readonly here: Here;
  readonly faults: Injector;
  /** Why functions failed since the try began: error lines of their logs, deaths, time-outs. */
  readonly reasons: readonly string[];
  cases(): Promise<readonly Case[]>;
  /** Every clock goes ahead, for good. */
  pass(hours: number): void;
  startOver(account?: Account): Promise<void>;
  close(): Promise<void>;
}

export const exampleAccount = (): Account => {
  const parsed = parseAccount(JSON.parse(readFileSync('examples/field-note.json', 'utf8')));
  if (parsed.kind === 'unusable') throw new Error('examples/field-note.json is no account file.');
  return parsed.account;
};

const errorMessages = (line: string): string | null => {
  if (!line.includes('"level":"ERROR"')) return null;
  const { message, error } = JSON.parse(line) as { message?: string; error?: { message?: string } };
  return [message, error?.message].filter((part) => part !== undefined).join(': ');
};

export interface StageSettings {
  readonly onNeed?: LocalAwsOptions['onNeed'];
  /** Each line that a function prints. */
  readonly onLog?: (functionName: string, line: string) => void;
}

export async function openStage(assembly: string, { onNeed, onLog }: StageSettings = {}): Promise<Stage> {
  const names = new Map<string, string>();
  const faults = injector((id) => names.get(id) ?? null);
  const reasons: string[] = [];
  let ahead = 0;
  const here = await deployHere({
    assembly,
    account: exampleAccount(),
    retryDelayMs: 20,
    time: { hurry: HURRY, ahead: () => ahead },
    aws: { ...(onNeed === undefined ? {} : { onNeed }), fault: faults.aws },
    slackFault: faults.slack,
    slackCaller: faults.slackCaller,
    // Nothing here measures time, and the machine may be busy.
    slackPatienceMs: 30_000,
    onFailure: (name, error) => reasons.push(`${name}: ${error instanceof Error ? error.message : error}`),
    onLog: (name, line) => {
      onLog?.(name, line);
      const said = errorMessages(line);
      if (said !== null) reasons.push(`${name}: ${said}`);
    },
  });
  for (const { id, name } of here.deployment.functions) names.set(id, name);
  const { region } = here.deployment.place;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: here.aws.url, region, credentials }));
  const diagnose = here.deployment.functions.find(({ name }) => name === 'diagnose');
  const TableName = diagnose?.Environment.Variables[settingNames.casesTable] ?? '';
  return {
    here,
    faults,
    reasons,
    async cases() {
      const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items.filter(({ item, latest }) => item === 'case' && latest !== undefined).map(caseFrom);
    },
    pass(hours) {
      ahead += hours * 3_600_000;
    },
    async startOver(account = exampleAccount()) {
      for (const { id } of here.runtime.queues()) here.runtime.queue(id).drain();
      await here.startOver(account);
      here.slack.closeAll('U0SORA');
      reasons.length = 0;
      faults.forget();
    },
    async close() {
      client.destroy();
      await here.close();
    },
  };
}
