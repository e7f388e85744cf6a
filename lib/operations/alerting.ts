import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { installationDimension, metricNames, metricsNamespace } from '../../lambda/runtime/metric-names.ts';
import type { HandlerName } from '../functions/handler-function.ts';
import type { Applying } from '../queues/applying.ts';
import type { Denials } from '../queues/denials.ts';
import type { FollowedChanges } from '../queues/followed-changes.ts';
import { nameIn } from '../settings/installation.ts';
import { type AlarmName, descriptionOf } from './alarms.ts';
import type { OwnPoliciesWatch } from './own-policies-watch.ts';

export interface AlertingProps {
  readonly installation: string;
  readonly topic: ITopic;
  readonly denials: Denials;
  readonly announcements: FollowedChanges;
  /** Null: advice only. */
  readonly applying: Applying | null;
  /** Null: advice only. */
  readonly ownPolicies: OwnPoliciesWatch | null;
  readonly functions: ReadonlyMap<HandlerName, LambdaFunction>;
  readonly hasHeartbeat: boolean;
}

interface Signal {
  readonly metric: IMetric;
  readonly atLeast?: number;
  /** Of the last so many periods, that many. */
  readonly periods?: readonly [breaching: number, of: number];
  readonly missing: TreatMissingData;
}

const period = Duration.minutes(5);

/** A metric that the functions of one installation count themselves. */
export type OwnMetric = (service: HandlerName, metricName: string, over?: Duration) => Metric;

export const ownMetrics =
  (installation: string): OwnMetric =>
  (service, metricName, over = period) =>
    new Metric({
      namespace: metricsNamespace,
      metricName,
      dimensionsMap: { service, [installationDimension]: installation },
      statistic: Stats.SUM,
      period: over,
    });

/**
 * After the second try of a denial, which ends at seven minutes, and before the third, at twelve: SQS leaves out of the age what was received three
 * times. Source: SQS developer guide, "Available CloudWatch metrics", ApproximateAgeOfOldestMessage.
 */
const LONGEST_WAIT_OF_DENIALS = Duration.minutes(9);

/** Source: EventBridge user guide, "Logging and monitoring Amazon EventBridge Pipes". */
const pipeMetric = (metricName: string, PipeName: string): Metric =>
  new Metric({
    namespace: 'AWS/EventBridge/Pipes',
    metricName,
    dimensionsMap: { PipeName },
    statistic: Stats.SUM,
    period,
  });

const answering = ['review', 'review-slack', 'review-mail'] as const satisfies readonly HandlerName[];

/** The CloudWatch alarms. Each tells when it is over as well. */
export class Alerting extends Construct {
  private readonly action: SnsAction;
  private readonly own: OwnMetric;
  private readonly installation: string;

  constructor(scope: Construct, id: string, props: AlertingProps) {
    super(scope, id);
    this.action = new SnsAction(props.topic);
    this.installation = props.installation;
    this.own = ownMetrics(props.installation);
    const { denials, announcements, applying, ownPolicies, functions } = props;

    this.waiting('DenialsWait', 'denialsWait', denials.queue, LONGEST_WAIT_OF_DENIALS);
    this.repeated('DenialsFailing', 'denialsFailing', this.own('diagnose', metricNames.denialDelayed));
    this.notEmpty('DenialsLost', 'denialsLost', denials.deadLetters);
    if (props.hasHeartbeat) this.heartbeat();

    this.waiting('AnnouncementsWait', 'announcementsWait', announcements.queue, Duration.minutes(30));
    this.repeated('AnnouncementsFailing', 'announcementsFailing', this.own('announce', metricNames.tellingFailed));
    this.notEmpty('AnnouncementsLost', 'announcementsLost', announcements.deadLetters);
    this.notEmpty('AnnouncementChangesLost', 'announcementChangesLost', announcements.pipeDeadLetters);
    this.pipe('AnnouncementChangesFailing', 'announcementChangesFailing', announcements);
    this.silent(announcements.queue);

    if (applying) this.watchApply(applying);
    if (ownPolicies) this.notEmpty('WarningsLost', 'warningsLost', ownPolicies.deadLetters);
    for (const [name, fn] of functions) this.watchFunction(name, fn);
    for (const name of answering) if (functions.has(name)) this.watchAnswers(name);
  }

  private watchApply({ changes, scheduleDeadLetters }: Applying): void {
    this.waiting('DecisionsWait', 'decisionsWait', changes.queue, Duration.minutes(30));
    this.repeated('ApplyFailing', 'applyFailing', this.own('apply', metricNames.applyDelayed));
    this.notEmpty('DecisionsLost', 'decisionsLost', changes.deadLetters);
    this.notEmpty('DecisionChangesLost', 'decisionChangesLost', changes.pipeDeadLetters);
    this.pipe('DecisionChangesFailing', 'decisionChangesFailing', changes);
    this.notEmpty('ScheduleLost', 'scheduleLost', scheduleDeadLetters);
  }

