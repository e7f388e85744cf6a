/**
 * Names of the environment variables, typed once: `lib/` sets what `lambda/` reads. A function that starts without one of its settings
 * stops with the name of the setting and of the construct prop it comes from.
 */
export const settingNames = {
  /** Case store table. Set by `CaseStore.grant...`. */
  casesTable: 'CASES_TABLE',
  /** SNS topic people subscribe to. */
  topicArn: 'TOPIC_ARN',
  /** Secret with `{"botToken":"xoxb-...","signingSecret":"..."}`; unset: no Slack. */
  slackSecretArn: 'SLACK_SECRET_ARN',
  /** Channel id (`C0123456789`) the case messages go to. */
  slackChannel: 'SLACK_CHANNEL',
  /** Base address of Slack's API; set only where a stand-in is used. */
  slackApiUrl: 'SLACK_API_URL',
} as const;

export type SettingName = (typeof settingNames)[keyof typeof settingNames];

/** Reads one required setting. Throws an error that names the setting; read at cold start, never at import. */
export function requiredSetting(env: Record<string, string | undefined>, name: SettingName): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `Setting ${name} is missing from the function's environment. PassRoleRemediator sets it; was the function deployed on its own?`,
    );
  }
  return value;
}

export function optionalSetting(env: Record<string, string | undefined>, name: SettingName): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}
