import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { metricsNamespace } from '../../../lambda/runtime/metric-names.ts';
import { type AlarmName, addressOf, alarms } from '../../../lib/operations/alarms.ts';
import { PassRoleRemediator } from '../../../lib/passrole-remediator.ts';
import { matchesPattern } from '../../../local/runtime/rules/event-pattern.ts';
import { wholeLoop } from '../answering.ts';
import { Document } from '../permissions.ts';
import { context, named, ofType, type Resource, synthesise } from '../synthesise.ts';

const whole = synthesise((stack) => ({
  ...wholeLoop(stack),
  installation: 'one',
  alarmsTo: ['oncall@example.com'],
  heartbeat: true,
}));
const adviceOnly = synthesise();

const names = Object.keys(alarms) as AlarmName[];
const alarmsOf = (resources: readonly Resource[]) => ofType(resources, 'AWS::CloudWatch::Alarm');
const description = ({ properties }: Resource): string => String(properties['AlarmDescription']);

/** Which of the table an alarm, or the rule, is. */
const kindOf = (text: string): AlarmName | undefined => names.find((name) => text.includes(`${addressOf(name)}`));

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** A metric of our own always says of which installation it is. */
function ofWhat(dimensions: readonly Dimension[]): string {
  const [installation, ...others] = [...dimensions].sort((a, b) => (a.Name < b.Name ? -1 : 1));
  if (installation?.Name !== 'installation') return String(installation?.Value);
  return others.map(({ Value }) => `${Value} of ${installation.Value}`).join();
}

