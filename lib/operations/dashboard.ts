import { Duration, Stack } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { CaseState } from '../../lambda/core/case/case.ts';
import {
  applyMetric,
  installationDimension,
  metricNames,
  metricsNamespace,
  type RulingKind,
  rulingMetric,
  verdictMetrics,
} from '../../lambda/runtime/metric-names.ts';
import type { HandlerName } from '../functions/handler-function.ts';
import type { Applying } from '../queues/applying.ts';
import type { Denials } from '../queues/denials.ts';
import type { FollowedChanges } from '../queues/followed-changes.ts';
import { nameIn } from '../settings/installation.ts';
import { ownMetrics } from './alerting.ts';

export interface DashboardProps {
  readonly installation: string;
  readonly denials: Denials;
  readonly announcements: FollowedChanges;
  /** Null: advice only. */
  readonly applying: Applying | null;
}

const hour = Duration.hours(1);

/** What the graphs are drawn of. */
interface Counts {
  count(service: HandlerName, name: string): IMetric;
  /** Counted by whichever way the answer came in. */
  fromAnyService(name: string): IMetric;
  /** In the middle, and of the slowest twentieth. */
  durations(service: HandlerName, name: string): readonly IMetric[];
}

function countsOf(installation: string): Counts {
  const own = ownMetrics(installation);
  const schema = `{${metricsNamespace},${installationDimension},service}`;
  return {
    count: (service, name) => own(service, name, hour).with({ label: name }),
    fromAnyService: (name) =>
      new MathExpression({
        expression: `SUM(SEARCH('${schema} MetricName="${name}" ${installationDimension}="${installation}"', 'Sum', ${hour.toSeconds()}))`,
        label: name,
        period: hour,
      }),
    durations: (service, name) =>
      [Stats.p(50), Stats.p(95)].map((statistic) =>
        own(service, name, hour).with({ statistic, label: `${service} ${statistic}` }),
      ),
  };
}

const graph = (title: string, left: readonly IMetric[], unit?: string): GraphWidget =>
  new GraphWidget({
    title,
    left: [...left],
    width: 12,
    leftYAxis: { min: 0, ...(unit === undefined ? {} : { label: unit, showUnits: false }) },
  });

const endings = ['applied', 'stale', 'failed', 'expired', 'reverted'] as const satisfies readonly CaseState[];
const rulings = ['approved', 'rejected', 'reverting'] as const satisfies readonly RulingKind[];
const reviewers = ['review', 'review-slack', 'review-mail'] as const satisfies readonly HandlerName[];

/** What happens, and how long people wait for it, on one page: denials, cases by verdict and by state, and the three waits. */
export class RemediatorDashboard extends Construct {
  constructor(scope: Construct, id: string, { installation, denials, announcements, applying }: DashboardProps) {
    super(scope, id);
    const counts = countsOf(installation);
    const { count, durations } = counts;
    const waits: readonly IWidget[] = [
      graph('From denial to message', durations('announce', metricNames.denialToTold), 'milliseconds'),
      ...(applying
        ? [
            graph(
              'From proposal to ruling',
              reviewers.flatMap((name) => durations(name, metricNames.proposalToRuling)),
              'milliseconds',
            ),
            graph('From ruling to allowed', durations('apply', metricNames.rulingToAllowed), 'milliseconds'),
          ]
        : []),
    ];
    const queues = [
      denials.deadLetters,
      announcements.deadLetters,
      announcements.pipeDeadLetters,
      ...(applying
        ? [applying.changes.deadLetters, applying.changes.pipeDeadLetters, applying.scheduleDeadLetters]
        : []),
    ];
    new Dashboard(this, 'Dashboard', {
      // With the region: dashboards of all regions share their names.
      dashboardName: nameIn(installation, Stack.of(this).region),
      defaultInterval: Duration.days(7),
      widgets: [
        [
          new TextWidget({
            markdown: 'Counts are by the hour. What each alarm means and what to do: `docs/runbook.md`.',
            width: 24,
            height: 1,
          }),
        ],
        [
          graph(
            'Denials',
            [metricNames.denial, metricNames.duplicateDelivery, metricNames.heartbeat].map((name) =>
              count('diagnose', name),
            ),
          ),
          graph(
            'Cases by verdict',
            verdictMetrics.map((name) => count('diagnose', name)),
          ),
        ],
        [graph('Cases by state that they came to', states(counts, applying !== null)), ...waits.slice(0, 1)],
        ...(waits.length > 1 ? [waits.slice(1)] : []),
        [
          graph(
            'Given up (dead letters)',
            queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM })),
          ),
          graph(
            'Age of the oldest that waits',
            [
              ...[denials.queue, announcements.queue, ...(applying ? [applying.changes.queue] : [])].map((queue) =>
                queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
              ),
            ],
            'seconds',
          ),
        ],
      ].map((row) => [...row]),
    });
  }
}

function states({ count, fromAnyService }: Counts, isAnswering: boolean): readonly IMetric[] {
  const diagnosed = [metricNames.diagnosedAdvised, metricNames.diagnosedProposed].map((name) =>
    count('diagnose', name),
  );
  if (!isAnswering) return diagnosed;
  return [
    ...diagnosed,
    ...rulings.map((ruling) => fromAnyService(rulingMetric(ruling))),
    ...endings.map((state) => count('apply', applyMetric(state))),
    count('diagnose', metricNames.confirmed),
  ];
}
