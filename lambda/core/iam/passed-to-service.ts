/**
 * Which service principal a call passes its role to: the value of `iam:PassedToService`.
 *
 * Never guessed: a call that is not in the table has no answer. `verified` says whether AWS documents the value for this very call
 * (`source`); an unverified row is used for explaining only, and the diagnosis says so.
 */
import { type ServiceRow, services } from './passed-to-service-table.ts';

export { services } from './passed-to-service-table.ts';

export type ServiceFinding =
  | {
      readonly kind: 'known';
      readonly principal: string;
      readonly name: string;
      readonly verified: boolean;
      readonly how: string;
      /** Said to the reader where the service was inferred; null where it is stated. */
      readonly assumption: string | null;
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** Source: EMR and EC2 user guides for China; CDK's region-info knows no other of this table that differs by partition. */
const ownInChina = new Set(['ec2.amazonaws.com', 'elasticmapreduce.amazonaws.com']);

/** `ec2.amazonaws.com.cn` in China; most principals are the same in each partition. */
const principalIn = (principal: string, partition: string): string =>
  partition === 'aws-cn' && ownInChina.has(principal) ? `${principal}.cn` : principal;

/** `glue` for `glue.amazonaws.com`. */
const serviceWord = (principal: string): string => principal.split('.amazonaws.com')[0] ?? principal;

/** `EcsTasks` for `ecs-tasks.amazonaws.com`, `MonitoringRds` for `monitoring.rds.amazonaws.com`: the name used in policy names. */
export function serviceName(principal: string): string {
  return serviceWord(principal)
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Null for a service that is not in the table. */
export const usualAction = (principal: string): string | null =>
  services.find((row) => row.principal === principal.replace(/\.cn$/, ''))?.usual ?? null;

type Known = Extract<ServiceFinding, { readonly kind: 'known' }>;

const notDocumented = (principal: string): string =>
  `AWS documents that such a role trusts ${principal}, not that iam:PassedToService has this value, so it is assumed.`;

function known(
  { principal, verified }: Pick<ServiceRow, 'principal' | 'verified'>,
  partition: string,
  how: string,
): Known {
  const there = principalIn(principal, partition);
  const assumption = verified ? null : notDocumented(there);
  return { kind: 'known', principal: there, name: serviceName(there), verified, how, assumption };
}

/** Where a call may pass to several, the role's trust decides, if it names exactly one of them: a role is of use only there. */
function amongSeveral(
  call: string,
  rows: readonly ServiceRow[],
  trusted: readonly string[],
  partition: string,
): ServiceFinding {
  const [only, ...more] = rows.filter(({ principal }) => trusted.includes(principalIn(principal, partition)));
  const all = rows.map(({ principal }) => principalIn(principal, partition)).join(' or ');
  if (only === undefined || more.length > 0) {
    const trusts = only === undefined ? 'neither' : 'both';
    return {
      kind: 'unknown',
      why: `${call} passes a role to ${all}; which of them is not known, as the role trusts ${trusts}.`,
    };
  }
  const found = known(only, partition, `documented at ${only.source}; the role trusts only this one`);
  const inferred = `${call} passes a role to ${all}; ${found.principal} is assumed, as the role trusts only that one.`;
  return { ...found, assumption: [inferred, ...(found.assumption === null ? [] : [found.assumption])].join(' ') };
}

function ofCall(
  eventSource: string,
  operation: string | null,
  trusted: readonly string[],
  partition: string,
): ServiceFinding {
  const rows = services.filter(
    (row) =>
      row.eventSource === eventSource &&
      (row.operations === null || (operation !== null && row.operations.includes(operation))),
  );
  const call = `${operation ?? 'a call'} of ${eventSource}`;
  const [row, ...more] = rows;
  if (row !== undefined && more.length > 0) return amongSeveral(call, rows, trusted, partition);
  if (row !== undefined) return known(row, partition, `documented at ${row.source}`);
  const why = `It is not known which service principal ${call} passes its role to (iam:PassedToService).`;
  return { kind: 'unknown', why };
}

/** A word such as `ecs` means what its calls usually pass to. `said`: `glue`, `ecs-tasks` or a whole principal, by the person who asks. */
function ofPerson(said: string, partition: string): ServiceFinding {
  const whole = said.includes('.') ? said : `${said}.amazonaws.com`;
  const byPrincipal = services.find((row) => row.principal === whole);
  const bySource = services.find((row) => row.eventSource === whole);
  const row = said.includes('.') ? (byPrincipal ?? bySource) : (bySource ?? byPrincipal);
  if (row) return known(row, partition, 'said by the person who asks');
  const names = [...new Set(services.map(({ principal }) => serviceWord(principal)))].join(', ');
  return { kind: 'unknown', why: `The service ${said} is not known here. Known are ${names}.` };
}

/** `CreateFunction` for CloudTrail's `CreateFunction20150331`. */
const plainOperation = (operation: string): string => operation.replace(/\d{8}(?:v\d)?$/, '');

/** Rows that know this operation, whatever service it is of. */
function rowsOf(operation: string): readonly ServiceRow[] {
  const plain = plainOperation(operation);
  return services.filter(({ operations, usual }) => operations?.includes(operation) || usual.split(':')[1] === plain);
}

const unknown = (why: string): ServiceFinding => ({ kind: 'unknown', why });

/** By the role's trust, if that names exactly one service, which the table knows and the operation, where one is named, may pass to. */
function ofTrust(operation: string | null, trusted: readonly string[], partition: string): ServiceFinding {
  const [only, ...more] = trusted;
  if (only === undefined)
    return unknown('The text does not name the service the role was passed to, and the role trusts no service.');
  if (more.length > 0)
    return unknown(
      `The text does not name the service the role was passed to, and the role trusts several: ${trusted.join(', ')}.`,
    );
  const isOnly = ({ principal }: ServiceRow): boolean =>
    principalIn(principal, partition) === only || principal === only;
  const rows = operation === null ? services : rowsOf(operation);
  const row = rows.find(isOnly);
  if (row === undefined) {
    const named = operation === null ? 'no service' : `the operation ${operation} and no service`;
    return unknown(
      `The text names ${named}, and it is not known that a role which trusts only ${only} is passed in such a call. Say which service it was.`,
    );
  }
  const how = 'the text names no service; the role trusts only this one';
  const inferred = `The text names no service, so ${only} is assumed: it is the only one that the role trusts.`;
  const assumption = row.verified ? inferred : `${inferred} ${notDocumented(only)}`;
  return { kind: 'known', principal: only, name: serviceName(only), verified: row.verified, how, assumption };
}

/**
 * Finds the service from the call; without one (pasted text), from what the person says, else from the role's trust policy, when that names
 * exactly one service: a role is of use only to a service that it trusts. That is an assumption, and told as one.
 */
export function findService(
  call: { readonly eventSource: string | null; readonly operation: string | null },
  trusted: readonly string[],
  partition: string,
  said: string | null = null,
): ServiceFinding {
  if (said !== null && call.eventSource === null) return ofPerson(said, partition);
  return call.eventSource === null
    ? ofTrust(call.operation, trusted, partition)
    : ofCall(call.eventSource, call.operation, trusted, partition);
}
