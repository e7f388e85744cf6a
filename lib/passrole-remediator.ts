import { Annotations, Duration, Stack, Stage, Tags, Token } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ownRoleTag } from '../lambda/core/account/own-roles.ts';
import { settingNames } from '../lambda/runtime/settings.ts';
import { MailLinks } from './channels/mail-links.ts';
import { Notices } from './channels/notices.ts';
import { type FunctionSettings, type HandlerName, handlerFunction } from './functions/handler-function.ts';
import { grantEvidence, grantJobs } from './functions/iam-evidence.ts';
import { checkEnvironment, checkInlinePolicies, checkTableNames } from './functions/quotas.ts';
import { acknowledgeFindings } from './nag-reasons.ts';
import { AlarmTopic } from './operations/alarm-topic.ts';
import { Alerting } from './operations/alerting.ts';
import { RemediatorDashboard } from './operations/dashboard.ts';
import { checkHeartbeat, Heartbeat } from './operations/heartbeat.ts';
import { OwnPoliciesWatch } from './operations/own-policies-watch.ts';
import { Applying } from './queues/applying.ts';
import { Confirmations } from './queues/confirmations.ts';
import { Denials } from './queues/denials.ts';
import { FollowedChanges } from './queues/followed-changes.ts';
import {
  type Answering,
  type AnsweringProps,
  readAnswering,
  setLimits,
  setRules,
  takesTwo,
} from './settings/answering.ts';
import { type ApproverProps, checkAccounts } from './settings/approvers.ts';
import { grantWrites } from './settings/grant-targets.ts';
import { readInstallation } from './settings/installation.ts';
import { checkRegion } from './settings/regions.ts';
import { SettingError } from './settings/setting-error.ts';
import { grantSlack, type SlackProps } from './settings/slack.ts';
import { doubtsAbout, readWatch, type Watched } from './settings/watch.ts';
import { CaseStore } from './store/case-store.ts';
import { NotificationStore } from './store/notification-store.ts';
import { Tickets } from './store/tickets.ts';
import { Trail } from './store/trail.ts';

export interface PassRoleRemediatorProps extends AnsweringProps {
  /**
   * Calls to listen to, in the style of IAM actions: `glue` (every operation), `glue:UpdateJob` (this one), `*` (every service, alone).
   * A service is named as in CloudTrail's `eventSource`, which is nearly always IAM's prefix; one that is not known is
   * refused as a slip, unless it is written in full: `newservice.amazonaws.com`. Listening costs nothing until a call is
   * refused because of iam:PassRole; narrow it where other people look after a service. IAM, and other global services, record their
   * calls in us-east-1 only. Limit: EventBridge takes patterns of up to 2,048 characters.
   *
   * @default ['glue']
   */
  readonly watch?: readonly string[];
  /**
   * E-mail addresses told of every case. Each must confirm the mail from SNS first. For anything else, subscribe to `notices.topic`.
   *
   * @default none
   */
  readonly notify?: readonly string[];
  /**
   * Slack channel told of every case.
   *
   * @default no Slack
   */
  readonly slack?: SlackProps;
  /**
   * E-mail addresses told when something here fails: operators, and not by the topic that `notify` is told by. Each must confirm the mail from
   * SNS first. For anything else, subscribe to `alarms.topic`. The alarms are there in any case: docs/runbook.md.
   *
   * @default none
   */
  readonly alarmsTo?: readonly string[];
  /**
   * Whether a call that is refused is made once an hour, to prove that trail, rule and queue bring refusals here; needs `glue:CreateJob` in
   * `watch`. It leaves a refusal an hour in CloudTrail, which other people's alarms may count: docs/decisions/0013-heartbeat.md.
   *
   * @default false
   */
  readonly heartbeat?: boolean;
  /**
   * How long the functions' logs are kept. Long enough to look into a case a quarter later; the cases themselves are kept in the table.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Whether cases and logs outlive the stack, and the table refuses to be deleted: the record of who was granted what is worth more than
   * a tidy account. `false` leaves nothing behind; for trying out.
   *
   * @default true
   */
  readonly retainData?: boolean;
  /**
   * Which remediator of the account and region it is: 1 to 20 small letters, digits and hyphens, such as `data-platform`. It stands in the
   * names of queues, in every metric, log line and stored case, so that two of an account do not take each other's for their own. Keep it
   * over updates: with another one queues are made anew, and what waits in the old ones is lost.
   *
   * @default eight hexadecimal digits, made of the stack's name and the construct's path in it
   */
  readonly installation?: string;
}

