/** What may be used only once. One item each; the table's time to live removes it after `expiresAt`, never before. */
import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

export interface Tickets {
  /** False: it was used before. `expiresAt`: from when on `id` cannot be valid any more, so that nobody need remember it. */
  use(id: string, expiresAt: Date): Promise<boolean>;
}

/** Table with the partition key `id` (string) and the time to live `expiresAt`: whole seconds since 1970. */
export function dynamoTickets(client: DynamoDBDocumentClient, TableName: string): Tickets {
  return {
    async use(id, expiresAt) {
      // The SDK sends again what it got no answer to: our own first try must not look like somebody else's use.
      const usedBy = randomUUID();
      const Item = { id, usedBy, expiresAt: Math.ceil(expiresAt.getTime() / 1000) };
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression: 'attribute_not_exists(id) OR usedBy = :usedBy',
            ExpressionAttributeValues: { ':usedBy': usedBy },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
