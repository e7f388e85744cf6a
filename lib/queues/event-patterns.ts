/** EventBridge's patterns for what is watched: calls that were refused, and calls that passed a role and succeeded. */
import { type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { passingOperations } from '../settings/passing-calls.ts';
import { SettingError } from '../settings/setting-error.ts';
import { undated, type Watched, type WatchedService } from '../settings/watch.ts';

/** A date may be followed by a version: `CreateFunction20150331`, `UpdateFunctionConfiguration20150331v2`. */
const eventNames = ({ service, operations }: WatchedService) =>
  (operations ?? []).flatMap((name) => {
    if (service !== 'lambda') return [name];
    return undated(name) === name ? [name, { prefix: `${name}20` }] : [{ prefix: name }];
  });

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
 * @throws SettingError when the pattern is longer than EventBridge takes (2,048 characters: about 40 services, or half as many with operations).
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

/** @throws SettingError when EventBridge would not take it. */
function checkedPattern({
  source,
  detailType,
  detail,
}: Required<Pick<EventPattern, 'source' | 'detailType' | 'detail'>>): EventPattern {
  const { length } = JSON.stringify({ source, 'detail-type': detailType, detail });
  if (length > maxPatternLength) {
    throw new SettingError(
      `watch: these entries make an EventBridge pattern of ${length} characters, more than the ${maxPatternLength} that a rule takes. ` +
        "Name whole services instead of operations, or write ['*'].",
    );
  }
  return { source, detailType, detail };
}

/**
 * The pattern for calls that passed a role and succeeded; null when nothing that is watched is known to. A success says nothing of roles
 * in words, so the operations have to be named; CloudTrail leaves both error fields out of it.
 *
 * @throws SettingError as `denialPattern` does.
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
