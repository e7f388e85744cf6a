/** Which account credentials belong to, for those who do not know: the command line. */
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AccountReader } from '../../ports/account-reader.ts';
import { ask } from '../aws/answer.ts';

export const stsAccount =
  (sts: STSClient): AccountReader['callerAccount'] =>
  () =>
    ask('the account of these credentials', async () => {
      const { Account } = await sts.send(new GetCallerIdentityCommand({}));
      if (Account === undefined) throw new Error('STS answered without an account.');
      return Account;
    });