interface MathPart {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly Dimension[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** Which metric an alarm is about, or what it reckons with which metrics; and over how many seconds. */
function watchedBy(properties: Resource['properties']): { readonly what: string; readonly period: unknown } {
  const { Metrics, Dimensions, MetricName, Statistic, Period } = properties;
  if (Metrics === undefined) {
    return { what: `${ofWhat(Dimensions as readonly Dimension[])} ${MetricName} ${Statistic}`, period: Period };
  }
  const parts = Metrics as readonly MathPart[];
  const of = parts.flatMap(({ Id, MetricStat: stat }) =>
    stat === undefined ? [] : [`${Id} = ${ofWhat(stat.Metric.Dimensions)} ${stat.Metric.MetricName} ${stat.Stat}`],
  );
  const expression = parts.find(({ Expression }) => Expression !== undefined)?.Expression;
  return { what: `${expression}: ${of.join(', ')}`, period: parts.find((part) => part.MetricStat)?.MetricStat?.Period };
}

describe('the alarms', () => {
  test('each says whom it hurts, what was seen, and where the runbook tells what to do', () => {
    for (const alarm of alarmsOf(whole)) {
      const kind = kindOf(description(alarm));
      expect(kind).toBeDefined();
      const { impact, sign } = alarms[kind ?? 'denialsWait'];
      expect(description(alarm)).toContain(`${impact}. ${sign}. What to do: docs/runbook.md#`);
      expect(description(alarm).length).toBeLessThan(1024);
    }
  });

  test('everything in the table is watched where the whole loop is deployed', () => {
    const watched = new Set([...alarmsOf(whole).map(description), ownPolicies(whole)].map(kindOf));
    expect([...watched].sort()).toEqual([...names].sort());
  });

  test('where nothing is applied, nothing about applying is', () => {
    const watched = new Set(alarmsOf(adviceOnly).map((alarm) => kindOf(description(alarm))));
    expect([...watched].sort()).toEqual([
      'announcementChangesFailing',
      'announcementChangesLost',
      'announcementsFailing',
      'announcementsLost',
      'announcementsSilent',
      'announcementsWait',
      'denialsFailing',
      'denialsLost',
      'denialsWait',
      'functionFailing',
      'functionThrottled',
    ]);
  });

  test('each is a metric of one thing that is there, with a threshold, and what silence means', () => {
    const rows = alarmsOf(whole).map(({ name, properties: p }) => {
      const { what, period } = watchedBy(p);
      const often = `${p['DatapointsToAlarm'] ?? p['EvaluationPeriods']} of ${p['EvaluationPeriods']} x ${period} s`;
      const sign = p['ComparisonOperator'] === 'LessThanThreshold' ? '<' : '>=';
      return `${name.replace('Alerting/', '')} | ${what} ${sign} ${p['Threshold']} | ${often} | silence: ${p['TreatMissingData']}`;
    });
    const lost = (id: string, queue: string) =>
      `${id} | ${queue}.QueueName ApproximateNumberOfMessagesVisible Maximum >= 1 | 1 of 1 x 300 s | silence: ignore`;
    const waiting = (id: string, queue: string, seconds: number) =>
      `${id} | ${queue}.QueueName ApproximateAgeOfOldestMessage Maximum >= ${seconds} | 1 of 1 x 300 s | silence: notBreaching`;
    const repeated = (id: string, metric: string) =>
      `${id} | ${metric} Sum >= 1 | 3 of 12 x 300 s | silence: notBreaching`;
    const pipe = (id: string, name: string) =>
      `${id} | FILL(failed, 0) + FILL(partly, 0): failed = ${name} ExecutionFailed Sum, partly = ${name} ExecutionPartiallyFailed Sum >= 1 | 2 of 12 x 300 s | silence: notBreaching`;
    const fn = (name: string) => [
      `${name}Errors | ${name} Errors Sum >= 1 | 2 of 3 x 300 s | silence: notBreaching`,
      `${name}Throttles | ${name} Throttles Sum >= 1 | 2 of 3 x 300 s | silence: notBreaching`,
    ];
    const answers = (name: string) =>
      `Answers-${name} | ${name} of one ReviewFailed Sum >= 1 | 1 of 1 x 300 s | silence: notBreaching`;
    expect(rows).toEqual([
      waiting('DenialsWait', 'Denials/Queue', 540),
      repeated('DenialsFailing', 'diagnose of one DenialDelayed'),
      lost('DenialsLost', 'Denials/QueueDeadLetters'),
      'DenialPathSilent | diagnose of one Heartbeat Sum < 1 | 3 of 3 x 3600 s | silence: breaching',
      waiting('AnnouncementsWait', 'Announcements/Queue', 1800),
      repeated('AnnouncementsFailing', 'announce of one TellingFailed'),
      lost('AnnouncementsLost', 'Announcements/QueueDeadLetters'),
      lost('AnnouncementChangesLost', 'Announcements/PipeDeadLetters'),
      pipe('AnnouncementChangesFailing', 'Announcements/Pipe'),
      'AnnouncementsSilent | IF(FILL(denials, 0) > 0 AND FILL(sent, 0) == 0, 1, 0): denials = diagnose of one Denial Sum, sent = Announcements/Queue.QueueName NumberOfMessagesSent Sum >= 1 | 2 of 12 x 3600 s | silence: notBreaching',
      waiting('DecisionsWait', 'Applying/Changes/Queue', 1800),
      repeated('ApplyFailing', 'apply of one ApplyDelayed'),
      lost('DecisionsLost', 'Applying/Changes/QueueDeadLetters'),
      lost('DecisionChangesLost', 'Applying/Changes/PipeDeadLetters'),
      pipe('DecisionChangesFailing', 'Applying/Changes/Pipe'),
      lost('ScheduleLost', 'Applying/ScheduleDeadLetters'),
      lost('WarningsLost', 'OwnPolicies/DeadLetters'),
      ...['Diagnose', 'Announce', 'Apply', 'Review', 'ReviewSlack', 'ReviewMail'].flatMap(fn),
      ...['review', 'review-slack', 'review-mail'].map(answers),
    ]);
  });

  test('a denial waits too long before SQS leaves it out of the age, and not while its second try is under way', () => {
    const { VisibilityTimeout: apart } = named(whole, 'Denials/Queue').properties as { VisibilityTimeout: number };
    const { Timeout: atMost } = named(whole, 'Diagnose').properties as { Timeout: number };
    const { Threshold: longest } = named(whole, 'Alerting/DenialsWait').properties as { Threshold: number };
    const [secondTryEnds, thirdTryBegins] = [apart + atMost, 2 * apart];
    expect(longest).toBeGreaterThan(secondTryEnds);
    // SQS reports once a minute: at least two of its reports are seen.
    expect(thirdTryBegins - longest).toBeGreaterThanOrEqual(120);
  });

  test('each pipe is watched under its own name, in the namespace of pipes', () => {
    const watched = alarmsOf(whole).flatMap(({ properties: { Metrics = [] } }) =>
      (Metrics as readonly MathPart[]).flatMap(({ MetricStat: stat }) =>
        stat?.Metric.Namespace === 'AWS/EventBridge/Pipes' ? [stat.Metric.Dimensions] : [],
      ),
    );
    const pipes = ofType(whole, 'AWS::Pipes::Pipe').flatMap(({ name }) =>
      Array(2).fill([{ Name: 'PipeName', Value: name }]),
    );
    expect(watched).toEqual(pipes);
  });

  test('every queue that keeps what was given up has an alarm', () => {
    const queues = ofType(whole, 'AWS::SQS::Queue').filter(({ properties }) => !('RedrivePolicy' in properties));
    const watched = JSON.stringify(alarmsOf(whole).map(({ properties }) => properties['Dimensions']));
    expect(queues.filter(({ name }) => !watched.includes(`"${name}.QueueName"`)).map(({ name }) => name)).toEqual([]);
  });

  test('are as many as README.md says that they cost', () => {
    const { length: count } = alarmsOf(whole);
    const metrics = alarmsOf(whole).flatMap(({ properties: { Metrics = [{}] } }) =>
      (Metrics as readonly Partial<MathPart>[]).filter(({ Expression }) => Expression === undefined),
    );
    expect(readFileSync('README.md', 'utf8')).toContain(`${count} alarms on ${metrics.length} metrics`);
  });

  test('all go to the topic of alarms, when they begin and when they end', () => {
    for (const { properties } of alarmsOf(whole)) {
      expect([properties['AlarmActions'], properties['OKActions']]).toEqual([['Alarms/Topic'], ['Alarms/Topic']]);
    }
  });
});

describe('the topic of alarms', () => {
  test('is not one that announce speaks through, and has subscribers of its own', () => {
    const announce = JSON.stringify(named(whole, 'AnnounceRole/DefaultPolicy').properties);
    expect(announce).toContain('Notices/Topic');
    expect(announce).not.toContain('Alarms/Topic');
    expect(
      ofType(whole, 'AWS::SNS::Subscription')
        .map(({ properties }) => properties)
        .filter(({ TopicArn }) => TopicArn === 'Alarms/Topic'),
    ).toEqual([{ Protocol: 'email', Endpoint: 'oncall@example.com', TopicArn: 'Alarms/Topic' }]);
  });

  test('takes alarms of this account and the one rule, over TLS, and nothing else', () => {
    const { Statement } = Document.parse(named(whole, 'Alarms/Topic/Policy').properties['PolicyDocument']);
    expect(Statement.map(({ Effect, Principal, Condition }) => ({ Effect, Principal, Condition }))).toEqual([
      { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': 'ACCOUNT' },
          ArnLike: { 'aws:SourceArn': 'arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm:*' },
        },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': 'OwnPolicies/Rule.Arn' } },
      },
    ]);
  });

  test.each([
    [['#oncall'], "alarmsTo: '#oncall' is not an e-mail address. Write it like 'oncall@example.com'"],
    [['a@example.com', 'a@example.com'], "alarmsTo: 'a@example.com' stands there twice"],
  ])('takes no address that cannot be meant: %j', (alarmsTo, message) => {
    expect(() => synthesise({ alarmsTo })).toThrow(message);
  });
});

const ownPolicies = (resources: readonly Resource[]): string =>
  JSON.stringify(named(resources, 'OwnPolicies/Rule').properties['Targets']);

describe('writes to IAM under our names', () => {
  const pattern = named(whole, 'OwnPolicies/Rule').properties['EventPattern'] as Record<string, unknown>;
  const written = (changes: object = {}, userIdentity: object = { type: 'IAMUser', arn: 'a' }) => ({
    source: 'aws.iam',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: 'iam.amazonaws.com',
      eventName: 'PutGroupPolicy',
      userIdentity,
      requestParameters: { policyName: 'AllowPassGlueRuntimeRoleToGlue', groupName: 'GlueAccess' },
      ...changes,
    },
  });
  const session = (arn: string) => ({ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } });

