/** One deployment that serves many tries, and what can be seen of it. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { caseFrom } from '../lambda/adapters/dynamodb/case-item.ts';
import type { Case } from '../lambda/core/case/case.ts';
import { settingNames } from '../lambda/runtime/settings.ts';
import type { Account } from '../local/account/account.ts';
import { parseAccount } from '../local/account/read-account.ts';
import type { LocalAwsOptions } from '../local/aws/start.ts';
import { deployHere, type Here } from '../local/deploy-here.ts';
import { type Injector, injector } from './injector.ts';
import { HURRY } from './kinds.ts';
import { deathOf, type Reason, reasonIn } from './reasons.ts';

export interface Stage {
  readonly here: Here;
  readonly faults: Injector;
  /** Why functions failed since the run began, or since they were forgotten: error lines of their logs, deaths, time-outs. */
  readonly reasons: readonly Reason[];
  forgetReasons(): void;
  cases(): Promise<readonly Case[]>;
  /** Every clock goes ahead, for good. */
  pass(hours: number): void;
  /** CloudTrail delivers what happens in it all at once, at its end. */
  together(work: () => Promise<void>): Promise<void>;
  startOver(account?: Account): Promise<void>;
  close(): Promise<void>;
}

export const exampleAccount = (): Account => {
  const parsed = parseAccount(JSON.parse(readFileSync('examples/field-note.json', 'utf8')));
  if (parsed.kind === 'unusable') throw new Error('examples/field-note.json is no account file.');
  return parsed.account;
};

/**
 * Whoever is brought a message four times in vain does no better the next 26: announce's queue would bring it for an hour and a half. Twice a mail
 * may be sent whose end is not known, so that there are two deliveries which must send none.
 */
const MOST_RECEIVES = 4;

interface StageSettings {
  readonly onNeed?: LocalAwsOptions['onNeed'];
  /** Each line that a function prints. */
  readonly onLog?: (functionName: string, line: string) => void;
}

export async function openStage(assembly: string, { onNeed, onLog }: StageSettings = {}): Promise<Stage> {
  const names = new Map<string, string>();
  const faults = injector((id) => names.get(id) ?? null);
  const reasons: Reason[] = [];
  let ahead = 0;
  let held: Readonly<Record<string, unknown>>[] | null = null;
  const here = await deployHere({
    assembly,
    account: exampleAccount(),
    retryDelayMs: 20,
    mostReceives: MOST_RECEIVES,
    time: { hurry: HURRY, ahead: () => ahead, limits: () => (faults.isHanging() ? 'all' : 'none') },
    aws: { ...(onNeed === undefined ? {} : { onNeed }), fault: faults.aws },
    slackFault: faults.slack,
    slackCaller: faults.slackCaller,
    // Nothing here measures time, and the machine may be busy.
    slackPatienceMs: 30_000,
    deliver: (event) => {
      held?.push(event);
      return held === null;
    },
    onFailure: (name, error, batch) =>
      reasons.push(
        deathOf(
          name,
          error,
          batch.map(({ id }) => id),
        ),
      ),
    onLog: (name, line) => {
      onLog?.(name, line);
      const said = reasonIn(name, line);
      if (said !== null) reasons.push(said);
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
    forgetReasons() {
      reasons.length = 0;
    },
    async cases() {
      const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items.filter(({ item, latest }) => item === 'case' && latest !== undefined).map(caseFrom);
    },
    pass(hours) {
      ahead += hours * 3_600_000;
    },
    async together(work) {
      const events: Readonly<Record<string, unknown>>[] = [];
      held = events;
      try {
        await work();
      } finally {
        held = null;
      }
      for (const event of events) here.runtime.deliver(event);
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
