/** Bot token and signing secret, from the secret that the owner of the Slack app created. Never logged. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';

export interface SlackSecret {
  readonly botToken: string;
  /** Slack's have 32 hexadecimal digits. */
  readonly signingSecret: string;
}

const botToken = z.string().check(z.startsWith('xoxb-'));
/** White space is what a paste leaves at the end. */
const signingSecret = z.string().check(z.regex(/^[\x21-\x7e]{16,256}$/));

const announceShape = z.object({ botToken });
const reviewShape = z.object({ botToken, signingSecret });

const placeOf = {
  botToken:
    'botToken is the "Bot User OAuth Token" of the Slack app (OAuth & Permissions) and begins with xoxb-; it is missing or does not',
  signingSecret:
    'signingSecret is the "Signing Secret" of the Slack app (Basic Information, App Credentials), 32 hexadecimal digits; it is missing, shorter than 16 characters, or has white space in it',
} as const;

/** An error that names the secret and what it should hold, never what it holds. */
async function readSecret<T>(client: SecretsManagerClient, SecretId: string, shape: z.ZodMiniType<T>): Promise<T> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  const expected = `The secret ${SecretId} is not {"botToken":"xoxb-...","signingSecret":"..."}`;
  let value: unknown;
  try {
    value = JSON.parse(SecretString ?? '');
  } catch {
    throw new Error(`${expected}: put the bot token and the signing secret of the Slack app there, as JSON.`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const sentences = (['botToken', 'signingSecret'] as const).filter((name) => wrong.has(name));
  const next = sentences.map((name) => `${placeOf[name]}.`).join(' ');
  throw new Error(`${expected}: put the bot token and the signing secret of the Slack app there. ${next}`.trimEnd());
}

/** For those who only speak: the signing secret is not looked at. */
export async function readBotToken(client: SecretsManagerClient, secretId: string): Promise<string> {
  return (await readSecret(client, secretId, announceShape)).botToken;
}

/** For those who hear from Slack, too. */
export const readSlackSecret = (client: SecretsManagerClient, secretId: string): Promise<SlackSecret> =>
  readSecret(client, secretId, reviewShape);