const present = (
  functions: Readonly<Record<HandlerName, LambdaFunction | null>>,
): ReadonlyMap<HandlerName, LambdaFunction> => {
  const names = Object.keys(functions) as HandlerName[];
  return new Map(names.flatMap((name) => (functions[name] === null ? [] : [[name, functions[name]]])));
};

/**
 * Hears iam:PassRole denials of this account and region, diagnoses them and tells people. With `approvers` and `grantTo` it also takes their
 * answers, writes the grant, proves it, and takes it back.
 *
 * Needs a CloudTrail trail that logs write management events in this region: without one, EventBridge hears of no call. May read IAM and
 * simulate policies; can change IAM only in inline policies of what `grantTo` names.
 *
 * @throws SettingError at synthesis when a prop cannot be meant as it is written, naming the value, the likely cause and the next step.
 */
export class PassRoleRemediator extends Construct {
  /** As given, or made up: what its metrics, log lines and cases carry. */
  readonly installation: string;
  readonly cases: CaseStore;
  readonly trail: Trail;
  readonly denials: Denials;
  readonly announcements: FollowedChanges;
  readonly notices: Notices;
  readonly alarms: AlarmTopic;
  /** Null, like the addresses below, where the props do not ask for it. */
  readonly applying: Applying | null;
  readonly reviewUrl: FunctionUrl | null;
  readonly slackUrl: FunctionUrl | null;
  readonly mailUrl: FunctionUrl | null;
  readonly links: MailLinks | null;

  private readonly shared: FunctionSettings;

