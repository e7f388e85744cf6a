/**
 * Names of the environment variables, typed once: `lib/` sets what `lambda/` reads. A function that starts without one of its settings
 * stops with the name of the setting and of the construct prop it comes from.
 */
export const settingNames = {
  /** Case store table. Set by `CaseStore.grant...`. */
  casesTable: 'CASES_TABLE',
  /** Which remediator of the account it is: `3f2a9c01`. Set from the prop `installation`. */
  installation: 'INSTALLATION',
  /** Twelve digits: the account that the function is in. */
  account: 'ACCOUNT_ID',
  /** Table of notification records, by the name that it was first deployed with. Set by `NotificationStore.grantAnnounce`. */
  toldTable: 'TOLD_TABLE',
  /** Bucket of the append-only trail. Set by `Trail.grant...`. */
  trailBucket: 'TRAIL_BUCKET',
  /** JSON: `Approver[]` of core/case/approver.ts. Set from the prop `approvers`. */
  approvers: 'APPROVERS',
  /** `true`: two people may approve the passing of a role that makes administrators. Set from `allowAdministrator`. */
  allowAdministrator: 'ALLOW_ADMINISTRATOR',
  /** JSON: `{"groups": [...], "users": [...], "roles": [...]}`, names that apply may write to. Set from `grantTo`. */
  grantTo: 'GRANT_TO',
  /** Names of the remediator's own roles, separated by commas: never passed, never written to. */
  ownRoles: 'OWN_ROLES',
  /** ARN of the role whose refusals are heartbeats. Set by `Heartbeat.makeKnownTo`; unset: there is none. */
  heartbeatRole: 'HEARTBEAT_ROLE',
  /** Hours that a proposal waits for a person. Set from `proposalsExpireAfter`. */
  proposalHours: 'PROPOSAL_HOURS',
  /** Slack team id (`T0123456789`) whose people may press buttons. */
  slackTeam: 'SLACK_TEAM',
  /** Table of what may be used only once: Slack requests, links. */
  ticketsTable: 'TICKETS_TABLE',
  /** Table of links in mails. Set by `MailLinks.grant...`. */
  linksTable: 'LINKS_TABLE',
  /** SNS topic whose subscriptions each take the mails to one approver. Set by `MailLinks.grantSend`; unset: no links. */
  linksTopicArn: 'LINKS_TOPIC_ARN',
  /** Address of review-mail, with a slash at its end. */
  linksUrl: 'LINKS_URL',
  /** Minutes that a link works. Set from `review.mail.linksExpireAfter`. */
  linkMinutes: 'LINK_MINUTES',
  /** SNS topic people subscribe to. */
  topicArn: 'TOPIC_ARN',
  /** Secret with `{"botToken":"xoxb-...","signingSecret":"..."}`; unset: no Slack. */
  slackSecretArn: 'SLACK_SECRET_ARN',
  /** Channel id (`C0123456789`) the case messages go to. */
  slackChannel: 'SLACK_CHANNEL',
  /** Base address of Slack's API; set only where a stand-in is used. */
  slackApiUrl: 'SLACK_API_URL',
} as const;

type SettingName = (typeof settingNames)[keyof typeof settingNames];

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

/** Names separated by commas; none when it is not set. */
export const listSetting = (env: Record<string, string | undefined>, name: SettingName): readonly string[] =>
  (optionalSetting(env, name) ?? '').split(',').filter((item) => item !== '');

/** Reads a positive number. Throws an error that names the setting when it is something else. */
export function numberSetting(env: Record<string, string | undefined>, name: SettingName, otherwise: number): number {
  const text = optionalSetting(env, name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(
    `Setting ${name} is "${text}", not a positive number. PassRoleRemediator sets it; was it changed by hand?`,
  );
}
