import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Announcements } from './announcements.ts';
import { CaseStore } from './case-store.ts';
import { Denials } from './denials.ts';
import { handlerFunction } from './function.ts';
import { grantEvidence } from './iam-evidence.ts';
import { Notices } from './notices.ts';
import { grantSlack, type SlackProps } from './slack.ts';
import { readWatch } from './watch.ts';

export interface PassRoleRemediatorProps {
  /**
   * Calls to listen to, in the style of IAM actions: `glue` (every operation), `glue:UpdateJob` (this one), `*` (every service, alone).
   * A service is named as in CloudTrail's `eventSource`, which is nearly always IAM's prefix. Listening costs nothing until a call is
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
}

/**
 * Hears iam:PassRole denials of this account and region, diagnoses them and tells people.
 *
 * Needs a CloudTrail trail that logs write management events in this region: without one, EventBridge hears of no call. May read IAM and
 * simulate policies; cannot change IAM.
 *
 * @throws Error at synthesis when a prop cannot be meant as it is written, naming the value, the likely cause and the next step.
 */
export class PassRoleRemediator extends Construct {
  readonly cases: CaseStore;
  readonly denials: Denials;
  readonly announcements: Announcements;
  readonly notices: Notices;

  constructor(scope: Construct, id: string, props: PassRoleRemediatorProps = {}) {
    super(scope, id);
    const { retainData = true, logRetention = RetentionDays.THREE_MONTHS } = props;
    const settings = { retainData, logRetention };

    this.cases = new CaseStore(this, 'Cases', { retainData });
    this.notices = new Notices(this, 'Notices', { notify: props.notify ?? [] });

    const diagnose = handlerFunction(this, 'Diagnose', {
      ...settings,
      name: 'diagnose',
      description: 'reads a denial, gathers evidence, writes the case',
      timeout: Duration.seconds(60),
    });
    grantEvidence(diagnose);
    this.cases.grantDiagnose(diagnose);
    this.denials = new Denials(this, 'Denials', { watched: readWatch(props.watch ?? ['glue']), worker: diagnose });

    const announce = handlerFunction(this, 'Announce', {
      ...settings,
      name: 'announce',
      description: 'tells people about a case, in Slack and by mail',
      timeout: Duration.seconds(30),
    });
    this.cases.grantAnnounce(announce);
    this.notices.grantPublish(announce);
    if (props.slack) grantSlack(announce, props.slack);
    this.announcements = new Announcements(this, 'Announcements', { cases: this.cases, worker: announce });
  }
}
