/** The second half of the loop: which props ask for it, and what they mean together. */
import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Approver } from '../../lambda/core/case/approver.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { type ApproverProps, readApprovers } from './approvers.ts';
import { bareTargets, type GrantTargets, type GrantToProps, readGrantTo } from './grant-targets.ts';
import { SettingError } from './setting-error.ts';
import type { SlackProps } from './slack.ts';

/** Ways in for people's answers. */
export interface ReviewProps {
  /**
   * A function URL with AWS_IAM, for the command line. Whoever calls it needs `lambda:InvokeFunctionUrl` and
   * `lambda:InvokeFunction` on the function; only approvers can decide anything.
   *
   * @default true
   */
  readonly aws?: boolean;
  /**
   * Buttons in Slack, behind a public function URL that believes Slack's signature alone. Needs the prop `slack`, and the output
   * `SlackInteractivityUrl` as the app's interactivity address. `teamId`: such as `T0123456789`; people of other teams are refused.
   *
   * @default no buttons
   */
  readonly slack?: { readonly teamId: string };
  /**
   * A mail of their own, with a link that decides once, to each approver who has a `mail`: behind a public function URL that believes the
   * link alone. It proves no more than that somebody reads the mailbox, so it never counts where the risk is not low.
   * `linksExpireAfter`: whole minutes, 10 to 1,440; one hour unless said.
   *
   * @default mails tell, and do not ask
   */
  readonly mail?: { readonly linksExpireAfter?: Duration };
}

export interface AnsweringProps {
  /**
   * Who may approve, reject and revert. Nobody approves their own denial, however they are listed. Needs `grantTo`.
   *
   * @default nobody: advice only, nothing is ever applied
   */
  readonly approvers?: readonly ApproverProps[];
  /**
   * The groups, users and roles that a grant may be written to, one by one. What is not here gets advice only. Needs `approvers`.
   *
   * @default none: nothing here can write to IAM
   */
  readonly grantTo?: GrantToProps;
  /**
   * Whether two people may approve the passing of a role that makes administrators.
   *
   * @default false
   */
  readonly allowAdministrator?: boolean;
  /**
   * How long a proposal waits for an answer: whole hours, one to 336 (two weeks).
   *
   * @default Duration.hours(24)
   */
  readonly proposalsExpireAfter?: Duration;
  /**
   * Ways in for people's answers.
   *
   * @default by AWS identity alone
   */
  readonly review?: ReviewProps;
}

/** The same, read: what every part of the second half goes by. */
export interface Answering {
  readonly approvers: readonly Approver[];
  readonly targets: GrantTargets;
  readonly allowAdministrator: boolean;
  readonly proposalHours: number;
  readonly byAws: boolean;
  readonly slackTeam: string | null;
  /** How many minutes a link in a mail works; null: there are none. */
  readonly linkMinutes: number | null;
}

const MOST_HOURS = 14 * 24;

function readHours(duration: Duration): number {
  const hours = duration.toHours({ integral: false });
  if (Number.isInteger(hours) && hours >= 1 && hours <= MOST_HOURS) return hours;
  throw new SettingError(
    `proposalsExpireAfter: ${duration.toHumanString()} is not between 1 hour and two weeks in whole hours.`,
  );
}

const LINK_MINUTES = { least: 10, usual: 60, most: 24 * 60 } as const;

function readMail(mail: NonNullable<ReviewProps['mail']>, approvers: readonly ApproverProps[]): number {
  if (approvers.every((approver) => approver.mail === undefined))
    throw new SettingError(
      "review.mail: no approver has a mail address, so no link would be sent. Give approvers their 'mail', or leave review.mail out.",
    );
  const faceless = approvers.find((approver) => approver.mail !== undefined && approver.aws.length === 0);
  if (faceless !== undefined)
    throw new SettingError(
      `review.mail: ${faceless.name} has a mail address and no AWS identity, so nothing would keep them from deciding their own denial. Give their 'aws', or leave out 'mail'.`,
    );
  const { linksExpireAfter = Duration.minutes(LINK_MINUTES.usual) } = mail;
  const minutes = linksExpireAfter.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= LINK_MINUTES.least && minutes <= LINK_MINUTES.most) return minutes;
  throw new SettingError(
    `review.mail.linksExpireAfter: ${linksExpireAfter.toHumanString()} is not between ${LINK_MINUTES.least} minutes and a day in whole minutes.`,
  );
}

