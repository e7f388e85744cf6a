/** One item for each policy that is being written, in the case table: apply may write that, and nobody else who may would gain by it. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { canonicalJson } from '../../core/text/canonical-json.ts';
import type { Claims } from '../../ports/policy-claims.ts';
import { sha256 } from '../sha256.ts';
import { conditional } from './conditional-write.ts';

type Grant = Parameters<Claims['take']>[0];

/** IAM tells names apart without case. */
const keyOf = ({ target: { kind, name }, policyName }: Grant) => ({
  caseKey: `claim-${sha256(canonicalJson([kind, name, policyName]).toLowerCase()).slice(0, 32)}`,
  item: 'claim',
});

/** Seconds that an item stays behind after its claim has ended, until the table's time to live removes it. */
const REMEMBERED = 86_400;

export function dynamoClaims(client: DynamoDBDocumentClient, TableName: string): Claims {
  const written = async (update: UpdateCommand): Promise<boolean> => (await conditional(client.send(update))) !== null;

  return {
    take: (grant, by, now, until) =>
      written(
        new UpdateCommand({
          TableName,
          Key: keyOf(grant),
          UpdateExpression: 'SET claimedBy = :by, claimedUntil = :until, expiresAt = :gone',
          ConditionExpression: 'attribute_not_exists(claimedBy) OR claimedBy = :by OR claimedUntil < :now',
          ExpressionAttributeValues: {
            ':by': by,
            ':now': now.getTime(),
            ':until': until.getTime(),
            ':gone': Math.ceil(until.getTime() / 1000) + REMEMBERED,
          },
        }),
      ),

    async giveBack(grant, by) {
      await written(
        new UpdateCommand({
          TableName,
          Key: keyOf(grant),
          UpdateExpression: 'REMOVE claimedBy, claimedUntil',
          ConditionExpression: 'claimedBy = :by',
          ExpressionAttributeValues: { ':by': by },
        }),
      );
    },
  };
}
