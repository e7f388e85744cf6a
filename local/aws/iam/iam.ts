/** Everything the local IAM can do. */
import * as client from '@aws-sdk/client-iam';
import type { Operations } from '../operation.ts';
import { queryProtocol } from '../protocol/query.ts';
import { simulatorOperations } from '../simulator/operations.ts';
import { attachedPolicyOperations } from './attached-policies.ts';
import { authorizationDetailsOperations } from './authorization-details.ts';
import { groupOperations } from './groups.ts';
import { inlinePolicyOperations } from './inline-policies.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { roleOperations } from './roles.ts';
import { userOperations } from './users.ts';
import { writeInlinePolicyOperations } from './write-inline-policies.ts';

export const iamProtocol = queryProtocol({ client, namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' });

export const iamOperations: Operations = {
  ...userOperations,
  ...groupOperations,
  ...roleOperations,
  ...attachedPolicyOperations,
  ...inlinePolicyOperations,
  ...writeInlinePolicyOperations,
  ...managedPolicyOperations,
  ...authorizationDetailsOperations,
  ...simulatorOperations,
};
