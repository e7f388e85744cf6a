/** What there is, by the name a service signs with. */
import type { Account } from '../account/account.ts';
import type { ServiceName } from './call.ts';
import { dynamoOperations, dynamoProtocol } from './dynamodb/dynamodb.ts';
import type { ItemChange } from './dynamodb/item-changes.ts';
import type { DynamoStore } from './dynamodb/store.ts';
import { glueClient, glueOperations, glueProtocol } from './glue/glue.ts';
import { iamOperations, iamProtocol } from './iam/iam.ts';
import type { Operations } from './operation.ts';
import type { ClientModule } from './protocol/sdk-schema.ts';
import type { Protocol } from './protocol/wire.ts';
import { s3Operations, s3Protocol } from './s3/s3.ts';
import { secretsManagerOperations, secretsManagerProtocol } from './secrets-manager.ts';
import { type SentMessage, snsOperations, snsProtocol } from './sns.ts';
import { stsOperations, stsProtocol } from './sts.ts';

export interface Service {
  readonly protocol: Protocol;
  readonly operations: Operations;
  /** Null: its calls do not go to CloudTrail. Otherwise the client whose schemas name the parameters. */
  readonly trail: ClientModule | null;
  /** Checked even where permissions are not enforced: its refusals are what this is all about. */
  readonly alwaysChecked: boolean;
  /** The code of a refusal. */
  readonly accessDenied: { readonly code: string; readonly status: number };
}

export type Services = Readonly<Record<ServiceName, Service>>;

interface ServiceSettings {
  readonly account: Account;
  readonly dynamo: DynamoStore;
  readonly onPublish: (message: SentMessage) => void;
  /** Null: every topic of the account is there. */
  readonly topicArns: readonly string[] | null;
  readonly onItemChanged: ((change: ItemChange) => void) | null;
}

const exception = { code: 'AccessDeniedException', status: 400 };

export function createServices({ dynamo, onPublish, onItemChanged, topicArns }: ServiceSettings): Services {
  const quiet = { trail: null, alwaysChecked: false };
  return {
    iam: {
      ...quiet,
      protocol: iamProtocol,
      operations: iamOperations,
      accessDenied: { code: 'AccessDenied', status: 403 },
    },
    sts: {
      ...quiet,
      protocol: stsProtocol,
      operations: stsOperations,
      accessDenied: { code: 'AccessDenied', status: 403 },
    },
    sns: {
      ...quiet,
      protocol: snsProtocol,
      operations: snsOperations(onPublish, topicArns),
      accessDenied: { code: 'AuthorizationError', status: 403 },
    },
    secretsmanager: {
      ...quiet,
      protocol: secretsManagerProtocol,
      operations: secretsManagerOperations,
      accessDenied: exception,
    },
    glue: {
      trail: glueClient,
      alwaysChecked: true,
      protocol: glueProtocol,
      operations: glueOperations,
      accessDenied: exception,
    },
    dynamodb: {
      ...quiet,
      protocol: dynamoProtocol,
      operations: dynamoOperations(dynamo, onItemChanged),
      accessDenied: exception,
    },
    s3: {
      ...quiet,
      protocol: s3Protocol,
      operations: s3Operations,
      accessDenied: { code: 'AccessDenied', status: 403 },
    },
  };
}