  private watchFunction(name: HandlerName, fn: LambdaFunction): void {
    // Not called: nothing can have failed.
    const often = { periods: [2, 3], missing: TreatMissingData.NOT_BREACHING } as const;
    this.alarm(`${fn.node.id}Errors`, 'functionFailing', { metric: fn.metricErrors({ period }), ...often }, name);
    this.alarm(
      `${fn.node.id}Throttles`,
      'functionThrottled',
      { metric: fn.metricThrottles({ period }), ...often },
      name,
    );
  }

  private watchAnswers(name: HandlerName): void {
    const metric = this.own(name, metricNames.reviewFailed);
    // Nobody answered: nothing can have failed.
    this.alarm(`Answers-${name}`, 'answersFailing', { metric, missing: TreatMissingData.NOT_BREACHING }, name);
  }

  private waiting(id: string, name: AlarmName, queue: Queue, longest: Duration): void {
    const metric = queue.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM });
    // SQS falls silent about a queue that is empty and unused; a worker polls this one, so silence is not a backlog.
    this.alarm(id, name, { metric, atLeast: longest.toSeconds(), missing: TreatMissingData.NOT_BREACHING });
  }

  private notEmpty(id: string, name: AlarmName, queue: Queue): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });
    // SQS falls silent six hours after the last use of a queue, messages in it or not: the alarm stays as it is until somebody redrives.
    this.alarm(id, name, { metric, missing: TreatMissingData.IGNORE });
  }

  /** One failure is mended by the retry. */
  private repeated(id: string, name: AlarmName, metric: IMetric): void {
    // Counted only when something fails.
    this.alarm(id, name, { metric, periods: [3, 12], missing: TreatMissingData.NOT_BREACHING });
  }

  private pipe(id: string, name: AlarmName, { pipeName }: FollowedChanges): void {
    const metric = new MathExpression({
      expression: 'FILL(failed, 0) + FILL(partly, 0)',
      label: 'executions that failed',
      usingMetrics: {
        failed: pipeMetric('ExecutionFailed', pipeName),
        partly: pipeMetric('ExecutionPartiallyFailed', pipeName),
      },
      period,
    });
    // A pipe that has nothing to do says nothing.
    this.alarm(id, name, { metric, periods: [2, 12], missing: TreatMissingData.NOT_BREACHING });
  }

  /** A pipe that is stopped counts no failure. Each counted denial changes its case, so each makes a message, except in a pipe that stands still. */
  private silent(queue: Queue): void {
    const hour = Duration.hours(1);
    const metric = new MathExpression({
      expression: 'IF(FILL(denials, 0) > 0 AND FILL(sent, 0) == 0, 1, 0)',
      label: 'hours with denials and no message',
      usingMetrics: {
        denials: this.own('diagnose', metricNames.denial, hour),
        sent: queue.metricNumberOfMessagesSent({ period: hour, statistic: Stats.SUM }),
      },
      period: hour,
    });
    // Two of them: a lone denial and its message may fall on the two sides of an hour's end. No denial: nothing to tell.
    const missing = TreatMissingData.NOT_BREACHING;
    this.alarm('AnnouncementsSilent', 'announcementsSilent', { metric, periods: [2, 12], missing });
  }

  private heartbeat(): void {
    const metric = this.own('diagnose', metricNames.heartbeat, Duration.hours(1));
    // Silence is what it is about.
    const silence = { evaluationPeriods: 3, treatMissingData: TreatMissingData.BREACHING };
    const { LESS_THAN_THRESHOLD: comparisonOperator } = ComparisonOperator;
    this.addAlarm('DenialPathSilent', 'denialPathSilent', { metric, threshold: 1, comparisonOperator, ...silence });
  }

  private alarm(
    id: string,
    name: AlarmName,
    { metric, atLeast = 1, periods, missing }: Signal,
    of?: HandlerName,
  ): void {
    const [breaching, all] = periods ?? [1, 1];
    const how = {
      metric,
      threshold: atLeast,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm: breaching,
      evaluationPeriods: all,
      treatMissingData: missing,
    };
    this.addAlarm(id, name, how, of);
  }

  private addAlarm(id: string, name: AlarmName, how: AlarmProps, of?: HandlerName): void {
    const whose = [...(of === undefined ? [] : [of]), `installation ${this.installation}`].join(' of ');
    const alarmDescription = `${descriptionOf(name)} (${whose})`;
    const alarm = new Alarm(this, id, { ...how, alarmName: nameIn(this.installation, id), alarmDescription });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }
}