  test.each([
    ['by a user', written()],
    ['by another role', written({}, session('arn:aws:iam::111122223333:role/admin'))],
    [
      'by a role whose path only begins like ours',
      written({}, session('arn:PARTITION:iam::ACCOUNT:role/passrole-remediator/apply-too/x')),
    ],
    [
      'by a role of another account, on its path of that name',
      written({}, session('arn:PARTITION:iam::999988887777:role/passrole-remediator/apply/x')),
    ],
    [
      'by a role of a remediator that is not to write',
      written({}, session('arn:PARTITION:iam::ACCOUNT:role/passrole-remediator/review/x')),
    ],
    ['a deletion', written({ eventName: 'DeleteRolePolicy' })],
    ['in other letters', written({ requestParameters: { policyName: 'aLLowpassGlueRuntimeRoleToGlue' } })],
  ])('are told: %s', (_, event) => {
    expect(matchesPattern(pattern, event)).toBe(true);
  });

  test.each([
    ["apply's own", written({}, session('arn:PARTITION:iam::ACCOUNT:role/passrole-remediator/apply/Stack-1'))],
    [
      "that of another installation's apply",
      written({}, session('arn:PARTITION:iam::ACCOUNT:role/passrole-remediator/apply/Other-1')),
    ],
    ['one that was refused', written({ errorCode: 'AccessDenied' })],
    ['a policy under another name', written({ requestParameters: { policyName: 'ReadBuckets' } })],
    ['a read', written({ eventName: 'GetGroupPolicy' })],
  ])('are not: %s', (_, event) => {
    expect(matchesPattern(pattern, event)).toBe(false);
  });

