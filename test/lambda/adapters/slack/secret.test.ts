import { afterEach, describe, expect, test } from '@jest/globals';
import { readBotToken, readSlackSecret } from '../../../../lambda/adapters/slack/secret.ts';
import { type OpenedAws, openAws } from '../../../local/aws/clients.ts';

const signingSecret = '0123456789abcdef0123456789abcdef';
const complete = { botToken: 'xoxb-1', signingSecret };

let local: OpenedAws | null = null;
afterEach(async () => {
  await local?.close();
  local = null;
});

async function holding(secret: string) {
  await local?.close();
  local = await openAws({ secrets: { slack: secret } });
  return local.secrets();
}
const client = (secret: unknown) => holding(JSON.stringify(secret));

/** What is thrown, in words. */
const words = async (reading: Promise<unknown>): Promise<string> => {
  try {
    return `read: ${JSON.stringify(await reading)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const START =
  'The secret slack is not {"botToken":"xoxb-...","signingSecret":"..."}: put the bot token and the signing secret of the Slack app there';

describe('the secret of the Slack app', () => {
  test('gives both, and nothing else that stands in it', async () => {
    expect(await readSlackSecret(await client({ ...complete, note: 'x' }), 'slack')).toEqual(complete);
  });

  test('gives the bot token alone to those who only speak, whatever the signing secret is', async () => {
    for (const secret of [complete, { botToken: 'xoxb-1' }, { botToken: 'xoxb-1', signingSecret: '' }]) {
      expect(await readBotToken(await client(secret), 'slack')).toBe('xoxb-1');
    }
  });

  test('may be as short as 16 characters, and no shorter', async () => {
    const of = (length: number) => ({ ...complete, signingSecret: 's'.repeat(length) });
    expect(await words(readSlackSecret(await client(of(16)), 'slack'))).toMatch(/^read: /);
    expect(await words(readSlackSecret(await client(of(15)), 'slack'))).toMatch(/shorter than 16 characters/);
  });

  const botToken =
    'botToken is the "Bot User OAuth Token" of the Slack app (OAuth & Permissions) and begins with xoxb-; it is missing or does not.';
  const signing =
    'signingSecret is the "Signing Secret" of the Slack app (Basic Information, App Credentials), 32 hexadecimal digits; it is missing, shorter than 16 characters, or has white space in it.';

  test.each([
    ['no signing secret', { botToken: 'xoxb-1' }, `${START}. ${signing}`],
    ['a pasted line end', { ...complete, signingSecret: `${signingSecret}\n` }, `${START}. ${signing}`],
    ['the template as it stands', { botToken: 'xoxb-...', signingSecret: '...' }, `${START}. ${signing}`],
    ['a user token', { ...complete, botToken: 'xoxp-private' }, `${START}. ${botToken}`],
    ['neither', {}, `${START}. ${botToken} ${signing}`],
    ['a text', 'xoxb-private', `${START}.`],
  ])('with %s is refused, saying what belongs there', async (_, secret, expected) => {
    expect(await words(readSlackSecret(await client(secret), 'slack'))).toBe(expected);
  });

  test('that is no JSON is refused, and what it holds is never said', async () => {
    const said = await words(readSlackSecret(await holding('xoxb-private'), 'slack'));
    expect(said).toBe(`${START}, as JSON.`);
    expect(await words(readBotToken(await holding('{"botToken":"private"}'), 'slack'))).not.toContain('private');
  });
});
