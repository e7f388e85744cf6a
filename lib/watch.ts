/** Which calls are listened to: from the words of the `watch` prop to one EventBridge pattern. */
import { type EventPattern, Match } from 'aws-cdk-lib/aws-events';

/** `operations: null` stands for every operation of the service. */
export interface WatchedService {
  readonly service: string;
  readonly operations: readonly string[] | null;
}

export type Watched =
  | { readonly kind: 'every-service' }
  | { readonly kind: 'services'; readonly services: readonly WatchedService[] };

/** What people call a service, where CloudTrail calls it something else: such a rule would never match, and nobody would be told. */
const cloudTrailNames: Readonly<Record<string, string>> = {
  'ecs-tasks': 'ecs',
  cloudwatch: 'monitoring',
  emr: 'elasticmapreduce',
  eventbridge: 'events',
  opensearch: 'es',
  sfn: 'states',
  'step-functions': 'states',
  stepfunctions: 'states',
};

const refuse = (entry: string, cause: string, next: string): Error => new Error(`watch: '${entry}' ${cause}. ${next}.`);

function readService(entry: string, service: string): string {
  const bare = service
    .toLowerCase()
    .replace(/^aws\./, '')
    .replace(/\.amazonaws\.com(\.cn)?$/, '');
  const name = cloudTrailNames[bare] ?? bare;
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) {
    throw refuse(entry, 'does not name a service', "Write 'glue', 'glue:UpdateJob', or '*' for every service");
  }
  if (name !== service) {
    throw refuse(
      entry,
      `is not how CloudTrail writes the service, so no call would ever match`,
      `Write '${name}' for it`,
    );
  }
  return name;
}

function readOperation(entry: string, service: string, operation: string): string {
  if (service === 'iam' && operation === 'PassRole') {
    const next = "Name the service that roles are passed to, such as 'glue'";
    throw refuse(entry, 'is never recorded as a call of its own: the denial is in the call that passes the role', next);
  }
  if (operation.includes('*')) {
    throw refuse(
      entry,
      'has a wildcard in the operation',
      `Write '${service}' for every operation, or list them one by one`,
    );
  }
  if (!/^[A-Z][A-Za-z0-9_]*$/.test(operation)) {
    throw refuse(
      entry,
      'does not name an operation',
      `Write it as CloudTrail's eventName does, such as 'glue:UpdateJob'`,
    );
  }
  return operation;
}

/**
 * Reads the `watch` prop.
 *
 * @param entries IAM-action style: `glue`, `glue:UpdateJob`, or `*` alone.
 * @throws Error naming the entry that cannot be meant, why, and what to write.
 */
export function readWatch(entries: readonly string[]): Watched {
  if (entries.length === 0) {
    throw new Error(
      "watch: the list is empty, so no denial would be heard. Leave it out for ['glue'], or name services.",
    );
  }
  if (entries.includes('*')) {
    if (entries.length === 1) return { kind: 'every-service' };
    throw refuse('*', 'already covers every other entry', 'Remove it, or remove the others');
  }

  const services = new Map<string, string[] | null>();
  for (const entry of entries) {
    const [first = '', operation, ...rest] = entry.split(':');
    if (rest.length > 0) throw refuse(entry, 'has more than one colon', "Write '<service>:<Operation>'");
    const service = readService(entry, first);
    const known = services.get(service);
    const whole = operation === undefined;
    if (known === null || (known !== undefined && whole) || (!whole && known?.includes(operation))) {
      throw refuse(entry, `overlaps with another entry for '${service}'`, 'Keep the one you mean');
    }
    services.set(service, whole ? null : [...(known ?? []), readOperation(entry, service, operation)]);
  }
  return { kind: 'services', services: [...services].map(([service, operations]) => ({ service, operations })) };
}

/** Lambda's calls are recorded with the date of their API version: `CreateFunction20150331`, `UpdateFunctionConfiguration20150331v2`. */
const eventNames = ({ service, operations }: WatchedService) =>
  (operations ?? []).flatMap((name) =>
    service === 'lambda' && !/\d/.test(name) ? [name, { prefix: `${name}20` }] : [name],
  );

const eventSources = (services: readonly WatchedService[]) => services.map(({ service }) => `${service}.amazonaws.com`);

