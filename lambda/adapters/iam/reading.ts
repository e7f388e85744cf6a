/** How IAM is read: a few calls at a time, and the versions of managed policies in one call. */
import { type IAMClient, ListPoliciesCommand } from '@aws-sdk/client-iam';
import { askInPassing } from '../aws/answer.ts';
import type { Limit } from '../aws/limit.ts';

/** By ARN, which version of a managed policy is in force. */
export type DefaultVersions = ReadonlyMap<string, string>;

/** One look at a principal or a role. */
export interface IamReading {
  readonly client: IAMClient;
  readonly limit: Limit;
  /**
   * One page of at most 1,000 policies that are attached to something. One that is not among them has to be asked for by itself, and so has
   * each where the list may not be read. Never rejects.
   */
  readonly versions: Promise<DefaultVersions>;
}

async function defaultVersions(client: IAMClient, limit: Limit): Promise<DefaultVersions> {
  const input = { Scope: 'All', OnlyAttached: true, MaxItems: 1000 } as const;
  const answer = await askInPassing('the list of policies', () =>
    limit(() => client.send(new ListPoliciesCommand(input))),
  );
  const listed = answer.kind === 'found' ? (answer.value.Policies ?? []) : [];
  return new Map(
    listed.flatMap(({ Arn, DefaultVersionId }) =>
      Arn === undefined || DefaultVersionId === undefined ? [] : [[Arn, DefaultVersionId] as const],
    ),
  );
}

/** Begins a look. Looks that begin while the versions of an earlier one are on their way share them. */
export function iamReadings(client: IAMClient, limit: Limit): () => IamReading {
  let onItsWay: Promise<DefaultVersions> | null = null;
  return () => {
    onItsWay ??= defaultVersions(client, limit).finally(() => {
      onItsWay = null;
    });
    return { client, limit, versions: onItsWay };
  };
}
