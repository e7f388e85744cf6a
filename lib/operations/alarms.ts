/** Every alarm there is, and whom its cause hurts: alarms are made from this table, and so is the test that docs/runbook.md explains each. */

export interface AlarmWords {
  /** Who suffers, and how, while the cause lasts. */
  readonly impact: string;
  /** What was seen. */
  readonly sign: string;
  /** Heading of its section in docs/runbook.md. */
  readonly section: string;
}

export const alarms = {
  denialsWait: {
    impact: 'People who cannot save a job wait, and nobody is told of them',
    sign: 'A denial has waited in its queue for more than nine minutes',
    section: 'Denials wait',
  },
  denialsFailing: {
    impact: 'People who cannot save a job are not heard, and half an hour after their denial they are given up',
    sign: 'Denials went back to their queue in three of the last twelve periods of five minutes',
    section: 'Denials fail',
  },
  denialsLost: {
    impact: 'People who cannot save a job are not heard',
    sign: 'Denials ended in the dead letters',
    section: 'Denials were given up',
  },
  denialPathSilent: {
    impact: 'People who cannot save a job may not be heard, and nothing else would show it',
    sign: 'No heartbeat came through trail, rule and queue for three hours',
    section: 'No heartbeat',
  },
  announcementsWait: {
    impact: 'Cases are diagnosed and nobody hears of them',
    sign: 'A changed case has waited to be announced for more than 30 minutes',
    section: 'Announcements wait',
  },
  announcementsFailing: {
    impact: 'Approvers do not see what waits for them, and people do not see that they are helped',
    sign: 'Slack or mail refused messages in three of the last twelve periods of five minutes',
    section: 'Announcements fail',
  },
  announcementsLost: {
    impact: 'Nobody was told of a case, and nobody will be',
    sign: 'Announcements ended in the dead letters',
    section: 'Announcements were given up',
  },
  announcementChangesLost: {
    impact: 'Nobody was told of a case, and nobody will be until it changes again',
    sign: 'The pipe to the announcements gave up changes',
    section: 'The pipe to the announcements gave up',
  },
  announcementChangesFailing: {
    impact: 'Cases are diagnosed and nobody hears of them',
    sign: 'The pipe to the announcements failed in two of the last twelve periods of five minutes',
    section: 'The pipe to the announcements fails',
  },
  announcementsSilent: {
    impact: 'Cases are diagnosed and nobody hears of them, and nothing else would show it for twelve hours',
    sign: 'In two of the last twelve hours denials were counted, and no change of a case reached the queue of the announcements',
    section: 'Nothing is announced',
  },
  decisionsWait: {
    impact: 'People were promised a grant that is not being written, or one to be taken back still stands',
    sign: 'A decided case has waited for apply for more than 30 minutes',
    section: 'Decisions wait',
  },
  applyFailing: {
    impact: 'Approved grants are not written, and grants whose time is over may still stand',
    sign: 'apply failed in three of the last twelve periods of five minutes',
    section: 'Apply fails',
  },
  decisionsLost: {
    impact:
      'An approved grant was not written, or one to be taken back still stands; from now on only the schedule tries',
    sign: 'Decided cases ended in the dead letters',
    section: 'Decisions were given up',
  },
  decisionChangesLost: {
    impact: 'Approved grants are written minutes late, by the schedule alone',
    sign: 'The pipe to apply gave up changes',
    section: 'The pipe to apply gave up',
  },
  decisionChangesFailing: {
    impact: 'Approved grants are written minutes late, by the schedule alone',
    sign: 'The pipe to apply failed in two of the last twelve periods of five minutes',
    section: 'The pipe to apply fails',
  },
  scheduleLost: {
    impact: 'Grants may outlive their term in the console, and what nobody decided does not expire',
    sign: 'Rounds of the schedule failed',
    section: 'The schedule fails',
  },
  answersFailing: {
    impact: 'Approvers press a button, and their answer is not taken',
    sign: 'Answers failed on our side',
    section: 'Answers fail',
  },
  functionFailing: {
    impact: 'Whatever this function does for people is late or not done',
    sign: 'The function crashed or ran out of time in two of the last three periods of five minutes',
    section: 'A function crashes',
  },
  functionThrottled: {
    impact: 'Whatever this function does for people is late',
    sign: 'Lambda had no room for the function in two of the last three periods of five minutes',
    section: 'A function is throttled',
  },
  ownPolicyWritten: {
    impact: 'Somebody other than apply changed a grant that people approved, or made one that nobody approved',
    sign: 'An inline policy under our names was written or deleted by another identity',
    section: 'IAM was written under our names',
  },
  warningsLost: {
    impact: 'Somebody other than apply wrote under our names, and nobody was told',
    sign: 'The mail about such a write could not be sent',
    section: 'A warning was not sent',
  },
} as const satisfies Readonly<Record<string, AlarmWords>>;

export type AlarmName = keyof typeof alarms;

/** As GitHub and editors make anchors of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

export const addressOf = (name: AlarmName): string => `docs/runbook.md#${anchorOf(alarms[name].section)}`;

/** What whoever is woken by it reads first. CloudWatch takes 1,024 characters. */
export const descriptionOf = (name: AlarmName): string =>
  `${alarms[name].impact}. ${alarms[name].sign}. What to do: ${addressOf(name)}`;
