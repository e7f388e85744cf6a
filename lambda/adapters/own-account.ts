/** Which account a function works in: its own. */
import type { Found } from '../core/account/evidence.ts';
import type { AccountReader } from '../ports/account-reader.ts';
import type { Environment } from '../runtime/lambda.ts';
import { requiredSetting, settingNames } from '../runtime/settings.ts';

/** As deployed: a role of Lambda's belongs to the account of its function, so that STS need not be asked. Throws for what is no account id. */
export function ownAccount(env: Environment): AccountReader['callerAccount'] {
  const value = requiredSetting(env, settingNames.account);
  if (!/^\d{12}$/.test(value))
    throw new Error(
      `ACCOUNT_ID is "${value}", not twelve digits. PassRoleRemediator sets it from its stack's account.`,
    );
  const own: Found<string> = { kind: 'found', value };
  return async () => own;
}
