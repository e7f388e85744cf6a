import { Annotations, Stack, Stage, Tags, Token } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ownRoleTag } from '../lambda/core/account/own-roles.ts';
import { settingNames } from '../lambda/runtime/settings.ts';
import { MailLinks } from './channels/mail-links.ts';
import { Notices } from './channels/notices.ts';
import { announceFunction } from './functions/announce.ts';
import { applyFunction } from './functions/apply.ts';
import { diagnoseFunction } from './functions/diagnose.ts';
import type { FunctionSettings, HandlerName } from './functions/handler-function.ts';
import type { MadeFor } from './functions/made-for.ts';
import { checkQuotas } from './functions/quotas.ts';
import { reviewFunction } from './functions/review.ts';
import { reviewMailFunction } from './functions/review-mail.ts';
import { reviewSlackFunction } from './functions/review-slack.ts';
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
import { type Answering, type AnsweringProps, readAnswering, setRules } from './settings/answering.ts';
import { readInstallation } from './settings/installation.ts';
import { checkPlace } from './settings/place.ts';
import { SettingError } from './settings/setting-error.ts';
import type { SlackProps } from './settings/slack.ts';
import { doubtsAbout, readWatch } from './settings/watch.ts';
import { CaseStore } from './store/case-store.ts';
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

  constructor(scope: Construct, id: string, props: PassRoleRemediatorProps = {}) {
    super(scope, id);
    const { retainData = true, logRetention = RetentionDays.THREE_MONTHS } = props;
    this.installation = readInstallation(this, props.installation);
    const { installation } = this;
    const shared: FunctionSettings = { installation, retainData, logRetention };
    const answering = readAnswering(props);
    checkPlace(this, answering, props.approvers ?? []);
    this.checkApart();
    const watched = readWatch(props.watch ?? ['glue']);
    if (props.heartbeat) checkHeartbeat(watched);
    for (const [at, doubt] of doubtsAbout(watched, Stack.of(this).region).entries())
      Annotations.of(this).addWarningV2(`passrole-remediator:watch-${at + 1}`, doubt);

    this.cases = new CaseStore(this, 'Cases', { retainData });
    this.trail = new Trail(this, 'Trail', { retainData });
    this.notices = new Notices(this, 'Notices', { notify: props.notify ?? [] });

    const made: MadeFor = { scope: this, shared, cases: this.cases, trail: this.trail };
    const diagnose = diagnoseFunction(made, answering);
    this.denials = new Denials(this, 'Denials', { watched, worker: diagnose });
    const announce = announceFunction(made, answering, { notices: this.notices, slack: props.slack });
    this.announcements = new FollowedChanges(this, 'Announcements', {
      cases: this.cases,
      installation,
      name: 'announcements',
      worker: announce,
      to: 'the announcements',
      // Three minutes apart: an hour and a half, as Slack may be down for an hour, or the bot not yet invited.
      attempts: 30,
    });

    const apply = answering && applyFunction(made, answering);
    if (apply) new Confirmations(this, 'Confirmations', { watched, denials: this.denials });
    this.applying = apply && new Applying(this, 'Applying', { cases: this.cases, installation, worker: apply });
    const review = answering?.byAws ? reviewFunction(made, answering) : null;
    this.reviewUrl = review?.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }) ?? null;
    const slack = answering && props.slack ? reviewSlackFunction(made, answering, props.slack) : null;
    // The signature, not IAM, is what admits Slack: it cannot sign with AWS credentials.
    this.slackUrl = slack?.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }) ?? null;

    this.links = answering && this.mailLinks(answering, shared);
    const mail = answering && this.links && reviewMailFunction(made, answering, this.links);
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
    checkQuotas(this, functions.values());
    acknowledgeFindings(this, this.trail.bucket);
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

  /** Null: no links. */
  private mailLinks({ approvers, linkMinutes }: Answering, shared: FunctionSettings): MailLinks | null {
    if (linkMinutes === null) return null;
    const addresses = approvers.flatMap(({ mail }) => (mail === null ? [] : [mail]));
    return new MailLinks(this, 'MailLinks', { addresses, minutes: linkMinutes, ...shared });
  }
}