function readTeam(teamId: string, slack: SlackProps | undefined): string {
  if (slack === undefined)
    throw new SettingError(
      "review.slack: buttons need a message to stand under. Set 'slack' as well, or leave review.slack out.",
    );
  if (Token.isUnresolved(teamId) || /^T[A-Z0-9]{2,30}$/.test(teamId)) return teamId;
  throw new SettingError(
    `review.slack.teamId: '${teamId}' is not the form of a team's id. Write the id, such as 'T0123456789': it stands in the address of Slack in a browser, after /client/.`,
  );
}

/** Ways in that prove enough for any risk, of those that are on. */
const strongDoors = ({ byAws, slackTeam }: Answering, { aws, slack }: Approver): boolean =>
  (byAws && aws.length > 0) || (slackTeam !== null && slack !== null);

/** @throws SettingError for people, and ways in, that wait for each other in vain. */
function checkDoors(read: Answering): void {
  const { approvers, slackTeam, linkMinutes, allowAdministrator } = read;
  const locked = approvers.find((each) => !strongDoors(read, each) && (linkMinutes === null || each.mail === null));
  if (locked !== undefined) {
    const missing = locked.aws.length > 0 ? 'review.aws is false' : 'review.slack is not set';
    throw new SettingError(
      `approvers: '${locked.name}' has no way in that is on, as ${missing}, so they could never answer. Turn it on, or give them an identity for one that is.`,
    );
  }
  if (slackTeam !== null && approvers.every(({ slack }) => slack === null))
    throw new SettingError(
      "review.slack: no approver has a Slack id, so nobody could press its buttons. Give approvers their 'slack', or leave review.slack out.",
    );
  if (allowAdministrator && !takesTwo(read))
    throw new SettingError(
      'allowAdministrator: it takes two people who can prove themselves by AWS identity or Slack, and there is only one. Add an approver, or leave it out.',
    );
}

/** Whether two different people can decide what takes two. */
export const takesTwo = (answering: Answering): boolean =>
  answering.approvers.filter((each) => strongDoors(answering, each)).length > 1;

/**
 * Null: advice only.
 *
 * @throws SettingError when the props cannot be meant together, naming the one that is missing or wrong.
 */
export function readAnswering(props: AnsweringProps & { readonly slack?: SlackProps }): Answering | null {
  const { approvers, grantTo, review = {}, slack } = props;
  if (approvers === undefined || grantTo === undefined) {
    const [alone] = (['approvers', 'grantTo', 'review', 'allowAdministrator', 'proposalsExpireAfter'] as const).filter(
      (name) => props[name] !== undefined,
    );
    if (alone === undefined) return null;
    const missing = [
      ...(approvers === undefined ? ["'approvers'"] : []),
      ...(grantTo === undefined ? ["'grantTo'"] : []),
    ];
    throw new SettingError(
      `${alone}: it means nothing without ${missing.join(' and ')}. Say who may approve and what may be written to, or leave all of them out for advice only.`,
    );
  }
  const read: Answering = {
    approvers: readApprovers(approvers),
    targets: readGrantTo(grantTo),
    allowAdministrator: props.allowAdministrator ?? false,
    proposalHours: readHours(props.proposalsExpireAfter ?? Duration.hours(24)),
    byAws: review.aws ?? true,
    slackTeam: review.slack === undefined ? null : readTeam(review.slack.teamId, slack),
    linkMinutes: review.mail === undefined ? null : readMail(review.mail, approvers),
  };
  if (!read.byAws && read.slackTeam === null)
    throw new SettingError(
      'review: there is no way in but a link in a mail at most, which proves too little where the risk is not low. Set review.slack, or leave review.aws at true.',
    );
  checkDoors(read);
  return read;
}

/** Who may decide. */
export function setRules(fn: LambdaFunction, { approvers, allowAdministrator }: Answering): void {
  fn.addEnvironment(settingNames.approvers, jsonText(fn, approvers));
  fn.addEnvironment(settingNames.allowAdministrator, String(allowAdministrator));
}

/** What may be proposed and applied. */
export function setLimits(fn: LambdaFunction, { targets, allowAdministrator }: Answering): void {
  fn.addEnvironment(settingNames.grantTo, JSON.stringify(bareTargets(targets)));
  fn.addEnvironment(settingNames.allowAdministrator, String(allowAdministrator));
}

/** An approver's ARN may be known only at deployment. */
const jsonText = (scope: Construct, value: unknown): string => Stack.of(scope).toJsonString(value);
