/** Which calls are listened to: from the words of the `watch` prop to services and operations. `lib/queues/event-patterns.ts` makes patterns of them. */
import { Token } from 'aws-cdk-lib';
import { closest, distance } from 'fastest-levenshtein';
import { awsServices } from './aws-services.ts';
import { passingCalls, passingOperations } from './passing-calls.ts';
import { SettingError } from './setting-error.ts';

/** `operations: null` stands for every operation of the service. */
export interface WatchedService {
  readonly service: string;
  readonly operations: readonly string[] | null;
}

export type Watched =
  | { readonly kind: 'every-service' }
  | {
      readonly kind: 'services';
      readonly services: readonly WatchedService[];
      /** A sentence for each entry that is taken although nothing may ever be heard of it. */
      readonly doubts: readonly string[];
    };

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

const knownServices = [...new Set([...Object.keys(passingCalls), ...Object.keys(passingOperations)])];

const refuse = (entry: string, cause: string, next: string): SettingError =>
  new SettingError(`watch: '${entry}' ${cause}. ${next}.`);

/** Letters that may be wrong for a name to count as a slip of another: of a short name, one. */
const slipsIn = (name: string): number => (name.length < 5 ? 1 : 2);

function unknownService(entry: string, service: string): SettingError {
  const near = closest(service, knownServices);
  const meant = distance(service, near) <= slipsIn(service) ? `Did you mean '${near}'? ` : '';
  return refuse(
    entry,
    'names no service that is known here, so that nothing may ever be heard',
    `${meant}If CloudTrail's eventSource does begin so, write it in full: '${entry.replace(service, `${service}.amazonaws.com`)}'`,
  );
}

interface NamedService {
  readonly service: string;
  /** Written in full: by somebody who knows how CloudTrail writes it. */
  readonly isInFull: boolean;
}

function readService(entry: string, written: string): NamedService {
  const bare = written
    .toLowerCase()
    .replace(/^aws\./, '')
    .replace(/\.amazonaws\.com(\.cn)?$/, '');
  const service = cloudTrailNames[bare] ?? bare;
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(service)) {
    throw refuse(entry, 'does not name a service', "Write 'glue', 'glue:UpdateJob', or '*' for every service");
  }
  if (written === `${service}.amazonaws.com`) return { service, isInFull: true };
  if (service !== written) {
    throw refuse(
      entry,
      `is not how CloudTrail writes the service, so no call would ever match`,
      `Write '${service}' for it`,
    );
  }
  if (!knownServices.includes(service) && !awsServices.has(service)) throw unknownService(entry, service);
  return { service, isInFull: false };
}

/** Of a service, as its API names them. */
const knownOperations = (service: string): readonly string[] => [
  ...new Set([...(passingCalls[service] ?? []), ...(passingOperations[service] ?? [])]),
];

/** Lambda's calls carry the date of their API version: `UpdateFunctionConfiguration20150331v2`. */
export const undated = (operation: string): string => operation.replace(/20\d{0,6}(v\d+)?$/, '');

/** Null: a call of it is known to pass a role. */
function doubtOf(entry: string, service: string, operation: string | undefined): string | null {
  if (!knownServices.includes(service))
    return `watch: no call of '${service}' is known to pass a role, so '${entry}' may never hear anything.`;
  const operations = knownOperations(service);
  // Which calls of such a service pass a role is not known here.
  if (operation === undefined || operations.length === 0 || operations.includes(undated(operation))) return null;
  return `watch: '${entry}' is not known to pass a role, so it may never hear anything. Known of '${service}': ${operations.join(', ')}.`;
}

/** The known operation of which this one seems a slip; null: none, or it is one itself. */
function slipOf(service: string, operation: string): string | null {
  const operations = knownOperations(service);
  const bare = undated(operation);
  if (operations.length === 0 || operations.includes(bare)) return null;
  const near = closest(bare, [...operations]);
  return distance(bare, near) <= slipsIn(bare) ? near : null;
}

function readOperation(entry: string, service: string, operation: string, isInFull: boolean): string {
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
  const slip = isInFull ? null : slipOf(service, operation);
  if (slip !== null) {
    throw refuse(
      entry,
      `looks like a slip of '${service}:${slip}', which passes a role`,
      `Write '${service}:${slip}'; or, if CloudTrail's eventName is '${operation}', name the service in full: '${service}.amazonaws.com:${operation}'`,
    );
  }
  return operation;
}

/**
 * Reads the `watch` prop.
 *
 * @param entries IAM-action style: `glue`, `glue:UpdateJob`, or `*` alone. A service that is not known, and an operation that looks like a slip of
 * one that passes roles, are taken only with the service in full: `newservice.amazonaws.com`, `glue.amazonaws.com:UpdateJobs`.
 * @throws SettingError naming the entry that cannot be meant, why, and what to write.
 */
export function readWatch(entries: readonly string[]): Watched {
  if (entries.length === 0) {
    throw new SettingError(
      "watch: the list is empty, so no denial would be heard. Leave it out for ['glue'], or name services.",
    );
  }
  if (entries.includes('*')) {
    if (entries.length === 1) return { kind: 'every-service' };
    throw refuse('*', 'already covers every other entry', 'Remove it, or remove the others');
  }

  const services = new Map<string, string[] | null>();
  const doubts: string[] = [];
  for (const entry of entries) {
    const [first = '', operation, ...rest] = entry.split(':');
    if (rest.length > 0) throw refuse(entry, 'has more than one colon', "Write '<service>:<Operation>'");
    const { service, isInFull } = readService(entry, first);
    const known = services.get(service);
    const whole = operation === undefined;
    if (known === null || (known !== undefined && whole) || (!whole && known?.includes(operation))) {
      throw refuse(entry, `overlaps with another entry for '${service}'`, 'Keep the one you mean');
    }
    const doubt = isInFull ? null : doubtOf(entry, service, operation);
    if (doubt !== null) doubts.push(doubt);
    services.set(service, whole ? null : [...(known ?? []), readOperation(entry, service, operation, isInFull)]);
  }
  return {
    kind: 'services',
    services: [...services].map(([service, operations]) => ({ service, operations })),
    doubts,
  };
}

/** Whose calls CloudTrail records in us-east-1 alone, in the partition `aws`. Source: CloudTrail user guide, "Global service events". */
const globalServices: ReadonlySet<string> = new Set([
  'budgets',
  'cloudfront',
  'iam',
  'organizations',
  'route53',
  'shield',
]);

/** Sentences for what is watched and may never be heard in this region; one that is known only at deployment adds none. */
export function doubtsAbout(watched: Watched, region: string): readonly string[] {
  if (watched.kind === 'every-service') return [];
  const isElsewhere =
    !Token.isUnresolved(region) && /^(?!us-gov|cn)[a-z]+-[a-z]+-\d$/.test(region) && region !== 'us-east-1';
  const global = isElsewhere ? watched.services.filter(({ service }) => globalServices.has(service)) : [];
  return [
    ...watched.doubts,
    ...global.map(
      ({ service }) =>
        `watch: CloudTrail records calls of '${service}' in us-east-1, so nothing of it is heard in ${region}.`,
    ),
  ];
}