  constructor(scope: Construct, id: string, props: PassRoleRemediatorProps = {}) {
    super(scope, id);
    const { retainData = true, logRetention = RetentionDays.THREE_MONTHS } = props;
    this.installation = readInstallation(this, props.installation);
    const { installation } = this;
    this.shared = { installation, retainData, logRetention };
    const answering = readAnswering(props);
    this.checkPlace(answering, props.approvers ?? []);
    this.checkApart();
    const watched = readWatch(props.watch ?? ['glue']);
    if (props.heartbeat) checkHeartbeat(watched);
    for (const [at, doubt] of doubtsAbout(watched, Stack.of(this).region).entries())
      Annotations.of(this).addWarningV2(`passrole-remediator:watch-${at + 1}`, doubt);

    this.cases = new CaseStore(this, 'Cases', { retainData });
    this.trail = new Trail(this, 'Trail', { retainData });
    this.notices = new Notices(this, 'Notices', { notify: props.notify ?? [] });

    const diagnose = this.diagnose(answering);
    this.denials = new Denials(this, 'Denials', { watched, worker: diagnose });
    const announce = this.announce(answering, props.slack);
    this.announcements = new FollowedChanges(this, 'Announcements', {
      cases: this.cases,
      installation,
      name: 'announcements',
      worker: announce,
      to: 'the announcements',
      // Three minutes apart: an hour and a half, as Slack may be down for an hour, or the bot not yet invited.
      attempts: 30,
    });

    const apply = answering && this.apply(answering, watched);
    this.applying = apply && new Applying(this, 'Applying', { cases: this.cases, installation, worker: apply });
    const review = answering?.byAws ? this.review(answering) : null;
    this.reviewUrl = review?.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }) ?? null;
    const slack = answering && props.slack ? this.reviewSlack(answering, props.slack) : null;
    // The signature, not IAM, is what admits Slack: it cannot sign with AWS credentials.
    this.slackUrl = slack?.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }) ?? null;

    this.links = answering && this.mailLinks(answering);
    const mail = answering && this.links && this.reviewMail(answering, this.links);
    // The secret part of a link is what admits its reader.
    this.mailUrl = mail?.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }) ?? null;
    if (answering && this.links && this.mailUrl) {
      this.links.grantSend(announce, this.mailUrl.url);
      setRules(announce, answering);
    }

    this.alarms = new AlarmTopic(this, 'Alarms', { alarmsTo: props.alarmsTo ?? [] });
    const heartbeat = props.heartbeat ? new Heartbeat(this, 'Heartbeat', { installation }) : null;
    heartbeat?.makeKnownTo(diagnose);
    const functions = present({ diagnose, announce, apply, review, 'review-slack': slack, 'review-mail': mail });
    this.operate(functions, heartbeat !== null);

    Tags.of(this).add(ownRoleTag.key, ownRoleTag.value, { includeResourceTypes: ['AWS::IAM::Role'] });
    const roles = [...functions.values(), ...(heartbeat ? [heartbeat] : [])].map(({ role }) => role);
    const ownRoles = roles.flatMap((role) => role?.roleName ?? []).join(',');
    for (const fn of [diagnose, apply]) {
      fn?.addEnvironment(settingNames.ownRoles, ownRoles);
      fn?.addEnvironment(settingNames.account, Stack.of(this).account);
    }
    for (const fn of functions.values()) {
      checkEnvironment(fn);
      checkInlinePolicies(
        [...(fn.role?.node.children ?? []), ...fn.node.children].filter((each) => each instanceof Policy),
      );
    }
    checkTableNames(this);
    acknowledgeFindings(this, this.trail.bucket);
  }

  /** What cannot work where it goes is said before anything is made. */
  private checkPlace(answering: Answering | null, approvers: readonly ApproverProps[]): void {
    const { account, region } = Stack.of(this);
    checkRegion(region, { functionUrls: answering !== null });
    checkAccounts(approvers, account);
    if (answering !== null && answering.linkMinutes === null && approvers.some(({ mail }) => mail !== undefined))
      Annotations.of(this).addWarningV2(
        'passrole-remediator:mail-without-links',
        "approvers: a 'mail' is for links in mails, and review.mail is not set: none will be sent. Set review.mail, or leave 'mail' out.",
      );
    if (answering === null || takesTwo(answering)) return;
    Annotations.of(this).addWarningV2(
      'passrole-remediator:one-approver',
      'approvers: a risk that is not low takes two people who prove themselves by AWS identity or Slack, and there is one. Such proposals will expire. Add an approver.',
    );
  }

  /** Two of one name would share queues, metrics and alarms. Stages may go to different accounts where neither names one. */
  private checkApart(): void {
    const isKnown = ![Stack.of(this).account, Stack.of(this).region].some((part) => Token.isUnresolved(part));
    const isBeside = (other: Construct): boolean =>
      Stack.of(other).environment === Stack.of(this).environment && (isKnown || Stage.of(other) === Stage.of(this));
    const twin = this.node.root.node
      .findAll()
      .find(
        (each): each is PassRoleRemediator =>
          each instanceof PassRoleRemediator &&
          each !== this &&
          each.installation === this.installation &&
          isBeside(each),
      );
    if (twin === undefined) return;
    throw new SettingError(
      `installation: '${this.installation}' is that of ${twin.node.path} as well, in the same account and region. Give each one of its own, or leave it out.`,
    );
  }

  /** What shows that it works, and tells when it does not. */
  private operate(functions: ReadonlyMap<HandlerName, LambdaFunction>, hasHeartbeat: boolean): void {
    const { installation, denials, announcements, applying } = this;
    const { topic } = this.alarms;
    // Where nothing is applied, people write what they are advised themselves, under the same names.
    const ownPolicies = applying === null ? null : new OwnPoliciesWatch(this, 'OwnPolicies', { installation, topic });
    const what = { installation, denials, announcements, applying };
    new Alerting(this, 'Alerting', { ...what, topic, ownPolicies, functions, hasHeartbeat });
    new RemediatorDashboard(this, 'Dashboard', what);
  }

  private diagnose(answering: Answering | null): LambdaFunction {
    const diagnose = handlerFunction(this, 'Diagnose', {
      ...this.shared,
      name: 'diagnose',
      description: 'reads a denial, gathers evidence, writes the case',
      timeout: Duration.seconds(60),
    });
    grantEvidence(diagnose);
    grantJobs(diagnose);
    this.cases.grantDiagnose(diagnose);
    this.trail.grantAppend(diagnose);
    if (answering === null) return diagnose;
    setLimits(diagnose, answering);
    diagnose.addEnvironment(settingNames.proposalHours, String(answering.proposalHours));
    return diagnose;
  }

  private announce(answering: Answering | null, slack: SlackProps | undefined): LambdaFunction {
    const announce = handlerFunction(this, 'Announce', {
      ...this.shared,
      name: 'announce',
      description: 'tells people about a case, in Slack and by mail',
      timeout: Duration.seconds(30),
    });
    this.cases.grantAnnounce(announce);
    new NotificationStore(this, 'Told', this.shared).grantAnnounce(announce);
    this.notices.grantPublish(announce);
    if (slack) grantSlack(announce, slack);
    if (answering === null) return announce;
    announce.addEnvironment(settingNames.allowAdministrator, String(answering.allowAdministrator));
    // It shows buttons only where something answers them.
    if (answering.slackTeam !== null) announce.addEnvironment(settingNames.slackTeam, answering.slackTeam);
    return announce;
  }

  private apply(answering: Answering, watched: Watched): LambdaFunction {
    const apply = handlerFunction(this, 'Apply', {
      ...this.shared,
      name: 'apply',
      description: 'writes, proves and takes back approved grants',
      timeout: Duration.seconds(180),
    });
    grantEvidence(apply);
    grantWrites(apply, answering.targets);
    this.cases.grantApply(apply);
    this.trail.grantAppend(apply);
    setRules(apply, answering);
    setLimits(apply, answering);
    new Confirmations(this, 'Confirmations', { watched, denials: this.denials });
    return apply;
  }

  private review(answering: Answering): LambdaFunction {
    const review = handlerFunction(this, 'Review', {
      ...this.shared,
      name: 'review',
      description: 'lists cases and takes answers by AWS identity',
      timeout: Duration.seconds(20),
    });
    this.cases.grantReview(review);
    this.trail.grantAppend(review);
    setRules(review, answering);
    return review;
  }

  /** Null: no buttons. */
  private reviewSlack(answering: Answering, slack: SlackProps): LambdaFunction | null {
    if (answering.slackTeam === null) return null;
    const review = handlerFunction(this, 'ReviewSlack', {
      ...this.shared,
      name: 'review-slack',
      description: 'takes answers from Slack',
      timeout: Duration.seconds(20),
    });
    this.cases.grantRule(review);
    this.trail.grantAppend(review);
    new Tickets(this, 'Tickets', this.shared).grantUse(review);
    grantSlack(review, slack);
    setRules(review, answering);
    review.addEnvironment(settingNames.slackTeam, answering.slackTeam);
    return review;
  }

  /** Null: no links. */
  private mailLinks({ approvers, linkMinutes }: Answering): MailLinks | null {
    if (linkMinutes === null) return null;
    const addresses = approvers.flatMap(({ mail }) => (mail === null ? [] : [mail]));
    return new MailLinks(this, 'MailLinks', { addresses, minutes: linkMinutes, ...this.shared });
  }

  private reviewMail(answering: Answering, links: MailLinks): LambdaFunction {
    const review = handlerFunction(this, 'ReviewMail', {
      ...this.shared,
      name: 'review-mail',
      description: 'takes answers by the links of mails',
      timeout: Duration.seconds(20),
    });
    this.cases.grantRule(review);
    this.trail.grantAppend(review);
    links.grantUse(review);
    setRules(review, answering);
    return review;
  }
}
