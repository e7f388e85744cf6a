/** The bot token, from the secret that the owner of the Slack app created. Never logged. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

const secretShape = z.object({ botToken: z.string().check(z.startsWith('xoxb-')) });

/** Throws an error that names the secret and what it should hold, never what it holds. */
export async function readBotToken(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  let value: unknown;
  try {
    value = JSON.parse(SecretString ?? '');
  } catch {
    value = null;
  }
  const parsed = secretShape.safeParse(value);
  if (parsed.success) return parsed.data.botToken;
  throw new Error(
    `The secret ${SecretId} is not {"botToken":"xoxb-...","signingSecret":"..."}: put the bot token of the Slack app there.`,
  );
}
