import type { Account } from '../../local/account/account.ts';
import { parseAccount } from '../../local/account/read-account.ts';

/** An account from a case file's JSON. Throws with everything that is wrong about it. */
export function accountOf(source: unknown): Account {
  const parsed = parseAccount(source);
  if (parsed.kind === 'account') return parsed.account;
  throw new Error(parsed.problems.map(({ at, why }) => `${at}: ${why}`).join('\n'));
}
