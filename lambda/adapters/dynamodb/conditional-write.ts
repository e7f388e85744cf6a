import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** Null: the condition did not hold, so nothing was written. */
export async function conditional<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}