  test('go to the topic of alarms in words, with who and what', () => {
    expect(ownPolicies(whole)).toContain('"Arn":"Alarms/Topic"');
    expect(ownPolicies(whole)).toContain('<detail-userIdentity-arn> called <detail-eventName>');
  });

  test('are kept where the topic does not take them, and nothing else fills that queue', () => {
    expect(ownPolicies(whole)).toContain('"DeadLetterConfig":{"Arn":"OwnPolicies/DeadLetters.Arn"}');
    const { Statement } = Document.parse(named(whole, 'OwnPolicies/DeadLetters/Policy').properties['PolicyDocument']);
    expect(Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['sqs:SendMessage'],
        Resource: ['OwnPolicies/DeadLetters.Arn'],
        Condition: { ArnEquals: { 'aws:SourceArn': 'OwnPolicies/Rule.Arn' } },
      },
    ]);
  });

  test('are nobody else’s business where nothing is applied: people follow advice under the same names', () => {
    expect(adviceOnly.filter(({ name }) => name.startsWith('OwnPolicies'))).toEqual([]);
  });

  test('cannot be heard outside the region where IAM is recorded, and that is said at synthesis', () => {
    const messages = (region: string) => {
      const app = new App({ context });
      const stack = new Stack(app, 'Stack', { env: { region, account: '111122223333' } });
      new PassRoleRemediator(stack, 'Remediator', wholeLoop(stack));
      return app.node
        .findAll()
        .flatMap(({ node }) => node.metadata)
        .filter(({ type }) => type === 'aws:cdk:info')
        .map(({ data }) => String(data));
    };
    expect(messages('eu-central-1')).toEqual([
      expect.stringMatching(/^IAM's calls are not recorded in eu-central-1: .*docs\/runbook\.md#/),
    ]);
    expect(messages('us-east-1')).toEqual([]);
  });
});

