import { createHash } from 'node:crypto';
import type { GetSecretValueRequest, GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import * as client from '@aws-sdk/client-secrets-manager';
import type { Account } from '../account/account.ts';
import { AwsError } from './aws-error.ts';
import { type Operations, operation } from './operation.ts';
import { jsonProtocol } from './protocol/json.ts';
import type { LocalState, Secret } from './state/state.ts';

/** AWS appends six characters to a secret's name in its ARN. */
const suffix = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 6);

/** `values`: by name or by ARN. */
export function seedSecrets(account: Account, values: Readonly<Record<string, string>>): Secret[] {
  const { partition, region, accountId } = account;
  return Object.entries(values).map(([key, value]) => {
    if (!key.startsWith('arn:')) {
      return {
        name: key,
        arn: `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${key}-${suffix(key)}`,
        value,
      };
    }
    const name = key.slice(key.indexOf(':secret:') + ':secret:'.length).replace(/-[A-Za-z0-9]{6}$/, '');
    return { name, arn: key, value };
  });
}

/** By name, whole ARN, or ARN without its last six characters. */
const findSecret = ({ secrets }: LocalState, id: string): Secret | undefined =>
  secrets.find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -'-abcdef'.length));

export const secretsManagerProtocol = jsonProtocol({ client, version: '1.1', messageKey: 'message' });

export const secretsManagerOperations: Operations = {
  GetSecretValue: operation<GetSecretValueRequest, GetSecretValueResponse>({
    needs: ({ SecretId }, { state }) => [
      { action: 'secretsmanager:GetSecretValue', resource: findSecret(state, SecretId)?.arn ?? SecretId },
    ],
    run: ({ SecretId }, { state }) => {
      const secret = findSecret(state, SecretId);
      if (secret === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        SecretString: secret.value,
        VersionId: '00000000-0000-4000-8000-000000000001',
        VersionStages: ['AWSCURRENT'],
      };
    },
  }),
};
