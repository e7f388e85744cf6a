/**
 * Deployments that are used one after the other by accounts of the same place. Each user finds its own as newly deployed: no case, no message,
 * no trail; only the functions' processes are warm. Several stand side by side, as announce keeps a second between posts to Slack.
 */
import type { Account } from '../../local/account/account.ts';
import { deployHere, type Here, type HereOptions } from '../../local/deploy-here.ts';

interface Deployed {
  readonly here: Here;
  /** What the functions logged as errors since this user has it. */
  readonly errors: readonly string[];
}

interface SharedDeployments {
  /** Nobody else uses the deployment until `work` has ended. One in which it failed is not used again. */
  use(account: Account, work: (deployed: Deployed) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

type Kept = { readonly here: Here; readonly errors: string[] };

async function deploy(options: Omit<HereOptions, 'account' | 'onLog'>, account: Account): Promise<Kept> {
  const errors: string[] = [];
  const onLog = (_name: string, line: string): void => {
    if (line.includes('"level":"ERROR"')) errors.push(line);
  };
  return { here: await deployHere({ ...options, account, onLog }), errors };
}

export function sharedDeployments(options: Omit<HereOptions, 'account' | 'onLog'>): SharedDeployments {
  const idle = new Map<string, Kept[]>();
  const all: Kept[] = [];

  async function take(place: string, account: Account): Promise<Kept> {
    const kept = idle.get(place)?.pop();
    if (kept === undefined) {
      const deployed = await deploy(options, account);
      all.push(deployed);
      return deployed;
    }
    await kept.here.startOver(account);
    kept.errors.length = 0;
    return kept;
  }

  return {
    async use(account, work) {
      const place = `${account.partition} ${account.accountId} ${account.region}`;
      const kept = await take(place, account);
      await work(kept);
      idle.set(place, [...(idle.get(place) ?? []), kept]);
    },
    async close() {
      await Promise.all(all.map(({ here }) => here.close()));
    },
  };
}