describe('the heartbeat', () => {
  test('is off unless asked for', () => {
    expect(adviceOnly.filter(({ name }) => name.includes('Heartbeat'))).toEqual([]);
  });

  test('asks for a job that it may not get, and diagnose knows it by the role', () => {
    const { properties } = named(whole, 'Heartbeat/Schedule');
    expect(properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Target: {
        Arn: 'arn:PARTITION:scheduler:::aws-sdk:glue:createJob',
        RoleArn: 'Heartbeat/Role.Arn',
        RetryPolicy: { MaximumRetryAttempts: 0 },
      },
    });
    const { Input } = properties['Target'] as { Input: string };
    expect(JSON.parse(Input)).toMatchObject({ Name: 'passrole-remediator-heartbeat', Role: 'Heartbeat/Role.Arn' });
    expect(Document.parse(named(whole, 'Heartbeat/Role/DefaultPolicy').properties['PolicyDocument']).Statement).toEqual(
      [
        {
          Effect: 'Allow',
          Action: ['glue:CreateJob'],
          Resource: ['arn:PARTITION:glue:REGION:ACCOUNT:job/passrole-remediator-heartbeat'],
        },
        { Effect: 'Deny', Action: ['iam:PassRole'], Resource: ['*'] },
      ],
    );
    expect(named(whole, 'Diagnose').properties['Environment']).toMatchObject({
      Variables: {
        HEARTBEAT_ROLE: 'Heartbeat/Role.Arn',
        OWN_ROLES: expect.stringContaining('Heartbeat/Role'),
      },
    });
  });

  test.each([[['ecs']], [['glue:UpdateJob']]])('is refused where nobody would hear it: %j', (watch) => {
    expect(() => synthesise({ watch, heartbeat: true })).toThrow(
      "heartbeat: it is a refused glue:CreateJob, which 'watch' does not listen to.",
    );
  });

  test.each([[['glue']], [['glue:CreateJob']], [['*']]])('is there with %j', (watch) => {
    expect(() => synthesise({ watch, heartbeat: true })).not.toThrow();
  });
});

describe('the dashboard', () => {
  const body = (resources: readonly Resource[]): string =>
    String(ofType(resources, 'AWS::CloudWatch::Dashboard')[0]?.properties['DashboardBody']);
  const titles = (resources: readonly Resource[]) =>
    [...body(resources).matchAll(/"title":"([^"]+)"/g)].map(([, title]) => title);

  test('shows denials, cases by verdict and state, the three waits, and what waits or was given up', () => {
    expect(titles(whole)).toEqual([
      'Denials',
      'Cases by verdict',
      'Cases by state that they came to',
      'From denial to message',
      'From proposal to ruling',
      'From ruling to allowed',
      'Given up (dead letters)',
      'Age of the oldest that waits',
    ]);
    expect(body(whole)).toContain(
      `["${metricsNamespace}","Verdict-missing-allow","installation","one","service","diagnose"`,
    );
    expect(body(whole)).toContain(`["${metricsNamespace}","RulingToAllowed","installation","one","service","apply"`);
    expect(body(whole)).toContain(
      `SEARCH('{${metricsNamespace},installation,service} MetricName=\\"Ruling-approved\\" installation=\\"one\\"'`,
    );
  });

  test('has no empty picture where nothing is applied', () => {
    expect(titles(adviceOnly)).not.toContain('From proposal to ruling');
  });
});

describe('docs/runbook.md', () => {
  const page = readFileSync('docs/runbook.md', 'utf8');

  test('the rule that sends the writes on matches names as ours does', () => {
    const [, sentOn = ''] = /--event-pattern \\\n\s+'(.+)'/.exec(page) ?? [];
    const ours = named(whole, 'OwnPolicies/Rule').properties['EventPattern'] as { detail: Record<string, unknown> };
    expect(JSON.parse(sentOn).detail.requestParameters).toEqual(ours.detail['requestParameters']);
  });

  const sections = new Map(page.split(/^## /m).map((text) => [text.split('\n')[0], text]));

  test.each(names)('%s: what it means, where to look, what to do', (name) => {
    const section = sections.get(alarms[name].section);
    expect(section).toBeDefined();
    for (const part of ['**What it means.**', '**Look here.**', '**Do this.**']) expect(section).toContain(part);
  });
});
