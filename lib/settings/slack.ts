import { Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { SettingError } from './setting-error.ts';

export interface SlackProps {
  /**
   * Channel id such as `C0123456789`, not the channel's name: a name can be given to another channel. In Slack: the channel's
   * details, at the very bottom. The app must have been invited to the channel.
   */
  readonly channelId: string;
  /**
   * Secret with `{"botToken":"xoxb-...","signingSecret":"..."}`. You create it and put the values in; nothing here ever sees them at
   * deployment. If it is encrypted with a key of your own, bring it in with `Secret.fromSecretAttributes({ encryptionKey })`.
   */
  readonly secret: ISecret;
}

function checkChannel(channelId: string): void {
  if (Token.isUnresolved(channelId) || /^[CGD][A-Z0-9]{8,}$/.test(channelId)) return;
  const cause = channelId.startsWith('#') ? "is a channel's name" : "is not the form of a channel's id";
  const next = "Write the id, such as 'C0123456789': it stands at the bottom of the channel's details in Slack";
  throw new SettingError(`slack.channelId: '${channelId}' ${cause}. ${next}.`);
}

/** `Secret.fromSecretNameV2` takes an ARN for a name and makes an ARN of it that fits no secret. */
function checkSecret({ secretName }: ISecret): void {
  if (Token.isUnresolved(secretName) || !secretName.startsWith('arn:')) return;
  throw new SettingError(
    `slack.secret: its name is the ARN '${secretName}', so no secret would be found. Bring it in with Secret.fromSecretCompleteArn, or by its name alone.`,
  );
}

/** Lets a function speak in the channel: the one secret, and where to speak. */
export function grantSlack(fn: LambdaFunction, { channelId, secret }: SlackProps): void {
  checkChannel(channelId);
  checkSecret(secret);
  // A secret that is known by name only has no full ARN: AWS adds six characters to it. Found by name, it is found in every case.
  const secretArn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  fn.addEnvironment(settingNames.slackChannel, channelId);
  fn.addEnvironment(settingNames.slackSecretArn, secret.secretFullArn ?? secret.secretName);
  fn.addToRolePolicy(
    new PolicyStatement({ sid: 'ReadSlackSecret', actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
  );
  if (!secret.encryptionKey) return;
  fn.addToRolePolicy(
    new PolicyStatement({
      sid: 'DecryptSlackSecret',
      actions: ['kms:Decrypt'],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(fn).region}.amazonaws.com` } },
    }),
  );
}