function whichCalls(services: readonly WatchedService[]): Record<string, unknown> {
  const whole = services.filter(({ operations }) => operations === null);
  const narrowed = services.filter(({ operations }) => operations !== null);
  const branches = [
    ...(whole.length > 0 ? [{ eventSource: eventSources(whole) }] : []),
    ...narrowed.map((service) => ({ eventSource: eventSources([service]), eventName: eventNames(service) })),
  ];
  const [only, ...more] = branches;
  return only !== undefined && more.length === 0 ? only : { $or: branches };
}

/** Quota of EventBridge, in characters. Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const maxPatternLength = 2048;

/**
 * The one pattern for everything that is watched: one rule, because a bus takes only 30 rules with wildcards.
 *
 * It matches the words, not `errorCode`, which differs by service. Nobody but AWS can send an event whose source begins with `aws.`, so
 * the source also keeps out denials that someone in the account made up with PutEvents.
 *
 * @throws Error when the pattern is longer than EventBridge takes (2,048 characters: about 40 services, or half as many with operations).
 */
export function denialPattern(watched: Watched): EventPattern {
  const errorMessage = [{ wildcard: '*iam:PassRole*' }, { wildcard: '*ross-account pass role is not allowed*' }];
  const detailType = ['AWS API Call via CloudTrail'];
  if (watched.kind === 'every-service') return { source: Match.prefix('aws.'), detailType, detail: { errorMessage } };

  const { services } = watched;
  return checkedPattern({
    source: services.map(({ service }) => `aws.${service}`),
    detailType,
    detail: { ...whichCalls(services), errorMessage },
  });
}

/** @throws Error when EventBridge would not take it. */
function checkedPattern({
  source,
  detailType,
  detail,
}: Required<Pick<EventPattern, 'source' | 'detailType' | 'detail'>>): EventPattern {
  const { length } = JSON.stringify({ source, 'detail-type': detailType, detail });
  if (length > maxPatternLength) {
    throw new Error(
      `watch: these entries make an EventBridge pattern of ${length} characters, more than the ${maxPatternLength} that a rule takes. ` +
        "Name whole services instead of operations, or write ['*'].",
    );
  }
  return { source, detailType, detail };
}

/**
 * Operations that pass a role, by service: those whose success says that a grant works. Source: Service Authorization Reference, the
 * operations with iam:PassRole as a dependent action, and the API reference of each. Other services are confirmed for the operations
 * that `watch` names.
 */
const passingOperations: Readonly<Record<string, readonly string[]>> = {
  glue: [
    'CreateColumnStatisticsTaskSettings',
    'CreateCrawler',
    'CreateDevEndpoint',
    'CreateJob',
    'CreateMLTransform',
    'CreateSession',
    'CreateTableOptimizer',
    'StartBlueprintRun',
    'StartColumnStatisticsTaskRun',
    'StartDataQualityRuleRecommendationRun',
    'StartDataQualityRulesetEvaluationRun',
    'UpdateColumnStatisticsTaskSettings',
    'UpdateCrawler',
    'UpdateJob',
    'UpdateMLTransform',
    'UpdateTableOptimizer',
  ],
  lambda: ['CreateFunction', 'UpdateFunctionConfiguration'],
  ecs: ['RegisterTaskDefinition', 'RunTask', 'StartTask', 'CreateService', 'UpdateService'],
  states: ['CreateStateMachine', 'UpdateStateMachine'],
};

/**
 * The pattern for calls that passed a role and succeeded; null when nothing that is watched is known to. A success says nothing of roles
 * in words, so the operations have to be named; CloudTrail leaves both error fields out of it.
 *
 * @throws Error as `denialPattern` does.
 */
export function successPattern(watched: Watched): EventPattern | null {
  const asked: readonly WatchedService[] =
    watched.kind === 'services'
      ? watched.services
      : Object.keys(passingOperations).map((service) => ({ service, operations: null }));
  const services = asked.flatMap(({ service, operations }) => {
    const passing = operations ?? passingOperations[service];
    return passing === undefined ? [] : [{ service, operations: passing }];
  });
  if (services.length === 0) return null;
  return checkedPattern({
    source: services.map(({ service }) => `aws.${service}`),
    detailType: ['AWS API Call via CloudTrail'],
    detail: { ...whichCalls(services), errorCode: [{ exists: false }], errorMessage: [{ exists: false }] },
  });
}
