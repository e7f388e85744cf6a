import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNames, metricsNamespace } from '../lambda/metric-names.ts';
import { type AlarmName, descriptionOf } from './alarms.ts';
import type { Applying } from './applying.ts';
import type { Denials } from './denials.ts';
import type { FollowedChanges } from './followed-changes.ts';
import type { HandlerName } from './function.ts';

export interface AlertingProps {
  readonly topic: ITopic;
  readonly denials: Denials;
  readonly announcements: FollowedChanges;
  /** Null: advice only. */
  readonly applying: Applying | null;
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

/** A metric that the functions count themselves. */
export const ownMetric = (service: HandlerName, metricName: string, over: Duration = period): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service },
    statistic: Stats.SUM,
    period: over,
  });

const answering = ['review', 'review-slack', 'review-mail'] as const satisfies readonly HandlerName[];

/** The CloudWatch alarms. Each tells when it is over as well. */
export class Alerting extends Construct {
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, props: AlertingProps) {
    super(scope, id);
    this.action = new SnsAction(props.topic);
    const { denials, announcements, applying, functions } = props;

    this.waiting('DenialsWait', 'denialsWait', denials.queue, Duration.minutes(15));
    this.notEmpty('DenialsLost', 'denialsLost', denials.deadLetters);
    if (props.hasHeartbeat) this.heartbeat();

    this.waiting('AnnouncementsWait', 'announcementsWait', announcements.queue, Duration.minutes(30));
    this.repeated('AnnouncementsFailing', 'announcementsFailing', ownMetric('announce', metricNames.tellingFailed));
    this.notEmpty('AnnouncementsLost', 'announcementsLost', announcements.deadLetters);
    this.notEmpty('AnnouncementChangesLost', 'announcementChangesLost', announcements.pipeDeadLetters);

    if (applying) this.watchApply(applying);
    for (const [name, fn] of functions) this.watchFunction(name, fn);
    for (const name of answering) if (functions.has(name)) this.watchAnswers(name);
  }

  private watchApply({ changes, scheduleDeadLetters }: Applying): void {
    this.waiting('DecisionsWait', 'decisionsWait', changes.queue, Duration.minutes(30));
    this.repeated('ApplyFailing', 'applyFailing', ownMetric('apply', metricNames.applyDelayed));
    this.notEmpty('DecisionsLost', 'decisionsLost', changes.deadLetters);
    this.notEmpty('DecisionChangesLost', 'decisionChangesLost', changes.pipeDeadLetters);
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
    const metric = ownMetric(name, metricNames.reviewFailed);
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

  private heartbeat(): void {
    const metric = ownMetric('diagnose', metricNames.heartbeat, Duration.hours(1));
    // Silence is what it is about.
    const silence = { evaluationPeriods: 3, treatMissingData: TreatMissingData.BREACHING };
    const { LESS_THAN_THRESHOLD: comparisonOperator } = ComparisonOperator;
    this.tell('DenialPathSilent', 'denialPathSilent', { metric, threshold: 1, comparisonOperator, ...silence });
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
    this.tell(id, name, how, of);
  }

  private tell(id: string, name: AlarmName, how: AlarmProps, of?: HandlerName): void {
    const alarmDescription = `${of === undefined ? '' : `${of}: `}${descriptionOf(name)}`;
    const alarm = new Alarm(this, id, { ...how, alarmDescription });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }
}
