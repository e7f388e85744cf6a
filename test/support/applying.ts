/** Apply's own code on the local AWS, with cases in memory and a clock that only sleeping moves. */
import { IAMClient } from '@aws-sdk/client-iam';
import { awsAccountReader, noJobs } from '../../lambda/adapters/account-reader.ts';
import { iamGrantWriter } from '../../lambda/adapters/iam/grant-writer.ts';
import { ownAccount } from '../../lambda/adapters/own-account.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import type { ApplyParts } from '../../lambda/apply/change-case.ts';
import type { GrantRules } from '../../lambda/core/case/check-before-writing.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import { investigate } from '../../lambda/investigation/investigate.ts';
import type { Call, Fault } from '../../local/aws/call.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/start.ts';
import { accountOf } from './account-of.ts';
import { type ApprovedChanges, anApproved, RULES } from './approved-case.ts';
import { aDenial } from './denial.ts';
import { memoryClaims } from './memory-claims.ts';
import { type MemoryTransitions, memoryTransitions } from './memory-transitions.ts';

export interface Applying {
  readonly aws: LocalAws;
  readonly transitions: MemoryTransitions;
  readonly parts: ApplyParts;
  /** Names of the operations, oldest first. */
  readonly calls: string[];
  /** Milliseconds that were slept, oldest first. */
  readonly slept: number[];
  /** Every inline policy there is, as `kind/name/policy`, with its text. */
  policies(): ReadonlyMap<string, string>;
  /** A case of this account, diagnosed by reading it. */
  approved(changes?: ApprovedChanges): Promise<ReturnType<typeof anApproved>>;
  close(): Promise<void>;
}

export const smallAccount = {
  accountId: '111122223333',
  region: 'ap-northeast-1',
  users: { maria: { groups: ['GlueAccess'] }, jonas: { groups: ['GlueAccess'] } },
  groups: { GlueAccess: { managed: ['AWSGlueConsoleFullAccess'] } },
  roles: { 'glue-runtime-role': { trust: 'glue.amazonaws.com' } },
};

interface Options {
  readonly account?: object;
  readonly fault?: (call: Call) => Fault | null;
  readonly step?: () => void;
  readonly rules?: Partial<GrantRules>;
  readonly remaining?: number;
}

export async function openApplying(options: Options = {}): Promise<Applying> {
  const calls: string[] = [];
  const slept: number[] = [];
  const given = accountOf(options.account ?? smallAccount);
  const aws = await startLocalAws({
    account: given,
    fault: options.fault ?? (() => null),
    onCall: ({ operation }) => calls.push(operation),
  });
  const settings = {
    endpoint: aws.url,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const clients = { iam: new IAMClient(settings) };
  const account = awsAccountReader(clients.iam, ownAccount({ ACCOUNT_ID: given.accountId }), noJobs);
  const transitions = memoryTransitions(options.step);
  let now = Date.parse('2026-11-20T09:31:00Z');
  let left = options.remaining ?? 300_000;
  const parts: ApplyParts = {
    transitions,
    account,
    writer: iamGrantWriter(clients.iam),
    claims: memoryClaims(),
    rules: { ...RULES, ...options.rules },
    sha256,
    clock: () => new Date(now),
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      left -= milliseconds;
    },
    remaining: () => left,
  };
  return {
    aws,
    transitions,
    parts,
    calls,
    slept,
    policies: () =>
      new Map(
        (['users', 'groups', 'roles'] as const).flatMap((kind) =>
          [...aws.state[kind].values()].flatMap(({ name, inline }) =>
            [...inline.values()].map((policy) => [`${kind}/${name}/${policy.name}`, policy.text] as const),
          ),
        ),
      ),
    async approved(changes = {}) {
      const denial: Denial = changes.denial ?? aDenial();
      const of = anApproved({ denial, diagnosis: await investigate(denial, account, sha256), ...changes });
      transitions.put(of);
      return of;
    },
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await aws.close();
    },
  };
}
