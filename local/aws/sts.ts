import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import * as client from '@aws-sdk/client-sts';
import { callerId } from './identity/caller.ts';
import { type Operations, operation } from './operation.ts';
import { queryProtocol } from './protocol/query.ts';

export const stsProtocol = queryProtocol({ client, namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' });

export const stsOperations: Operations = {
  /** "No permissions are required to perform this operation", not even by a Deny (API reference). */
  GetCallerIdentity: operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
    needs: () => [],
    run: (_, { state, caller, callerArn }) => ({
      Account: state.accountId,
      Arn: callerArn,
      UserId: callerId(state, caller),
    }),
  }),
};
